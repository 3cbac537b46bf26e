package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// commands adds the commands of a script that stands in a scalar.
func (r *reader) commands(n *settings.Node, job, dir string) {
	r.shell(placeholders(n.Text, "./"), shell.Options{Line: n.ScriptLine(), Job: job, Dir: dir})
}

func (r *reader) shell(src string, o shell.Options) {
	// What was read before a bound is kept; the bound itself is no gap, since
	// no script of a manifest is that long.
	commands, _ := shell.Parse(r.ctx, src, o)
	for _, c := range commands {
		r.add(c)
	}
}

// argv adds a command given as a list of words.
func (r *reader) argv(words []string, line int, job, dir string) {
	var out []string
	guessed := false
	for _, w := range words {
		filled := placeholders(w, rootFrom(dir))
		if filled == "" && w != "" {
			continue // arguments of the caller, of which there are none
		}
		out = append(out, filled)
		guessed = guessed || strings.Contains(filled, "${")
	}
	if len(out) == 0 {
		return
	}
	r.add(fact.Command{Pos: fact.Pos{Line: line}, Argv: out, Job: job, Dir: dir, Guessed: guessed})
}

// placeholders fills what tox and hatch write in braces: arguments of the
// caller become their default, the project's folder becomes root, other names
// become variables nobody resolves.
func placeholders(s, root string) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		start := strings.IndexByte(s, '{')
		if start < 0 {
			break
		}
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:start])
		if start > 0 && s[start-1] == '$' {
			b.WriteString(s[start : start+end+1])
		} else {
			b.WriteString(placeholder(s[start+1:start+end], root))
		}
		s = s[start+end+1:]
		if strings.HasSuffix(b.String(), "./") {
			s = strings.TrimPrefix(s, "/")
		}
	}
	b.WriteString(s)
	return b.String()
}

func placeholder(name, root string) string {
	key, fallback, _ := strings.Cut(name, ":")
	switch key {
	case "args", "posargs":
		return fallback
	case "envpython", "sys.executable":
		return "python"
	case "toxinidir", "tox_root", "root":
		return root
	case "/":
		return "/"
	case "env", "envtmpdir", "envdir", "envname", "env_name", "env_dir", "toxworkdir", "work_dir", "homedir":
		return "${" + strings.ReplaceAll(name, ":", "_") + "}"
	}
	return "{" + name + "}" // braces of the shell or of JSON
}
