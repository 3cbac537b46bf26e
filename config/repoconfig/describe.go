package repoconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Setting is one effective value and where it comes from.
type Setting struct {
	Key   string // dotted; of a project with its path, projects[services/churn].name
	Value string // as YAML; "" when not set
	From  string // "default", or path:line
}

// settings lists the effective values in the order of the documentation.
func settings(root value) (out []Setting) {
	defaults := defaultValues()
	for _, f := range fields() {
		v, ok := root.get(f.key)
		if !ok || v.keys() != nil && len(v.keys()) == 0 {
			out = append(out, Setting{f.key, flow(defaults[f.key]), "default"})
			continue
		}
		out = append(out, flat(f.kind, f.key, v)...)
	}
	return out
}

// flat lists what is set at and below a key, mappings key by key.
func flat(k kind, key string, v value) (out []Setting) {
	switch k := k.(type) {
	case mapping:
		for _, f := range k.fields {
			if x, ok := v.keys()[f.key]; ok {
				out = append(out, flat(f.kind, join(key, f.key), x)...)
			}
		}
		return out
	case named:
		for _, name := range k.names {
			if x, ok := v.keys()[name]; ok {
				out = append(out, flat(k.of, join(key, name), x)...)
			}
		}
		return out
	case list:
		if k.key == "" && !k.both || len(v.list()) == 0 {
			break
		}
		for i, x := range v.list() {
			if k.key != "" {
				out = append(out, flat(k.of, fmt.Sprintf("%s[%s]", key, x.text(k.key)), x)...)
				continue
			}
			out = append(out, Setting{fmt.Sprintf("%s[%d]", key, i), flow(short(x)), x.at.String()})
		}
		return out
	}
	return []Setting{{key, flow(v.plain()), v.at.String()}}
}

// short is an entry as one line shows it: of a tool its id.
func short(v value) any {
	if _, ok := v.get("source"); ok {
		return v.text("id")
	}
	return v.plain()
}

// defaultValues are the defaults by key, of those keys that have one.
func defaultValues() map[string]any {
	out := make(map[string]any)
	data, err := json.Marshal(Default())
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil { // plain data: cannot happen
		return nil
	}
	for k, v := range out {
		if _, ok := v.(map[string]any); ok || v == nil || v == "" {
			delete(out, k)
		}
	}
	return out
}

// Schema returns the file's JSON Schema, for editors.
func Schema() []byte {
	s := mapping{fields: fields()}.schema()
	for key, v := range defaultValues() {
		s["properties"].(map[string]any)[key].(map[string]any)["default"] = v
	}
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = Paths[0]
	s["description"] = "How this repository's MLOps maturity is judged and reported."
	return encode(s)
}

// Init returns a file that says what each key does and changes nothing. It
// sets none but the version: a default that is written out would stand against
// the organisation's word.
func Init() []byte {
	var b bytes.Buffer
	b.WriteString("# How this repository's MLOps maturity is judged and reported.\n" +
		"# Every key but version may be left out. Take the # away before a key to set it:\n" +
		"# keys of one line show their default where they have one, the others an example.\n" +
		"# On a pull request the file of the base branch counts.\n")
	defaults := defaultValues()
	for _, f := range fields() {
		b.WriteString("\n" + wrap(f.doc, 76))
		lines := sample(f)
		if v := flow(defaults[f.key]); v != "" && v != "[]" {
			lines = []string{f.key + ": " + v}
		}
		for _, line := range lines {
			if !f.required {
				line = "#" + line
			}
			b.WriteString(line + "\n")
		}
	}
	return b.Bytes()
}

// sample writes a key with its example, that of nested keys from theirs, each
// with what it means.
func sample(f field) []string {
	out := []string{f.key + ":"}
	nested := func(fields []field, first string) {
		for _, sub := range fields {
			for i, line := range sample(sub) {
				if i == 0 && !strings.HasSuffix(line, ":") {
					line += "  # " + sub.doc
				}
				out = append(out, first+line)
				first = strings.Repeat(" ", len(first))
			}
		}
	}
	switch k := f.kind.(type) {
	case mapping:
		nested(k.fields, "  ")
		return out
	case named:
		nested([]field{{key: sampleName(k.names), kind: k.of}}, "  ")
		return out
	case list:
		if m, ok := k.of.(mapping); ok {
			nested(m.fields, "  - ")
			return out
		}
	}
	if block, ok := strings.CutPrefix(f.example, "\n"); ok {
		for line := range strings.SplitSeq(block, "\n") {
			out = append(out, "  "+line)
		}
		return out
	}
	return []string{f.key + ": " + f.example}
}

// sampleName is the name that examples use.
func sampleName(names []string) string {
	if slices.Contains(names, "training") {
		return "training"
	}
	return names[0]
}

// flow writes a value of the table as YAML on one line; JSON is that.
func flow(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	var b bytes.Buffer
	if json.Compact(&b, encode(v)) != nil { // just encoded: cannot happen
		return ""
	}
	return b.String()
}

// encode writes JSON as people read it: no HTML escapes, objects indented.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if _, object := v.(map[string]any); object {
		e.SetIndent("", "  ")
	}
	if err := e.Encode(v); err != nil { // plain data: cannot happen
		return nil
	}
	return b.Bytes()
}

// wrap breaks a text into comment lines of at most width characters.
func wrap(text string, width int) string {
	var b strings.Builder
	line := "#"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
	return b.String()
}
