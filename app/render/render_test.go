package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// Every format writes every report of testdata/reports.
func TestFormats(t *testing.T) {
	for _, name := range names(t, "reports") {
		for _, f := range Formats() {
			t.Run(name+"/"+f.Name, func(t *testing.T) {
				t.Parallel()
				var b, again bytes.Buffer
				if err := f.Write(&b, load(t, name)); err != nil {
					t.Fatal(err)
				}
				if err := f.Write(&again, load(t, name)); err != nil || again.String() != b.String() {
					t.Errorf("the same report gives other bytes: %v", err)
				}
				golden(t, name+"."+f.Name, b.String())
			})
		}
	}
}

func TestFormatsAreListedOnce(t *testing.T) {
	seen := make(map[string]bool)
	for _, f := range Formats() {
		if seen[f.Name] || f.About == "" || f.Write == nil {
			t.Errorf("incomplete or repeated: %+v", f.Name)
		}
		seen[f.Name] = true
		if _, ok := Named(f.Name); !ok {
			t.Errorf("%s is not found by its name", f.Name)
		}
	}
	if _, ok := Named("nonsense"); ok {
		t.Error("a format that does not exist is found")
	}
}

// Every case of testdata/cases, a situation on GitHub, has its check run and
// its comment.
func TestCases(t *testing.T) {
	for _, name := range names(t, "cases") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := situation(t, name)
			var b strings.Builder
			out := CheckRun(in)
			fmt.Fprintf(&b, "TITLE %s\nCONCLUSION %s\n\nSUMMARY\n%s\nTEXT\n%s\nANNOTATIONS\n", out.Title, out.Conclusion, out.Summary, out.Text)
			for _, a := range out.Annotations {
				fmt.Fprintf(&b, "%q:%d-%d %s: %s: %s\n", a.Path, a.StartLine, a.EndLine, a.Level, a.Title, a.Message)
			}
			fmt.Fprintf(&b, "\nCOMMENT\n%s", Comment(in))
			golden(t, "case-"+name+".md", b.String())
		})
	}
}

// situation reads a case: two reports, a configuration, a pull request.
func situation(t *testing.T, name string) Input {
	t.Helper()
	data, err := os.ReadFile("testdata/cases/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Base, Head, Settings, Proposed string
		Preview                        string // the head's report under the proposed configuration
		Pull                           *struct{ Draft, Bot bool }
		Organization                   string // its file, when that has mistakes, and the commit of its last good version
		LastGood                       string
		Changed                        map[string][][2]int
	}
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	in := Input{Head: load(t, c.Head), DetailsURL: "https://maturity.example/acme/churn/1", ChangedLines: make(map[string][]LineRange)}
	in.Settings, in.ConfigErrors = repoconfig.Parse(repoconfig.Paths[0], []byte(c.Settings))
	if c.Proposed != "" {
		var proposed repoconfig.Config
		if proposed, in.ConfigErrors = repoconfig.Parse(repoconfig.Paths[0], []byte(c.Proposed)); c.Preview != "" {
			in.Preview = &Preview{Settings: proposed, Head: load(t, c.Preview)}
			demand(t, in.Preview.Head, proposed)
		} else {
			in.ConfigProposed = true
		}
	}
	if layer, notes := repoconfig.Read(repoconfig.Source{Path: repoconfig.Paths[0], Origin: repoconfig.RepositoryFile}, []byte(c.Settings)); len(in.ConfigErrors) == 0 {
		_, _, more := repoconfig.Merge(layer)
		_, in.ConfigWarnings = repoconfig.Split(append(notes, more...))
	}
	if c.Organization != "" {
		_, notes := repoconfig.Read(repoconfig.Source{Path: "acme/.github:" + repoconfig.Paths[0], Origin: repoconfig.OrganizationFile}, []byte(c.Organization))
		in.Elsewhere = Elsewhere{Errors: notes, Commit: c.LastGood}
	}
	if c.Base != "" {
		in.Base = load(t, c.Base)
		demand(t, in.Base, in.Settings)
	}
	demand(t, in.Head, in.Settings)
	if c.Pull != nil {
		in.Pull = &PullInfo{Number: 7, Draft: c.Pull.Draft, BotAuthor: c.Pull.Bot, BaseRef: "main", HeadSHA: in.Head.Subject.Commit}
	}
	for path, ranges := range c.Changed {
		for _, r := range ranges {
			in.ChangedLines[path] = append(in.ChangedLines[path], LineRange{r[0], r[1]})
		}
	}
	return in
}

// demand lays the settings' demands beside a report's levels, as the engine does.
func demand(t *testing.T, r *report.Report, settings repoconfig.Config) {
	t.Helper()
	o, err := settings.Options(time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	bounds := func(p *report.Project, demands []report.Demand) {
		if p.Kind.Judged() {
			p.Bounds = maturity.Microsoft().Bounds(statuses(p), demands)
		}
	}
	if len(r.Projects) == 0 {
		bounds(&r.Project, o.Demands)
	}
	for i := range r.Projects {
		demands := o.Demands
		for _, p := range o.Projects {
			if p.Path == r.Projects[i].Path {
				demands = p.Demands
			}
		}
		bounds(&r.Projects[i].Project, demands)
	}
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}

func load(t *testing.T, name string) *report.Report {
	t.Helper()
	data, err := os.ReadFile("testdata/reports/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var r report.Report
	if err := d.Decode(&r); err != nil {
		t.Fatal(name, err)
	}
	return &r
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/golden/" + name
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the diff", file)
	}
}
