package dockerfile

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

var (
	runFlags = regexp.MustCompile(`(?i)^\s*RUN(?:[ \t]|\\\n)+(?:--[a-z]+(?:=\S*)?(?:[ \t]|\\\n)+)*`)
	bareHere = regexp.MustCompile(`^<<-?\s*['"]?\w+['"]?\s*$`)
)

// run adds the commands of a RUN. The parser joins its lines, so that they are
// read again from the file, where each command still has its own.
func (r *reader) run(n *parser.Node, s *stage) {
	o := shell.Options{Line: n.StartLine, Job: "build:" + s.name, Dir: s.dir, Vars: variables(s.vars), ErrExit: s.errExit, PipeFail: s.pipeFail}
	if s.windows {
		o.Dialect = "pwsh"
	}
	if n.Attributes["json"] {
		r.exec(n.StartLine, words(n.Next), s, o.Job)
		return
	}
	text := r.source(n, s.windows)
	skipped := runFlags.FindString(text)
	o.Line += strings.Count(skipped, "\n")
	text = text[len(skipped):]
	if first, body, ok := strings.Cut(text, "\n"); ok && bareHere.MatchString(first) && len(n.Heredocs) > 0 {
		o.Line++
		text = body[:min(len(body), len(n.Heredocs[0].Content))]
		if o.Dialect == "" && strings.HasPrefix(text, "#!") && !strings.Contains(strings.SplitN(text, "\n", 2)[0], "sh") {
			r.exec(o.Line, []string{"sh", "-c", text}, s, o.Job)
			return
		}
	}
	r.script(text, o, n.EndLine)
}

// source returns the lines of an instruction as a shell would need them:
// comments and empty lines between continued lines are continued too.
func (r *reader) source(n *parser.Node, windows bool) string {
	from, to := max(n.StartLine, 1), min(n.EndLine, len(r.lines))
	if from > to {
		return ""
	}
	lines := slices.Clone(r.lines[from-1 : to])
	if len(n.Heredocs) > 0 {
		return strings.Join(lines, "\n")
	}
	continued := `\`
	if windows {
		continued = "`"
	}
	for i, l := range lines[:len(lines)-1] {
		bare := strings.TrimSpace(l)
		if i > 0 && (bare == "" || bare[0] == '#') {
			lines[i] = continued
		} else {
			lines[i] = strings.TrimSuffix(strings.TrimRight(l, " \t"), string(r.escape)) + continued
		}
	}
	return strings.Join(lines, "\n")
}

// script adds the commands of a script, none of which stands below last.
func (r *reader) script(text string, o shell.Options, last int) {
	commands, err := shell.Parse(r.ctx, text, o)
	if errors.Is(err, shell.ErrDeep) {
		r.part = err
	} else if err != nil {
		r.err = err
	}
	for _, c := range commands {
		c.Line = min(c.Line, max(last, o.Line))
		r.facts = append(r.facts, c)
	}
}

func variables(vars map[string]string) []string {
	out := make([]string, 0, len(vars))
	for name, text := range vars {
		out = append(out, name+"="+text)
	}
	slices.Sort(out)
	return out
}

var reference = regexp.MustCompile(`\\?\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(:?[-+?][^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*))`)

// maxText bounds a value; values can hold each other.
const maxText = 4096

// expand fills in variables; an unknown one stays as ${NAME} or becomes its
// default.
func expand(text string, vars map[string]string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	out := reference.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '\\' {
			return s[1:]
		}
		m := reference.FindStringSubmatch(s)
		name := m[1] + m[3]
		if v, ok := vars[name]; ok {
			return v
		}
		if strings.HasPrefix(m[2], ":-") || strings.HasPrefix(m[2], "-") {
			return strings.TrimLeft(m[2], ":-")
		}
		if name == "PATH" || name == "HOME" {
			return s
		}
		return "${" + name + "}"
	})
	if len(out) > maxText {
		return strings.ToValidUTF8(out[:maxText], "")
	}
	return out
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// absolute follows WORKDIR; a relative one builds on the one before.
func absolute(dir, to string) string {
	to = strings.ReplaceAll(to, `\`, "/")
	if strings.HasPrefix(to, "${") {
		return to
	}
	if strings.HasPrefix(to, "/") || strings.Contains(to, ":/") {
		dir = ""
	}
	if dir == "" && !strings.Contains(to, ":/") {
		dir = "/"
	}
	if strings.Contains(dir, "${") {
		return dir + "/" + to
	}
	return path.Join(dir, to)
}

// destination makes a COPY's target absolute where the working directory is
// known; a folder keeps its slash.
func destination(dir, to string) string {
	folder := strings.HasSuffix(to, "/") || to == "." || strings.HasSuffix(to, "/.")
	if dir != "" && !strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "${") {
		to = absolute(dir, to)
	}
	if folder && !strings.HasSuffix(to, "/") && to != "." {
		to += "/"
	}
	return to
}
