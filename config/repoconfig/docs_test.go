package repoconfig

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

const (
	manual     = "../../docs/configure.md"
	tableBegin = "<!-- keys: written by go test ./config/repoconfig -update -->\n"
	tableEnd   = "<!-- /keys -->"
)

// The table of keys in the documentation is the table of the code.
func TestKeyTableIsCurrent(t *testing.T) {
	before, rest, found := strings.Cut(string(read(t, manual)), tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatal("docs/configure.md has no place for the table of keys")
	}
	var b strings.Builder
	b.WriteString("| key | takes | default | meaning |\n| --- | --- | --- | --- |\n")
	defaults := defaultValues()
	var rows func(prefix string, fields []field)
	below := func(key string, k kind) {
		if l, ok := k.(list); ok {
			key, k = key+"[]", l.of
		}
		if n, ok := k.(named); ok {
			key, k = key+".NAME", n.of
		}
		if m, ok := k.(mapping); ok {
			rows(key, m.fields)
		}
	}
	rows = func(prefix string, fields []field) {
		for _, f := range fields {
			value := ""
			switch d := flow(defaults[f.key]); {
			case f.required:
				value = "needed"
			case prefix == "" && d != "" && d != "[]":
				value = "`" + d + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", join(prefix, f.key), kindInBrief(f.kind), value, f.doc)
			if prefix == "projects[]" && f.key == "dimensions" {
				continue // those of dimensions
			}
			below(join(prefix, f.key), f.kind)
		}
	}
	rows("", fields())
	golden(t, manual, before+tableBegin+b.String()+tableEnd+after)
}

func kindInBrief(k kind) string {
	switch k := k.(type) {
	case mapping:
		return "a mapping"
	case named:
		return "a mapping by " + k.what + ": " + enumerate(k.names)
	case list:
		if _, ok := k.of.(mapping); ok {
			return "a list of mappings"
		}
		return "a list, each " + kindInBrief(k.of)
	}
	return k.takes()
}

// Every example of the documentation is a valid file, and together they show
// every key.
func TestEveryExampleIsValid(t *testing.T) {
	shown := make(map[string]bool)
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(read(t, manual)), -1) {
		source := Source{Path: manual, Origin: RepositoryFile}
		if strings.Contains(m[1], "\norganization:") {
			source.Origin = OrganizationFile
		}
		layer, notes := Read(source, []byte(m[1]))
		_, _, more := Merge(layer)
		if len(notes)+len(more) > 0 {
			t.Errorf("%s: %v %v", m[1], notes, more)
		}
		for key := range layer.root.keys() {
			shown[key] = true
		}
	}
	for _, f := range fields() {
		if !shown[f.key] {
			t.Errorf("no example of docs/configure.md shows %s", f.key)
		}
	}
}
