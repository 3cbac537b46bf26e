// Package talk is how people talk to the App: commands in comments and buttons
// on a check run, and what is answered. It is pure: a comment goes in, a
// command or a mistake comes out; a command's outcome goes in, Markdown comes
// out. Who may command, and the doing, are app/assess's.
package talk

import (
	"strings"
	"unicode"
)

// Word begins every command.
const Word = "/mlops-maturity"

// maxLine bounds the command that is kept of a comment, in bytes; a longer one
// is kept one byte longer, which Parse refuses.
const maxLine = 1000

// Find returns the first command of a comment, "" for none, and how many more
// there are. A command stands at the start of a line. What is quoted or in a
// fenced code block is talk about commands.
func Find(comment string) (line string, more int) {
	fence := ""
	for l := range strings.Lines(comment) {
		l = strings.TrimRight(l, " \t\r\n")
		if mark := fenceOf(l); mark != "" {
			switch {
			case fence == "":
				fence = mark
			case strings.HasPrefix(mark, fence) && strings.TrimLeft(strings.TrimSpace(l), mark[:1]) == "":
				fence = ""
			}
			continue
		}
		if fence != "" || !begins(l) {
			continue
		}
		if line != "" {
			more++
			continue
		}
		line = l[:min(len(l), maxLine+1)]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' ' // a job with a NUL could not be stored
		}
		return r
	}, strings.ToValidUTF8(line, "\uFFFD")), more
}

// begins says whether a line is a command: the word and nothing of a longer
// word, such as a path.
func begins(line string) bool {
	rest, ok := strings.CutPrefix(line, Word)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// fenceOf returns the mark of a line that opens or closes a code block.
func fenceOf(line string) string {
	trimmed := strings.TrimLeft(line, " ")
	if len(line)-len(trimmed) > 3 {
		return ""
	}
	for _, c := range []string{"`", "~"} {
		if mark := trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, c))]; len(mark) >= 3 {
			return mark
		}
	}
	return ""
}
