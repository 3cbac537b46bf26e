// Package python reads Python: which names a file imports, what it defines,
// calls with which literals, assigns, asserts and compares.
//
// It builds no syntax tree. A lexer cuts the source into logical lines of
// tokens (lex*.go), a reader takes one statement after the other (statement.go,
// define.go, assign.go, imports.go), and expressions pass once through a stack
// of frames (expr.go, bracket.go, call.go). Names are resolved on the way
// through the imports, assignments and annotations seen so far (scope.go);
// methods may use what a later one sets, so such calls are settled when their
// class or the file ends. Nothing recurses on the input, time is linear in its
// size, and an error in one statement costs that statement.
//
// Notebooks are a dialect: notebook.go takes the code cells out of the JSON,
// magic.go understands the lines that IPython adds to the language.
//
// docs/decisions/0001-own-python-reader.md tells why the project has its own.
package python

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// The dialects.
const (
	Source   = "source"   // a Python file, Databricks notebooks kept as source included
	Notebook = "notebook" // Jupyter's JSON
	Program  = "program"  // a file without a suffix, whose first line has to name Python
)

// maxSource bounds a Python file in bytes; a notebook may be as large as Limits
// allow, because most of it is output.
const maxSource = 4 << 20

// New returns the reader of Python files and notebooks. It is safe for
// concurrent use.
func New() extract.Extractor {
	return &extractor{readers: sync.Pool{New: func() any { return newReader() }}}
}

type extractor struct{ readers sync.Pool }

func (*extractor) Name() string { return "python" }

// Limits leaves brackets uncounted: the reader does not recurse, and strings
// are full of them.
func (*extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 10 << 20, Nesting: -1, Time: 5 * time.Second}
}

// programs are the folders in which a file without a suffix is a program, in
// the language that its first line names.
var programs = map[string]bool{"bin": true, "script": true, "scripts": true, "tools": true, "ci": true}

// Route takes *.py, *.pyw and *.ipynb, and what may be a program without a
// suffix. Stubs (*.pyi) run nowhere.
func (*extractor) Route(p string) (string, bool) {
	switch strings.ToLower(path.Ext(p)) {
	case ".py", ".pyw":
		return Source, true
	case ".ipynb":
		return Notebook, true
	case "":
		if programs[path.Base(path.Dir(p))] {
			return Program, true
		}
	}
	return "", false
}

// Extract returns the facts of a file. In a notebook a fact's line is that of
// the .ipynb file. It fails beyond 200,000 facts, a statement of 1,048,576
// tokens, 4 MiB of Python, and when a notebook is no JSON.
func (e *extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	r := e.readers.Get().(*reader)
	var err error
	switch {
	case dialect == Notebook:
		err = r.notebook(ctx, src)
	case dialect == Program && !namesPython(src):
	default:
		if len(src) > maxSource {
			return nil, fmt.Errorf("%w: %d bytes, the limit is %d", extract.ErrTooLarge, len(src), maxSource)
		}
		err = r.read(ctx, normal(src), nil)
	}
	r.settleFile()
	facts := r.sink.facts()
	// What one large file needed is not kept for the many small ones.
	if cap(r.lex.toks) <= 1<<16 && cap(r.sink.order) <= 1<<14 && cap(r.sink.slab) <= 1<<14 {
		r.reset()
		e.readers.Put(r)
	}
	return facts, err
}

// namesPython says whether the first line of a program hands it to Python.
func namesPython(src []byte) bool {
	line, _, _ := bytes.Cut(src[:min(len(src), 200)], []byte("\n"))
	return bytes.HasPrefix(line, []byte("#!")) && bytes.Contains(line, []byte("python"))
}

// normal copies src with every line break as "\n".
func normal(src []byte) string {
	if bytes.IndexByte(src, '\r') < 0 {
		return string(src)
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src))
}
