package catalog

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// snippets are the keys of an example that stand for a path and hold its text.
var snippets = map[string]string{
	"python":       "example.py",
	"notebook":     "example.ipynb",
	"r":            "example.R",
	"julia":        "example.jl",
	"scala":        "Example.scala",
	"javascript":   "example.ts",
	"sql":          "example.sql",
	"shell":        "example.sh",
	"workflow":     ".github/workflows/example.yml",
	"gitlab":       ".gitlab-ci.yml",
	"azure":        "azure-pipelines.yml",
	"dockerfile":   "Dockerfile",
	"compose":      "compose.yaml",
	"kubernetes":   "k8s/example.yaml",
	"terraform":    "example.tf",
	"requirements": "requirements.txt",
	"pyproject":    "pyproject.toml",
	"npm":          "package.json",
	"precommit":    ".pre-commit-config.yaml",
}

// example reads one item below examples or near_misses: one snippet, or a path
// with or without text.
func (p *parser) example(list *[]Example, role Role, n *yaml.Node) error {
	e := Example{Role: role, Strength: Used, Line: n.Line}
	keys := []string{"path", "text", "strength"}
	for k := range snippets {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	err := fields(n, keys, func(key string, v *yaml.Node) error {
		switch key {
		case "path":
			return text(v, &e.Path)
		case "text":
			return text(v, &e.Text)
		case "strength":
			return strength(v, &e.Strength)
		}
		e.Path = snippets[key]
		return text(v, &e.Text)
	})
	if err == nil && e.Path == "" {
		err = errAt(n, "an example needs a snippet (python, shell …) or a path")
	}
	*list = append(*list, e)
	return err
}

// fields calls each for the keys of a mapping, which must be among the known
// ones and unique.
func fields(n *yaml.Node, known []string, each func(key string, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return errAt(n, "must be a mapping with keys such as %s", known[0])
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if !slices.Contains(known, k.Value) {
			return errAt(k, "unknown key %q, did you mean %q?", k.Value, nearest(k.Value, known))
		}
		if seen[k.Value] {
			return errAt(k, "key %q is there twice", k.Value)
		}
		seen[k.Value] = true
		if err := each(k.Value, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func items(n *yaml.Node, each func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return errAt(n, "must be a list with at least one item")
	}
	for _, item := range n.Content {
		if err := each(item); err != nil {
			return err
		}
	}
	return nil
}

// text takes a plain value; aliases and anchors are refused with everything
// else that is not one.
func text(n *yaml.Node, dst *string) error {
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		return errAt(n, "must be text")
	}
	*dst = n.Value
	return nil
}

func strength(n *yaml.Node, dst *Strength) error {
	s, ok := strengthNames[n.Value]
	if !ok {
		return errAt(n, "strength is declared, configured or used, not %q", n.Value)
	}
	*dst = s
	return nil
}

// nearest returns the known word with the fewest edits from word.
func nearest(word string, known []string) string {
	word = fmt.Sprintf("%.40s", word)
	best, least := known[0], 1<<30
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
