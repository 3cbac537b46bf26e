package pipeline

import "strings"

// literal is a Python string literal: its text, the keyword it is assigned to,
// and how many lines below the start of the section its text begins.
type literal struct {
	name string
	text string
	line int
}

// literals lists the string literals of a piece of Python in order. Prefixes
// (r, f, b, u) are dropped and escapes other than of quotes and line ends are
// left as written. Comments are skipped.
func literals(src string) []literal {
	var out []literal
	name, line := "", 0
	word := 0  // where the last word began
	index := 0 // open subscripts: their literals are keys, no values
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case c == '\n':
			line++
			i++
			word = i
		case c == '"' || c == '\'':
			body, next := stringBody(src, i)
			lit := literal{text: body, line: line}
			if len(strings.TrimSpace(src[word:i])) <= 1 { // nothing or a prefix: the literal is the whole value
				lit.name = name
			}
			if strings.HasPrefix(body, "\n") {
				lit.text = body[1:]
				lit.line++
			}
			if index == 0 {
				out = append(out, lit)
			}
			line += strings.Count(src[i:next], "\n")
			i, word = next, next
		case c == '=':
			name = strings.TrimSpace(src[word:i])
			i++
			word = i
		case c == ',':
			name = ""
			i++
			word = i
		case c == '[' && (index > 0 || i > 0 && identByte(src[i-1])):
			index++
			i++
		case c == ']':
			index = max(0, index-1)
			i++
		case c == '(' || c == '[':
			i++
			word = i
		default:
			i++
		}
	}
	return out
}

func identByte(c byte) bool {
	return c == '_' || c == ')' || c == ']' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// stringBody returns the text of the literal whose quote stands at i and the
// index after it. An open literal ends with the source, a plain one with its
// line.
func stringBody(src string, i int) (string, int) {
	quote := src[i : i+1]
	if strings.HasPrefix(src[i:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	var b strings.Builder
	for j := i + len(quote); j < len(src); j++ {
		switch {
		case strings.HasPrefix(src[j:], quote):
			return b.String(), j + len(quote)
		case src[j] == '\\' && j+1 < len(src):
			switch src[j+1] {
			case '"', '\'', '\\':
				b.WriteByte(src[j+1])
			case 'n':
				b.WriteByte('\n')
			case '\n':
				b.WriteString("\\\n") // the shell joins the lines, as Python would
			default:
				b.WriteByte('\\')
				b.WriteByte(src[j+1])
			}
			j++
		case src[j] == '\n' && len(quote) == 1:
			return b.String(), j
		default:
			b.WriteByte(src[j])
		}
	}
	return b.String(), len(src)
}
