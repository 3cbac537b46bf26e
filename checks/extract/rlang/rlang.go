// Package rlang reads R and Julia: what they import, define, assign, call and
// check. Both are read by one reader over two tokenizers, since at this level
// they differ only in how blocks end and functions begin.
//
// It reads statements and calls, not expressions. It takes linear time, keeps
// its own stack instead of recursing, and goes on after anything it does not
// understand.
package rlang

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxFacts bounds what one file may give.
const maxFacts = 20_000

type extractor struct{}

// New returns the reader of R, R Markdown, Quarto and Julia files.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "rlang" }

// Limits leaves nesting to readCode: in the prose of R Markdown brackets need
// not match.
func (extractor) Limits() extract.Limits { return extract.Limits{Nesting: -1} }

func (extractor) Route(p string) (string, bool) {
	switch path.Ext(p) {
	case ".R", ".r":
		return "r", true
	case ".jl":
		return "julia", true
	case ".Rmd", ".rmd", ".qmd", ".Rmarkdown":
		return "markdown", true
	}
	return "", false
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var facts []fact.Fact
	var err error
	switch dialect {
	case "r":
		facts, err = readCode(string(src), false, false)
		facts = append(facts, routes(string(src))...)
	case "julia":
		facts, err = readCode(string(src), true, false)
	case "markdown":
		facts, err = readChunks(ctx, string(src))
	}
	slices.SortStableFunc(facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return facts, err
}

// readCode reads one program. magic marks its calls as a notebook's.
func readCode(src string, julia, magic bool) ([]fact.Fact, error) {
	if err := (extract.Limits{}).Guard([]byte(src)); err != nil {
		return nil, err
	}
	r := newReader(src, julia, magic)
	if julia {
		r.tokens = lexJulia(src)
	} else {
		r.tokens = lexR(src)
	}
	r.read()
	return r.result(), nil
}
