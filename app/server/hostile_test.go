package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// Deliveries that are refused leave the App as it was: the good one among them
// is judged.
func TestBadDeliveries(t *testing.T) {
	s := newStage(t, false)
	w := &world{Server: s.app, sim: s.Sim, web: s.web, logs: s.logs}
	pull := s.propose("good")
	body := s.PullPayload(pull, "opened")
	for _, c := range []struct {
		name   string
		body   []byte
		change []string
		want   int
	}{
		{"a bad signature", body, []string{"X-Hub-Signature-256", sign("guess", body)}, http.StatusBadRequest},
		{"no JSON", []byte("\x00@octocat <b>"), nil, http.StatusBadRequest},
		{"half of the JSON", body[:len(body)/2], nil, http.StatusBadRequest},
		{"brackets", bytes.Repeat([]byte("["), 5<<20), nil, http.StatusBadRequest},
		{"30 MB", bytes.Repeat([]byte(" "), 30<<20), nil, http.StatusRequestEntityTooLarge},
	} {
		got, text := w.post(t, "pull_request", c.body, c.change...)
		if got != c.want || strings.Contains(text, "octocat") {
			t.Errorf("%s: %d %q, want %d", c.name, got, text, c.want)
		}
	}
	if n, err := s.app.Store().Outstanding(t.Context()); n != 0 || err != nil {
		t.Errorf("%d jobs are owed (%v) for deliveries that were refused", n, err)
	}
	run, _ := s.play(pull)
	if run.Conclusion != "success" {
		t.Errorf("conclusion %q", run.Conclusion)
	}
}

// aliases is a YAML list of 9 to the power of 30 values in two kilobytes.
func aliases() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	return b.String()
}

// Files that no reader can take whole are gaps in the report; all else is
// judged as if they were not there.
func TestHostileFiles(t *testing.T) {
	s := newStage(t, false)
	notebook := strings.Repeat(" ", 80<<20)
	files := []struct{ path, text, reason string }{
		{".github/workflows/bomb.yml", "on: push\njobs:\n" + strings.ReplaceAll("\n"+aliases(), "\n", "\n  "), "more values, or deeper ones, than are read"},
		{".gitlab-ci.yml", aliases() + "stages: *a30\n", "more values, or deeper ones, than are read"},
		{"deep.yaml", strings.Repeat("[", 100_000), "nests too deeply"},
		{"deep.sh", "#!/bin/sh\n" + strings.Repeat("(", 100_000), "nests too deeply"},
		{"calls.sh", "#!/bin/sh\n" + strings.Repeat("echo $(", 30_000), "nests too deeply"},
		{"main.tf", "x = " + strings.Repeat("[", 100_000), "nests too deeply"},
		{"Makefile", "all:\n\techo " + strings.Repeat("(", 100_000) + "\n", "nests too deeply"},
		{"infra/Dockerfile", "FROM python\nRUN " + strings.Repeat("(", 100_000), "greater than max allowed size"},
		{"package.json", strings.Repeat(`{"a":`, 100_000), "nests too deeply"},
		{"pyproject.toml", "a = " + strings.Repeat("[", 100_000), "nests too deeply"},
		{"binary.py", "import os\x00\xff", "is binary"},
		{"huge.ipynb", notebook, "is too large: 83886080 bytes"},
		{"long.py", strings.Repeat("x", 5<<20), "is too large"},
		// What can be read although it is hostile leaves no gap.
		{"deep.py", "x = " + strings.Repeat("(", 100_000), ""},
		{"Jenkinsfile", strings.Repeat("{", 100_000), ""},
		{"rules.mk", "A = " + strings.Repeat("$(", 100_000) + "\n", ""},
	}
	var entries []githubsim.Entry
	for _, f := range files {
		entries = append(entries, githubsim.Entry{Path: f.path, Data: []byte(f.text)})
	}
	plain, _ := s.play(s.propose("plain"))
	run, _ := s.play(s.propose("hostile", entries...))
	if run.Title != plain.Title {
		t.Errorf("title %q, without the files %q", run.Title, plain.Title)
	}
	_, gaps, _ := strings.Cut(run.Text, "Could not be read: ")
	t.Log(gaps)
	for _, f := range files {
		line := ""
		for l := range strings.Lines(gaps) {
			if strings.HasPrefix(l, "- `"+f.path+"`:") {
				line = l
			}
		}
		if (line == "") != (f.reason == "") || !strings.Contains(line, f.reason) {
			t.Errorf("%s: gap %q, want one for %q", f.path, line, f.reason)
		}
	}
	if s.askedFor(repo.BlobID([]byte(notebook))) {
		t.Error("the notebook was asked for")
	}
}

