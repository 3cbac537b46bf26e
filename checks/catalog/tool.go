package catalog

import (
	"slices"
	"strings"
)

// Tool is one entry of the catalogue.
type Tool struct {
	ID         string // the file's name without .yml: lower case letters, digits, "-"
	Name       string
	Home       string // https address of the project
	About      string // one sentence
	Match      []Matcher
	Examples   []Example // each matches its role
	NearMisses []Example // none matches its role
}

// Roles returns the roles the tool can play, in the order of its file.
func (t *Tool) Roles() []Role {
	var roles []Role
	for _, m := range t.Match {
		if !slices.Contains(roles, m.Role) {
			roles = append(roles, m.Role)
		}
	}
	return roles
}

// Kind says which facts a matcher looks at.
type Kind string

// The kinds of matchers, with what their pattern is compared to.
const (
	KindCall       Kind = "call"       // the resolved dotted name of a call
	KindMethod     Kind = "method"     // the method, or receiver.method, of a call whose receiver nothing tells
	KindDecorator  Kind = "decorator"  // the resolved name of a decorator
	KindBase       Kind = "base"       // the resolved name of a base class
	KindImport     Kind = "import"     // an imported module, its parents included
	KindCommand    Kind = "command"    // the leading words of a command, options between them skipped; a plain program also as python -m program
	KindAction     Kind = "action"     // an action, task, orb, template or plugin without its version
	KindHook       Kind = "hook"       // a pre-commit hook's id, or its repository without scheme and version
	KindImage      Kind = "image"      // an image without registry default, tag and digest
	KindDependency Kind = "dependency" // a package of PyPI or Conda, or ecosystem/package
	KindResource   Kind = "resource"   // system/kind of a structured document
	KindStage      Kind = "stage"      // system/name of a pipeline stage
	KindFile       Kind = "file"       // the path of a file
)

var kinds = []Kind{
	KindCall, KindMethod, KindDecorator, KindBase, KindImport, KindCommand, KindAction,
	KindHook, KindImage, KindDependency, KindResource, KindStage, KindFile,
}

// strength is what a match of a kind proves unless its file says otherwise.
func (k Kind) strength() Strength {
	switch k {
	case KindImport, KindDependency:
		return Declared
	case KindFile, KindHook:
		return Configured
	}
	return Used
}

// Matcher is one pattern, and what a fact that matches it does.
type Matcher struct {
	Kind     Kind
	Pattern  string
	With     string // call, decorator, command, action: an argument that must be there, "name" or "name=glob"
	Of       string // method: the module the file must import
	Key      string // resource, stage: the attribute that must exist
	Value    string // resource, stage: glob over that attribute's value
	Role     Role
	Strength Strength

	tool  *Tool
	words []string // of a command's pattern
}

// Tool returns the tool the matcher belongs to.
func (m *Matcher) Tool() *Tool { return m.tool }

// String is the matcher as its file states it: "call mlflow.log_metric".
func (m *Matcher) String() string {
	var b strings.Builder
	b.WriteString(string(m.Kind) + " " + m.Pattern)
	for _, c := range [...][2]string{{"with", m.With}, {"of", m.Of}, {"key", m.Key}, {"value", m.Value}} {
		if c[1] != "" {
			b.WriteString(" " + c[0] + " " + c[1])
		}
	}
	return b.String()
}

// matcherKey is what makes two matchers the same statement.
type matcherKey struct {
	Kind                          Kind
	Pattern, With, Of, Key, Value string
	Role                          Role
}

func (m *Matcher) key() matcherKey {
	return matcherKey{m.Kind, m.Pattern, m.With, m.Of, m.Key, m.Value, m.Role}
}

// Example is a small file that must, or must not, show a role. Text may be
// empty where the path alone decides.
type Example struct {
	Role     Role
	Strength Strength // an example shows exactly this, a near miss less than it
	Path     string
	Text     string
	Line     int // in the tool's file
}

// Strengths as a tool file names them.
var strengthNames = map[string]Strength{"declared": Declared, "configured": Configured, "used": Used}

// String is the strength's name.
func (s Strength) String() string {
	for name, v := range strengthNames {
		if v == s {
			return name
		}
	}
	return "none"
}
