package repoconfig

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func TestInitChangesNothing(t *testing.T) {
	c, errs := Parse(Paths[0], Init())
	if len(errs) > 0 || !reflect.DeepEqual(c, Default()) {
		t.Errorf("%+v, %v", c, errs)
	}
	golden(t, "testdata/init.yml", string(Init()))
	golden(t, "testdata/schema.json", string(Schema()))
}

// The examples that Init shows are good ones, each by itself.
func TestExamples(t *testing.T) {
	for _, f := range fields() {
		if f.example == "" {
			continue
		}
		text := fmt.Sprintf("version: 1\n%s: %s\n", f.key, f.example)
		if c, errs := Parse("x", []byte(text)); len(errs) > 0 || reflect.DeepEqual(c, Default()) {
			t.Errorf("%s: %+v, %v", text, c, errs)
		}
	}
}

func TestFieldsAreComplete(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range fields() {
		if f.key == "" || f.doc == "" || f.kind == nil || f.set == nil || f.get == nil || seen[f.key] {
			t.Errorf("incomplete or repeated: %+v", f)
		}
		seen[f.key] = true
	}
	config := reflect.TypeOf(Config{})
	for i := range config.NumField() {
		if key := config.Field(i).Tag.Get("json"); !seen[key] {
			t.Errorf("Config.%s has no key in the table", config.Field(i).Name)
		}
	}
	if config.NumField() != len(seen) {
		t.Errorf("%d fields, %d keys", config.NumField(), len(seen))
	}
}

// Whatever key is misspelt or given a value of another kind: one message, on
// its line, naming it.
func TestMutationOfEveryKey(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(read(t, "testdata/valid/reordered.yml"))), "\n")
	for _, f := range fields() {
		at := -1
		for i, line := range lines {
			if strings.HasPrefix(line, f.key+":") {
				at = i
			}
		}
		if at < 0 {
			lines = append(lines, f.key+": true")
			at = len(lines) - 1
		}
		value := strings.TrimPrefix(lines[at], f.key+": ")
		mid := len(f.key) / 2
		mutations := map[string]string{
			"letter lost":     f.key[:mid] + f.key[mid+1:] + ": " + value,
			"letter doubled":  f.key[:mid] + f.key[mid:mid+1] + f.key[mid:] + ": " + value,
			"letters swapped": f.key[1:2] + f.key[:1] + f.key[2:] + ": " + value,
			"hyphen":          strings.Replace(f.key, "_", "-", 1) + "-: " + value,
			"upper case":      strings.ToUpper(f.key) + ": " + value,
			"value a map":     f.key + ": {a: b}",
			"value a number":  f.key + ": 99",
			"value a word":    f.key + ": nonsense",
			"no value":        f.key + ":",
		}
		for name, line := range mutations {
			t.Run(f.key+"/"+name, func(t *testing.T) {
				mutated := append([]string(nil), lines...)
				mutated[at] = line
				_, errs := Parse("x.yml", []byte(strings.Join(mutated, "\n")))
				if f.required && len(errs) == 2 && strings.Contains(errs[1].Message, "is missing") {
					errs = errs[:1] // misspelt and so missing: both are said
				}
				if len(errs) != 1 {
					t.Fatalf("%q gives %d errors: %v", line, len(errs), errs)
				}
				if errs[0].Line != at+1 || !strings.Contains(errs[0].Message, f.key) {
					t.Errorf("%q: %v", line, errs[0])
				}
			})
		}
	}
}

// The schema says the same as the parser, but for what a schema cannot say.
func TestSchemaAgreesWithParser(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	values := []string{"true", "1", "-1", "0", "4", "5", "2.5", "never", "always", "[]", "[regression]", "[regression, regression]",
		"[below-target, 1]", "['a/**', b]", "['/a']", "['']", "[1]", "{}", "~", "text"}
	agreed := map[bool]int{}
	for _, f := range fields() {
		for _, v := range values {
			text := "version: 1\n" + f.key + ": " + v + "\n"
			if f.key == "version" {
				text = "version: " + v + "\n"
			}
			if f.key == failKey {
				text += "target_level: 1\n"
			}
			var instance any
			if err := yaml.Unmarshal([]byte(text), &instance); err != nil {
				t.Fatal(err)
			}
			_, errs := Parse("x", []byte(text))
			invalid := schema.Validate(instance)
			if (len(errs) == 0) != (invalid == nil) {
				t.Errorf("%q: parser says %v, schema says %v", text, errs, invalid)
			}
			agreed[len(errs) == 0]++
		}
	}
	if agreed[true] < 10 || agreed[false] < 40 {
		t.Errorf("too few of a kind: %v", agreed)
	}
}

func TestSettings(t *testing.T) {
	got, errs := Settings(".mlops-maturity.yml", read(t, "testdata/valid/full.yml"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var b strings.Builder
	for _, s := range got {
		fmt.Fprintf(&b, "%s = %s (%s)\n", s.Key, s.Value, s.From)
	}
	golden(t, "testdata/settings.txt", b.String())
	for _, s := range first(Settings("x", nil)) {
		if s.From != "default" {
			t.Errorf("without a file %s comes from %s", s.Key, s.From)
		}
	}
}

func first[T any](v T, _ []Error) T { return v }
