package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxLines bounds the lines read one by one.
const maxLines = 20_000

// maxHeredoc bounds the lines searched for the end of a here-document.
const maxHeredoc = 300

var heredoc = regexp.MustCompile(`<<-?\s*['"\\]?([A-Za-z_][A-Za-z0-9_]*)`)

// byLine reads a script that cannot be parsed as a whole: each line, joined
// with its continuations, by itself. A line that cannot be parsed either is
// split into words when it looks like a command.
func (w *walker) byLine(src string, lang syntax.LangVariant) {
	lines := strings.Split(src, "\n")
	type logical struct {
		text string
		line int
	}
	var list []logical
	for i := 0; i < len(lines); i++ {
		first := i
		text := lines[i]
		if strings.HasSuffix(text, `\`) && !strings.HasPrefix(strings.TrimSpace(text), "#") {
			var b strings.Builder
			for b.WriteString(text); strings.HasSuffix(lines[i], `\`) && i+1 < len(lines); {
				i++
				b.WriteString("\n" + lines[i])
			}
			text = b.String()
		}
		if m := heredoc.FindStringSubmatch(text); m != nil && !strings.Contains(text, "<<<") {
			for end := i + 1; end < min(len(lines), i+maxHeredoc); end++ {
				if strings.TrimSpace(lines[end]) == m[1] {
					text += "\n" + strings.Join(lines[i+1:end+1], "\n")
					i = end
					break
				}
			}
		}
		if t := strings.TrimSpace(text); t != "" && t[0] != '#' {
			list = append(list, logical{text, first})
		}
	}
	parser := syntax.NewParser(syntax.Variant(lang))
	for i, l := range list {
		if i == maxLines {
			w.err = ErrTooMany
		}
		if w.stopped() {
			return
		}
		f := flow{tail: i+1 == len(list), masked: w.opts.Masked}
		w.src, w.line = l.text, w.opts.Line+l.line
		if len(l.text) <= maxSource && !deep(l.text) {
			if parsed, err := parser.Parse(strings.NewReader(l.text), ""); err == nil {
				w.stmts(parsed.Stmts, f)
				continue
			}
		} else {
			w.skipped = true
		}
		w.rough(l.text, f)
	}
}

// keywords begin the parts of compound commands; what follows one on the same
// line is a command of its own.
var keywords = map[string]bool{
	"then": true, "do": true, "else": true, "if": true, "elif": true, "while": true, "until": true,
	"!": true, "{": true, "(": true, "time": true,
}

// rough takes the words of a line nobody can parse.
func (w *walker) rough(text string, f flow) {
	if len(text) > 16<<10 {
		return
	}
	words := Fields(text)
	for len(words) > 0 && keywords[words[0]] {
		words = words[1:]
	}
	if len(words) == 0 || !regexpCommand.MatchString(words[0]) || plainKeyword(words[0]) {
		return
	}
	guessed := false
	for i, s := range words {
		shown, hidden := w.exprs.show(s)
		words[i] = shown
		guessed = guessed || hidden || strings.ContainsAny(s, "$`")
	}
	w.emit(1, words, w.state.env, guessed, "", "", f)
}

var regexpCommand = regexp.MustCompile(`^[A-Za-z0-9_.~$/\x{F0000}-\x{FFFF0}][^()=;|&<>]*$`)

func plainKeyword(s string) bool {
	switch strings.TrimRight(s, ";") {
	case "fi", "done", "esac", "case", "for", "select", "function", "in":
		return true
	}
	return false
}
