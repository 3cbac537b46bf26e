package repoconfig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Every case in testdata/layers is the files that apply to a repository, with
// what is made of them: all that is not a default, and every message.
func TestLayers(t *testing.T) {
	cases, err := filepath.Glob("testdata/layers/*.txtar")
	if err != nil || len(cases) < 10 {
		t.Fatal("too few cases", cases, err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var organization, repository *File
			foreign, want := make(map[string][]byte), -1
			for i, f := range archive.Files {
				switch f.Name {
				case "organization.yml":
					organization = &File{"acme/.github:" + Paths[0], f.Data}
				case "repository.yml":
					repository = &File{Paths[0], f.Data}
				case "want":
					want = i
				default:
					foreign[strings.ToLower(f.Name)] = f.Data
				}
			}
			r, err := Resolve(t.Context(), organization, repository, func(_ context.Context, ref Ref) ([]byte, error) {
				if data, ok := foreign[strings.ToLower(ref.String())]; ok {
					return data, nil
				}
				return nil, fmt.Errorf("%s: %w", ref, fs.ErrNotExist)
			})
			if err != nil || want < 0 {
				t.Fatal(err, want)
			}
			var got strings.Builder
			for _, s := range r.Settings {
				if s.From != "default" {
					fmt.Fprintf(&got, "%s: %s (%s)\n", s.Key, s.Value, s.From)
				}
			}
			for _, e := range r.Errors {
				fmt.Fprintf(&got, "error [%s] %s\n", e.Key, e)
			}
			for _, e := range r.Warnings {
				fmt.Fprintf(&got, "warning [%s] %s\n", e.Key, e)
			}
			if *update {
				archive.Files[want].Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if string(archive.Files[want].Data) != got.String() {
				t.Errorf("got\n%s\nwant\n%s", got.String(), archive.Files[want].Data)
			}
		})
	}
}

// A fault while a file is fetched is no configuration: neither that without
// the file nor the defaults.
func TestFaultOfFetch(t *testing.T) {
	fault := errors.New("502")
	r, err := Resolve(t.Context(), nil, &File{"x.yml", []byte("version: 1\nextends: acme/a@v1\n")},
		func(context.Context, Ref) ([]byte, error) { return nil, fault })
	if !errors.Is(err, fault) || !strings.Contains(err.Error(), "acme/a@v1") || !strings.Contains(err.Error(), "x.yml:2") {
		t.Errorf("%+v, %v", r, err)
	}
}

// Where nothing can be fetched, the file counts without it, and says so.
func TestWithoutFetch(t *testing.T) {
	r, err := Resolve(t.Context(), nil, &File{"x.yml", []byte("version: 1\nextends: acme/a@v1\ncomment: never\nfail_on: [below-target]\n")}, nil)
	if err != nil || len(r.Errors) > 0 || len(r.Warnings) != 1 || r.Warnings[0].Line != 2 || r.Config.Comment != CommentNever {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNoFiles(t *testing.T) {
	r, err := Resolve(t.Context(), nil, nil, nil)
	if err != nil || len(r.Errors)+len(r.Warnings) > 0 || !reflect.DeepEqual(r.Config, Default()) || len(r.Settings) != len(fields()) {
		t.Errorf("%+v, %v", r, err)
	}
	for _, s := range r.Settings {
		if s.From != "default" {
			t.Errorf("without a file %s comes from %s", s.Key, s.From)
		}
	}
}

// Merging changes no layer, so that one may be kept and merged again.
func TestMergeKeepsItsLayers(t *testing.T) {
	organization, _ := Read(Source{"o", OrganizationFile}, read(t, "testdata/everything.yml"))
	text := "version: 1\nprojects: [{path: services/churn, name: other}]\ndimensions: {training: {target_level: 4}}\nwaivers: []\nexclude: []\n"
	repository, notes := Read(Source{"r", RepositoryFile}, []byte(text))
	if len(notes) > 0 {
		t.Fatal(notes)
	}
	before, _, _ := Merge(organization)
	one, _, _ := Merge(organization, repository)
	two, _, _ := Merge(organization, repository)
	after, _, _ := Merge(organization)
	if one.Projects[0].Name != "other" || !reflect.DeepEqual(one, two) || !reflect.DeepEqual(before, after) {
		t.Errorf("before %+v\n after %+v", before, after)
	}
}

func TestRefs(t *testing.T) {
	commit := strings.Repeat("0123456789", 4)
	for text, want := range map[string]string{
		"acme/ml-policies@v3":                   "acme/ml-policies@v3:.mlops-maturity.yml refs/tags/v3",
		"acme/ml-policies@v3:ml.yml":            "acme/ml-policies@v3:ml.yml refs/tags/v3",
		"acme/.github@2026-11:a/b.yml":          "acme/.github@2026-11:a/b.yml refs/tags/2026-11",
		"acme/p@release/1.2+b:a.yml":            "acme/p@release/1.2+b:a.yml refs/tags/release/1.2+b",
		"acme/p@" + commit:                      "acme/p@" + commit + ":.mlops-maturity.yml " + commit,
		"acme/p@" + commit[:7]:                  "acme/p@0123456:.mlops-maturity.yml refs/tags/0123456",
		"acme/p@main":                           "",
		"acme/p@HEAD":                           "",
		"acme/p":                                "",
		"acme/p@v1:../x.yml":                    "",
		"acme/p@v1:/x.yml":                      "",
		"acme/p@v1:a//b.yml":                    "",
		"acme/..@v1":                            "",
		"acme/p@v1^{}":                          "",
		"acme/p@-v1":                            "",
		"acme/p@v1\n":                           "",
		"-acme/p@v1":                            "",
		"acme/p/q@v1":                           "",
		"https://github.com/acme/p@v1":          "",
		"acme/p@v1:" + strings.Repeat("a", 400): "",
	} {
		got := ""
		if r, ok := ParseRef(text); ok {
			got = r.String() + " " + r.Pinned()
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestApplies(t *testing.T) {
	all, some := Organization{}, Organization{Include: []string{"ml-*", "churn"}, Exclude: []string{"ml-sandbox-*"}}
	for name, want := range map[string]bool{"ml-fraud": true, "ML-Fraud": true, "churn": true, "Churn2": false, "web": false, "ml-sandbox-1": false, "ml-Sandbox-1": false} {
		if got, why := some.Applies(name); got != want || got != (why == "") {
			t.Errorf("%s: %t, %q", name, got, why)
		}
	}
	if ok, why := all.Applies("web"); !ok || why != "" {
		t.Errorf("without patterns: %t, %q", ok, why)
	}
}