// Words of the repository are shown as words: nobody is mentioned, nothing is
// linked, drawn or run, and no credential is repeated.
func TestHostileWords(t *testing.T) {
	s := newStage(t, false)
	swap := strings.NewReplacer("RLO", "\u202e", "PDI", "\u2069", "ZWSP", "\u200b")
	text := map[string][]byte{}
	for _, f := range archive(t, "testdata/words.txtar") {
		text[f.Name] = []byte(swap.Replace(string(f.Data)))
	}
	githubsim.Must(s.repo.CommitEntries("main", []githubsim.Entry{{Path: ".mlops-maturity.yml", Data: text["config"]}}, "Configure"))
	ci := ".github/workflows/a\n@octocat <img src=x> `b` | \u202e #1.yml"
	pull := s.propose("words",
		githubsim.Entry{Path: ".github/workflows/ci.yml", Remove: true},
		githubsim.Entry{Path: ci, Data: text["workflow"]},
		githubsim.Entry{Path: ".github/workflows/@octocat.yml", Data: text["trainer"]},
		githubsim.Entry{Path: "README.md", Data: text["README.md"]},
		githubsim.Entry{Path: "@octocat\n<b>/[x](evil).ipynb", Data: []byte("{")})
	run, comment := s.play(pull)
	t.Logf("%s\n\n%s\n\n%s\n\n%s", run.Title, run.Summary, run.Text, comment)
	// They are shown, or this would prove nothing.
	for _, want := range []string{"job @octocat`", "octocat &#60;img", `u202e`, "`.mlops-maturity.yml:3:1`"} {
		if !strings.Contains(comment, want) {
			t.Errorf("the comment does not show %q", want)
		}
	}
	for _, want := range []string{"[masked]", "`@octocat\\n<b>/[x](evil).ipynb`"} {
		if !strings.Contains(run.Text, want) {
			t.Errorf("the check run does not show %q", want)
		}
	}
}

// A tree of twice as many entries as GitHub lists at once is listed folder by
// folder, and judged like a small one. It is a tenth of the size, and so is the
// stand-in's bound: at 200,000 entries the App does the same 46 requests, and
// the test waits minutes for git and the stand-in.
// checks.TestHugeTrees has the engine's part in full size.
func TestHugeTree(t *testing.T) {
	s := newStage(t, true)
	plain, _ := s.play(s.propose("plain"))
	var entries []githubsim.Entry
	for i := range 20_000 {
		entries = append(entries, githubsim.Entry{Path: fmt.Sprintf("data/%02d/%06d.png", i%20, i), Data: []byte("x")})
	}
	s.TruncateTreesOver(10_000)
	pull := s.propose("huge", entries...)
	s.ResetRequests()
	run, _ := s.play(pull)
	if run.Title != plain.Title || strings.Contains(run.Text, "Could not be read") {
		t.Errorf("%q, want %q and no gaps:\n%s", run.Title, plain.Title, run.Text)
	}
	if n := len(s.Requests()); n > 60 {
		t.Errorf("%d requests", n)
	}
}

// Of a tree in more folders than are asked for, the rest is a gap, and nothing
// is called missing that may lie there.
func TestUnlistedFolders(t *testing.T) {
	s := newStage(t, false)
	var entries []githubsim.Entry
	for i := range 250 {
		entries = append(entries,
			githubsim.Entry{Path: fmt.Sprintf("data/%03d/a/b.png", i), Data: []byte("x")}, githubsim.Entry{Path: fmt.Sprintf("data/%03d/c.png", i), Data: []byte("x")})
	}
	s.TruncateTreesOver(50)
	pull := s.propose("wide", entries...)
	s.ResetRequests()
	run, _ := s.play(pull)
	if n := len(s.Requests()); n > 230 {
		t.Errorf("%d requests", n)
	}
	if !strings.Contains(run.Text, "was not listed") {
		t.Errorf("no gap for the folders that were not listed:\n%s", run.Text)
	}
	if strings.Contains(run.Text, ": missing. ") {
		t.Errorf("called missing though part of the tree was not seen:\n%s", run.Text)
	}
}
