package server_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// secrets are the credentials of the hostile files.
var secrets = []string{"ghp_A1b2", "0123456789abcdef01234567", "hunter2", "pa55word99"}

// acts is what GitHub turns into a notification, a reference, a link or a
// picture wherever it is plain text.
var acts = regexp.MustCompile(`(?i)@[a-z0-9]|#\d|\bgh-\d|https?://|www\.|:[a-z0-9_+-]+:`)

// elements is what the App itself writes.
var elements = strings.Fields("html head body h1 h3 p ul ol li pre strong code a table thead tbody tr th td details summary sub")

// harmless reads Markdown as GitHub does, with raw HTML in force, and fails on
// any element or address that is not the App's, on a mention, on a character
// that is not seen and on a credential.
func harmless(t *testing.T, github, text string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the secret %s… got through", s)
		}
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Errorf("the text holds %U", r)
		}
	}
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))
	if err := md.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(n *html.Node, quiet bool)
	walk = func(n *html.Node, quiet bool) {
		switch n.Type {
		case html.CommentNode:
			if strings.TrimSpace(n.Data) != "mlops-maturity" || !strings.HasPrefix(text, "<!--") {
				t.Errorf("the HTML comment %q got through", n.Data)
			}
		case html.ElementNode:
			if !slices.Contains(elements, n.Data) {
				t.Errorf("the element <%s> got through", n.Data)
			}
			for _, a := range n.Attr {
				ours := n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, github+"/acme/churn/")
				cell := (n.Data == "td" || n.Data == "th") && (a.Key == "align" || a.Key == "style")
				drawing := n.Data == "code" && a.Key == "class" && a.Val == "language-mermaid"
				if drawing {
					harmlessDrawing(t, n.FirstChild.Data)
				}
				if !ours && !cell && !drawing {
					t.Errorf("<%s %s=%q> got through", n.Data, a.Key, a.Val)
				}
			}
			quiet = quiet || n.Data == "code" || n.Data == "a"
		case html.TextNode:
			if !quiet {
				harmlessWords(t, n.Data)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, quiet)
		}
	}
	walk(root, false)
}

// drawn are the lines of a drawing; a label holds words, entities of Mermaid and
// line breaks, nothing that Mermaid or a browser would act on.
var drawn = regexp.MustCompile(`^(?:flowchart TD|  n\d+\["(?:[^"<>&@` + "`" + `#]|#\d+;|<br>)+"\](?::::[a-z]+)?|  n\d+ [-.x>]+ n\d+|  classDef [a-z]+ [a-z0-9#:,-]+|)$`)

func harmlessDrawing(t *testing.T, text string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if !drawn.MatchString(line) {
			t.Errorf("the drawing has the line %q", line)
		}
	}
}

// harmlessWords fails where GitHub would act on plain text.
func harmlessWords(t *testing.T, text string) {
	t.Helper()
	if m := acts.FindString(text); m != "" {
		t.Errorf("GitHub would act on %q in %q", m, text)
	}
}
