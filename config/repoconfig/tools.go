package repoconfig

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
)

// tool is an entry of the catalogue, in its own form.
type tool struct{}

var toolID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

func (k tool) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.MappingNode {
		return p.wrong(n, key, k, "")
	}
	id := ""
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != "id" {
			continue
		}
		id = n.Content[i+1].Value
		if !toolID.MatchString(id) || len(id) > 64 {
			return value{}, p.fail(n.Content[i+1], key+".id", "%s.id takes lower case letters, digits and -, not %s", key, describe(n.Content[i+1]))
		}
	}
	if id == "" {
		return value{}, p.fail(n, key+".id", "%s.id is missing: add \"id: our-tool\"", key)
	}
	source, err := yaml.Marshal(bare(n))
	if err != nil {
		return value{}, p.fail(n, key, "%s cannot be read: %s", key, cut(err.Error()))
	}
	if _, err := catalog.Parse(id+".yml", source); err != nil {
		at, message := toolMistake(n, source, id, err)
		return value{}, p.fail(at, key, "%s: %s", key, message)
	}
	return p.value(n, map[string]value{"id": p.value(n, id), "source": p.value(n, string(source))}), true
}

// bare is a copy of a node without comments and style: what it means.
func bare(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	for _, child := range n.Content {
		out.Content = append(out.Content, bare(child))
	}
	return out
}

var toolLine = regexp.MustCompile(`^:(\d+): |^: line (\d+): `)

// toolMistake finds the node that a message of the catalogue is about, which
// counts the lines of what was handed to it.
func toolMistake(n *yaml.Node, source []byte, id string, err error) (*yaml.Node, string) {
	message := strings.TrimPrefix(err.Error(), id+".yml")
	m := toolLine.FindStringSubmatch(message)
	if m == nil {
		return n, long(strings.TrimPrefix(message, ": "))
	}
	number, _ := strconv.Atoi(m[1] + m[2])
	return written(n, source, number), long(message[len(m[0]):])
}

// written is the node of a tool that stands on a line of its copy; the whole
// tool where there is none.
func written(n *yaml.Node, source []byte, line int) *yaml.Node {
	var copied yaml.Node
	if yaml.NewDecoder(bytes.NewReader(source)).Decode(&copied) == nil && len(copied.Content) == 1 {
		if at := twin(n, copied.Content[0], line); at != nil {
			return at
		}
	}
	return n
}

// twin returns the node of the original whose copy is the first on a line.
func twin(original, copied *yaml.Node, line int) *yaml.Node {
	if copied.Line == line && (copied.Kind == yaml.ScalarNode || len(copied.Content) == 0 || copied.Content[0].Line == line) {
		return original
	}
	for i := range min(len(original.Content), len(copied.Content)) {
		if at := twin(original.Content[i], copied.Content[i], line); at != nil {
			return at
		}
	}
	return nil
}

func (tool) schema() map[string]any {
	text := func() map[string]any { return map[string]any{"type": "string", "minLength": 1} }
	id, home := text(), text()
	id["pattern"], id["maxLength"], home["pattern"] = toolID.String(), 64, "^https://"
	byRole := func() map[string]any {
		return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "object"}}}
	}
	keys := []string{"id", "name", "home", "about", "match", "examples", "near_misses"}
	return map[string]any{"type": "object", "required": keys, "additionalProperties": false, "properties": map[string]any{
		keys[0]: id, keys[1]: text(), keys[2]: home, keys[3]: text(), keys[4]: byRole(), keys[5]: byRole(), keys[6]: byRole()}}
}

func (tool) takes() string {
	return "a tool in the form of the catalogue, with id, name, home and so on"
}

// conflicts are the tools of a file that cannot stand beside the catalogue's
// own and those before them.
func conflicts(root value) (errs []Error) {
	all, _ := root.get("tools")
	bad := toolConflicts(all.list())
	for _, i := range slices.Sorted(maps.Keys(bad)) {
		key := fmt.Sprintf("tools[%d]", i)
		errs = append(errs, all.list()[i].at.error(key, key+": "+bad[i], false))
	}
	return errs
}

// withoutConflicts drops the tools of a later layer that cannot stand beside
// those of an earlier one. The tools of one file were checked when it was read.
func withoutConflicts(root value, notes *[]Error) value {
	all, _ := root.get("tools")
	tools := all.list()
	if !slices.ContainsFunc(tools, func(t value) bool { return t.at.source != tools[0].at.source }) {
		return root
	}
	bad, kept := toolConflicts(tools), []value{}
	for i, t := range tools {
		if reason, ok := bad[i]; ok {
			*notes = append(*notes, t.at.error("tools", fmt.Sprintf("the tool %s is left out: %s", quote(t.text("id")), reason), true))
			continue
		}
		kept = append(kept, t)
	}
	return with(root, "tools", value{all.at, kept})
}

// toolConflicts says which tools cannot be, by index, and why.
func toolConflicts(tools []value) map[int]string {
	out := make(map[int]string)
	if len(tools) == 0 {
		return out
	}
	parsed := make([]*catalog.Tool, 0, len(tools))
	for i, t := range tools {
		p, err := catalog.Parse(t.text("id")+".yml", []byte(t.text("source")))
		if err != nil {
			out[i] = long(err.Error())
		}
		parsed = append(parsed, p)
	}
	if len(out) == 0 {
		if _, err := catalog.Default().With(parsed...); err == nil {
			return out
		}
	}
	known := catalog.Default()
	for i, p := range parsed { // one after the other, to learn which it is
		if p == nil {
			continue
		}
		with, err := known.With(p)
		if err != nil {
			out[i] = long(strings.ReplaceAll(err.Error(), "\n", "; "))
			if catalog.Default().Tool(p.ID) != nil {
				out[i] = "the built-in catalogue has a tool " + p.ID + ": choose another id"
			}
			continue
		}
		known = with
	}
	return out
}

// long keeps a message about a tool within bounds and printable.
func long(s string) string {
	const most = 300
	var b strings.Builder
	for _, part := range strings.Fields(s) {
		if b.Len()+len(part) > most {
			return b.String() + " …"
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, cut(part))
	}
	return b.String()
}
