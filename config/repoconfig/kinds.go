package repoconfig

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v3"
)

// kind is what a key takes. read reports what is wrong and says whether the
// value can be used; schema says the same as JSON Schema.
type kind interface {
	read(p *parser, n *yaml.Node, key string) (any, bool)
	schema() map[string]any
}

// boolean is true or false, and nothing that YAML once read as such.
type boolean struct{}

func (boolean) read(p *parser, n *yaml.Node, key string) (any, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		return nil, p.fail(n, key, "%s takes true or false, not %s", key, describe(n))
	}
	return strings.EqualFold(n.Value, "true"), true
}

func (boolean) schema() map[string]any { return map[string]any{"type": "boolean"} }

// integer is a whole number from min to max.
type integer struct{ min, max int }

func (k integer) read(p *parser, n *yaml.Node, key string) (any, bool) {
	want := fmt.Sprintf("a whole number from %d to %d", k.min, k.max)
	if k.min == k.max {
		want = strconv.Itoa(k.min)
	}
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v < k.min || v > k.max {
		return nil, p.fail(n, key, "%s takes %s, not %s", key, want, describe(n))
	}
	return v, true
}

func (k integer) schema() map[string]any {
	return map[string]any{"type": "integer", "minimum": k.min, "maximum": k.max}
}

// choice is one of a few words.
type choice []string

func (k choice) read(p *parser, n *yaml.Node, key string) (any, bool) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		for _, word := range k {
			if n.Value == word {
				return word, true
			}
		}
	}
	return nil, p.fail(n, key, "%s takes %s, not %s%s", key, enumerate(k), describe(n), guess(n.Value, k))
}

func (k choice) schema() map[string]any { return map[string]any{"enum": []string(k)} }

// list is a sequence without repetition, of at most so many.
type list struct {
	of   kind
	most int
}

func (k list) read(p *parser, n *yaml.Node, key string) (any, bool) {
	if n.Kind != yaml.SequenceNode {
		hint := ""
		if n.Kind == yaml.ScalarNode {
			hint = ": write [" + describe(n) + "]"
		}
		return nil, p.fail(n, key, "%s takes a list, not %s%s", key, describe(n), hint)
	}
	if len(n.Content) > k.most {
		return nil, p.fail(n, key, "%s takes at most %d entries, not %d", key, k.most, len(n.Content))
	}
	out, ok := make([]any, 0, len(n.Content)), true
	for i, item := range n.Content {
		name := fmt.Sprintf("%s[%d]", key, i)
		v, good := k.of.read(p, item, name)
		if good {
			for _, earlier := range out {
				if v == earlier {
					good = p.fail(item, name, "%s repeats %s", name, describe(item))
					break
				}
			}
		}
		ok = ok && good
		out = append(out, v)
	}
	return out, ok
}

func (k list) schema() map[string]any {
	return map[string]any{"type": "array", "items": k.of.schema(), "maxItems": k.most, "uniqueItems": true}
}

// The bounds of a glob keep matching quick whatever the pattern.
const (
	globLength = 256
	globBraces = 4
)

// glob is a path pattern: *, **, ?, [a-z], {a,b}.
type glob struct{}

func (glob) read(p *parser, n *yaml.Node, key string) (any, bool) {
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || n.Value == "":
		return nil, p.fail(n, key, "%s takes a path pattern, not %s", key, describe(n))
	case len(n.Value) > globLength:
		return nil, p.fail(n, key, "%s is longer than %d bytes", key, globLength)
	case strings.HasPrefix(n.Value, "/"):
		return nil, p.fail(n, key, "%s starts with a slash: patterns count from the repository's root, write %s", key, quote(strings.TrimLeft(n.Value, "/")))
	case strings.Count(n.Value, "{") > globBraces:
		return nil, p.fail(n, key, "%s has more than %d braces", key, globBraces)
	case !doublestar.ValidatePattern(n.Value):
		return nil, p.fail(n, key, "%s is not a valid pattern: %s", key, quote(n.Value))
	}
	return n.Value, true
}

func (glob) schema() map[string]any {
	return map[string]any{"type": "string", "minLength": 1, "maxLength": globLength, "pattern": "^[^/]"}
}

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

// guess offers the word that was most likely meant, if one is near.
func guess(word string, words []string) string {
	best, at := "", 1+len(word)/3
	if len(word) <= 64 {
		for _, w := range words {
			if d := levenshtein.Distance(strings.ToLower(strings.ReplaceAll(word, "-", "_")), strings.ReplaceAll(w, "-", "_"), nil); d <= at {
				best, at = w, d-1
			}
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}
