package render

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxRaw  = 4096 // bytes of one text from outside that are looked at
	maxText = 400  // characters of one sentence that are shown
	maxName = 160  // characters of one path or command that are shown
)

// zeroWidth keeps GitHub from seeing a mention, a reference or an address where
// a file only holds the same letters. GitHub looks at the rendered text, so an
// HTML entity would not do.
const zeroWidth = "\u200b"

// plain makes a text from outside fit for one line: without credentials,
// controls or direction changes, and of at most so many characters.
func plain(s string, most int) string {
	if len(s) > maxRaw {
		s = s[:maxRaw]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		if r, size := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && size == 1 {
			s = s[:len(s)-1]
		}
		s += "…"
	}
	var b strings.Builder
	for _, r := range strings.TrimSpace(mask(s)) {
		b.WriteString(visible(r))
	}
	out := b.String()
	if utf8.RuneCountInString(out) <= most {
		return out
	}
	runes := []rune(out)[:most-1]
	for len(runes) > 0 && !unicode.IsGraphic(runes[len(runes)-1]) { // no half of a joined character
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// visible shows a character that would be invisible or move its neighbours.
func visible(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\t':
		return " "
	case r == '\u200c' || r == '\u200d': // joiners: scripts and pictures need them
		return string(r)
	case unicode.IsSpace(r):
		return " "
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029':
		if r < 0x100 {
			return fmt.Sprintf(`\x%02x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string(r)
}

// code writes a text from outside as a Markdown code span, in which GitHub sees
// neither mentions nor addresses. It holds in tables and links too.
func code(s string) string {
	s = plain(s, maxName)
	if s == "" {
		return "`?`"
	}
	if !strings.ContainsAny(s, "`|") {
		return "`" + s + "`"
	}
	return "<code>" + entities(s) + "</code>"
}

// entities leaves nothing that Markdown, HTML or GitHub would read as more than
// text.
func entities(s string) string {
	s = broken(s)
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '@' || r == '#':
			fmt.Fprintf(&b, "&#%d;%s", r, zeroWidth)
		case r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' && r != '-' && r != '/' && r != ',':
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// prose writes a sentence as Markdown that shows its very words. What it has in
// backticks becomes code.
func prose(s string) string {
	parts := strings.Split(plain(s, maxText), "`")
	if len(parts)%2 == 0 { // an odd backtick is a backtick
		last := len(parts) - 1
		parts = append(parts[:last-1], parts[last-1]+"`"+parts[last])
	}
	var b strings.Builder
	for i, part := range parts {
		switch {
		case i%2 == 1 && strings.TrimSpace(part) != "":
			b.WriteString(code(part))
		case i%2 == 1:
			b.WriteString("\\`" + part + "\\`")
		default:
			b.WriteString(escape(part))
		}
	}
	return b.String()
}

// What GitHub turns into links and pictures, each with where to break it.
var breaks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?i)(https?:|ftp:|mailto:|xmpp:)`), "${1}" + zeroWidth},
	{regexp.MustCompile(`(?i)(www)\.`), "${1}" + zeroWidth + "."},
	{regexp.MustCompile(`(?i)\b(gh)-(\d)`), "${1}" + zeroWidth + "-${2}"},
	{picture, ":" + zeroWidth + "${1}"},
	{picture, ":" + zeroWidth + "${1}"}, // those that begin where another ends
}

var picture = regexp.MustCompile(`:([A-Za-z0-9_+-]+:)`)

// broken takes the life out of addresses and references.
func broken(s string) string {
	if !strings.ContainsAny(s, ":.-") {
		return s
	}
	for _, b := range breaks {
		s = b.what.ReplaceAllString(s, b.with)
	}
	return s
}

// opening is what would start a list or a heading.
var opening = regexp.MustCompile(`^(?:[-+=]|\d+[.)])`)

// escape writes plain text as Markdown.
func escape(s string) string {
	s = broken(s)
	if m := opening.FindString(s); m != "" {
		s = m[:len(m)-1] + "\x00" + s[len(m)-1:]
	}
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		switch r {
		case 0:
			b.WriteByte('\\')
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '|':
			b.WriteString("&#124;")
		case '@':
			b.WriteString("@" + zeroWidth)
		case '#':
			b.WriteString("\\#")
			if i+1 < len(runes) && unicode.IsDigit(runes[i+1]) {
				b.WriteString(zeroWidth)
			}
		case '_':
			if i > 0 && i+1 < len(runes) && wordy(runes[i-1]) && wordy(runes[i+1]) {
				b.WriteByte('_') // within a word it means nothing
			} else {
				b.WriteString("\\_")
			}
		case '\\', '`', '*', '[', ']', '~', '$', '!', '^':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
