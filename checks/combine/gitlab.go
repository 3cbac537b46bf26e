package combine

import (
	"context"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/gitlabci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// Bounds of GitLab pipelines. GitLab itself takes 150 files and nests 100 deep.
const (
	maxPipelines = 16
	maxParts     = 150
	maxInclude   = 20      // how deep includes nest
	maxWildcards = 20      // different ones of a commit
	maxJoined    = 2 << 20 // bytes of the parts of a pipeline
	joinTime     = 2 * time.Second
)

// pipeline is one pipeline and its files, in the order in which they are merged.
type pipeline struct {
	parts []gitlabci.Part
	paths []string // of the parts
	read  int      // bytes that were looked at, a file that is included twice counted twice
	above []string // files whose includes are being followed
	full  bool
}

// gitlab reads the pipelines that are spread over files.
func (c *commit) gitlab() {
	reader := gitlabci.New()
	includes := map[string][]fact.Uses{} // by file that GitLab's name tells
	var roots []string
	taken := map[string]bool{} // included by another
	for _, f := range c.files {
		if _, ok := reader.Route(f.Path); !ok {
			continue
		}
		for _, x := range f.Facts {
			u, ok := x.(fact.Uses)
			if !ok || u.Job != "" || u.Kind != "include" && u.Kind != "component" {
				continue
			}
			if len(includes[f.Path]) == 0 {
				roots = append(roots, f.Path)
			}
			includes[f.Path] = append(includes[f.Path], u)
			for _, p := range c.included(f.Path, u) {
				taken[p] = taken[p] || p != f.Path
			}
		}
	}
	roots = slices.DeleteFunc(roots, func(p string) bool { return taken[p] && p != ".gitlab-ci.yml" && p != ".gitlab-ci.yaml" })
	for i, root := range roots {
		if i == maxPipelines {
			c.gap(root, fmt.Sprintf("is one of %d GitLab pipelines with includes: those of at most %d are followed", len(roots), maxPipelines))
			return
		}
		p := &pipeline{}
		c.collect(p, root, nil)
		if len(p.parts) > 0 {
			c.join(root, p)
		}
	}
}

// collect lists the files of a pipeline: what a file includes, then the file.
func (c *commit) collect(p *pipeline, file string, inputs []fact.Arg) {
	text, ok := c.source(file, gitlabci.Format)
	if !ok || slices.Contains(p.above, file) {
		return
	}
	for i, x := range p.parts {
		if p.paths[i] == file && reflect.DeepEqual(x.Inputs, inputs) {
			return
		}
	}
	if p.full {
		return
	}
	if p.read += len(text); len(p.parts) == maxParts || p.read > maxJoined {
		p.full = true
		c.gap(file, fmt.Sprintf("is left out of its GitLab pipeline, with what follows: at most %d files and %d bytes are joined", maxParts, maxJoined))
		return
	}
	p.above = append(p.above, file)
	for _, u := range gitlabci.Includes([]byte(text)) {
		if from := outside(u); from != "" {
			c.gap(file, fmt.Sprintf("line %d includes %s, which is not in this repository and was not followed", u.Line, from))
		}
		for _, next := range c.included(file, u) {
			if len(p.above) == maxInclude {
				c.gap(file, fmt.Sprintf("line %d: includes nest too deeply: more than %d are not followed", u.Line, maxInclude))
				break
			}
			c.collect(p, next, u.With)
		}
	}
	p.above = p.above[:len(p.above)-1]
	p.parts = append(p.parts, gitlabci.Part{Text: text, Inputs: inputs})
	p.paths = append(p.paths, file)
}

// join replaces what the files of a pipeline say alone by what they say
// together.
func (c *commit) join(root string, p *pipeline) {
	facts, err := extract.Within(c.ctx, joinTime, "gitlabci", func(ctx context.Context) ([][]fact.Fact, error) {
		return gitlabci.Join(ctx, p.parts)
	})
	if err != nil {
		c.gap(root, "with the files it includes: "+err.Error())
	}
	if facts == nil {
		return
	}
	first := map[string]bool{}
	for i, file := range p.paths {
		if _, done := c.now[file]; done && !first[file] {
			continue // it is a part of another pipeline too
		}
		if !first[file] {
			first[file] = true
			c.now[file] = slices.DeleteFunc(slices.Clone(c.of(file)), alone)
		}
		for _, f := range facts[i] {
			switch x := f.(type) {
			case fact.Job:
				x.Pipeline = root
				c.now[file] = append(c.now[file], x)
			case fact.Uses:
				c.now[file] = append(c.now[file], c.spread(file, x)...)
			default:
				c.now[file] = append(c.now[file], x)
			}
		}
		slices.SortStableFunc(c.now[file], func(a, b fact.Fact) int { return a.At() - b.At() })
	}
}

// alone says whether a fact is one that the joined pipeline tells better.
func alone(f fact.Fact) bool {
	switch x := f.(type) {
	case fact.Job, fact.Trigger, fact.Command, fact.Uses, fact.Image, fact.Source:
		return true
	case fact.Resource:
		return x.System == "yaml"
	}
	return false
}

// spread writes an include with wildcards once for each file.
func (c *commit) spread(file string, u fact.Uses) []fact.Fact {
	list := c.included(file, u)
	if !strings.Contains(u.Ref, "*") || len(list) == 0 {
		return []fact.Fact{u}
	}
	var out []fact.Fact
	for _, p := range list {
		u.Ref = p
		out = append(out, u)
	}
	return out
}

// outside names what an include takes from somewhere else, "" for a file of the
// repository.
func outside(u fact.Uses) string {
	ref, at, versioned := strings.Cut(u.Ref, "@")
	switch {
	case u.Kind == "component":
		return "the component " + u.Ref
	case strings.Contains(u.Ref, "://"):
		return u.Ref
	case versioned && at == "gitlab":
		return "GitLab's template " + ref
	case versioned:
		return ref + " of another project"
	}
	return ""
}

// included lists the files of the repository that an include names.
func (c *commit) included(file string, u fact.Uses) []string {
	if u.Kind != "include" || outside(u) != "" || strings.Contains(u.Ref, "$") {
		return nil
	}
	ref := strings.TrimPrefix(u.Ref, "/")
	if strings.ContainsAny(ref, "*?[{") {
		return c.matching(ref)
	}
	for _, p := range []string{path.Clean(ref), path.Join(path.Dir(file), ref)} {
		if f, ok := c.tree.File(p); ok && f.Mode != repo.Symlink {
			return []string{p}
		}
	}
	return nil
}

// matching lists the YAML files that a pattern names, in path order.
func (c *commit) matching(pattern string) []string {
	out, known := c.patterns[pattern]
	if known || len(c.patterns) == maxWildcards || len(pattern) > 200 || strings.Count(pattern, "**") > 2 || strings.ContainsAny(pattern, "[{?") {
		return out
	}
	for _, f := range c.tree.Under(path.Dir(pattern[:strings.IndexByte(pattern, '*')] + "x")) {
		if ext := path.Ext(f.Path); ext != ".yml" && ext != ".yaml" || f.Mode == repo.Symlink || len(out) == maxParts {
			continue
		}
		if ok, err := doublestar.Match(pattern, f.Path); ok && err == nil {
			out = append(out, f.Path)
		}
	}
	c.patterns[pattern] = out
	return out
}
