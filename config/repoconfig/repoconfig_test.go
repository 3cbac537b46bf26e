package repoconfig

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// Every file in testdata/errors has its messages beside it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, errs, warnings := ParseAll(".mlops-maturity.yml", read(t, file))
			if len(errs) == 0 {
				t.Error("the file has no errors")
			}
			if !reflect.DeepEqual(c, Default()) {
				t.Errorf("a file with errors counts: %+v", c)
			}
			var got strings.Builder
			for _, e := range errs {
				fmt.Fprintf(&got, "[%s] %s\n", e.Key, e.Error())
			}
			for _, e := range warnings {
				fmt.Fprintf(&got, "warning [%s] %s\n", e.Key, e.Error())
			}
			golden(t, strings.TrimSuffix(file, ".yml")+".txt", got.String())
		})
	}
}

func TestValid(t *testing.T) {
	three := 3
	full := Default()
	full.TargetLevel, full.Exclude = &three, []string{"examples/**", "**/vendor"}
	full.Comment, full.FailOn = CommentAlways, []Failure{FailRegression, FailBelowTarget}
	for name, want := range map[string]Config{
		"full": full, "reordered": full, "least": Default(), "empty": Default(), "comments-only": Default(),
	} {
		t.Run(name, func(t *testing.T) {
			got, errs := Parse("x.yml", read(t, "testdata/valid/"+name+".yml"))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if got.Hash() != want.Hash() {
				t.Error("the same meaning has two hashes")
			}
		})
	}
	if full.Hash() == Default().Hash() || len(full.Hash()) != 64 {
		t.Error("different meanings have one hash")
	}
}

func TestExcluded(t *testing.T) {
	c := Config{Exclude: []string{"examples/", "**/legacy", "notebooks/*.ipynb", "{docs,site}/**"}}
	for path, want := range map[string]bool{
		"examples/a/b.py": true, "examples": true, "examples2/a.py": false, "src/examples/a.py": false,
		"src/legacy/a/b.py": true, "legacy/a.py": true, "src/legacy.py": false,
		"notebooks/a.ipynb": true, "notebooks/x/a.ipynb": false, "site/x": true, "train.py": false,
	} {
		if got := c.Excluded(path); got != want {
			t.Errorf("Excluded(%q) is %t", path, got)
		}
	}
	if Default().Excluded("train.py") {
		t.Error("the defaults leave files out")
	}
}

