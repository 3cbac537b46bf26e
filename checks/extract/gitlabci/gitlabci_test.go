package gitlabci

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		".gitlab-ci.yml":                       "gitlabci",
		"ci/train.gitlab-ci.yml":               "gitlabci",
		".gitlab/ci/build.yml":                 "gitlabci",
		".gitlab/issue_templates/bug.md":       "no",
		".gitlab/issue_templates/template.yml": "no",
		".github/workflows/ci.yml":             "no",
		"gitlab-ci.md":                         "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"a:\n  script: x\n", "a: {extends: a, script: x}\n", ".a: &a\n  script: [*a]\n", "include: [a]\n", "a:\n  needs: [a]\n  script:\n  - x\n", "  - if: $A\n")
}

// TestManyJobs holds a file of jobs that all follow each other.
func TestManyJobs(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect}, "job:\n  stage: build\n  script: x\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
