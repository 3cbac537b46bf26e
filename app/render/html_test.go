package render

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

func htmlOf(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every page has our own elements only, loads nothing, runs nothing, and leads
// to its own sections and to lines on GitHub only.
func TestHTMLShowsNothingButWords(t *testing.T) {
	allowed := strings.Fields("html head meta title style body header main section footer h1 h2 p ul ol li b i span code a div table thead tbody tr th td details summary")
	attributes := strings.Fields("class id lang scope aria-hidden charset content name http-equiv")
	width := regexp.MustCompile(`^width: \d{1,3}%$`)
	for _, name := range names(t, "reports") {
		text := htmlOf(t, load(t, name))
		if strings.Contains(text, "ghp_A1") || strings.Contains(text, "ZgotmplZ") || strings.Contains(text, "<!--") {
			t.Errorf("%s: a secret, a comment, or what the template refuses", name)
		}
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%s: the page holds %U", name, r)
			}
		}
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids, targets := map[string]bool{}, []string(nil)
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if !slices.Contains(allowed, n.Data) {
				t.Errorf("%s: the element <%s> got through", name, n.Data)
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "id":
					if ids[a.Val] {
						t.Errorf("%s: the id %q is there twice", name, a.Val)
					}
					ids[a.Val] = true
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					targets = append(targets, a.Val[1:])
				case n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, "https://github.com/acme/"):
				case n.Data == "i" && a.Key == "style" && width.MatchString(a.Val):
				case slices.Contains(attributes, a.Key):
				default:
					t.Errorf("%s: <%s %s=%q> got through", name, n.Data, a.Key, a.Val)
				}
			}
		}
		for _, id := range targets {
			if !ids[id] {
				t.Errorf("%s: #%s leads nowhere", name, id)
			}
		}
		if !strings.Contains(text, `content="default-src 'none'; style-src 'unsafe-inline'"`) || regexp.MustCompile(`@import|url\(`).MatchString(text[:strings.Index(text, "</style>")]) {
			t.Errorf("%s: the page may load something", name)
		}
	}
}

// A status is a word and a mark, whatever colours a reader sees.
func TestHTMLSaysEveryStatusInWords(t *testing.T) {
	for _, name := range names(t, "reports") {
		r := load(t, name)
		text := htmlOf(t, r)
		for _, c := range r.Capabilities {
			if !r.Kind.Judged() || name == "hostile" {
				continue
			}
			row := fmt.Sprintf(`aria-hidden="true">%s</span> <b>%s</b> <code>%s</code>: %s`, mark(c.Status), html.EscapeString(c.Title), c.ID, word(c.Status))
			if !strings.Contains(text, row) {
				t.Errorf("%s: no row %s", name, row)
			}
		}
	}
}

// Places are links where they can be, and words where not.
func TestHTMLLinksLines(t *testing.T) {
	r := load(t, "level-2")
	link := `href="https://github.com/acme/churn/blob/` + r.Subject.Commit + `/uv.lock#L1"`
	if text := htmlOf(t, r); !strings.Contains(text, link) {
		t.Errorf("no %s", link)
	}
	r.Subject.Repository = "/home/dana/churn"
	if text := htmlOf(t, r); strings.Contains(text, "https://") || !strings.Contains(text, "<code>uv.lock:1</code>") {
		t.Error("a folder has an address, or its places are not shown")
	}
}

func TestHTMLIsBounded(t *testing.T) {
	r := load(t, "monorepo")
	for i := range 2 * maxHTMLProjects {
		r.Projects = append(r.Projects, report.NamedProject{Path: fmt.Sprintf("models/%d", i), Project: r.Project})
	}
	for range 3 {
		r.Gaps = append(r.Gaps, make([]repo.Gap, maxHTMLGaps)...)
	}
	text := htmlOf(t, r)
	for _, more := range []string{fmt.Sprintf("%d more projects", len(r.Projects)-maxHTMLProjects), fmt.Sprintf("%d more<", len(r.Gaps)-maxHTMLGaps)} {
		if !strings.Contains(text, more) {
			t.Errorf("not said: %s", more)
		}
	}
	if len(text) > 1<<20 {
		t.Errorf("%d bytes", len(text))
	}
}
