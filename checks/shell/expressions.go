package shell

import (
	"strings"
	"unicode/utf8"
)

// Expressions of GitHub and Azure are no shell syntax, so that each is hidden
// behind one rune of a private-use plane before the script is parsed, and put
// back into the words afterwards.
const (
	hiddenFirst = 0xF0000
	hiddenMax   = 0xFFF0
)

type expressions struct{ texts []string }

// hide replaces each ${{ … }} by its rune. Line breaks within an expression
// are kept as continued lines, so that line numbers stay right.
func (e *expressions) hide(src string) string {
	if !strings.Contains(src, "${{") {
		return src
	}
	var b strings.Builder
	for {
		i := strings.Index(src, "${{")
		if i < 0 || len(e.texts) == hiddenMax {
			break
		}
		n := expressionEnd(src[i:])
		if n < 0 {
			break
		}
		text := src[i : i+n]
		b.WriteString(strip(src[:i]))
		b.WriteRune(rune(hiddenFirst + len(e.texts)))
		b.WriteString(strings.Repeat("\\\n", strings.Count(text, "\n")))
		inner := strings.Join(strings.Fields(text[3:n-2]), " ")
		e.texts = append(e.texts, "${{ "+inner+" }}")
		src = src[i+n:]
	}
	b.WriteString(strip(src))
	return b.String()
}

// expressionEnd returns the length of the expression s begins with, or -1. Its
// strings are in single quotes and may hold braces.
func expressionEnd(s string) int {
	s = s[:min(len(s), 4096)]
	quoted := false
	for i := 3; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			quoted = !quoted
		case !quoted && strings.HasPrefix(s[i:], "}}"):
			return i + 2
		}
	}
	// An odd quote: the first closing braces have to do.
	if i := strings.Index(s, "}}"); i >= 0 {
		return i + 2
	}
	return -1
}

// strip removes runes that could be taken for a hidden expression.
func strip(s string) string {
	if !strings.ContainsFunc(s, isHidden) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isHidden(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

func isHidden(r rune) bool { return r >= hiddenFirst && r < hiddenFirst+hiddenMax }

// show puts the expressions back and says whether there were any.
func (e *expressions) show(s string) (string, bool) {
	if len(e.texts) == 0 || !strings.ContainsFunc(s, isHidden) {
		return s, false
	}
	var b strings.Builder
	for _, r := range s {
		if i := int(r) - hiddenFirst; isHidden(r) && i < len(e.texts) {
			b.WriteString(e.texts[i])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String(), true
}
