package makefile

import (
	"regexp"
	"strings"
)

// The bounds of expansion; variables that hold each other grow without end.
const (
	maxText   = 32 << 10
	maxLevels = 12
	maxSpent  = 8 << 20
)

// variable is the text of a variable, expanded when it is used unless it was
// set with ":=".
type variable struct {
	text     string
	computed bool // by a command: nobody can tell
}

// automatic holds what make sets for a recipe.
type automatic struct {
	target string
	deps   []string
}

func (r *reader) set(name, op, text string) {
	old, known := r.vars[name]
	switch {
	case op == "!=":
		r.vars[name] = variable{computed: true}
		return
	case op == "?=" && known:
		return
	case op == "+=" && known:
		text = old.text + " " + text
	case strings.HasPrefix(op, ":"):
		text = strings.ReplaceAll(r.expand(text, nil, 0), "$", "$$")
	}
	if len(text) > maxText {
		text = ""
	}
	r.vars[name] = variable{text: text, computed: old.computed && op == "+="}
}

var (
	shellName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	locating  = regexp.MustCompile(`^shell\s+(?:which|command -v|type -p)\s+([A-Za-z0-9_.\-]+)(?:\s*(?:\|\||2>).*)?$`)
	// The folder of the Makefile, or the one make runs in.
	herePaths = regexp.MustCompile(`^(CURDIR|PWD|shell pwd|dir \$\(.*MAKEFILE_LIST\)+|realpath \.|patsubst %/,%,\$\(dir .*MAKEFILE_LIST.*)$`)
)

// expand fills in the variables of a text. What is not known becomes ${NAME},
// or ${{ text }} when it is no variable, which package shell keeps.
func (r *reader) expand(text string, auto *automatic, level int) string {
	if !strings.Contains(text, "$") || level > maxLevels || r.spent > maxSpent {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 >= len(text) || b.Len() > maxText {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		c := text[i+1]
		text = text[i+2:]
		switch {
		case c == '$':
			b.WriteByte('$')
		case c == '(' || c == '{':
			end := closing(text, c)
			if end < 0 {
				b.WriteString("$" + string(c) + text)
				text = ""
				continue
			}
			b.WriteString(r.reference(text[:end], auto, level))
			text = text[end+1:]
		default:
			b.WriteString(r.reference(string(c), auto, level))
		}
	}
	r.spent += b.Len()
	return b.String()
}

// closing finds the bracket that closes a reference.
func closing(s string, open byte) int {
	shut := byte(')')
	if open == '{' {
		shut = '}'
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case shut:
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// reference is the value of $(name).
func (r *reader) reference(name string, auto *automatic, level int) string {
	name = strings.TrimSpace(name)
	switch name {
	case "MAKE":
		return "make"
	case "@", "<", "^", "*", "?", "+", "@D", "@F", "<D", "<F", "^D", "(@D)":
		return auto.value(name)
	}
	if fn, arg, ok := strings.Cut(name, " "); ok && level < maxLevels {
		switch fn {
		case "eval":
			if m := makeAssign.FindStringSubmatch(strings.TrimSpace(strings.ReplaceAll(arg, "\\\n", " "))); m != nil {
				r.set(m[1], m[2], m[3])
				return ""
			}
		case "realpath", "abspath", "strip":
			return strings.TrimSpace(r.expand(arg, auto, level+1))
		case "shell":
			if strings.Contains(arg, "git rev-parse --show-toplevel") {
				return "${REPO_ROOT}"
			}
		}
	}
	if herePaths.MatchString(name) {
		return "."
	}
	if m := locating.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	if v, ok := r.vars[name]; ok && !v.computed && level < maxLevels {
		return r.expand(v.text, auto, level+1)
	}
	if shellName.MatchString(name) {
		return "${" + name + "}"
	}
	if strings.Contains(name, "${{") || strings.Contains(name, "}}") || len(name) > 1000 {
		return "${{ expression }}"
	}
	return "${{ " + strings.ReplaceAll(name, "\n", " ") + " }}"
}

func (a *automatic) value(name string) string {
	if a == nil {
		return "${{ " + name + " }}"
	}
	switch name {
	case "@":
		return a.target
	case "<":
		if len(a.deps) > 0 {
			return a.deps[0]
		}
		return ""
	case "^", "+":
		return strings.Join(a.deps, " ")
	}
	return "${{ " + name + " }}"
}
