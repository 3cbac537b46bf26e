package extract_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/python"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/sampletree"
)

var update = flag.Bool("update", false, "rewrite the golden entry")

// filled is one fact of every kind with every field set, found by reflection,
// so that a field that the codec forgets is missed here.
func filled() []fact.Fact {
	var out []fact.Fact
	n := 0
	for _, k := range fact.Kinds {
		v := reflect.New(reflect.TypeOf(k)).Elem()
		fill(v, &n, 0)
		out = append(out, v.Interface().(fact.Fact))
	}
	return out
}

func fill(v reflect.Value, n *int, depth int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n%9) + 1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		if depth < 6 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range 2 {
				fill(v.Index(i), n, depth+1)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n, depth+1)
		}
	default:
		panic("a field of an unforeseen type: " + v.Type().String())
	}
}

func roundTrip(t *testing.T, r extract.Result) []byte {
	t.Helper()
	b, err := extract.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	back, err := extract.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r, back) {
		t.Fatalf("got  %+v\nwant %+v", back, r)
	}
	return b
}

func TestEveryFieldOfEveryKindComesBack(t *testing.T) {
	roundTrip(t, extract.Result{Facts: filled(), Gap: "because"})
}

// What is nil and what is empty differ for DeepEqual and for code that asks.
func TestNothingAndEmptyComeBack(t *testing.T) {
	roundTrip(t, extract.Result{})
	roundTrip(t, extract.Result{Facts: fact.Kinds})
	roundTrip(t, extract.Result{Facts: []fact.Fact{
		fact.Command{Argv: []string{}}, fact.Command{Argv: []string{""}},
		fact.Call{Args: []fact.Arg{{Value: fact.Value{Items: []fact.Value{}}}, {Value: fact.Value{Text: "x"}}}},
		fact.Call{Pos: fact.Pos{Line: -1}},
		fact.Stage{Attrs: []fact.Arg{{}, {}, {}}},
	}})
}

// An entry means the same to every build that reads it: who changes the form
// or the order of the kinds must raise the version, and then -update.
func TestFormIsStable(t *testing.T) {
	b := roundTrip(t, extract.Result{Facts: filled(), Gap: "because"})
	got := []byte(hex.Dump(b))
	const name = "testdata/entry.golden"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the form of cache entries changed: raise codecVersion, then run with -update")
	}
}

func TestTooDeepIsNotKept(t *testing.T) {
	v := fact.Value{Kind: fact.List}
	for range 100 {
		v = fact.Value{Kind: fact.List, Items: []fact.Value{v}}
	}
	if _, err := extract.Encode(extract.Result{Facts: []fact.Fact{fact.Assign{Value: v}}}); err == nil {
		t.Error("a value of 100 levels was kept")
	}
}

// Every cut and every changed byte is an error or a result that can be kept
// again, and never more memory than a small multiple of the entry.
func TestDamagedEntries(t *testing.T) {
	b := roundTrip(t, extract.Result{Facts: filled(), Gap: "because"})
	for i := range b {
		if _, err := extract.Decode(b[:i]); err == nil {
			t.Errorf("an entry cut at %d of %d bytes was read", i, len(b))
		}
		for _, x := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			damaged := bytes.Clone(b)
			damaged[i] = x
			if r, err := extract.Decode(damaged); err == nil {
				roundTrip(t, r)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, err := extract.Encode(extract.Result{Facts: filled(), Gap: "because"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := extract.Decode(b); err == nil {
			roundTrip(t, r)
		}
	})
}

// entries are the facts of the sample tree's Python, and their form.
func entries(b *testing.B) (results []extract.Result, encoded [][]byte, bytes int64) {
	e := python.New()
	for p, src := range sampletree.Files(400, sampletree.Monorepo) {
		dialect, ok := e.Route(p)
		if !ok {
			continue
		}
		facts, err := extract.Run(b.Context(), e, dialect, src)
		if err != nil {
			b.Fatal(err)
		}
		r := extract.Result{Facts: facts}
		x, err := extract.Encode(r)
		if err != nil {
			b.Fatal(err)
		}
		results, encoded, bytes = append(results, r), append(encoded, x), bytes+int64(len(src))
	}
	return results, encoded, bytes
}

// MB/s are those of the source the facts stand for.
func BenchmarkEncode(b *testing.B) {
	results, _, size := entries(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range results {
			if _, err := extract.Encode(r); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	_, encoded, size := entries(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range encoded {
			if _, err := extract.Decode(x); err != nil {
				b.Fatal(err)
			}
		}
	}
}
