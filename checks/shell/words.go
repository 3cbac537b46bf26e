package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxWord bounds one word; expansions can make words grow without end.
const maxWord = 16 << 10

// fields collects the words that one written word expands to.
type fields struct {
	done    []string
	cur     strings.Builder
	open    bool
	guessed bool
}

func (b *fields) add(s string) {
	if b.cur.Len() < maxWord {
		b.cur.WriteString(s)
	}
	b.open = true
}

func (b *fields) next() {
	if b.open {
		b.done = append(b.done, b.cur.String())
		b.cur.Reset()
		b.open = false
	}
}

// split adds an unquoted expansion, which the shell splits at blanks.
func (b *fields) split(s string) {
	parts := strings.Fields(s)
	if len(parts) == 0 {
		return
	}
	if strings.ContainsRune(" \t\n", rune(s[0])) {
		b.next()
	}
	for i, p := range parts {
		if i > 0 {
			b.next()
		}
		b.add(p)
	}
	if strings.ContainsRune(" \t\n", rune(s[len(s)-1])) {
		b.next()
	}
}

// words expands written words to the words the command gets.
func (w *walker) words(list []*syntax.Word, f flow) (out []string, guessed bool) {
	for _, word := range list {
		var b fields
		w.expand(&b, word.Parts, false, f)
		b.next()
		for _, s := range b.done {
			shown, hidden := w.exprs.show(s)
			out = append(out, shown)
			guessed = guessed || hidden
		}
		guessed = guessed || b.guessed
		if len(out) > maxCommands {
			break
		}
	}
	return out, guessed
}

// word expands a written word that is not split: a value, a here-document.
func (w *walker) word(word *syntax.Word, f flow) value {
	if word == nil {
		return value{words: []string{""}}
	}
	var b fields
	w.expand(&b, word.Parts, true, f)
	b.next()
	text := strings.Join(b.done, " ")
	shown, hidden := w.exprs.show(text)
	return value{words: []string{cut(shown, maxValue)}, guessed: b.guessed || hidden}
}

func (w *walker) expand(b *fields, parts []syntax.WordPart, quoted bool, f flow) {
	w.depth++
	defer func() { w.depth-- }()
	if w.depth > maxDepth {
		return
	}
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.add(unescape(p.Value, quoted))
		case *syntax.SglQuoted:
			b.add(p.Value)
		case *syntax.DblQuoted:
			b.open = true
			w.expand(b, p.Parts, true, f)
		case *syntax.ParamExp:
			w.parameter(b, p, quoted, f)
		case *syntax.CmdSubst:
			text := w.text(p)
			if known, ok := w.place(text); ok {
				b.add(known)
				b.guessed = b.guessed || strings.Contains(known, "${")
				continue
			}
			w.subshell(p.Stmts, f)
			b.add(text)
			b.guessed = true
		default:
			w.substitutions(p, f)
			b.add(w.text(p))
			if _, glob := p.(*syntax.ExtGlob); !glob {
				b.guessed = true
			}
		}
	}
}

// parameter expands $x, ${x:-y} and what can be known of the other forms.
func (w *walker) parameter(b *fields, p *syntax.ParamExp, quoted bool, f flow) {
	name := ""
	if p.Param != nil {
		name = p.Param.Value
	}
	plain := !p.Excl && !p.Length && !p.Width && p.Slice == nil && p.Repl == nil && p.Names == 0
	v, known := w.state.lookup(name)
	if name == "PWD" && !known {
		v, known = value{words: []string{orDot(w.state.dir)}}, true
	}
	if p.Exp != nil {
		switch p.Exp.Op {
		case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
			if plain && !known && p.Exp.Word != nil {
				v, known = w.word(p.Exp.Word, f), true
				v.guessed = true
			}
		default:
			plain = false
		}
	}
	if !plain || !known || len(v.words) == 0 && !v.array {
		w.unknown(b, p, name, plain)
		return
	}
	b.guessed = b.guessed || v.guessed
	words := v.words
	if v.array && !isAll(p.Index) {
		words = words[:min(1, len(words))]
	}
	for i, text := range words {
		if i > 0 {
			b.next()
		}
		if quoted || v.guessed {
			b.add(text)
		} else {
			b.split(text)
		}
	}
}

// unknown keeps an expansion nobody can tell.
func (w *walker) unknown(b *fields, p *syntax.ParamExp, name string, plain bool) {
	b.guessed = true
	text := w.text(p)
	switch {
	case text == "${0%/*}" || text == "${BASH_SOURCE%/*}" || text == "${BASH_SOURCE[0]%/*}":
		text = scriptDir
	case plain && name != "" && p.Index == nil:
		text = "${" + name + "}"
	}
	b.add(text)
}

func isAll(index syntax.ArithmExpr) bool {
	word, ok := index.(*syntax.Word)
	return ok && (word.Lit() == "@" || word.Lit() == "*")
}

// The names of the two folders scripts find by themselves.
const (
	scriptDir = "${SCRIPT_DIR}"
	repoRoot  = "${REPO_ROOT}"
)

var (
	ownFolder = regexp.MustCompile(`\$\{?0\b|\$\{?BASH_SOURCE\b|\(%\):-%|readlink -f`)
	upwards   = regexp.MustCompile(`(?:/\.\.)+`)
)

// place knows the command substitutions that find a folder.
func (w *walker) place(text string) (string, bool) {
	switch text {
	case "$(pwd)", "`pwd`", "$(pwd -P)":
		return orDot(w.state.dir), true
	}
	if strings.Contains(text, "git rev-parse --show-toplevel") {
		return repoRoot, true
	}
	if n := strings.Count(text, "dirname"); n > 0 && ownFolder.MatchString(text) {
		return scriptDir + strings.Repeat("/..", n-1) + upwards.FindString(text), true
	}
	return "", false
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// unescape takes the backslashes off literal text.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
			if quoted && !strings.ContainsRune("\"\\$`", rune(s[i])) {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
