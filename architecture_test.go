// Package house holds the rules of the code base that no compiler checks: which
// package may use which, that no list forgets an entry, that no file grows
// beyond reading. There is nothing here but tests.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/mlops-maturity/mlops-maturity/"

// allowed is one row of the table below.
type allowed struct {
	packages string
	uses     []string
	why      string
}

// may says what a package may use of our own packages. The first pattern that
// matches a package decides; "x/..." matches x and all below it.
var may = []allowed{
	{"cmd/...", []string{"..."}, "the commands put everything together"},
	{"scripts/...", []string{"checks/..."}, "measuring the engine"},

	{"config", nil, "settings are read before anything else exists"},
	{"config/repoconfig", []string{"checks", "checks/catalog", "checks/maturity", "checks/report"},
		"the file names capabilities, dimensions and models and may hold tools, whose names are checked where they are written; and it says how the engine judges"},

	{"checks/repo", nil, "a commit is plain data"},
	{"checks/fact", nil, "facts are the leaf that everything shares"},
	{"checks/place", nil, "what a path is for is told by the path"},
	{"checks/pattern", nil, "an expression knows nothing of what it is asked about"},
	{"checks/sampletree", nil, "an invented tree is plain data"},
	{"checks/shell", []string{"checks/fact"}, "shell text becomes command facts, for every format that holds some"},
	{"checks/settings", []string{"checks/fact"}, "one reader of YAML, JSON and TOML trees for all formats"},
	{"checks/ci", []string{"checks/fact", "checks/settings", "checks/shell"}, "what the CI formats have in common"},
	{"checks/extract", []string{"checks/fact", "checks/repo"}, "the frame around every reader"},
	{"checks/extract/extracttest", []string{"checks/extract", "checks/fact", "internal/cputime"}, "test code for readers"},
	{"checks/extract/*", []string{"checks/extract", "checks/fact", "checks/ci", "checks/settings", "checks/shell"},
		"a reader says what stands there; knowing tools or other formats would tie its cached facts to them"},
	{"checks/combine", []string{"checks/extract", "checks/extract/*", "checks/fact", "checks/repo", "checks/settings"},
		"files that belong together are read again by the readers of their formats"},
	{"checks/catalog", []string{"checks/fact", "checks/shell"}, "vocabulary is matched against facts"},
	{"checks/graph", []string{"checks/catalog", "checks/fact", "checks/place", "checks/repo", "checks/report", "checks/shell"},
		"the graph joins facts by the tree, and its ways are shown as evidence"},
	{"checks/evidence", []string{"checks/catalog", "checks/fact", "checks/graph", "checks/pattern", "checks/place", "checks/repo", "checks/report"},
		"the one surface that checks ask"},
	{"checks/capability", []string{"checks/evidence", "checks/report"}, "a check is a function from evidence to a finding"},
	{"checks/practice/*", []string{"checks/capability", "checks/catalog", "checks/evidence", "checks/fact", "checks/graph", "checks/pattern", "checks/report"},
		"a check that wants a file's bytes is missing a fact"},
	{"checks/practice", []string{"checks/capability", "checks/catalog", "checks/evidence", "checks/fact", "checks/graph", "checks/pattern", "checks/report", "checks/practice/*"},
		"the list of areas, and the kind of a repository"},
	{"checks/maturity", []string{"checks/report"}, "levels are computed from verdicts alone"},
	{"checks/report", []string{"checks/repo"}, "a report stands alone; of the commit it knows the gaps"},
	{"checks/checkstest", []string{"checks", "checks/repo", "checks/report"}, "test code for checks"},
	{"checks", []string{"checks/..."}, "the door to the engine"},

	{"internal/cputime", nil, "a clock for tests"},

	{"app/webhook", []string{"app/jobs", "app/talk"}, "a handler turns a payload into jobs and does nothing else; what in a comment is a command, app/talk tells"},
	{"app/talk", []string{"app/render", "checks/capability", "checks/catalog", "checks/maturity", "checks/practice", "checks/report", "config/repoconfig"},
		"a command is read and answered without asking anybody: the engine's own documentation and a report are enough"},
	{"app/jobs", []string{"app/store"}, "the queue lives in the store's database"},
	{"app/store", []string{"checks/extract", "checks/report"}, "it keeps reports, and facts as the engine's cache"},
	{"app/store/storetest", []string{"app/store"}, "test code for what needs a database"},
	{"app/gh", []string{"checks/repo"}, "the door to GitHub speaks of commits"},
	{"app/local", []string{"checks/repo"}, "reading this machine's commits"},
	{"app/render", []string{"checks/maturity", "checks/report", "config/repoconfig"},
		"what a renderer needs belongs in the report"},
	{"app/web", []string{"app/render", "app/store", "checks/report"}, "pages show what is stored"},
	{"app/assess", []string{"app/gh", "app/jobs", "app/render", "app/store", "app/talk", "checks", "checks/extract", "checks/repo", "checks/report", "config/repoconfig"},
		"the use case names every step"},
	{"app/doctor", []string{"app/gh", "app/store", "config"}, "the examination compares; who runs it brings what it asks"},
	{"app/register", []string{"app/doctor", "app/gh"}, "the registration is made of what the App needs"},
	{"app/server", []string{"app/...", "config", "checks"}, "the server puts the App together"},
	{"app/demo", []string{"app/...", "config"}, "the demonstration plays GitHub and the App"},
	{"app/githubsim/...", []string{"app/githubsim/..."}, "the stand-in must not share our code, or it would share our mistakes"},
}

