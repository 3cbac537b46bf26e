package repoconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize is how many bytes a file may have.
const MaxSize = 64 << 10

// The other bounds of a file. Aliases are refused altogether: the file is too small
// to need them, and they are how small files become large ones.
const (
	maxDepth  = 8
	maxErrors = 20
)

// Parse reads the file found at path. With any error the defaults are returned.
func Parse(path string, data []byte) (Config, []Error) {
	c, _, errs := parse(path, data)
	return c, errs
}

type position struct{ line, column int }

func parse(path string, data []byte) (Config, map[string]position, []Error) {
	p := &parser{path: path, at: make(map[string]position)}
	c := p.file(data)
	if len(p.errs) > 0 {
		return Default(), nil, p.errs
	}
	return c, p.at, nil
}

type parser struct {
	path string
	at   map[string]position // where each key's value is
	errs []Error
}

// fail records an error at a node and returns false, for the caller to return.
func (p *parser) fail(n *yaml.Node, key, format string, args ...any) bool {
	return p.failAt(max(n.Line, 1), max(n.Column, 1), key, fmt.Sprintf(format, args...))
}

func (p *parser) failAt(line, column int, key, message string) bool {
	if len(p.errs) < maxErrors {
		p.errs = append(p.errs, Error{Path: p.path, Line: line, Column: column, Key: key, Message: message})
	}
	return false
}

func (p *parser) file(data []byte) Config {
	c := Default()
	root, ok := p.document(data)
	if !ok || root == nil {
		return c
	}
	if root.Kind != yaml.MappingNode {
		p.fail(root, "", "the file takes keys such as \"version: 1\", not %s", describe(root))
		return c
	}
	if !p.plain(root, 0) {
		return c
	}
	table := fields()
	byKey, names := make(map[string]field, len(table)), make([]string, 0, len(table))
	for _, f := range table {
		byKey[f.key] = f
		names = append(names, f.key)
	}
	seen := make(map[string]int)
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		f, known := byKey[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			p.fail(key, "", "a key is a word, not %s", describe(key))
		case !known:
			p.fail(key, cut(key.Value), "unknown key %s%s", quote(key.Value), orList(guess(key.Value, names), names))
		case seen[f.key] > 0:
			p.fail(key, f.key, "%s is there twice, first on line %d", f.key, seen[f.key])
		default:
			seen[f.key] = key.Line
			if v, ok := f.kind.read(p, value, f.key); ok {
				p.at[f.key] = position{value.Line, value.Column}
				f.set(&c, v)
			}
		}
	}
	for _, f := range table {
		if f.required && seen[f.key] == 0 {
			p.fail(root, f.key, "%s is missing: add \"%s: %v\"", f.key, f.key, f.get(Default()))
		}
	}
	if len(p.errs) == 0 {
		for _, e := range contradictions(c, p.at) {
			p.failAt(e.Line, e.Column, e.Key, e.Message)
		}
	}
	return c
}

// document returns the one document's root, nil if the file holds none.
func (p *parser) document(data []byte) (root *yaml.Node, ok bool) {
	if len(data) > MaxSize {
		return nil, p.failAt(1, 1, "", fmt.Sprintf("the file is larger than the %d bytes that are read", MaxSize))
	}
	if !utf8.Valid(data) {
		valid := 0
		for valid < len(data) {
			r, size := utf8.DecodeRune(data[valid:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			valid += size
		}
		line := 1 + bytes.Count(data[:valid], []byte("\n"))
		column := 1 + utf8.RuneCount(data[bytes.LastIndexByte(data[:valid], '\n')+1:valid])
		return nil, p.failAt(line, column, "", "the file is not UTF-8 text")
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := decode(dec, &doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, true
		}
		line, message := place(err)
		return nil, p.failAt(line, 1, "", "the file is not valid YAML: "+message)
	}
	var more yaml.Node
	if err := decode(dec, &more); !errors.Is(err, io.EOF) {
		return nil, p.failAt(max(more.Line, 1), 1, "", "the file holds more than one document: drop all from the second \"---\"")
	}
	if len(doc.Content) == 0 || (doc.Content[0].ShortTag() == "!!null" && doc.Content[0].Kind == yaml.ScalarNode) {
		return nil, true
	}
	return doc.Content[0], true
}

// decode keeps a fault of the YAML library from being ours.
func decode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the parser gave up")
		}
	}()
	return dec.Decode(n)
}

var (
	yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// What the library's grammar says, as opposed to its scanner, which alone
	// counts lines from 1.
	yamlGrammar = regexp.MustCompile(`did not find expected (<|node content|key|'-'|',')`)
)

// place takes the line out of the library's message.
func place(err error) (line int, message string) {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return 1, cut(text)
	}
	line, _ = strconv.Atoi(m[1]) // absent on the first line
	if yamlGrammar.MatchString(text) {
		line++
	}
	return max(line, 1), cut(text[len(m[0]):])
}

// plain refuses what the file never needs: aliases, anchors, own tags, depth.
func (p *parser) plain(n *yaml.Node, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		return p.fail(n, "", "aliases (*%s) are not read here: write the value out", cut(n.Value))
	case n.Anchor != "":
		return p.fail(n, "", "anchors (&%s) are not read here: write the value out", cut(n.Anchor))
	case n.Style&yaml.TaggedStyle != 0:
		return p.fail(n, "", "tags (%s) are not read here", cut(n.Tag))
	case depth > maxDepth:
		return p.fail(n, "", "the file is nested deeper than %d levels", maxDepth)
	}
	for _, child := range n.Content {
		if !p.plain(child, depth+1) {
			return false
		}
	}
	return true
}

func orList(guessed string, names []string) string {
	if guessed != "" {
		return guessed
	}
	return "; the keys are " + enumerate(names)
}
