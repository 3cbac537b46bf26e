package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Failure is an example or a near miss that a tool does not keep. Line is where
// it stands in the tool's file.
type Failure struct {
	Line    int
	Message string
}

// TryTool reads the examples and near misses of a tool with the real readers and
// asks the whole catalogue, which has the tool, about them. When ctx ends, what
// was not tried by then is a failure.
func TryTool(ctx context.Context, c *catalog.Catalog, tool *catalog.Tool) (failed []Failure) {
	readers := Extractors()
	for _, e := range tool.Examples {
		uses, problem := usesIn(ctx, readers, c, e)
		if problem == "" && !shows(uses, tool, e.Role, func(s catalog.Strength) bool { return s == e.Strength }) {
			problem = fmt.Sprintf("does not show %s (%s); %s", e.Role, e.Strength, words(uses))
		}
		if problem != "" {
			failed = append(failed, Failure{e.Line, fmt.Sprintf("the example %q %s", e.Path, problem)})
		}
	}
	for _, e := range tool.NearMisses {
		uses, problem := usesIn(ctx, readers, c, e)
		if problem == "" && shows(uses, tool, e.Role, func(s catalog.Strength) bool { return s >= e.Strength }) {
			problem = fmt.Sprintf("shows %s, which it must not; %s", e.Role, words(uses))
		}
		if problem != "" {
			failed = append(failed, Failure{e.Line, fmt.Sprintf("the near miss %q %s", e.Path, problem)})
		}
	}
	return failed
}

func shows(uses []catalog.Use, tool *catalog.Tool, role catalog.Role, strong func(catalog.Strength) bool) bool {
	return slices.ContainsFunc(uses, func(u catalog.Use) bool {
		return u.Tool == tool && u.Role == role && strong(u.Strength)
	})
}

// usesIn is what the catalogue finds in an example. A text that no reader takes
// is a problem: it would prove nothing.
func usesIn(ctx context.Context, readers []extract.Extractor, c *catalog.Catalog, e catalog.Example) (uses []catalog.Use, problem string) {
	file := fact.File{Path: e.Path}
	routed := false
	for _, x := range readers {
		dialect, ok := x.Route(e.Path)
		if !ok || e.Text == "" {
			continue
		}
		routed = true
		facts, err := extract.Run(ctx, x, dialect, []byte(e.Text))
		switch {
		case ctx.Err() != nil:
			return nil, "was not tried: the time for examples is over"
		case err != nil:
			return nil, "cannot be read: " + err.Error()
		}
		file.Facts = append(file.Facts, facts...)
	}
	if !routed && e.Text != "" {
		return nil, "has a name under which no file is read"
	}
	return c.Uses(e.Path, file), ""
}

func words(uses []catalog.Use) string {
	if len(uses) == 0 {
		return "no tool is seen in it"
	}
	var out []string
	for _, u := range uses {
		out = append(out, fmt.Sprintf("line %d shows %s of %s (%s)", u.Line, u.Role, u.Tool.ID, u.Strength))
	}
	return strings.Join(out, ", ")
}
