package settings

import "strings"

// INI reads "[section]" files with "key = value" or "key: value" lines, as
// Python's configparser does: indented lines continue the value above them.
// A continued value is a list with one scalar a line. Lines that fit nothing
// are left out. Keys before the first section stand at the root.
func INI(src []byte) *Node {
	root := &Node{Kind: Map, Line: 1, Value: 1}
	section, made := root, 0
	sections := map[string]*Node{}
	var last *Node
	line := 0
	for text := range strings.Lines(strings.TrimPrefix(string(src), "\ufeff")) {
		line++
		if made >= MaxNodes {
			break
		}
		body := strings.TrimSpace(text)
		if body == "" || body[0] == '#' || body[0] == ';' {
			continue
		}
		if (text[0] == ' ' || text[0] == '\t') && last != nil {
			continueValue(last, body, line)
			made++
			continue
		}
		if body[0] == '[' {
			end := strings.IndexByte(body, ']')
			if end < 0 {
				continue
			}
			name := body[1:end]
			if sections[name] == nil {
				sections[name] = &Node{Kind: Map, Key: name, Line: line, Value: line}
				root.Items = append(root.Items, sections[name])
				made++
			}
			section, last = sections[name], nil
			continue
		}
		cut := strings.IndexAny(body, "=:")
		if cut <= 0 {
			last = nil
			continue
		}
		last = &Node{Key: strings.TrimSpace(body[:cut]), Text: strings.TrimSpace(body[cut+1:]), Line: line, Value: line}
		section.Items = append(section.Items, last)
		made++
	}
	return root
}

// continueValue adds one line to a value.
func continueValue(n *Node, text string, line int) {
	if n.Kind == Scalar {
		n.Kind = List
		if n.Text != "" {
			n.Items = append(n.Items, &Node{Text: n.Text, Line: n.Line, Value: n.Line})
		}
		n.Text = ""
	}
	n.Items = append(n.Items, &Node{Text: text, Line: line, Value: line})
}
