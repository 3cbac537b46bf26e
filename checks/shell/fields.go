package shell

import "strings"

// Fields splits one command line into words at blanks outside of quotes, takes
// the quotes off and expands nothing. ${{ … }} stays in one piece. An open quote
// ends with the line.
func Fields(s string) []string {
	var out []string
	var b strings.Builder
	var quote byte
	open := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == 0 && strings.HasPrefix(s[i:], "${{"):
			n := expressionEnd(s[i:])
			if n < 0 {
				n = 3
			}
			b.WriteString(s[i : i+n])
			i += n - 1
			open = true
		case quote == '\'' && c != '\'', quote == '"' && c != '"' && c != '\\':
			b.WriteByte(c)
		case c == quote && quote != 0:
			quote = 0
		case c == '\\' && i+1 < len(s):
			i++
			if quote == '"' && !strings.ContainsRune("\"\\$`\n", rune(s[i])) {
				b.WriteByte('\\')
			}
			if s[i] != '\n' {
				b.WriteByte(s[i])
				open = true
			}
		case c == '\'' || c == '"':
			quote, open = c, true
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			if open {
				out = append(out, b.String())
				b.Reset()
				open = false
			}
		default:
			b.WriteByte(c)
			open = true
		}
	}
	if open {
		out = append(out, b.String())
	}
	return out
}
