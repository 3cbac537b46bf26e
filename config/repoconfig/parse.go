package repoconfig

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
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

// Parse reads the configuration file of a repository, found at path. With any
// error the defaults are returned.
func Parse(path string, data []byte) (Config, []Error) {
	c, errs, _ := ParseAll(path, data)
	return c, errs
}

// ParseAll is Parse that also returns warnings: mistakes that do not spoil the
// file, such as a waiver's date that is none.
func ParseAll(path string, data []byte) (c Config, errs, warnings []Error) {
	layer, notes := Read(Source{Path: path, Origin: RepositoryFile}, data)
	c, _, more := Merge(layer)
	errs, warnings = Split(append(notes, more...))
	if len(errs) > 0 {
		return Default(), errs, warnings
	}
	return c, nil, warnings
}

// Split parts errors from warnings.
func Split(all []Error) (errs, warnings []Error) {
	for _, e := range all {
		if e.Warning {
			warnings = append(warnings, e)
		} else {
			errs = append(errs, e)
		}
	}
	return errs, warnings
}

type parser struct {
	source   *Source
	errs     []Error
	warnings []Error
}

// value is what a node says, and where.
func (p *parser) value(n *yaml.Node, data any) value {
	return value{position{p.source, n.Line, n.Column}, data}
}

// full says that no more errors are taken, so that there is no use in finding any.
func (p *parser) full() bool { return len(p.errs) >= maxErrors }

// fail records an error at a node and returns false, for the caller to return.
func (p *parser) fail(n *yaml.Node, key, format string, args ...any) bool {
	return p.failAt(max(n.Line, 1), max(n.Column, 1), key, fmt.Sprintf(format, args...))
}

// wrong says that a value is not of its kind.
func (p *parser) wrong(n *yaml.Node, key string, k kind, hint string) (value, bool) {
	return value{}, p.fail(n, key, "%s takes %s, not %s%s", key, k.takes(), describe(n), hint)
}

func (p *parser) failAt(line, column int, key, message string) bool {
	if !p.full() {
		p.errs = append(p.errs, Error{Path: p.source.Path, Line: line, Column: column, Key: key, Message: message})
	}
	return false
}

func (p *parser) warn(n *yaml.Node, key, format string, args ...any) {
	if len(p.warnings) < maxErrors {
		p.warnings = append(p.warnings, Error{Path: p.source.Path, Line: max(n.Line, 1), Column: max(n.Column, 1), Key: key,
			Message: fmt.Sprintf(format, args...), Warning: true})
	}
}

// file reads a whole file as the value of a mapping; without content it is an
// empty one.
func (p *parser) file(data []byte) value {
	root, ok := p.document(data)
	if !ok || root == nil {
		return value{}
	}
	if root.Kind != yaml.MappingNode {
		p.fail(root, "", "the file takes keys such as \"version: 1\", not %s", describe(root))
		return value{}
	}
	if !p.plain(root, 0) {
		return value{}
	}
	v, _ := mapping{fields: fields()}.read(p, root, "")
	return v
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
		if strings.Contains(message, "cannot start any token") {
			message += ": indent with blanks, not tabs, and put a value that begins with @, ` or % in quotes"
		}
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

func orList(guessed string, names []string, what string) string {
	if guessed != "" {
		return guessed
	}
	if len(names) == 1 {
		return "; the only " + what + " is " + names[0]
	}
	return "; the " + what + "s are " + enumerate(names)
}
