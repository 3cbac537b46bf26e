package othersci

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var dialects = []string{travis, cloudBuild, codeBuild, bitbucket, buildkite, drone, appVeyor, taskCluster}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		".travis.yml":             "travis",
		"cloudbuild.yaml":         "cloudbuild",
		"cloudbuild-api.yaml":     "cloudbuild",
		"cloudbuild/train.yml":    "cloudbuild",
		"buildspec.yml":           "codebuild",
		".taskcluster.yml":        "taskcluster",
		"aws/buildspec-train.yml": "codebuild",
		"bitbucket-pipelines.yml": "bitbucket",
		".buildkite/pipeline.yml": "buildkite",
		".drone.yml":              "drone",
		".woodpecker/test.yml":    "drone",
		"appveyor.yml":            "appveyor",
		"travis.yml":              "no",
		"build.yml":               "no",
		".buildkite/script.sh":    "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), dialects,
		"script: x\n", "steps:\n- command: x\n", "- wait\n- command: x\n", "phases: {build: {commands: [", "- step:\n    script: [x]\n", "steps:\n- name: a\n  args: [b]\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), dialects) }
