package repoconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Setting is one effective value and where it comes from.
type Setting struct {
	Key   string
	Value string // as YAML; "" when not set
	From  string // "default", or path:line
}

// Settings lists the effective values of the file found at path, in the order
// of the documentation. No data is no file.
func Settings(path string, data []byte) ([]Setting, []Error) {
	c, at, errs := parse(path, data)
	var out []Setting
	for _, f := range fields() {
		s := Setting{Key: f.key, Value: flow(f.get(c)), From: "default"}
		if where, ok := at[f.key]; ok {
			s.From = fmt.Sprintf("%s:%d", path, where.line)
		}
		out = append(out, s)
	}
	return out, errs
}

// Schema returns the file's JSON Schema, for editors.
func Schema() []byte {
	properties, required := make(map[string]any), []string{}
	for _, f := range fields() {
		s := f.kind.schema()
		s["description"] = f.doc
		if v := f.get(Default()); v != nil {
			s["default"] = v
		}
		properties[f.key] = s
		if f.required {
			required = append(required, f.key)
		}
	}
	return encode(map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                Paths[0],
		"description":          "How this repository's MLOps maturity is judged and reported.",
		"type":                 "object",
		"properties":           properties,
		"required":             required,
		"additionalProperties": false,
	})
}

// Init returns a file that says what each key does and changes nothing.
func Init() []byte {
	var b bytes.Buffer
	b.WriteString("# How this repository's MLOps maturity is judged and reported.\n" +
		"# Every key but version may be left out; the values below are the defaults.\n" +
		"# On a pull request the file of the base branch counts.\n")
	for _, f := range fields() {
		b.WriteString("\n" + wrap(f.doc, 76))
		v := f.get(Default())
		if f.example != "" {
			fmt.Fprintf(&b, "# For example: %s: %s\n", f.key, f.example)
		}
		if v == nil {
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n", f.key, flow(v))
	}
	return b.Bytes()
}

// flow writes a value of the table as YAML on one line; JSON is that.
func flow(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return strings.TrimSpace(string(encode(v)))
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