// Hostile files get an answer, and get it soon.
func TestHostile(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := range 60 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d,*a%d,*a%d,*a%d]\n", i+1, i+1, i, i, i, i)
	}
	keys := ""
	for i := range 6000 {
		keys += fmt.Sprintf("k%d: 1\n", i)
	}
	for name, text := range map[string]string{
		"alias bomb":      bomb,
		"huge":            strings.Repeat("# filler\n", 10<<20/9),
		"flow depth":      "version: " + strings.Repeat("[", MaxSize-20),
		"block depth":     "version: " + strings.Repeat("- ", MaxSize/2-20),
		"map depth":       strings.Repeat("{a: ", MaxSize/4-20),
		"many keys":       keys,
		"merge":           "version: 1\n<<: {comment: never}\n",
		"long key":        strings.Repeat("x", MaxSize-10) + ": 1\n",
		"nul":             "version: 1\n\x00",
		"controls":        "version: 1\ncomment: \"\\u202e\\n@everyone\"\n",
		"key of controls": "version: 1\n\"\\u202e\\n@everyone\": 1\nexclude: \"\\u202e\\n\"\n",
		"quotes":          "version: 1\n" + strings.Repeat("'", MaxSize-20),
		"long scalars":    "version: 1\nexclude: [" + strings.Repeat("a", 60000) + "]\n",
		"number":          "version: " + strings.Repeat("9", 60000) + "\n",
		"recursion":       "version: &a [*a]\n",
		"many waivers":    "version: 1\nwaivers: [" + strings.Repeat("{},", 20_000) + "]\n",
		"empty waivers":   "version: 1\nwaivers: [" + strings.Repeat("{},", 100) + "]\n",
		"wrong tools":     "version: 1\ntools:\n" + strings.Repeat("  - {id: a, match: {train: [{}]}}\n", 50),
		"tool of anchors": "version: 1\ntools: [{id: a, name: &a x, about: *a}]\n",
		"long tool":       "version: 1\ntools: [{id: a, " + strings.Repeat("x", 60000) + ": 1}]\n",
		"tool of nothing": "version: 1\ntools: [{id: a, name: \"\\u202e\\n\", match: \"\\u202e\"}]\n",
		"tool id":         "version: 1\ntools: [{id: \"../\\u202e\\n\"}]\n",
		"open brackets":   strings.Repeat("[{", MaxSize/2-1),
	} {
		t.Run(name, func(t *testing.T) {
			var errs []Error
			if took := cputime.Of(func() { _, errs = Parse("x.yml", []byte(text)) }); took > cputime.Bound(time.Second) {
				t.Errorf("took %s", took)
			}
			if len(errs) == 0 || len(errs) > maxErrors {
				t.Errorf("%d errors", len(errs))
			}
			for _, e := range errs {
				if e.Line < 1 || e.Column < 1 || len(e.Message) > 600 || strings.ContainsAny(e.Message+e.Key, "\n\x00\u202e") {
					t.Errorf("not a message for people: %+v", e)
				}
			}
		})
	}
}

// No pattern that the parser lets through makes matching slow.
func TestMatchingIsQuick(t *testing.T) {
	path := strings.Repeat("a/", 500) + "b"
	for _, pattern := range []string{
		strings.Repeat("**/a/", 50) + "c", strings.Repeat("*a", 120) + "c",
		strings.Repeat("{a,**/a,*}/", globBraces) + strings.Repeat("**/", 60) + "c",
		"{" + strings.Repeat("**/a,", 40) + "x}/{" + strings.Repeat("a,", 10) + "x}/c",
	} {
		c, errs := Parse("x.yml", []byte("version: 1\nexclude: ['"+pattern+"']\n"))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if took := cputime.Of(func() { c.Excluded(path) }); took > cputime.Bound(time.Second) {
			t.Errorf("%.40s… took %s", pattern, took)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yml", "testdata/errors/*.yml", "testdata/valid/*.yml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, errs := Parse("x.yml", data)
		if len(errs) > 0 && !reflect.DeepEqual(c, Default()) {
			t.Errorf("a file with errors counts: %+v", c)
		}
		for _, e := range errs {
			if e.Line < 1 || e.Column < 1 || e.Message == "" {
				t.Errorf("an error nobody can find: %+v", e)
			}
		}
		c.Excluded("src/train.py")
		// As any file there is, under and over itself.
		var layers []Layer
		for origin := OrganizationPreset; origin <= RepositoryFile; origin++ {
			layer, notes := Read(Source{"x.yml", origin}, data)
			if wrong, _ := Split(notes); (len(wrong) == 0) != (layer.source != nil) {
				t.Errorf("a file with errors counts, or one without does not: %v", notes)
			}
			layers = append(layers, layer)
		}
		merged, settings, notes := Merge(layers...)
		if len(settings) < len(fields()) || len(merged.Tools) > mostTools {
			t.Errorf("%d settings, %d tools", len(settings), len(merged.Tools))
		}
		for _, e := range notes {
			if e.Line < 1 || e.Path == "" || e.Message == "" || len(e.Message) > 1000 {
				t.Errorf("an error nobody can find: %+v", e)
			}
		}
		for _, w := range merged.Waivers {
			w.State(time.Unix(0, 0))
		}
	})
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := string(read(t, file)); got != want {
		t.Errorf("%s differs:\n got %s\nwant %s", file, got, want)
	}
}
