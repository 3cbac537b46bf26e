package document

import (
	"bytes"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxMarkers bounds the block markers at the start of a line. The parser opens
// one nested block for each and takes quadratic time on thousands of them.
const maxMarkers = 32

// markdown reads the blocks of a Markdown file.
func (r *reader) markdown(src []byte) {
	src = flatten(src)
	m := markdownReader{reader: r, src: src}
	for i, b := range src {
		if b == '\n' {
			m.newlines = append(m.newlines, i)
		}
	}
	p := parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...))
	_ = ast.Walk(p.Parse(text.NewReader(src)), m.visit) // visit returns no error
}

// flatten empties lines that open more blocks than any text does. Offsets and
// line numbers stay.
func flatten(src []byte) []byte {
	var out []byte
	start := 0
	for l := range bytes.Lines(src) {
		markers := 0
		for _, b := range l {
			if b == '>' || b == '.' || b == ')' || b == '-' || b == '*' || b == '+' {
				markers++
			} else if b != ' ' && b != '\t' && (b < '0' || b > '9') {
				break
			}
			if markers > maxMarkers {
				break
			}
		}
		if markers > maxMarkers && !rule(l) {
			if out == nil {
				out = bytes.Clone(src)
			}
			for i := range l {
				if l[i] != '\n' {
					out[start+i] = ' '
				}
			}
		}
		start += len(l)
	}
	if out == nil {
		return src
	}
	return out
}

// rule says whether a line is one character over and over: an underline or a
// horizontal rule, which open nothing.
func rule(l []byte) bool {
	l = bytes.TrimSpace(l)
	return len(l) > 0 && l[0] != '>' && len(bytes.Trim(l, string(l[:1]))) == 0
}

type markdownReader struct {
	*reader
	src      []byte
	newlines []int
}

func (m markdownReader) lineAt(offset int) int { return 1 + sort.SearchInts(m.newlines, offset) }

func (m markdownReader) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if m.full() {
		return ast.WalkStop, nil
	}
	switch b := n.(type) {
	case *ast.Heading:
		if s, line, ok := m.content(n); ok {
			m.add("heading", s, line, b.Level, "")
			m.links(s, line)
		}
	case *ast.FencedCodeBlock:
		language := ""
		if b.Info != nil {
			language = string(b.Language(m.src))
		}
		m.code(m.lines(n), strings.Trim(language, "{}."))
	case *ast.CodeBlock:
		m.code(m.lines(n), "")
	case *ast.Paragraph, *ast.TextBlock:
		if s, line, ok := m.content(n); ok {
			m.add("prose", s, line, 0, "")
			m.links(s, line)
		}
	}
	return ast.WalkContinue, nil
}

// content is the text of a block and its first line.
func (m markdownReader) content(n ast.Node) (string, int, bool) {
	if n.Lines().Len() == 0 {
		return "", 0, false
	}
	first := n.Lines().At(0)
	return string(n.Lines().Value(m.src)), m.lineAt(first.Start), true
}

func (m markdownReader) lines(n ast.Node) []codeLine {
	var out []codeLine
	for i := range min(n.Lines().Len(), maxFacts) {
		segment := n.Lines().At(i)
		out = append(out, codeLine{string(segment.Value(m.src)), m.lineAt(segment.Start)})
	}
	return out
}
