package render

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxOutput is how many bytes GitHub takes as a check's summary, its text, or a
// comment. It counts characters, of which there are never more than bytes.
const maxOutput = 65_535

// reserve is kept free: half of it for the notes that say what was left out,
// half for a comment's footer.
const reserve = 1200

// page is bounded Markdown, built of blocks that are taken whole or not at all.
type page struct {
	b       strings.Builder
	limit   int
	details string // address of the page with everything, "" for none
	closing int    // bytes that open blocks still need
	full    bool   // something was left out: later blocks would read as if nothing was
}

func newPage(limit int, details string) *page {
	if len(details) > reserve/4 || !strings.HasPrefix(details, "http") || strings.ContainsAny(details, "()<> \n") {
		details = ""
	}
	return &page{limit: limit - reserve, details: details}
}

// add takes a block, and says whether it fitted.
func (p *page) add(block string) bool {
	if p.full || p.b.Len()+len(block)+p.closing > p.limit {
		p.full = true
		return false
	}
	p.b.WriteString(block)
	return true
}

// addf is add for a format; text from outside in args must be clean already.
func (p *page) addf(format string, args ...any) bool { return p.add(fmt.Sprintf(format, args...)) }

// list takes as many of n items as fit and are allowed, then says how many more
// there are. noun is their plural.
func (p *page) list(n, most int, item func(i int) string, noun string) {
	for i := range n {
		if i == most || p.full || !p.add(item(i)) {
			p.more(n-i, noun)
			return
		}
	}
}

// more says that so many are not shown, from what is kept free for it.
func (p *page) more(n int, noun string) {
	note := "- 1 more"
	if n > 1 {
		note = fmt.Sprintf("- %d more %s", n, noun)
	}
	if p.details != "" {
		note += ": [all details](" + p.details + ")"
	}
	note += "\n"
	if p.add(note) {
		return
	}
	if p.b.Len()+len(note)+p.closing <= p.limit+reserve/2 {
		p.b.WriteString(note)
	}
}

// fold writes a block that a reader unfolds, and says whether it fitted. Its end
// is always written.
func (p *page) fold(summary string, body func()) bool {
	head, end := "<details><summary>"+summary+"</summary>\n\n", "\n</details>\n\n"
	if p.full || p.b.Len()+len(head)+len(end)+p.closing > p.limit {
		p.full = true
		return false
	}
	p.b.WriteString(head)
	p.closing += len(end)
	body()
	p.closing -= len(end)
	p.b.WriteString(end)
	return true
}

func (p *page) String() string { return strings.TrimSpace(p.b.String()) + "\n" }

// count is "1 thing" or "2 things".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// bar shows part of a whole in ten squares; anything at all shows one.
func bar(part, whole int) string {
	const width = 10
	full := 0
	if whole > 0 {
		full = min(part*width/whole, width)
	}
	if part > 0 && full == 0 {
		full = 1
	}
	return strings.Repeat("■", full) + strings.Repeat("□", width-full)
}

// title cuts a plain line to what GitHub takes as one.
func title(s string) string {
	const most = 250
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most-1]) + "…"
	}
	return s
}
