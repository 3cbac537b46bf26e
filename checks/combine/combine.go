// Package combine works out what files of one commit say only together: a
// pipeline of GitLab that is spread over files, a template of a Helm chart and
// the values that fill it, Terraform's variables and who sets them, the template
// that a program of the AWS CDK writes. The readers
// see one file each, so that what they find can be cached; of files that make
// no sense alone they keep the text as Source facts, and here it is read again
// with what the other files give it.
//
// Everything is worked out anew each time, and bounded: how many files one may
// take in, how deep, and how long it takes.
package combine

import (
	"cmp"
	"context"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// Facts returns the facts of a commit, in path order as files are, with those
// of files that belong together in place of what each says alone. Gaps are
// added to, and those of files that can be read after all are taken away.
func Facts(ctx context.Context, tree repo.Tree, files []fact.File, gaps []repo.Gap) ([]fact.File, []repo.Gap) {
	c := &commit{ctx: ctx, tree: tree, files: files, gaps: gaps, now: map[string][]fact.Fact{}, patterns: map[string][]string{}}
	c.gitlab()
	c.helm()
	c.terraform()
	c.queries()
	c.cdk()
	return c.done(), c.gaps
}

// commit is the facts of one commit.
type commit struct {
	ctx   context.Context
	tree  repo.Tree
	files []fact.File // in path order
	gaps  []repo.Gap
	now   map[string][]fact.Fact // what stands in place of a file's facts

	patterns   map[string][]string // includes with a wildcard: the files they name
	references int                 // of Terraform that were looked at
	sets       map[string]bool     // keys of values that helm commands set
}

// of returns the facts of a file as its readers gave them.
func (c *commit) of(path string) []fact.Fact {
	i, ok := slices.BinarySearchFunc(c.files, path, func(f fact.File, p string) int { return cmp.Compare(f.Path, p) })
	if !ok {
		return nil
	}
	return c.files[i].Facts
}

// source returns the text of a file that is kept for this package.
func (c *commit) source(path, format string) (string, bool) {
	for _, f := range c.of(path) {
		if s, ok := f.(fact.Source); ok && s.Format == format {
			return s.Text, true
		}
	}
	return "", false
}

func (c *commit) gap(path, reason string) {
	c.gaps = append(c.gaps, repo.Gap{Path: path, Reason: reason})
}

// done puts the facts together; the texts are needed no more.
func (c *commit) done() []fact.File {
	var out []fact.File
	for i, f := range c.files {
		now, changed := c.now[f.Path]
		if !changed {
			now = f.Facts
		}
		if slices.ContainsFunc(now, isSource) {
			now, changed = slices.DeleteFunc(slices.Clone(now), isSource), true
		}
		if changed && out == nil {
			out = slices.Clone(c.files)
		}
		if changed {
			out[i].Facts = now
		}
	}
	if out == nil {
		return c.files
	}
	return slices.DeleteFunc(out, func(f fact.File) bool { return len(f.Facts) == 0 })
}

func isSource(f fact.Fact) bool {
	_, ok := f.(fact.Source)
	return ok
}
