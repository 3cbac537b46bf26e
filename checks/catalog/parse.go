package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxToolFile bounds a tool file in bytes; the largest of ours is a tenth of it.
const maxToolFile = 64 << 10

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// Parse reads one tool file. name is its path, whose base gives the id. Every
// error names the file and line; an unknown key is an error that suggests the
// nearest one. data may come from anybody.
func Parse(name string, data []byte) (*Tool, error) {
	if len(data) > maxToolFile {
		return nil, fmt.Errorf("%s: is larger than %d bytes", name, maxToolFile)
	}
	var doc, rest yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(&rest); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: must hold one document", name)
	}
	p := parser{tool: &Tool{}, stated: map[matcherKey]bool{}}
	if err := p.document(doc.Content[0]); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	if want := strings.TrimSuffix(path.Base(name), ".yml"); p.tool.ID != want {
		return nil, fmt.Errorf("%s: id is %q, the file's name says %q", name, p.tool.ID, want)
	}
	if err := p.complete(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i := range p.tool.Match {
		p.tool.Match[i].tool = p.tool
	}
	return p.tool, nil
}

// parser fills a tool from the nodes of its file.
type parser struct {
	tool   *Tool
	stated map[matcherKey]bool
}

// errAt is an error at a line; Parse puts the file in front.
func errAt(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%d: %s", n.Line, fmt.Sprintf(format, args...))
}

func (p *parser) document(n *yaml.Node) error {
	texts := map[string]*string{"id": &p.tool.ID, "name": &p.tool.Name, "home": &p.tool.Home, "about": &p.tool.About}
	keys := []string{"id", "name", "home", "about", "match", "examples", "near_misses"}
	return fields(n, keys, func(key string, v *yaml.Node) error {
		if dst := texts[key]; dst != nil {
			return text(v, dst)
		}
		return fields(v, roleNames, func(role string, list *yaml.Node) error {
			return items(list, func(item *yaml.Node) error {
				switch key {
				case "match":
					return p.matchers(Role(role), item)
				case "examples":
					return p.example(&p.tool.Examples, Role(role), item)
				}
				return p.example(&p.tool.NearMisses, Role(role), item)
			})
		})
	})
}

// matchers reads one item below match: a kind with one pattern or a list of
// them, and the conditions that all of them share.
func (p *parser) matchers(role Role, n *yaml.Node) error {
	m := Matcher{Role: role}
	var patterns []string
	texts := map[string]*string{"with": &m.With, "of": &m.Of, "key": &m.Key, "value": &m.Value}
	keys := []string{"with", "of", "key", "value", "strength"}
	for _, k := range kinds {
		keys = append(keys, string(k))
	}
	err := fields(n, keys, func(key string, v *yaml.Node) error {
		if dst := texts[key]; dst != nil {
			return text(v, dst)
		}
		if key == "strength" {
			return strength(v, &m.Strength)
		}
		if m.Kind != "" {
			return errAt(v, "one matcher looks at %s or at %s, not at both", m.Kind, key)
		}
		m.Kind = Kind(key)
		if v.Kind == yaml.ScalarNode {
			v = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{v}, Line: v.Line}
		}
		return items(v, func(item *yaml.Node) error {
			var s string
			patterns = append(patterns, "")
			err := text(item, &s)
			patterns[len(patterns)-1] = s
			return err
		})
	})
	if err != nil {
		return err
	}
	if err := m.conditions(); err != nil {
		return errAt(n, "%v", err)
	}
	if m.Strength == 0 {
		m.Strength = m.Kind.strength()
	}
	for _, m.Pattern = range patterns {
		one := m
		if err := one.check(); err != nil {
			return errAt(n, "%s: %v", m.Kind, err)
		}
		if p.stated[one.key()] {
			return errAt(n, "%s is there twice for role %s", &one, role)
		}
		p.stated[one.key()] = true
		p.tool.Match = append(p.tool.Match, one)
	}
	return nil
}

// conditions says which keys may not stand beside the kind.
func (m *Matcher) conditions() error {
	takesWith := []Kind{KindCall, KindMethod, KindDecorator, KindCommand, KindAction}
	takesKey := []Kind{KindResource, KindStage}
	switch {
	case m.Kind == "":
		return errors.New("a matcher needs one of call, command, image and so on")
	case m.With != "" && !slices.Contains(takesWith, m.Kind):
		return fmt.Errorf("%s takes no with", m.Kind)
	case m.Key != "" && !slices.Contains(takesKey, m.Kind):
		return fmt.Errorf("%s takes no key", m.Kind)
	case m.Value != "" && m.Key == "":
		return errors.New("value needs a key")
	case (m.Of != "") != (m.Kind == KindMethod):
		return errors.New("method needs of, and nothing else takes it")
	}
	return nil
}

// complete checks what only the whole tool shows.
func (p *parser) complete() error {
	t := p.tool
	switch {
	case !idForm.MatchString(t.ID):
		return fmt.Errorf("id %q must be lower case letters, digits and -", t.ID)
	case t.Name == "" || t.About == "":
		return errors.New("name and about must be there")
	case !strings.HasPrefix(t.Home, "https://"):
		return fmt.Errorf("home %q must be an https address", t.Home)
	case len(t.Match) == 0:
		return errors.New("match is empty")
	case len(t.NearMisses) == 0:
		return errors.New("near_misses is empty: show what only looks like it")
	}
	roles := t.Roles()
	for _, r := range roles {
		if !slices.ContainsFunc(t.Examples, func(e Example) bool { return e.Role == r }) {
			return fmt.Errorf("role %s has no example", r)
		}
	}
	for _, e := range slices.Concat(t.Examples, t.NearMisses) {
		if !slices.Contains(roles, e.Role) {
			return fmt.Errorf("line %d: an example of role %s, which no matcher has", e.Line, e.Role)
		}
	}
	return nil
}
