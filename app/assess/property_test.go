package assess_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// The property follows the level; what it lacks is noted once and fails
// nothing, and a fault of GitHub is tried again.
func TestProperty(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "x\n"})
	w.grant("repository_custom_properties")
	write := func(kind report.Kind, level int) error {
		return w.assessor().WriteProperty(t.Context(), w.job(0, ""), "maturity", &report.Report{Project: report.Project{Kind: kind, Level: level}})
	}
	step := func(kind report.Kind, level int, value, problem string) {
		t.Helper()
		if err := write(kind, level); err != nil {
			t.Fatal(err)
		}
		problems, err := w.store.Problems(t.Context())
		if err != nil || problem == "" && len(problems) > 0 || problem != "" && (len(problems) != 1 || !strings.Contains(problems[0].Problem, problem)) {
			t.Errorf("%+v %v, want %q", problems, err, problem)
		}
		if v := w.repo.Property("maturity"); v != value {
			t.Errorf("the property is %q, want %q", v, value)
		}
	}
	step(report.MLProject, 1, "", "no custom property")
	w.DefineProperty("acme", "maturity", "0", "1", "2")
	step(report.MLProject, 1, "1", "")
	w.ResetRequests()
	step(report.MLProject, 1, "1", "")
	if strings.Contains(w.log(), "PATCH") {
		t.Error("written though it did not differ")
	}
	w.grant()
	step(report.MLProject, 2, "1", "repository_custom_properties")
	w.grant("repository_custom_properties")
	step(report.MLProject, 4, "1", "takes the level")
	step(report.LLMApplication, 2, "2", "")
	step(report.MLLibrary, 0, "", "")
	w.Fault(githubsim.Fault{PathGlob: "/repos/*/*/properties/values", Status: 502})
	if err := write(report.MLProject, 1); err == nil || errors.Is(err, gh.ErrNoProperty) {
		t.Errorf("a fault of GitHub: %v", err)
	}
}
