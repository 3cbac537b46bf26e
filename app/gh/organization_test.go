package gh_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// The owner's .github repository comes with the head, in the same query; what
// cannot be read is absent, and what GitHub failed to say is not.
func TestOrganizationComesWithTheHead(t *testing.T) {
	t.Parallel()
	files := githubsim.FromFiles(map[string]string{".mlops-maturity.yml": "version: 1\n"})
	for name, test := range map[string]struct {
		set          func(w world)
		there, fault bool
		visibility   gh.Visibility
	}{
		"none":    {func(world) {}, false, false, ""},
		"private": {func(w world) { githubsim.Must(w.AddRepo("acme/.github", files)) }, true, false, gh.Private},
		"internal": {func(w world) {
			githubsim.Must(w.AddRepo("acme/.github", files)).MakeInternal()
		}, true, false, gh.Internal},
		"private and not installed": {func(w world) {
			githubsim.Must(w.AddRepo("acme/.github", files))
			w.inst.Select("acme/churn")
		}, false, false, ""},
		"public and not installed": {func(w world) {
			githubsim.Must(w.AddRepo("acme/.github", files)).MakePublic()
			w.inst.Select("acme/churn")
		}, true, false, gh.Public},
		"refused":  {func(w world) { w.BreakPart("acme/.github", "FORBIDDEN", "Resource not accessible by integration") }, false, false, ""},
		"fault":    {func(w world) { w.BreakPart("acme/.github", "SERVICE_UNAVAILABLE", "Something went wrong") }, false, true, ""},
		"limited":  {func(w world) { w.BreakPart("acme/.github", "RATE_LIMITED", "API rate limit exceeded") }, false, true, ""},
		"no words": {func(w world) { w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 200, Body: silent(w)}) }, false, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]string{"a.py": "a = 1\n"})
			test.set(w)
			b, err := w.Branch(t.Context(), "", ask)
			if err != nil || b.Commit != w.repo.Head("main") {
				t.Fatalf("%+v, %v", b, err)
			}
			o := b.Organization
			if (o.Err != nil) != test.fault || errors.Is(o.Err, gh.ErrGone) || o.Visibility != test.visibility {
				t.Errorf("got %+v", o)
			}
			if test.there != (o.Commit != "") || test.there != (len(o.Texts) == 1) {
				t.Errorf("got %+v", o)
			}
			if errors.Is(o.Err, gh.ErrRateLimited) != (name == "limited") {
				t.Errorf("got %v", o.Err)
			}
		})
	}
}

// silent is an answer that says nothing of the organisation, neither by data
// nor by an error.
func silent(w world) string {
	return fmt.Sprintf(`{"data":{"repository":{"defaultBranchRef":{"name":"main"},"object":{"oid":%q}},"organization":null}}`, w.repo.Head("main"))
}

func TestRepositorysOwnFaultIsAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a = 1\n"})
	w.BreakPart("acme/churn", "SERVICE_UNAVAILABLE", "Something went wrong")
	if _, err := w.Branch(t.Context(), "", ask); err == nil || errors.Is(err, gh.ErrGone) {
		t.Errorf("got %v", err)
	}
	w.ClearFaults()
	if b, err := w.Branch(t.Context(), "", ask); err != nil || b.RepositoryID != w.repo.ID() || b.Visibility != gh.Private {
		t.Errorf("got %+v, %v", b, err)
	}
}

func TestFileAtARef(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.py": "a = 1\n"})
	standards := githubsim.Must(w.AddRepo("acme/standards", githubsim.FromFiles(map[string]string{"ml.yml": "version: 1\n", "big.yml": strings.Repeat("#", 600_000)})))
	first := standards.Head("main")
	if err := standards.Tag("v1", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(standards.Commit("main", map[string]string{"ml.yml": "version: 2\n"}, "Next"))
	githubsim.Must(w.AddRepo("other/secret", githubsim.FromFiles(map[string]string{"ml.yml": "version: 1\n"})))
	for _, test := range []struct {
		owner, name, ref, path, want string
	}{
		{"acme", "standards", "main", "ml.yml", "version: 2\n"},
		{"acme", "standards", "refs/heads/main", "ml.yml", "version: 2\n"},
		{"acme", "standards", "v1", "ml.yml", "version: 1\n"},
		{"acme", "standards", first, "ml.yml", "version: 1\n"},
		{"acme", "standards", "v2", "ml.yml", ""},
		{"acme", "standards", "main", "other.yml", ""},
		{"acme", "standards", "main~1", "ml.yml", ""},
		{"acme", "standards", "main:ml.yml", "ml.yml", ""},
		{"acme", "nowhere", "main", "ml.yml", ""},
		{"other", "secret", "main", "ml.yml", ""},
	} {
		text, visibility, err := w.Of(test.owner, test.name).File(t.Context(), test.ref, test.path)
		if test.want == "" {
			if !errors.Is(err, gh.ErrGone) {
				t.Errorf("%+v: %q, %v", test, text.Content, err)
			}
			continue
		}
		if err != nil || string(text.Content) != test.want || visibility != gh.Private {
			t.Errorf("%+v: %q, %v, %v", test, text.Content, visibility, err)
		}
	}
	if text, _, err := w.Of("acme", "standards").File(t.Context(), "main", "big.yml"); err != nil || text.Whole {
		t.Errorf("a file that GitHub cuts off: whole %v, %v", text.Whole, err)
	}
	w.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 502})
	if _, _, err := w.Of("acme", "standards").File(t.Context(), "main", "ml.yml"); err == nil || errors.Is(err, gh.ErrGone) {
		t.Errorf("a fault is %v", err)
	}
}

func TestHistoryOfAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.yml": "1\n", "b.yml": "1\n"})
	githubsim.Must(w.repo.Commit("main", map[string]string{"b.yml": "2\n"}, "Other"))
	githubsim.Must(w.repo.CommitEntries("main", []githubsim.Entry{{Path: "a.yml", Remove: true}}, "Gone"))
	last := githubsim.Must(w.repo.Commit("main", map[string]string{"a.yml": "2\n"}, "Back"))
	versions, err := w.History(t.Context(), last, "a.yml")
	if err != nil || len(versions) != 2 || versions[0].Commit != last || string(versions[0].Text.Content) != "2\n" || string(versions[1].Text.Content) != "1\n" {
		t.Errorf("got %+v, %v", versions, err)
	}
}
