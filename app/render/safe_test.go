package render

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

// What GitHub acts on in rendered text outside code and links.
var acts = []*regexp.Regexp{
	regexp.MustCompile(`@[A-Za-z0-9]`), regexp.MustCompile(`#\d`), regexp.MustCompile(`(?i)\bgh-\d`),
	regexp.MustCompile(`(?i)https?://|www\.|mailto:[a-z]`), regexp.MustCompile(`:[A-Za-z0-9_+-]+:`),
}

// Every Markdown output of every report and case, read as GitHub reads it, has
// our own elements only, leads to our own addresses only and names nobody.
func TestMarkdownShowsNothingButWords(t *testing.T) {
	for where, text := range outputs(t) {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for _, r := range text {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
					t.Errorf("the text holds %U", r)
				}
			}
			safe(t, text)
		})
	}
}

func outputs(t *testing.T) map[string]string {
	out := make(map[string]string)
	for _, name := range names(t, "reports") {
		var b bytes.Buffer
		if err := Markdown(&b, load(t, name)); err != nil {
			t.Fatal(err)
		}
		out[name+" markdown"] = b.String()
	}
	for _, name := range names(t, "cases") {
		in := situation(t, name)
		check := CheckRun(in)
		out[name+" summary"], out[name+" text"], out[name+" comment"] = check.Summary, check.Text, Comment(in)
	}
	return out
}

