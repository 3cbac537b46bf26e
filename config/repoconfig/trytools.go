package repoconfig

import (
	"context"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
)

// tryWithin bounds the examples of one file; a few dozen take milliseconds.
const tryWithin = 10 * time.Second

// maxTried is how many failures of one file are told.
const maxTried = 20

// TryTools reads the examples and near misses of a file's own tools as the
// engine reads a repository, and returns those that do not hold. Of a file with
// mistakes, which Resolve tells, it says nothing. The file counts all the same:
// what a reader makes of a line may change with the engine, and no new version
// may void a file.
func TryTools(ctx context.Context, f File) (failed []Error) {
	c, errs := Parse(f.Path, f.Data)
	if len(errs) > 0 || len(c.Tools) == 0 {
		return nil
	}
	with, _, err := withTools(c.Tools)
	root, ok := (&parser{source: &Source{Path: f.Path}}).document(f.Data)
	if err != nil || !ok || root == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, tryWithin)
	defer cancel()
	nodes := under(root, "tools")
	for i, t := range c.Tools {
		tool, err := catalog.Parse(t.ID+".yml", []byte(t.Source))
		if err != nil || i >= len(nodes) {
			continue
		}
		for _, failure := range checks.TryTool(ctx, with, with.Tool(tool.ID)) {
			if len(failed) == maxTried {
				return failed
			}
			at := written(nodes[i], []byte(t.Source), failure.Line)
			if at.Kind == yaml.SequenceNode && len(at.Content) > 0 {
				at = at.Content[0] // the first example begins where its list does
			}
			failed = append(failed, Error{Path: f.Path, Line: max(at.Line, 1), Column: max(at.Column, 1), Key: fmt.Sprintf("tools[%d]", i), Warning: true,
				Message: fmt.Sprintf("the tool %s: %s", quote(t.ID), long(failure.Message))})
		}
	}
	return failed
}

// under are the entries of a list of the document.
func under(root *yaml.Node, key string) []*yaml.Node {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key {
			return root.Content[i+1].Content
		}
	}
	return nil
}
