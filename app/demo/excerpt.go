package demo

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxFiles  = 60      // files shown below the comment
	maxLine   = 300     // characters of a line
	wholeFile = 60      // lines up to which a file is shown whole
	around    = 4       // lines shown beside one that is named
	maxBytes  = 1 << 20 // of a file that is shown
)

// excerpts collects the files and lines that the Markdown links to, so that a
// page without a GitHub behind it can show them.
type excerpts struct {
	o     *Outcome
	files map[string]*excerpt // by commit and path
	order []*excerpt
}

type excerpt struct {
	Number       int
	Commit, Path string
	Lines        []line
	Note         string // why there are no lines
	content      []string
	named        []int
}

// line is one line of a file; a Gap stands for lines left out before it.
type line struct {
	ID     string
	Number int
	Text   string
	Named  bool
	Gap    bool
}

// link turns the address of a line on GitHub into one inside the page. A link
// to the repository's other pages leads nowhere here.
func (x *excerpts) link(to string) string {
	rest, own := strings.CutPrefix(to, x.o.web+"/")
	if !own {
		return to
	}
	rest, isBlob := strings.CutPrefix(rest, "blob/")
	rest, anchor, _ := strings.Cut(rest, "#L")
	commit, escaped, ok := strings.Cut(rest, "/")
	path, err := url.PathUnescape(escaped)
	if !isBlob || !ok || err != nil {
		return ""
	}
	e := x.file(commit, path)
	if e == nil {
		return ""
	}
	number, _ := strconv.Atoi(anchor) // none is the whole file
	if number < 1 || number > len(e.content) {
		return "#" + e.id(0)
	}
	if !slices.Contains(e.named, number) {
		e.named = append(e.named, number)
	}
	return "#" + e.id(number)
}

func (x *excerpts) file(commit, path string) *excerpt {
	key := commit + "/" + path
	if e := x.files[key]; e != nil {
		return e
	}
	if len(x.order) == maxFiles {
		return nil
	}
	e := &excerpt{Number: len(x.order) + 1, Commit: commit, Path: path}
	switch data, err := x.o.read(commit, path); {
	case err != nil:
		e.Note = "This file cannot be read."
	case !utf8.Valid(data) || len(data) > maxBytes:
		e.Note = "This file is too large to show, or no text."
	default:
		e.content = strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	}
	x.files[key], x.order = e, append(x.order, e)
	return e
}

func (e *excerpt) id(number int) string {
	if number == 0 {
		return fmt.Sprintf("file-%d", e.Number)
	}
	return fmt.Sprintf("file-%d-%d", e.Number, number)
}

// ID is the anchor of the file.
func (e *excerpt) ID() string { return e.id(0) }

// cut chooses the lines to show, once all named ones are known.
func (e *excerpt) cut() {
	last := 0
	for i, content := range e.content {
		n := i + 1
		near := slices.ContainsFunc(e.named, func(named int) bool { return n >= named-around && n <= named+around })
		if len(e.content) > wholeFile && !near {
			continue
		}
		if r := []rune(content); len(r) > maxLine {
			content = string(r[:maxLine]) + " …"
		}
		e.Lines = append(e.Lines, line{ID: e.id(n), Number: n, Text: content, Named: slices.Contains(e.named, n), Gap: n != last+1})
		last = n
	}
}
