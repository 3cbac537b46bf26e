// Package scala reads Scala: what it imports, defines, calls and checks. It
// reads tokens and brackets, not expressions: enough to tell what a Spark job
// fits, saves and asserts. It takes linear time, keeps its own stack instead of
// recursing, and goes on after anything it does not understand.
//
// Facts follow the conventions of the Python reader. An object is to its file
// what a module is: its functions carry no prefix, and what stands in main, or
// in an object that extends App, is the program's own code ("__main__").
package scala

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"path"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const dialect = "scala"

const (
	maxFacts = 20_000 // of one file
	maxName  = 256    // bytes of a resolved name; longer ones stay as written
	maxText  = 200    // bytes of a condition
	maxItems = 64     // arguments of a call that are kept
)

var errTooMany = errors.New("has more than 20,000 facts")

type extractor struct{}

// New returns the reader of Scala sources and scripts.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "scala" }

// Limits leaves nesting to the reader, which does not recurse.
func (extractor) Limits() extract.Limits { return extract.Limits{Nesting: -1} }

func (extractor) Route(p string) (string, bool) {
	switch path.Ext(p) {
	case ".scala", ".sc":
		return dialect, true
	}
	return "", false
}

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	r := newReader(string(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))))
	err := r.read(ctx)
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return r.facts, err
}
