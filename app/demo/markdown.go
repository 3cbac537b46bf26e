package demo

import (
	"bytes"
	"html"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown reads what the App wrote as GitHub does: its dialect, line breaks
// kept, and of raw HTML the few tags of allowTags.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithRendererOptions(gmhtml.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(rawHTML{}, 1))),
)

// toHTML renders Markdown; link gives every link's new address, "" to leave
// only its text.
func toHTML(source string, link func(string) string) (template.HTML, error) {
	src := []byte(source)
	root := markdown.Parser().Parse(text.NewReader(src), parser.WithContext(parser.NewContext()))
	var dead []*ast.Link
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			if to := link(string(l.Destination)); to != "" {
				l.Destination = []byte(to)
			} else {
				dead = append(dead, l)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", err
	}
	for _, l := range dead {
		for c := l.FirstChild(); c != nil; c = l.FirstChild() {
			l.Parent().InsertBefore(l.Parent(), l, c)
		}
		l.Parent().RemoveChild(l.Parent(), l)
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, src, root); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // goldmark escapes, and rawHTML lets six tags through
}

// rawHTML renders the HTML inside of Markdown.
type rawHTML struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (rawHTML) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHTMLBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(allowTags(blockHTML(n.(*ast.HTMLBlock), src)))
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindRawHTML, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			_, _ = w.WriteString(allowTags(string(n.(*ast.RawHTML).Segments.Value(src))))
		}
		return ast.WalkSkipChildren, nil
	})
}

func blockHTML(n *ast.HTMLBlock, src []byte) string {
	out := string(n.Lines().Value(src))
	if n.HasClosure() {
		out += string(n.ClosureLine.Value(src))
	}
	return out
}

// allowed are the tags that the App writes. They carry no attributes.
var (
	allowed = map[string]bool{"<details>": true, "</details>": true, "<summary>": true, "</summary>": true, "<sub>": true, "</sub>": true}
	tags    = regexp.MustCompile(`(?s)<!--.*?-->|<[^<>]*>|[<>]`)
)

// allowTags drops comments, keeps the allowed tags and escapes all others.
func allowTags(s string) string {
	return tags.ReplaceAllStringFunc(s, func(tag string) string {
		switch {
		case allowed[tag]:
			return tag
		case strings.HasPrefix(tag, "<!--"):
			return ""
		}
		return html.EscapeString(tag)
	})
}
