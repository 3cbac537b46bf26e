package makefile

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

var (
	justAssign = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_-]*)[ \t]*:=[ \t]*(.*)$`)
	justAlias  = regexp.MustCompile(`^alias[ \t]+([A-Za-z0-9_-]+)[ \t]*:=[ \t]*([A-Za-z0-9_:-]+)`)
	justImport = regexp.MustCompile(`^(?:import|mod)\??[ \t]+(?:[A-Za-z0-9_-]+[ \t]+)?['"]([^'"]+)['"]`)
	justRecipe = regexp.MustCompile(`^@?([A-Za-z_][A-Za-z0-9_-]*)([^:]*):(.*)$`)
	justLookup = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
	justName   = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_:-]*`)
	justDir    = regexp.MustCompile(`working-directory\(['"]([^'"]+)['"]\)`)
)

// just reads a justfile: recipes with indented lines, each run by itself with
// sh -c unless the first says who reads them all.
func (r *reader) just(text string) {
	lines := strings.Split(text, "\n")
	dir := ""
	for i := 0; i < len(lines) && !r.stopped(); i++ {
		line := strings.TrimRight(lines[i], " \t")
		switch m := []string(nil); {
		case line == "" || line[0] == '#' || line[0] == ' ' || line[0] == '\t':
		case line[0] == '[':
			if m = justDir.FindStringSubmatch(line); m != nil {
				dir = m[1]
			}
		case strings.HasPrefix(line, "set "):
		case justAlias.MatchString(line):
			m = justAlias.FindStringSubmatch(line)
			r.stage(fact.Stage{Pos: fact.Pos{Line: i + 1}, System: "just", Name: m[1], Deps: []string{m[2]}})
		case justImport.MatchString(line):
			m = justImport.FindStringSubmatch(line)
			r.facts = append(r.facts, fact.Uses{Pos: fact.Pos{Line: i + 1}, Kind: "include", Ref: m[1]})
		case justAssign.MatchString(line):
			m = justAssign.FindStringSubmatch(line)
			r.justVariable(m[1], m[2], strings.HasPrefix(line, "export"))
		default:
			if m = justRecipe.FindStringSubmatch(line); m != nil {
				i = r.justBody(m[1], m[3], dir, lines, i)
			}
			dir = ""
		}
	}
}

// justVariable keeps a variable that is one plain string.
func (r *reader) justVariable(name, text string, exported bool) {
	text = strings.TrimSpace(text)
	plain := len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && strings.Count(text, text[:1]) == 2 && text[len(text)-1] == text[0]
	if !plain || len(text) > maxText {
		r.vars[name] = variable{computed: true}
		return
	}
	r.vars[name] = variable{text: text[1 : len(text)-1]}
	if exported && len(r.exports) < 48 {
		r.exports = append(r.exports, name+"="+text[1:len(text)-1])
	}
}

// justBody reads a recipe whose head is lines[at] and returns its last line.
func (r *reader) justBody(name, deps, dir string, lines []string, at int) int {
	r.stage(fact.Stage{Pos: fact.Pos{Line: at + 1}, System: "just", Name: name, Deps: justDeps(deps), Dir: dir})
	end := at + 1
	for end < len(lines) && (strings.TrimSpace(lines[end]) == "" || lines[end][0] == ' ' || lines[end][0] == '\t') {
		end++
	}
	body := lines[at+1 : end]
	for len(body) > 0 && strings.TrimSpace(body[len(body)-1]) == "" {
		body = body[:len(body)-1]
	}
	if len(body) == 0 {
		return end - 1
	}
	indent := body[0][:len(body[0])-len(strings.TrimLeft(body[0], " \t"))]
	o := shell.Options{Line: at + 2, Job: name, Dir: dir, Env: r.exports}
	if strings.HasPrefix(strings.TrimSpace(body[0]), "#!") {
		plain := make([]string, len(body))
		for i, l := range body {
			plain[i] = strings.TrimPrefix(l, indent)
		}
		r.interpreted(r.justFill(strings.Join(plain, "\n")), o)
		return end - 1
	}
	for i := 0; i < len(body) && !r.stopped(); i++ {
		first := i
		joined := []string{body[i]}
		for continued(body[i]) && i+1 < len(body) {
			i++
			joined = append(joined, body[i])
		}
		text, masked := marks(strings.Join(joined, "\n"))
		o.Line, o.Masked = at+2+first, masked
		r.script(r.justFill(text), o)
		o.Step++
	}
	return end - 1
}

// justDeps takes the names off "a (b 'arg') && c".
func justDeps(text string) []string {
	var out []string
	depth, taken := 0, false
	for _, word := range strings.Fields(uncomment(" " + text)) {
		if word == "&&" {
			continue
		}
		if depth == 0 || !taken {
			if name := justName.FindString(strings.TrimLeft(word, "(")); name != "" && len(out) < 200 {
				out = append(out, name)
				taken = true
			}
		}
		depth = max(0, depth+strings.Count(word, "(")-strings.Count(word, ")"))
		taken = taken && depth > 0
	}
	return out
}

// justFill fills in {{ name }}.
func (r *reader) justFill(text string) string {
	return justLookup.ReplaceAllStringFunc(text, func(s string) string {
		expr := justLookup.FindStringSubmatch(s)[1]
		if v, ok := r.vars[expr]; ok && !v.computed {
			return strings.ReplaceAll(v.text, "\n", " ")
		}
		switch {
		case expr == "justfile_directory()" || expr == "invocation_directory()":
			return "."
		case shellName.MatchString(expr):
			return "${" + expr + "}"
		}
		return "${{ " + expr + " }}"
	})
}
