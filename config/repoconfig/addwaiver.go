package repoconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrByHand means that a file is written in a way that a waiver cannot be added
// to without the risk of changing something else. A person can.
var ErrByHand = errors.New("the waiver must be added by hand")

// AddWaiver returns the file found at path, nil for no file, with one waiver
// more. Comments and layout stay as they are: the waiver is inserted as text
// behind the last one. The result is read again, and what does not then hold
// exactly the waivers before and this one, with everything else unchanged, is
// ErrByHand.
func AddWaiver(path string, data []byte, w Waiver) ([]byte, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		data = nil
	}
	before, errs := Parse(path, data)
	if len(errs) > 0 {
		return nil, fmt.Errorf("%w: the file has mistakes", ErrByHand)
	}
	e := editor{lines: strings.SplitAfter(string(data), "\n"), end: "\n"}
	if bytes.Contains(data, []byte("\r\n")) {
		e.end = "\r\n"
	}
	if data == nil {
		e.lines = []string{"version: 1\n", ""}
	}
	if last := len(e.lines) - 1; e.lines[last] == "" {
		e.lines = e.lines[:last]
	}
	if err := e.insert(w, data); err != nil {
		return nil, err
	}
	after := []byte(strings.Join(e.lines, ""))
	got, errs := Parse(path, after)
	if len(errs) > 0 || len(got.Waivers) != len(before.Waivers)+1 {
		return nil, ErrByHand
	}
	want := before
	want.Waivers = append(append([]Waiver{}, before.Waivers...), got.Waivers[len(before.Waivers)])
	if !reflect.DeepEqual(got, want) || !sameWaiver(got.Waivers[len(before.Waivers)], w) {
		return nil, ErrByHand
	}
	return after, nil
}

func sameWaiver(a, b Waiver) bool {
	return a.Capability == b.Capability && a.Reason == b.Reason && a.Owner == b.Owner && a.Expires == b.Expires && len(a.Paths) == 0 && len(b.Paths) == 0
}

// WaiverText is a waiver as it is written below "waivers:", with the lines
// behind indent. Values from outside are quoted.
func WaiverText(w Waiver, indent string) []string {
	text := []string{"- capability: " + w.Capability, "  reason: " + quoted(w.Reason), "  owner: " + quoted(w.Owner), "  expires: " + w.Expires}
	for i, line := range text {
		text[i] = indent + line
	}
	return text
}

// quoted writes a text as a double-quoted scalar of YAML, which JSON's is.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // a string: cannot happen
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// editor inserts lines into a text by their numbers, from 0.
type editor struct {
	lines []string // each with its end
	end   string   // of the file's lines
}

// insert finds the place by the parsed nodes, which know their lines.
func (e *editor) insert(w Waiver, data []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil { // it was read before: cannot happen
		return ErrByHand
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode { // nothing but comments
		if data != nil {
			e.put(len(e.lines), []string{"version: 1"})
		}
		return e.newList("", w)
	}
	root := doc.Content[0]
	if root.Style&yaml.FlowStyle != 0 {
		return ErrByHand
	}
	indent := strings.Repeat(" ", max(root.Column-1, 0))
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, list := root.Content[i], root.Content[i+1]
		if key.Value != "waivers" {
			continue
		}
		if len(list.Content) == 0 && e.open(list) {
			e.put(list.Line, WaiverText(w, indent+"  "))
			return nil
		}
		if list.Style&yaml.FlowStyle != 0 || len(list.Content) == 0 {
			return ErrByHand
		}
		next := len(e.lines)
		if i+2 < len(root.Content) {
			next = root.Content[i+2].Line - 1
		}
		e.put(e.behind(next), WaiverText(w, strings.Repeat(" ", max(list.Column-1, 0))))
		return nil
	}
	return e.newList(indent, w)
}

// emptyList is "waivers: []" with what may stand behind it.
var emptyList = regexp.MustCompile(`^(\s*waivers:)\s*\[\s*\](\s*(?:#.*)?)(\r?\n?)$`)

// open turns "waivers: []" into the head of a list, and says whether it is one
// now.
func (e *editor) open(list *yaml.Node) bool {
	line := list.Line - 1
	if line < 0 || line >= len(e.lines) {
		return false
	}
	m := emptyList.FindStringSubmatch(e.lines[line])
	if m == nil {
		return false
	}
	if comment := strings.TrimSpace(m[2]); comment != "" {
		m[1] += " " + comment
	}
	e.lines[line] = m[1] + m[3]
	return true
}

// behind is the line behind the last that is neither empty nor a comment,
// before a line.
func (e *editor) behind(line int) int {
	for line > 0 {
		if text := strings.TrimSpace(e.lines[line-1]); text != "" && !strings.HasPrefix(text, "#") {
			break
		}
		line--
	}
	return line
}

// newList adds the list at the end of the file, behind its last comment.
func (e *editor) newList(indent string, w Waiver) error {
	line := len(e.lines)
	for line > 0 && strings.TrimSpace(e.lines[line-1]) == "" {
		line--
	}
	e.put(line, append([]string{indent + "waivers:"}, WaiverText(w, indent+"  ")...))
	return nil
}

// put inserts whole lines before a line.
func (e *editor) put(line int, text []string) {
	if line > 0 && !strings.HasSuffix(e.lines[line-1], "\n") {
		e.lines[line-1] += e.end
	}
	added := slices.Clone(e.lines[:line])
	for _, t := range text {
		added = append(added, t+e.end)
	}
	e.lines = append(added, e.lines[line:]...)
}
