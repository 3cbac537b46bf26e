package repoconfig

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestInitChangesNothing(t *testing.T) {
	c, errs, warnings := ParseAll(Paths[0], Init())
	if len(errs)+len(warnings) > 0 || !reflect.DeepEqual(c, Default()) {
		t.Errorf("%+v, %v, %v", c, errs, warnings)
	}
	golden(t, "testdata/init.yml", string(Init()))
	// With all that it offers switched on it is a valid file too, with every key.
	text := regexp.MustCompile(`(?m)^#(\S|  )`).ReplaceAllString(string(Init()), "$1")
	layer, notes := Read(Source{Path: "x", Origin: OrganizationFile}, []byte(text))
	if len(notes) > 0 || len(layer.root.keys()) != len(fields()) {
		t.Errorf("switched on: %v\n%s", notes, text)
	}
	golden(t, "testdata/schema.json", string(Schema()))
}

// The examples that Init shows are good ones, each by itself.
func TestExamples(t *testing.T) {
	for _, f := range fields() {
		if f.key == "version" {
			continue
		}
		text := "version: 1\n" + strings.Join(sample(f), "\n") + "\n"
		layer, notes := Read(Source{Path: "x", Origin: OrganizationFile}, []byte(text))
		if c, _, more := Merge(layer); len(notes)+len(more) > 0 || reflect.DeepEqual(c, Default()) {
			t.Errorf("%s: %+v, %v, %v", text, c, notes, more)
		}
	}
}

// The table has a key for every field of Config and of all that it holds.
func TestFieldsAreComplete(t *testing.T) {
	var compare func(name string, fields []field, of reflect.Type)
	var within func(name string, k kind, of reflect.Type)
	within = func(name string, k kind, of reflect.Type) {
		switch k := k.(type) {
		case mapping:
			compare(name, k.fields, of)
		case named:
			within(name, k.of, of.Elem())
		case list:
			within(name, k.of, of.Elem())
		}
	}
	compare = func(name string, fields []field, of reflect.Type) {
		types := make(map[string]reflect.Type)
		for _, f := range reflect.VisibleFields(of) {
			if !f.Anonymous {
				types[f.Tag.Get("json")] = f.Type
			}
		}
		for _, f := range fields {
			if f.key == "" || f.doc == "" || f.kind == nil {
				t.Errorf("%s: incomplete: %+v", name, f)
			}
			of, ok := types[f.key]
			if delete(types, f.key); !ok {
				t.Errorf("%s: no field has the key %q, or the table has it twice", name, f.key)
				continue
			}
			within(name+"."+f.key, f.kind, of)
		}
		for key := range types {
			t.Errorf("%s: the field %q is missing from the table", name, key)
		}
	}
	compare("Config", fields(), reflect.TypeOf(Config{}))
}

func TestEverything(t *testing.T) {
	layer, notes := Read(Source{Path: "x.yml", Origin: OrganizationFile}, read(t, "testdata/everything.yml"))
	c, _, more := Merge(layer)
	if len(notes)+len(more) > 0 {
		t.Fatal(notes, more)
	}
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/everything.json", string(data)+"\n")
}

var keyLine = regexp.MustCompile(`^( *(?:- )?)([a-z_-]+):(.*)$`)

// Whatever key is misspelt or given a value of another kind, wherever it
// stands: one message, on its line, naming it.
func TestMutationOfEveryKey(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(string(read(t, "testdata/everything.yml"))), "\n")
	// Keys that take any text. What stands in a tool is the catalogue's matter,
	// which names the place, not always the key.
	words := []string{"path", "name", "reason", "owner", "statement", "by", "property"}
	required := []string{"version", "path", "capability", "reason", "owner", "expires", "by", "on"}
	seen, tool := make(map[string]bool), 0
	for at, line := range lines {
		m := keyLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		before, key, after := m[1], m[2], m[3]
		seen[key] = true
		if before == "" {
			tool = at
		}
		inTool := strings.HasPrefix(lines[tool], "tools") && tool != at
		end := at + 1 // of what stands below the key
		for after == "" && end < len(lines) && len(lines[end])-len(strings.TrimLeft(lines[end], " ")) > len(before) {
			end++
		}
		mid := len(key) / 2
		misspelt := map[string]string{
			"letter lost":     key[:mid] + key[mid+1:],
			"letter doubled":  key[:mid] + key[mid:mid+1] + key[mid:],
			"letters swapped": key[1:2] + key[:1] + key[2:],
			"hyphen":          strings.Replace(key, "_", "-", 1) + "-",
			"upper case":      strings.ToUpper(key),
		}
		values := map[string]string{"a map": "{a: b}", "a number": "-99", "a word": "nonsense", "nothing": "", "lists": "[[[]]]"}
		if inTool {
			values = map[string]string{"a map": "{a: b}", "nothing": `""`}
		}
		mutate := func(name, line string, below []string, want int) {
			t.Run(fmt.Sprintf("%d/%s/%s", at+1, key, name), func(t *testing.T) {
				text := strings.Join(slices.Concat(lines[:at], []string{line}, below, lines[end:]), "\n")
				_, notes := Read(Source{Path: "x.yml", Origin: OrganizationFile}, []byte(text))
				if slices.Contains(required, key) && len(notes) == 2 && strings.Contains(notes[1].Message, "is missing") {
					notes = notes[:1] // misspelt and so missing: both are said
				}
				if len(notes) != want {
					t.Fatalf("%q gives %d messages: %v", line, len(notes), notes)
				}
				if want == 1 && (notes[0].Line != at+1 || notes[0].Path != "x.yml" || !inTool && !strings.Contains(notes[0].Message, key)) {
					t.Errorf("%q: %v", line, notes[0])
				}
			})
		}
		for name, wrong := range misspelt {
			mutate(name, before+wrong+":"+after, lines[at+1:end], 1)
		}
		for name, wrong := range values {
			want := 1
			if name == "a word" && slices.Contains(words, key) {
				want = 0
			}
			mutate("value "+name, before+key+": "+wrong, nil, want)
		}
	}
	var all func(k kind)
	all = func(k kind) {
		switch k := k.(type) {
		case mapping:
			for _, f := range k.fields {
				if !seen[f.key] {
					t.Errorf("testdata/everything.yml lacks %s", f.key)
				}
				all(f.kind)
			}
		case list:
			all(k.of)
		case named:
			all(k.of)
		}
	}
	all(mapping{fields: fields()})
}

func TestSettings(t *testing.T) {
	r, err := Resolve(t.Context(), nil, &File{".mlops-maturity.yml", read(t, "testdata/valid/full.yml")}, nil)
	if err != nil || len(r.Errors)+len(r.Warnings) > 0 {
		t.Fatal(r, err)
	}
	var b strings.Builder
	for _, s := range r.Settings {
		fmt.Fprintf(&b, "%s = %s (%s)\n", s.Key, s.Value, s.From)
	}
	golden(t, "testdata/settings.txt", b.String())
}
