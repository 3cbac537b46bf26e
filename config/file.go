package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/agext/levenshtein"
	"go.yaml.in/yaml/v3"
)

// maxFile bounds a settings file, in bytes.
const maxFile = 1 << 20

// readFile reads the settings of a YAML file: a mapping of variable names, in
// capitals or not, to values. A key that is not one is a problem. The values are
// nil when nothing could be read.
func readFile(path string) (map[string]string, problems) {
	values := map[string]string{}
	if path == "" {
		return values, nil
	}
	problem := func(line int, format string, args ...any) problems {
		where := path + ":"
		if line > 0 {
			where = fmt.Sprintf("%s:%d:", path, line)
		}
		return problems{{where, fmt.Sprintf(format, args...)}}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, problem(0, "the settings file cannot be read: %v; give the path of one, such as mlops-maturity register writes", pathless(err))
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, problem(0, "the settings file cannot be read: %v", pathless(err))
	case len(data) > maxFile:
		return nil, problem(0, "the settings file is larger than %d bytes", maxFile)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		// The parser's message may quote the text, and the text holds secrets.
		return nil, problem(0, "the settings file is not YAML%s", lineOf(err))
	}
	if doc.Kind == 0 {
		return values, nil // empty
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, problem(root.Line, "the settings file must be a list of NAME: value")
	}
	var found problems
	seen := map[string]int{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		name := strings.ToUpper(key.Value)
		switch {
		case !known(name):
			found = append(found, problem(key.Line, "unknown key %q%s", clip(key.Value), meant(name))...)
		case seen[name] > 0:
			found = append(found, problem(key.Line, "%s is set a second time; it is on line %d already", name, seen[name])...)
		case value.Kind != yaml.ScalarNode:
			found = append(found, problem(value.Line, "%s must be one value", name)...)
		case value.Tag != "!!null":
			values[name] = value.Value
		}
		if seen[name] == 0 {
			seen[name] = key.Line
		}
	}
	return values, found
}

func known(name string) bool {
	for _, s := range settings {
		if s.Name == name {
			return true
		}
	}
	return false
}

// meant asks for the setting with the fewest edits from name; where more than
// half of it would have to change, it says where all are listed.
func meant(name string) string {
	best, least := "", -1
	if len(name) > 200 {
		name = name[:200]
	}
	for _, s := range settings {
		if d := levenshtein.Distance(name, s.Name, nil); least < 0 || d < least {
			best, least = s.Name, d
		}
	}
	if least > len(best)/2 {
		return "; docs/operate.md lists all settings"
	}
	return ", did you mean " + best + "?"
}

// lineOf takes the line out of a YAML error: "yaml: line 3: …".
func lineOf(err error) string {
	_, rest, ok := strings.Cut(err.Error(), "line ")
	if !ok {
		return ""
	}
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if n == 0 {
		return ""
	}
	return " (line " + rest[:n] + ")"
}

// pathless drops the path that the caller names already.
func pathless(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
