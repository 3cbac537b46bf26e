package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// self is who the payloads in testdata take us for.
var self = Self{AppID: 42, Slug: "maturity"}

// TestDecode runs every testdata/EVENT/CASE.json and compares the jobs with
// CASE.golden: a job a line, or the note, or the error.
func TestDecode(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) < len(events) {
		t.Fatal(files, err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		event := filepath.Base(filepath.Dir(file))
		seen[event] = true
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".json"), func(t *testing.T) {
			payload, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := outcome(t, event, payload)
			golden := strings.TrimSuffix(file, ".json") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("want\n%sgot\n%s", want, got)
			}
		})
	}
	for _, e := range events {
		if !seen[e.name] {
			t.Errorf("no case for %s", e.name)
		}
	}
}

func outcome(t *testing.T, event string, payload []byte) []byte {
	t.Helper()
	work, note, err := Decode(self, event, payload)
	var b bytes.Buffer
	switch {
	case errors.Is(err, ErrPayload):
		b.WriteString("refused: " + err.Error() + "\n")
	case err != nil:
		t.Fatal("not an ErrPayload:", err)
	case len(work) == 0:
		if note == "" {
			t.Error("nothing is done and nothing says why")
		}
		b.WriteString("ignored: " + note + "\n")
	}
	for _, j := range work {
		line, err := json.Marshal(j)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes()
}

// TestTableIsComplete holds the table against the decode functions of the
// package: none is missing, and no event is there twice, for the dispatcher
// would ignore the second without a word.
func TestTableIsComplete(t *testing.T) {
	names := Events()
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("an event is listed twice: %s", names)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	table := ""
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "decode") && fn.Name.Name != "decoder" {
				declared[fn.Name.Name] = true
			}
		}
		if file == "events.go" {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			table = string(src)
		}
	}
	if len(declared) != len(events) {
		t.Errorf("%d decoders, %d rows", len(declared), len(events))
	}
	for name := range declared {
		if !strings.Contains(table, ", "+name+"}") {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func TestInstallationIsBounded(t *testing.T) {
	repositories := make([]map[string]any, maxInstalled+7)
	for i := range repositories {
		repositories[i] = map[string]any{"id": i + 1, "full_name": "acme/r"}
	}
	payload, err := json.Marshal(map[string]any{"action": "created", "installation": map[string]any{"id": 1}, "repositories": repositories})
	if err != nil {
		t.Fatal(err)
	}
	if work, _, err := Decode(self, "installation", payload); len(work) != maxInstalled || err != nil {
		t.Errorf("%d jobs, %v", len(work), err)
	}
}

// FuzzDecode: whatever comes, Decode returns jobs that may be stored, or says
// why not; it does not panic.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		payload, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(filepath.Dir(file)), payload)
	}
	f.Fuzz(func(t *testing.T, event string, payload []byte) {
		work, note, err := Decode(self, event, payload)
		if err != nil && !errors.Is(err, ErrPayload) {
			t.Fatal(err)
		}
		if err == nil && len(work) == 0 && note == "" {
			t.Fatal("nothing is done and nothing says why")
		}
		for _, j := range work {
			if j.Installation <= 0 || strings.ContainsRune(j.Key(), 0) {
				t.Fatalf("%+v cannot be stored", j)
			}
		}
	})
}
