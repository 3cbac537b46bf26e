package azurepipelines

import (
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var dialects = []string{pipelineDialect, templateDialect}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"azure-pipelines.yml":                       "azure",
		"azure-pipelines-deploy-template.yml":       "azure-template",
		".azure-pipelines/train.yaml":               "azure",
		".azure-pipelines/templates/job.yml":        "azure-template",
		"azdo_pipelines/build-train.yml":            "azure",
		"mlops/devops-pipelines/deploy.yml":         "azure",
		"pipelines/train.yml":                       "azure",
		".github/workflows/ci.yml":                  "no",
		"train.yml":                                 "no",
		"docs/azure-pipelines.md":                   "no",
		"config/settings.yml":                       "no",
		".azuredevops/pull_request_template.md":     "no",
		"infrastructure/pipelines/tf-ado-apply.yml": "azure",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), dialects,
		"steps:\n- script: x\n", "jobs:\n- job: a\n  steps:\n  - script: $(a)\n", "- ${{ if a }}:\n  - script: x\n", "stages: [{stage: a, jobs: [{", "$(")
}

// TestManyEntries holds valid files of one kind of entry.
func TestManyEntries(t *testing.T) {
	for _, c := range []struct{ head, body string }{
		{"steps:\n", "- script: python $(A.B).py\n"},
		{"jobs:\n", "- job: a\n  dependsOn: [a]\n"},
		{"stages:\n", "- stage: a\n  dependsOn: a\n  jobs:\n  - job: b\n"},
		{"steps:\n- script: x\n  env:\n", "    A: $[coalesce(variables['A'], 'b')]\n"},
	} {
		src := c.head + strings.Repeat(c.body, (300<<10)/len(c.body))
		var err error
		took := cputime.Of(func() { _, err = New().Extract(t.Context(), pipelineDialect, []byte(src)) })
		if took > cputime.Bound(2*time.Second) {
			t.Errorf("%q: %v after %v", c.body, err, took)
		}
	}
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), dialects) }
