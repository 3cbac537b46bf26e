package demo

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown writes Markdown as plain lines: headings bold, tables in columns,
// links without their addresses, unknown things as their text.
func (t *screen) markdown(source string) {
	src := []byte(source)
	t.blocks(markdown.Parser().Parse(text.NewReader(src)), src, "", "")
}

// blocks writes the children of a block; first starts the first line and rest
// all others.
func (t *screen) blocks(parent ast.Node, src []byte, first, rest string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			t.list(n, src, rest)
		case *extast.Table:
			t.table(n, src, rest)
		case *ast.HTMLBlock:
			if s := strings.TrimSpace(visible(html.UnescapeString(anyTag.ReplaceAllString(blockHTML(n, src), "")))); s != "" {
				t.para(first, rest, t.paint(bold, s))
			}
			continue // what it opens follows at once
		case *ast.Heading:
			t.para(first, rest, t.paint(bold, t.inline(n, src)))
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if f, ok := n.(*ast.FencedCodeBlock); ok && string(f.Language(src)) == "mermaid" {
				t.para(first, rest, "(a picture on GitHub)")
				break
			}
			for l := range strings.SplitSeq(strings.TrimSuffix(string(n.Lines().Value(src)), "\n"), "\n") {
				t.b.WriteString(rest + "    " + visible(l) + "\n")
			}
		case *ast.TextBlock, *ast.Paragraph:
			t.para(first, rest, t.inline(n, src))
		default:
			t.blocks(n, src, first, rest)
			continue
		}
		first = rest
		if n.Kind() != ast.KindTextBlock && (n.NextSibling() != nil || parent.Kind() == ast.KindDocument) && parent.Kind() != ast.KindListItem {
			t.b.WriteByte('\n')
		}
	}
}

var anyTag = regexp.MustCompile(`(?s)<!--.*?-->|<[^<>]*>`)

func (t *screen) list(n *ast.List, src []byte, lead string) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		t.blocks(item, src, lead+mark, lead+strings.Repeat(" ", len(mark)))
	}
}

// table writes rows in columns as wide as their widest cell.
func (t *screen) table(n *extast.Table, src []byte, lead string) {
	var rows [][]string
	var widths []int
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		var row []string
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			cell := t.inline(c, src)
			if len(widths) == len(row) {
				widths = append(widths, 0)
			}
			widths[len(row)] = max(widths[len(row)], breadth(cell))
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	for i, row := range rows {
		line := lead
		for j, cell := range row {
			line += cell + strings.Repeat(" ", widths[j]-breadth(cell)+2)
		}
		t.b.WriteString(strings.TrimRight(line, " ") + "\n")
		if i == 0 {
			total := 2 * (len(widths) - 1)
			for _, w := range widths {
				total += w
			}
			t.b.WriteString(lead + t.paint(dim, strings.Repeat("─", max(total, 0))) + "\n")
		}
	}
}

// inline is the text of a block's children.
func (t *screen) inline(parent ast.Node, src []byte) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(visible(html.UnescapeString(string(util.UnescapePunctuations(n.Segment.Value(src))))))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.WriteString(visible(string(n.Value)))
		case *ast.CodeSpan:
			b.WriteString(t.code(n, src))
		case *ast.Emphasis:
			b.WriteString(t.paint(bold, t.inline(n, src)))
		case *ast.AutoLink:
			b.WriteString(visible(string(n.URL(src))))
		case *ast.RawHTML: // only <sub>, which says nothing here
		default:
			b.WriteString(t.inline(n, src))
		}
	}
	return b.String()
}

// code is a piece of code: coloured, or in the back quotes that it came in.
func (t *screen) code(n *ast.CodeSpan, src []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s, ok := c.(*ast.Text); ok {
			b.Write(s.Segment.Value(src))
		}
	}
	if t.color {
		return t.paint(cyan, visible(b.String()))
	}
	return "`" + visible(b.String()) + "`"
}
