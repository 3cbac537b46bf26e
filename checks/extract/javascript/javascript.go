// Package javascript reads JavaScript and TypeScript: which packages a file
// imports, what it calls of them, and the addresses it asks. It reads tokens
// and brackets, not expressions, and leaves out every call that does not begin
// at an imported package: enough to tell that a service asks a language model,
// and too little to guess. It takes linear time, does not recurse, and goes on
// after anything it does not understand.
//
// Facts follow the conventions of the Python reader: after
//
//	import OpenAI from 'openai'
//	const client = new OpenAI()
//
// client.chat.completions.create(…) is openai.OpenAI.chat.completions.create.
// What a module gives by default has the local name behind the module's.
package javascript

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const dialect = "javascript"

const (
	maxFacts = 5_000 // of one file
	maxName  = 256   // bytes of a resolved name; longer ones are left out
	maxText  = 1_000 // bytes of a string
	maxItems = 64    // arguments of a call that are kept

	maxOptions = 2_000 // tokens of an object that is an argument
)

var errTooMany = errors.New("has more than 5,000 facts")

type extractor struct{}

// New returns the reader of JavaScript and TypeScript.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "javascript" }

// Limits leaves nesting to the reader, which does not recurse.
func (extractor) Limits() extract.Limits { return extract.Limits{Nesting: -1} }

// Route leaves out what tools write: declarations, and what was packed for a
// browser.
func (extractor) Route(p string) (string, bool) {
	base := path.Base(p)
	for _, made := range []string{".d.ts", ".min.js", ".bundle.js", ".min.mjs", ".config.js", ".config.ts", ".config.mjs", "-min.js"} {
		if strings.HasSuffix(base, made) {
			return "", false
		}
	}
	switch path.Ext(base) {
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
		return dialect, true
	}
	return "", false
}

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	r := &reader{toks: lex(string(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")))), names: map[string]string{}, values: map[string]string{}}
	err := r.read(ctx)
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	for i, f := range r.facts {
		r.facts[i] = own(f)
	}
	return r.facts, err
}

// own is a fact whose strings are its own: those that were cut out of the
// source would keep all of it in memory.
func own(f fact.Fact) fact.Fact {
	switch x := f.(type) {
	case fact.Import:
		x.Module, x.Name, x.As = strings.Clone(x.Module), strings.Clone(x.Name), strings.Clone(x.As)
		return x
	case fact.Assign:
		x.Name, x.Value.Text = strings.Clone(x.Name), strings.Clone(x.Value.Text)
		return x
	case fact.Call:
		x.Name, x.Recv = strings.Clone(x.Name), strings.Clone(x.Recv)
		for i := range x.Args {
			x.Args[i].Name, x.Args[i].Value.Text = strings.Clone(x.Args[i].Name), strings.Clone(x.Args[i].Value.Text)
		}
		return x
	}
	return f
}
