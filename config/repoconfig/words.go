package repoconfig

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"go.yaml.in/yaml/v3"
)

// describe names a value as its author sees it.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch {
	case n.ShortTag() == "!!null" && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0:
		return "nothing"
	case n.ShortTag() == "!!str":
		return quote(n.Value)
	}
	return cut(n.Value)
}

func quote(s string) string { return strconv.Quote(cut(s)) }

// cut keeps a value from outside short and printable in a message.
func cut(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func enumerate(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// guess offers the word that was most likely meant, if one is near. Of words
// equally near, one of the same letters was typed in a hurry.
func guess(word string, words []string) string {
	best, at := "", 1+len(word)/3
	if len(word) <= 64 {
		word = folded(word)
		for _, w := range words {
			d := levenshtein.Distance(word, folded(w), nil)
			if d < at || d == at && (best == "" || letters(word) == letters(folded(w))) {
				best, at = w, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// folded takes the differences out that are none to a hasty eye.
func folded(word string) string {
	return strings.ToLower(strings.ReplaceAll(word, "-", "_"))
}

func letters(word string) string {
	l := []rune(word)
	slices.Sort(l)
	return string(l)
}
