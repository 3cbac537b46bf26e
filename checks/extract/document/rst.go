package document

import "strings"

// rst reads reStructuredText by line: titles by their underlines, code blocks
// by directive or "::", and paragraphs in between.
func (r *reader) rst(src string) {
	lines := strings.Split(src, "\n")
	levels := map[byte]int{}
	for i := 0; i < len(lines) && !r.full(); {
		l := strings.TrimRight(lines[i], " \t\r")
		switch {
		case strings.TrimSpace(l) == "":
			i++
		case i+1 < len(lines) && isUnderline(lines[i+1], l):
			mark := lines[i+1][0]
			if levels[mark] == 0 {
				levels[mark] = len(levels) + 1
			}
			r.add("heading", l, i+1, levels[mark], "")
			i += 2
		case strings.HasPrefix(strings.TrimSpace(l), ".. "):
			i = r.directive(lines, i)
		default:
			i = r.paragraph(lines, i)
		}
	}
}

// isUnderline says whether mark, below title, is a run of one character.
func isUnderline(mark, title string) bool {
	mark = strings.TrimRight(mark, " \t\r")
	if len(mark) < 3 || !strings.ContainsRune("=-~^\"'`#*+.:_", rune(mark[0])) || isRun(title) {
		return false
	}
	return isRun(mark) && title[0] != ' '
}

func isRun(s string) bool { return s != "" && strings.Trim(s, s[:1]) == "" }

// directive reads ".. name:: argument" with its indented body.
func (r *reader) directive(lines []string, i int) int {
	indent := indentOf(lines[i])
	name, argument, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines[i]), ".. "), "::")
	body, next := indented(lines, i+1, indent)
	switch name {
	case "code-block", "code", "sourcecode", "prompt":
		r.code(body, firstWord(argument))
	case "include", "literalinclude", "image", "figure":
		r.add("link", argument, i+1, 0, "")
	default:
		r.links(lines[i], i+1)
		if !strings.HasPrefix(name, "_") {
			return i + 1 // notes and the like: their body is read as text
		}
	}
	return max(next, i+1)
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

// paragraph reads to the next blank line, and the literal block that a
// trailing "::" announces.
func (r *reader) paragraph(lines []string, i int) int {
	start := i
	for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
		if i > start && i+1 < len(lines) && isUnderline(lines[i+1], strings.TrimRight(lines[i], " \t\r")) {
			break
		}
		i++
	}
	text := strings.Join(lines[start:i], "\n")
	if !isRun(strings.TrimSpace(text)) {
		r.add("prose", text, start+1, 0, "")
		r.links(text, start+1)
	}
	if strings.HasSuffix(strings.TrimSpace(text), "::") {
		body, next := indented(lines, i, indentOf(lines[start]))
		r.code(body, "")
		i = max(i, next)
	}
	return i
}

// indented collects the lines that stand deeper than indent, options of the
// directive left out, and returns the index after them.
func indented(lines []string, i, indent int) ([]codeLine, int) {
	var out []codeLine
	for ; i < len(lines); i++ {
		body := strings.TrimSpace(lines[i])
		if body == "" {
			continue
		}
		if indentOf(lines[i]) <= indent {
			break
		}
		if len(out) < maxFacts && !(len(out) == 0 && strings.HasPrefix(body, ":")) {
			out = append(out, codeLine{body, i + 1})
		}
	}
	return out, i
}

func indentOf(l string) int { return len(l) - len(strings.TrimLeft(l, " \t")) }
