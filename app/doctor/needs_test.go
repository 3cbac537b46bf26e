package doctor_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mlops-maturity/mlops-maturity/app/doctor"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

var update = flag.Bool("update", false, "write the manifests and the tables of the guides anew")

// Names, levels and what an event asks for are GitHub's own.
func TestNeedsAreGitHubs(t *testing.T) {
	t.Parallel()
	levels, err := contract.PermissionLevels()
	if err != nil {
		t.Fatal(err)
	}
	asks, err := contract.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range doctor.Features() {
		if f.Name == "" || len(f.Permissions)+len(f.Events) == 0 {
			t.Errorf("a feature has no name or needs nothing: %+v", f)
		}
		for _, p := range f.Permissions {
			if !slices.Contains(levels[p.Name], p.Level) {
				t.Errorf("%s: GitHub has no permission %s: %s (it has %v)", f.Name, p.Name, p.Level, levels[p.Name])
			}
			if !strings.HasSuffix(p.Why, ".") {
				t.Errorf("%s: %s says no reason in a whole sentence: %q", f.Name, p.Name, p.Why)
			}
			if f.Write != (p.Level == doctor.Write) && f.Write {
				t.Errorf("%s: %s: what only reads belongs into the least manifest", f.Name, p.Name)
			}
		}
		for _, e := range f.Events {
			if want, known := asks[e.Name]; !known || want != e.Of {
				t.Errorf("%s: GitHub asks %q of who subscribes to %s, the table %q", f.Name, want, e.Name, e.Of)
			}
			granted := slices.ContainsFunc(doctor.Permissions(f.Write), func(n doctor.Need) bool { return n.Name == e.Of })
			if !granted || e.Why == "" {
				t.Errorf("%s: %s has no reason, or its manifest lacks %s", f.Name, e.Name, e.Of)
			}
		}
	}
}

// The stand-in's default installation is the least manifest.
func TestStandInGrantsTheLeast(t *testing.T) {
	t.Parallel()
	granted := githubsim.LeastPrivilege()
	for _, n := range doctor.Permissions(false) {
		if granted[n.Name] != n.Level {
			t.Errorf("githubsim.LeastPrivilege grants %q for %s, the table wants %s", granted[n.Name], n.Name, n.Level)
		}
		delete(granted, n.Name)
	}
	if len(granted) > 0 {
		t.Errorf("githubsim.LeastPrivilege grants more than is needed: %v", granted)
	}
	if got, want := githubsim.LeastEvents(), names(doctor.Events(false)); !slices.Equal(got, want) {
		t.Errorf("githubsim.LeastEvents is %v, the table has %v", got, want)
	}
}

// The manifests and the tables of the guides are made of the table.
func TestGuidesAreCurrent(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]bool{"deploy/app-manifest.yml": false, "deploy/app-manifest-write.yml": true} {
		hold(t, name, string(doctor.Manifest(write)))
		var manifest struct {
			Permissions map[string]string `yaml:"default_permissions"`
			Events      []string          `yaml:"default_events"`
		}
		if err := yaml.Unmarshal(doctor.Manifest(write), &manifest); err != nil {
			t.Fatal(err)
		}
		needs := doctor.Permissions(write)
		if len(manifest.Permissions) != len(needs) || len(needs) < 4 || !slices.Equal(manifest.Events, names(doctor.Events(write))) {
			t.Errorf("%s has %v and %v", name, manifest.Permissions, manifest.Events)
		}
		for _, n := range needs {
			if manifest.Permissions[n.Name] != n.Level {
				t.Errorf("%s: %s is %q, want %s", name, n.Name, manifest.Permissions[n.Name], n.Level)
			}
		}
	}
	holdBlock(t, "README.md", "permissions", doctor.Table(false, ""))
	holdBlock(t, "docs/install.md", "permissions", doctor.Table(false, "  "))
	holdBlock(t, "docs/install.md", "write permissions", doctor.Table(true, ""))
	holdBlock(t, "docs/install.md", "events", "- **Events**: "+doctor.EventList(false)+".\n")
}

func names(events []doctor.Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Name)
	}
	return all
}

// hold compares a file of the repository with what it must be.
func hold(t *testing.T, name, want string) {
	t.Helper()
	path := filepath.Join("..", "..", filepath.FromSlash(name))
	got, err := os.ReadFile(path)
	if *update && string(got) != want {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the code says (%v): run make docs\nwant:\n%s", name, err, want)
	}
}

// holdBlock compares what stands between <!-- name: ... --> and <!-- /name -->.
func holdBlock(t *testing.T, file, name, want string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), "<!-- "+name+": written by make docs -->\n")
	_, tail, ok2 := strings.Cut(rest, "<!-- /"+name+" -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no block %q", file, name)
	}
	hold(t, file, head+"<!-- "+name+": written by make docs -->\n"+want+"<!-- /"+name+" -->"+tail)
}
