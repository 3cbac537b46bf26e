package terraform

import (
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// readBicep reads declarations by line: "resource name 'type@version' = {",
// modules and parameters, and within them the "key: value" lines.
func readBicep(src string) []fact.Fact {
	b := bicepReader{}
	line := 0
	for l := range strings.Lines(src) {
		line++
		b.line(strings.TrimSpace(l), line)
		if len(b.facts) == maxResources {
			break
		}
	}
	b.end()
	return b.facts
}

type level struct {
	prefix string
	list   bool
	next   int // index of the next item of a list
}

type bicepReader struct {
	facts   []fact.Fact
	current *fact.Resource
	open    []level
	quoted  bool // within '''
	comment bool
}

func (b *bicepReader) line(l string, line int) {
	if b.skip(l) || l == "" {
		return
	}
	if b.current == nil {
		b.declaration(l, line)
		return
	}
	b.entry(l, line)
}

// skip follows comments and multi-line strings, which hold no entries.
func (b *bicepReader) skip(l string) bool {
	if b.comment {
		b.comment = !strings.Contains(l, "*/")
		return true
	}
	if strings.Count(l, "'''")%2 == 1 {
		b.quoted = !b.quoted
		return true
	}
	if strings.HasPrefix(l, "/*") {
		b.comment = !strings.Contains(l, "*/")
		return true
	}
	return b.quoted || strings.HasPrefix(l, "//") || strings.HasPrefix(l, "@")
}

func (b *bicepReader) declaration(l string, line int) {
	f := strings.Fields(l)
	if len(f) < 2 {
		return
	}
	r := &fact.Resource{Pos: fact.Pos{Line: line}, System: "bicep", Kind: f[0], Name: f[1]}
	switch f[0] {
	case "resource", "module":
		if len(f) < 3 {
			return
		}
		what := strings.Trim(f[2], "'")
		if f[0] == "resource" {
			kind, version, _ := strings.Cut(what, "@")
			r.Kind = kind
			r.Attrs = append(r.Attrs, fact.Attr{Line: line, Key: "apiVersion", Value: version})
		} else {
			r.Attrs = append(r.Attrs, fact.Attr{Line: line, Key: "source", Value: what})
		}
		b.current = r
		if strings.HasSuffix(l, "{") {
			b.open = []level{{}}
			return
		}
		b.end()
	case "param", "var", "output":
		if _, value, ok := strings.Cut(l, "="); ok {
			r.Attrs = []fact.Attr{{Line: line, Key: "value", Value: scalar(value)}}
		}
		b.facts = append(b.facts, *r)
	}
}

// entry reads one line within a declaration: a pair, the start of an object or
// list, an item, or closing brackets.
func (b *bicepReader) entry(l string, line int) {
	closing := strings.HasPrefix(l, "}") || strings.HasPrefix(l, "]")
	for strings.HasPrefix(l, "}") || strings.HasPrefix(l, "]") || closing && strings.HasPrefix(l, ")") {
		if l[0] != ')' {
			if b.open = b.open[:len(b.open)-1]; len(b.open) == 0 {
				b.end()
				return
			}
		}
		l = strings.TrimSpace(l[1:])
	}
	if l == "" {
		return
	}
	top := &b.open[len(b.open)-1]
	key, value, pair := strings.Cut(l, ":")
	switch {
	case strings.HasPrefix(l, "resource ") || top.list || !pair || strings.ContainsAny(key, "?({"):
		key, value = "", l
		if top.list {
			key = strconv.Itoa(top.next)
			top.next++
		}
	default:
		key = strings.Trim(strings.TrimSpace(key), "'")
	}
	name := settings.Cut(top.prefix+key, 1024)
	value = strings.TrimSpace(value)
	if strings.HasSuffix(value, "{") || strings.HasSuffix(value, "[") {
		if len(b.open) < settings.MaxDepth {
			b.open = append(b.open, level{prefix: name + ".", list: strings.HasSuffix(value, "[")})
		}
		return
	}
	if key != "" && len(b.current.Attrs) < settings.MaxAttrs {
		b.current.Attrs = append(b.current.Attrs, fact.Attr{Line: line, Key: name, Value: scalar(value)})
	}
}

// scalar takes quotes and a trailing comment off a value.
func scalar(s string) string {
	s, _, _ = strings.Cut(s, " //")
	s = strings.TrimSuffix(strings.TrimSpace(s), ",")
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' && strings.Count(s, "'") == 2 {
		s = s[1 : len(s)-1]
	}
	return settings.Cut(s, 1024)
}

func (b *bicepReader) end() {
	if b.current != nil {
		b.facts = append(b.facts, *b.current)
	}
	b.current, b.open = nil, nil
}
