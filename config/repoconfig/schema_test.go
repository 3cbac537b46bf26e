package repoconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// The schema says the same as the parser, wherever a value of another kind
// stands, a key is missing, or there is one too many. What a schema cannot say,
// such as that a pattern is a glob, is in testdata/errors.
func TestSchemaAgreesWithParser(t *testing.T) {
	schema := compiled(t)
	values := []string{`true`, `2`, `-1`, `5`, `4000`, `2.5`, `"1"`, `null`, `"never"`, `"text"`, `""`, `" "`, `"a b\n"`, `[]`, `["regression"]`,
		`["regression", "regression"]`, `["below-target", 1]`, `["a/**", "b"]`, `["/a"]`, `[""]`, `[1]`, `[{}]`, `{}`, `{"a": 1}`,
		`"monitoring.alerting"`, `["comment", "dimensions.data.target_level"]`, `["dimensions.other"]`, `"https://a.example/b"`, `"http://a.example"`,
		`"acme/p@v1"`, `"acme/p@main"`, `["acme/churn"]`, `["a/b/c"]`, `"a/b"`, `"../a"`, `"2026-12-01"`, `"soon"`, `{"training": {"target_level": 4}}`,
		`{"training": {"target": 4}}`, `{"train": {}}`, `"` + strings.Repeat("x", 101) + `"`, `"` + strings.Repeat("x ", 501) + `"`}
	agreed := map[bool]int{}
	check := func(what string, instance map[string]any) {
		text, err := json.Marshal(instance)
		if err != nil {
			t.Fatal(err)
		}
		_, notes := Read(Source{Path: "x", Origin: OrganizationFile}, text)
		invalid := schema.Validate(again(t, text))
		if (len(notes) == 0) != (invalid == nil) {
			t.Errorf("%s: parser says %v, schema says %v", what, notes, invalid)
		}
		agreed[len(notes) == 0]++
	}
	whole, err := json.Marshal(everything(t))
	if err != nil {
		t.Fatal(err)
	}
	for place, set := range everyPlace(everything(t)) {
		for _, v := range values {
			root := again(t, whole).(map[string]any)
			set(root, again(t, []byte(v)))
			check(place+" = "+v, root)
		}
		root := again(t, whole).(map[string]any)
		set(root, missing{})
		check("without "+place, root)
	}
	if agreed[true] < 200 || agreed[false] < 1000 {
		t.Errorf("too few of a kind: %v", agreed)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

type missing struct{}

// everyPlace is what changes a file at each of its keys, and at one that is not
// there in each mapping, by name.
func everyPlace(root map[string]any) map[string]func(map[string]any, any) {
	places := make(map[string]func(map[string]any, any))
	var walk func(name string, v any, reach func(map[string]any) any)
	walk = func(name string, v any, reach func(map[string]any) any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range append(slices.Collect(maps.Keys(v)), "other") {
				places[join(name, key)] = func(root map[string]any, x any) {
					if m := reach(root).(map[string]any); x == (missing{}) {
						delete(m, key)
					} else {
						m[key] = x
					}
				}
				walk(join(name, key), v[key], func(root map[string]any) any { return reach(root).(map[string]any)[key] })
			}
		case []any:
			for i, x := range v {
				walk(fmt.Sprintf("%s[%d]", name, i), x, func(root map[string]any) any { return reach(root).([]any)[i] })
			}
		}
	}
	walk("", root, func(root map[string]any) any { return root })
	return places
}

// everything is testdata/everything.yml as JSON has it, without tools, which
// are the catalogue's matter.
func everything(t *testing.T) map[string]any {
	t.Helper()
	var root map[string]any
	var doc yaml.Node
	if err := yaml.Unmarshal(read(t, "testdata/everything.yml"), &doc); err != nil {
		t.Fatal(err)
	}
	var texts func(n *yaml.Node)
	texts = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			texts(c)
		}
	}
	texts(&doc)
	if err := doc.Decode(&root); err != nil {
		t.Fatal(err)
	}
	delete(root, "tools")
	return root
}

// again decodes JSON as the schema's library wants it.
func again(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