func safe(t *testing.T, text string) {
	t.Helper()
	var b bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ghtml.WithUnsafe()))
	if err := md.Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "<!--"); n > 0 && (n > 1 || !strings.HasPrefix(text, Marker+"\n")) {
		t.Errorf("%d HTML comments", n)
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	allowed := strings.Fields("html head body h1 h3 p ul ol li pre strong code a table thead tbody tr th td details summary sub")
	var walk func(n *html.Node, quiet bool)
	walk = func(n *html.Node, quiet bool) {
		switch n.Type {
		case html.ElementNode:
			if !slices.Contains(allowed, n.Data) {
				t.Errorf("the element <%s> got through", n.Data)
			}
			for _, a := range n.Attr {
				switch {
				case n.Data == "a" && a.Key == "href" && (strings.HasPrefix(a.Val, "https://github.com/acme/") || strings.HasPrefix(a.Val, "https://maturity.example/")):
				case n.Data == "code" && n.Parent.Data == "pre" && a.Key == "class" && a.Val == "language-mermaid":
				case (n.Data == "td" || n.Data == "th") && (a.Key == "align" || a.Key == "style"):
				default:
					t.Errorf("<%s %s=%q> got through", n.Data, a.Key, a.Val)
				}
			}
			if n.Data == "tr" {
				cells := 0
				for c := n.FirstChild; c != nil; c = c.NextSibling {
					if c.Type == html.ElementNode {
						cells++
					}
				}
				if cells != 3 {
					t.Errorf("a table row has %d cells", cells)
				}
			}
			quiet = quiet || n.Data == "code" || n.Data == "a"
		case html.TextNode:
			for _, re := range acts {
				if m := re.FindString(n.Data); m != "" && !quiet {
					t.Errorf("GitHub would act on %q in %q", m, n.Data)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, quiet)
		}
	}
	walk(root, false)
}

func TestAnnotationsAndTitlesNameNobody(t *testing.T) {
	for _, name := range names(t, "cases") {
		out := CheckRun(situation(t, name))
		for _, a := range append(out.Annotations, Annotation{Title: out.Title, Message: out.Title}) {
			for _, s := range []string{a.Title, a.Message} {
				if acts[0].MatchString(s) || strings.ContainsFunc(s, unicode.IsControl) || s == "" {
					t.Errorf("%s: %q", name, s)
				}
			}
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for _, c := range []struct{ text, secret string }{
		{"echo ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8", "ghp_A1"},
		{"github_pat_11ABCDEFG0123456789_abcdefgh", "11ABCDEFG"},
		{"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "IOSFODNN"},
		{"aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "wJalrX"},
		{"mlflow.set_tracking_uri('https://bob:hunter2hunter2@host/x')", "hunter2"},
		{"postgres://:pa55word@db/x", "pa55word"},
		{"curl -H 'Authorization: Bearer abcdefghijklmnop1234'", "abcdefghijklmnop"},
		{"openai.api_key = \"sk-proj-abcdEFGH12345678abcd\"", "abcdEFGH"},
		{"wandb login 0123456789abcdef0123456789abcdef01234567", "0123456789abcdef"},
		{"WANDB_API_KEY=0123456789abcdef0123456789abcdef01234567 python train.py", "0123456789abcdef"},
		{"train.py --token s3cr3ts3cr3t", "s3cr3t"},
		{"password: 'correct-horse-battery'", "correct"},
		{"AccountKey=abcdefgh12345678ABCDEFGH==;", "abcdefgh1234"},
		{"https://acct.blob.core.windows.net/c?sig=abcdEFGH1234%2Fxyz", "abcdEFGH"},
		{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def", "eyJzdWIi"},
		{"-----BEGIN RSA PRIVATE KEY----- MIIEpAIBAAKCAQEA", "MIIE"},
		{"train.py --db https://bob:pa55word…", "pa55"},
		{"echo ghp_A1b2C3…", "A1b2"},
		{"train.py --token s3cr…", "s3cr"},
		{"DB_PASSWORD=hun…", "hun"},
		{"curl -H 'Authorization: Bearer abcdef…", "abcdef"},
		{strings.Repeat("x ", maxRaw/2-12) + "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8", "ghp_A1b2C3d4E5f6G7h8"},
	} {
		for name, got := range map[string]string{"plain": plain(c.text, 1<<20), "code": code(c.text), "prose": prose(c.text), "json": mask(c.text)} {
			if strings.Contains(got, c.secret) {
				t.Errorf("%s shows the secret: %s", name, got)
			}
		}
	}
	for _, innocent := range []string{
		"max_tokens=1024", "tokenizer = AutoTokenizer.from_pretrained", "tokenizer: distilbert-base-uncased-finetuned",
		"pad_token=tokenizer.eos_token", "token: ${{ secrets.GITHUB_TOKEN }}", "secrets: inherit", "mlflow.log_metric",
		"python train.py --config config/train…", "mlflow.set_tracking_uri('https://mlflow.example…", "see https://host/path…",
		"git checkout 0123456789abcdef0123456789abcdef01234567", "https://user@host/path", "python train.py --tokens 4096000000",
	} {
		if got := mask(innocent); got != innocent {
			t.Errorf("%q became %q", innocent, got)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"a\nb\tc\r", 99, `a\nb c`},
		{"\u202eevil\u2066\u00ad", 99, `\u202eevil\u2066\xad`},
		{"\x1b[31mred\x07", 99, `\x1b[31mred\x07`},
		{"bad \xff byte", 99, "bad \ufffd byte"},
		{"abcdef", 4, "abc…"},
		{"日本語テキスト", 4, "日本語…"},
		{"ab👩‍👩‍👧", 5, "ab👩…"},
		{"a\u2028b", 99, `a b`},
	} {
		if got := plain(c.in, c.most); got != c.want {
			t.Errorf("plain(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
	for _, lead := range []string{"", "a", "ab", "abc"} {
		if got := plain(lead+strings.Repeat("é€😀", maxRaw/8), 1<<20); strings.ContainsRune(got, '\ufffd') || !strings.HasSuffix(got, "…") {
			t.Errorf("a character was cut after %q", lead)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"@a <b> `c` | d", "``a`` `b|c`", "[x](y) ![z](w)", "1. - # > + = ~~~", "\\`*_{}[]()#+-.!|", "https://a.b www.c GH-1 #2 :tada:", "&lt; &#64;x &amp;", "<!-- x", "</details>", "$x$ $$y$$", "a\u202eb\x00c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		safe(t, "- x: "+prose(s)+" "+code(s)+"\n- "+prose(s)+"\n\n| a | b | c |\n| - | - | - |\n| "+prose(s)+" | "+code(s)+" | ["+code(s)+"](https://github.com/acme/x) |\n\n"+
			"<details><summary>"+entities(plain(s, maxName))+"</summary>\n\n- "+code(s)+"\n\n</details>\n")
	})
}
