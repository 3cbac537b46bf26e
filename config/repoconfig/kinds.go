package repoconfig

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"go.yaml.in/yaml/v3"
)

// kind is what a key takes. read reports what is wrong and says whether the
// value can be used; schema says the same as JSON Schema; takes says it in
// words, for messages and documentation.
type kind interface {
	read(p *parser, n *yaml.Node, key string) (value, bool)
	schema() map[string]any
	takes() string
}

// boolean is true or false, and nothing that YAML once read as such.
type boolean struct{}

func (k boolean) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		return p.wrong(n, key, k, "")
	}
	return p.value(n, strings.EqualFold(n.Value, "true")), true
}

func (boolean) schema() map[string]any { return map[string]any{"type": "boolean"} }
func (boolean) takes() string          { return "true or false" }

// integer is a whole number from min to max.
type integer struct{ min, max int }

func (k integer) read(p *parser, n *yaml.Node, key string) (value, bool) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v < k.min || v > k.max {
		return p.wrong(n, key, k, "")
	}
	return p.value(n, v), true
}

func (k integer) schema() map[string]any {
	return map[string]any{"type": "integer", "minimum": k.min, "maximum": k.max}
}

func (k integer) takes() string {
	if k.min == k.max {
		return strconv.Itoa(k.min)
	}
	return fmt.Sprintf("a whole number from %d to %d", k.min, k.max)
}

// choice is one of a few words.
type choice []string

func (k choice) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if text, ok := text(n); ok {
		for _, word := range k {
			if text == word {
				return p.value(n, word), true
			}
		}
	}
	return p.wrong(n, key, k, guess(n.Value, k))
}

func (k choice) schema() map[string]any { return map[string]any{"enum": []string(k)} }
func (k choice) takes() string          { return enumerate(k) }

// known is one of many words, too many to count up in a message.
type known struct {
	what  string // "a capability such as monitoring.model-quality"
	words []string
	hint  string // where all of them can be seen
}

func (k known) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if text, ok := text(n); ok {
		for _, word := range k.words {
			if text == word {
				return p.value(n, word), true
			}
		}
	}
	hint := guess(n.Value, k.words)
	if hint == "" {
		hint = "; " + k.hint
	}
	return p.wrong(n, key, k, hint)
}

func (k known) schema() map[string]any { return map[string]any{"enum": k.words} }
func (k known) takes() string          { return k.what }

// The bounds of a glob keep matching quick whatever the pattern.
const (
	globLength = 256
	globBraces = 4
)

// glob is a path pattern: *, **, ?, [a-z], {a,b}.
type glob struct{}

func (k glob) read(p *parser, n *yaml.Node, key string) (value, bool) {
	text, ok := text(n)
	switch {
	case !ok || text == "":
		return p.wrong(n, key, k, "")
	case len(text) > globLength:
		return value{}, p.fail(n, key, "%s is longer than %d bytes", key, globLength)
	case strings.HasPrefix(text, "/"):
		return value{}, p.fail(n, key, "%s starts with a slash: patterns count from the repository's root, write %s", key, quote(strings.TrimLeft(text, "/")))
	case text == ".." || strings.HasPrefix(text, "../") || strings.Contains(text, "/../"):
		return value{}, p.fail(n, key, "%s leads out of the repository: %s", key, quote(text))
	case strings.Count(text, "{") > globBraces:
		return value{}, p.fail(n, key, "%s has more than %d braces", key, globBraces)
	case !doublestar.ValidatePattern(text):
		return value{}, p.fail(n, key, "%s is not a valid pattern: %s", key, quote(text))
	}
	return p.value(n, text), true
}

func (glob) schema() map[string]any {
	return map[string]any{"type": "string", "minLength": 1, "maxLength": globLength, "pattern": "^[^/]"}
}

func (glob) takes() string { return "a path pattern" }

// text is what a string node says.
func text(n *yaml.Node) (string, bool) {
	return n.Value, n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str"
}
