package repoconfig

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var newWaiver = Waiver{Capability: "training.automated", Reason: `the "old" job: # moves @octocat`, Owner: "octocat", Expires: "2027-01-31"}

// Every file of testdata/addwaiver has beside it what becomes of it, or why
// nothing does.
func TestAddWaiver(t *testing.T) {
	files, err := filepath.Glob("testdata/addwaiver/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data := read(t, file)
			after, err := AddWaiver("x.yml", data, newWaiver)
			got := string(after)
			if err != nil {
				got = err.Error() + "\n"
			}
			golden(t, strings.TrimSuffix(file, ".yml")+".out", got)
		})
	}
	// No file is made.
	after, err := AddWaiver("x.yml", nil, newWaiver)
	if c, errs := Parse("x.yml", after); err != nil || len(errs) > 0 || len(c.Waivers) != 1 {
		t.Errorf("%q, %v, %v", after, err, errs)
	}
}

// Whatever the file and the reason, the result is the file with one waiver
// more, or there is none.
func FuzzAddWaiver(f *testing.F) {
	for _, pattern := range []string{"testdata/addwaiver/*.yml", "testdata/valid/*.yml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, "because")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, reason string) {
		w := newWaiver
		w.Reason = reason
		after, err := AddWaiver("x.yml", data, w)
		if err != nil {
			if !errors.Is(err, ErrByHand) {
				t.Fatal(err)
			}
			return
		}
		before, _ := Parse("x.yml", data)
		got, errs := Parse("x.yml", after)
		if len(errs) > 0 || len(got.Waivers) != len(before.Waivers)+1 {
			t.Fatalf("%q became %q: %v", data, after, errs)
		}
		last := got.Waivers[len(before.Waivers)]
		got.Waivers = got.Waivers[:len(before.Waivers)]
		if last.Reason != reason || !reflect.DeepEqual(got, before) && len(before.Waivers) > 0 {
			t.Fatalf("%q became %q", data, after)
		}
		// Nothing that was there is gone.
		if !strings.Contains(strings.Join(strings.Fields(string(after)), " "), "capability: training.automated") {
			t.Fatalf("%q has no waiver", after)
		}
	})
}
