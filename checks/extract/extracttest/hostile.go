package extracttest

import (
	"context"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// maxTime is the processor time an extractor may take for any input of these
// tests; readers need a few milliseconds for most of them.
const maxTime = 2 * time.Second

// maxFacts is far above what a person writes into a file.
const maxFacts = 300_000

// patient is an extractor whose deadline does not pass on a busy machine:
// what is bounded is the processor time, and a hang still ends.
type patient struct{ extract.Extractor }

func (p patient) Limits() extract.Limits {
	l := p.Extractor.Limits()
	l.Time = 60 * time.Second
	return l
}

// run reads src and fails the test on a panic, on more processor time or facts
// than the bounds, and on facts out of order or outside the file.
func run(t *testing.T, e extract.Extractor, dialect string, src []byte) {
	t.Helper()
	var facts []fact.Fact
	var err error
	took := cputime.Of(func() { facts, err = extract.Run(context.Background(), patient{e}, dialect, src) })
	if err != nil && (strings.Contains(err.Error(), "reader failed") || err == extract.ErrTimeout) {
		t.Fatalf("%s of %.40q (%d bytes): %v", dialect, src, len(src), err)
	}
	if took > cputime.Bound(maxTime) {
		t.Fatalf("%s of %.40q (%d bytes): took %v of processor time", dialect, src, len(src), took)
	}
	if len(facts) > maxFacts {
		t.Fatalf("%s of %.40q (%d bytes): %d facts", dialect, src, len(src), len(facts))
	}
	last, lines := 0, strings.Count(string(src), "\n")+1
	for _, x := range facts {
		if x.At() < last || x.At() > lines {
			t.Fatalf("%s of %.40q: line %d after %d of %d: %s", dialect, src, x.At(), last, lines, Line(x))
		}
		last = x.At()
	}
}

// hostile are pieces that, repeated, are hard on a reader: depth, things never
// closed, keys and names in great number.
var hostile = []string{"(", "[", "{", "- ", "a: ", "a:\n  ", "{{", "${", "\"", "'", "`", "[a]\n", "[[a]]\n", "a = 1\n", "a=",
	"# ", "#", "\\\n", "<a>", "- [", "&a [*a]\n", "a.", "a:\n- b\n", "{\"a\":", "[[", "x(", "%", "\xff", "\x00", "é", "\n", "\t", " "}

// Hostile runs e on inputs made to be slow, deep or large: each seed, and each
// of the general ones, repeated to 160 KiB. Each must end within its bounds;
// errors are fine, panics and timeouts are not.
func Hostile(t *testing.T, e extract.Extractor, dialects []string, seeds ...string) {
	t.Helper()
	const size = 160 << 10
	for _, dialect := range dialects {
		for _, seed := range append(seeds[:len(seeds):len(seeds)], hostile...) {
			t.Run("", func(t *testing.T) { run(t, e, dialect, []byte(strings.Repeat(seed, size/len(seed)))) })
		}
	}
}

// Fuzz feeds every dialect. The seeds are the files of the golden archives, cut
// to what a mutation can still move, and the hostile pieces. One input in 32 is
// also read repeated to 64 KiB, so that the fuzzer meets what is slow only in
// length.
func Fuzz(f *testing.F, e extract.Extractor, dialects []string) {
	f.Helper()
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if d, ok := e.Route(file.Name); ok {
				f.Add(d, file.Data)
			}
		}
	}
	for _, seed := range hostile {
		f.Add(dialects[0], []byte(strings.Repeat(seed, 20)))
	}
	known := map[string]bool{}
	for _, d := range dialects {
		known[d] = true
	}
	f.Fuzz(func(t *testing.T, dialect string, src []byte) {
		if !known[dialect] {
			dialect = dialects[len(src)%len(dialects)]
		}
		run(t, e, dialect, src)
		if n := len(src); n > 0 && n < 2<<10 && crc32.ChecksumIEEE(src)%32 == 0 {
			run(t, e, dialect, []byte(strings.Repeat(string(src), (64<<10)/n)))
		}
	})
}
