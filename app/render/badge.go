package render

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Badge is what a badge says of a repository's default branch.
type Badge struct {
	Judged bool // there is a verdict
	Kind   report.Kind
	Level  int
}

const badgeLabel = "MLOps maturity"

// words are the badge's right half and its colour. White on each of them has a
// contrast of at least 4.5.
func (b Badge) words() (message, color string) {
	switch {
	case !b.Judged:
		return "not judged yet", "#5f6368"
	case !b.Kind.Judged():
		return "not applicable", "#5f6368"
	}
	colors := []string{"#a33327", "#a34b00", "#7a6400", "#4a6f00", "#17692c"}
	return fmt.Sprintf("level %d", b.Level), colors[max(0, min(b.Level, len(colors)-1))]
}

// Text is the badge in words, for an alternative text.
func (b Badge) Text() string {
	message, _ := b.words()
	return badgeLabel + ": " + message
}

// SVG draws the badge. It needs no font, script or style from anywhere.
func (b Badge) SVG() []byte {
	message, color := b.words()
	const pad, height = 6, 20
	left, right := width(badgeLabel)+2*pad, width(message)+2*pad
	all := left + right
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`, all, height, all, height, html.EscapeString(b.Text()))
	fmt.Fprintf(&s, `<title>%s</title>`, html.EscapeString(b.Text()))
	fmt.Fprintf(&s, `<path fill="#3b3f45" d="M4 0H%dV%dH4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z"/>`, left, height)
	fmt.Fprintf(&s, `<path fill="%s" d="M%d 0H%da4 4 0 0 1 4 4V%da4 4 0 0 1-4 4H%dz"/>`, color, left, all-4, height-4, left)
	s.WriteString(`<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`)
	for _, t := range []struct {
		x    int
		text string
	}{{pad, badgeLabel}, {left + pad, message}} {
		fmt.Fprintf(&s, `<text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`, t.x, width(t.text), html.EscapeString(t.text))
	}
	s.WriteString("</g></svg>\n")
	return []byte(s.String())
}

// JSON is the badge for shields.io's endpoint badge.
func (b Badge) JSON() []byte {
	message, color := b.words()
	data, err := json.Marshal(struct {
		SchemaVersion int    `json:"schemaVersion"`
		Label         string `json:"label"`
		Message       string `json:"message"`
		Color         string `json:"color"`
	}{1, badgeLabel, message, color})
	if err != nil { // plain data: cannot happen
		return nil
	}
	return append(data, '\n')
}

// width is about what a text takes in Verdana at 11 pixels; the drawing then
// fits the text to it, whatever font the reader has.
func width(s string) int {
	tenths := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijlI.,:;'|! ", r):
			tenths += 36
		case strings.ContainsRune("ftr()-", r):
			tenths += 45
		case strings.ContainsRune("mwMW", r):
			tenths += 102
		case r >= 'A' && r <= 'Z':
			tenths += 78
		default:
			tenths += 67
		}
	}
	return (tenths + 9) / 10
}