// never says what must not be imported, whatever the table above allows.
var never = []struct {
	packages string
	imports  string // of the standard library or another module
	except   []string
	why      string
}{
	{"checks/...", "os", []string{"checks/extract/extracttest"}, "the engine reads no disk: who calls it does"},
	{"checks/...", "os/exec", nil, "the engine runs nothing"},
	{"checks/...", "net", nil, "the engine has no network"},
	{"checks/...", "net/http/...", nil, "the engine has no network"},
	{"checks/...", "log/...", nil, "the engine logs nothing: what went wrong is in the report"},
	{"checks/...", "math/rand/...", []string{"checks/sampletree"}, "the same commit gives the same report"},
	{"checks/...", "github.com/rs/zerolog/...", nil, "the engine logs nothing"},
	{"...", "github.com/google/go-github/...", []string{"app/gh", "app/server"}, "only app/gh calls GitHub's API; the server hands go-githubapp its types"},
	{"...", "github.com/palantir/go-githubapp/...", []string{"app/server", "app/webhook"}, "webhooks come in at one place"},
	{"...", "github.com/riverqueue/...", []string{"app/jobs", "app/store"}, "the queue stands behind app/jobs"},
	{"...", "modernc.org/sqlite", []string{"app/store"}, "SQL stands behind app/store"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	GoFiles    []string
	Dir        string
}

// packages lists the module's packages; internal is the path below the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles,Dir", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
			all = append(all, p)
		}
	}
	if len(all) < 20 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	return all
}

// covers says whether a pattern of the tables matches a package.
func covers(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == prefix || strings.HasPrefix(pkg, prefix+"/")
	}
	ok, err := path.Match(pattern, pkg)
	return ok && err == nil
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		i := slices.IndexFunc(may, func(r allowed) bool { return covers(r.packages, p.ImportPath) })
		if i < 0 {
			t.Errorf("%s: say in the table may what it is allowed to use, and why", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			own, ours := strings.CutPrefix(imported, module)
			if ours && !slices.ContainsFunc(may[i].uses, func(u string) bool { return covers(u, own) }) {
				t.Errorf("%s uses %s, and %s may use only %v: %s", p.ImportPath, own, may[i].packages, may[i].uses, may[i].why)
			}
			if ours && testCode(own) && !testCode(p.ImportPath) {
				t.Errorf("%s uses %s, which is test code", p.ImportPath, own)
			}
		}
		for _, rule := range never {
			if !covers(rule.packages, p.ImportPath) || slices.Contains(rule.except, p.ImportPath) {
				continue
			}
			for _, imported := range p.Imports {
				if covers(rule.imports, imported) || strings.HasSuffix(rule.imports, "/...") && covers(strings.TrimSuffix(rule.imports, "/..."), imported) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, rule.why)
				}
			}
		}
	}
}

// testCode says whether a package is there for tests only.
func testCode(pkg string) bool {
	return strings.HasSuffix(path.Base(pkg), "test") && strings.Contains(pkg, "/")
}
