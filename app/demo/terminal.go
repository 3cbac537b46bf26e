package demo

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Terminal writes the check run and the comment for people, so many columns
// wide, with colours if the terminal shows them.
func (o *Outcome) Terminal(w io.Writer, color bool, width int) error {
	t := &screen{color: color, width: max(width, 40)}
	if o.Check == nil {
		t.rule("no check run")
		t.para("", "", "The configuration of the base branch switches the App off.")
	} else {
		t.rule(fmt.Sprintf("check run on %s · %s · %s", o.Short(), o.Check.Name, o.Check.Conclusion))
		t.para("", "", t.paint(bold, visible(o.Check.Title)))
		t.b.WriteByte('\n')
		t.markdown(o.Check.Summary)
	}
	if o.Comment == "" {
		t.rule("no comment")
		t.para("", "", "The pull request changes no level and no capability, or the repository is not judged.")
	} else {
		t.rule(fmt.Sprintf("comment by %s on %s#%d", o.Bot, o.Repository, o.Number))
		t.markdown(o.Comment)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// What a terminal takes as bold, dim and cyan.
const (
	bold = "1"
	dim  = "2"
	cyan = "36"
)

// columns counts what a text takes on the screen, whatever the locale.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

// screen collects lines of a width.
type screen struct {
	b     strings.Builder
	color bool
	width int
}

// paint colours each word by itself, so that lines may break between them.
func (t *screen) paint(code, s string) string {
	if !t.color {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if w != "" {
			words[i] = "\x1b[" + code + "m" + w + "\x1b[0m"
		}
	}
	return strings.Join(words, " ")
}

// rule is a line across the screen with a text in it.
func (t *screen) rule(s string) {
	s = "── " + visible(s) + " "
	t.b.WriteString("\n" + t.paint(dim, s+strings.Repeat("─", max(t.width-columns.StringWidth(s), 0))) + "\n\n")
}

// para writes text wrapped between words; first starts its first line, rest the
// others.
func (t *screen) para(first, rest, text string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, used := first, breadth(first)
		empty := true
		for _, word := range strings.Fields(paragraph) {
			n := breadth(word)
			if !empty && used+1+n > t.width {
				t.b.WriteString(line + "\n")
				line, used, empty = rest, breadth(rest), true
			}
			if !empty {
				line, used = line+" ", used+1
			}
			line, used, empty = line+word, used+n, false
		}
		t.b.WriteString(strings.TrimRight(line, " ") + "\n")
		first = rest
	}
}

// breadth is the columns of a text with colours.
func breadth(s string) int { return columns.StringWidth(paints.ReplaceAllString(s, "")) }

var paints = regexp.MustCompile("\x1b\\[[0-9]+m")

// visible drops what moves a terminal's cursor or changes its state.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
}
