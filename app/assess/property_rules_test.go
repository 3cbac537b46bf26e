package assess_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// The organisation's file names a property: from installation on it follows the
// level of the default branch, and nothing else moves it.
func TestPropertyOfOrganisationFile(t *testing.T) {
	t.Parallel()
	const config = "version: 1\norganization: {property: maturity}\n"
	w := newWorld(t, map[string]string{"train.py": "x\n"})
	w.grant("repository_custom_properties")
	githubsim.Must(w.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{".mlops-maturity.yml": config})))
	problem := func(want string) {
		t.Helper()
		problems, err := w.store.Problems(t.Context())
		if err != nil || want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Problem, want)) {
			t.Errorf("%+v %v, want %q", problems, err, want)
		}
	}
	w.play(jobs.Installed)
	problem("no custom property")
	if run := w.oneRun(w.repo.Head("main")); run.Conclusion != "success" {
		t.Error(run.Conclusion)
	}
	w.DefineProperty("acme", "maturity")
	w.play(jobs.Swept)
	problem("")
	if v := w.repo.Property("maturity"); v != "1" {
		t.Errorf("the property is %q", v)
	}
	w.ResetRequests()
	w.pushed("other.py", "x\n")
	if strings.Contains(w.log(), "PATCH /repos/acme/churn/properties/values") {
		t.Error("written though it did not differ")
	}
	w.grant()
	w.pushed("train.py", "")
	problem("repository_custom_properties")
	w.grant("repository_custom_properties")
	w.pushed("library.txt", "x\n")
	problem("")
	if v := w.repo.Property("maturity"); v != "" {
		t.Errorf("the property of a library is %q", v)
	}
	// A pull request has no say.
	pr := w.open(map[string]string{"train.py": "y\n"}, githubsim.NewPull{})
	w.run(w.assessor(), pr)
	if v := w.repo.Property("maturity"); v != "" {
		t.Errorf("after a pull request the property is %q", v)
	}
	w.Fault(githubsim.Fault{PathGlob: "/repos/*/*/properties/values", Status: 502})
	j := w.job(0, w.repo.Head("main"))
	if err := w.assessor().Run(t.Context(), j); err == nil || errors.Is(err, gh.ErrNoProperty) {
		t.Errorf("a fault of GitHub: %v", err)
	}
}
