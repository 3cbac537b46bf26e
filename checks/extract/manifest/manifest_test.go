package manifest

import (
	"maps"
	"slices"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var allDialects = slices.Sorted(maps.Keys(dialects))

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"requirements.txt":                     "requirements:",
		"requirements-dev.txt":                 "requirements:dev",
		"requirements_test.txt":                "requirements:test",
		"test-requirements.txt":                "requirements:test",
		"docs/requirements.txt":                "requirements:",
		"requirements/base.txt":                "requirements:",
		"requirements/local.txt":               "requirements:dev",
		"requirements/train.in":                "requirements:train",
		"requirements-gpu.txt":                 "requirements:gpu",
		"constraints.txt":                      "requirements:constraints",
		"notes.txt":                            "no",
		"pyproject.toml":                       "pyproject",
		"services/api/pyproject.toml":          "pyproject",
		"setup.cfg":                            "setup.cfg",
		"setup.py":                             "no",
		"tox.ini":                              "tox",
		"tox.toml":                             "tox.toml",
		"Pipfile":                              "pipfile",
		"Pipfile.lock":                         "pipfile.lock",
		"poetry.lock":                          "toml.lock",
		"uv.lock":                              "toml.lock",
		"pixi.lock":                            "conda.lock",
		"conda-lock.yml":                       "conda.lock",
		"environment.yml":                      "conda:",
		"environment-dev.yaml":                 "conda:dev",
		"conda.yaml":                           "conda:",
		"train-env.yml":                        "conda:",
		"config.yml":                           "no",
		"package.json":                         "package.json",
		"node_modules/a/package.json":          "no",
		"web/node_modules/a/package-lock.json": "no",
		"package-lock.json":                    "npm.lock",
		"yarn.lock":                            "npm.lock",
		"Cargo.lock":                           "no",
		"renv.lock":                            "renv.lock",
		"DESCRIPTION":                          "description",
		"Project.toml":                         "julia",
		"Manifest.toml":                        "julia.lock",
		"go.mod":                               "go.mod",
		"pom.xml":                              "pom",
		"build.sbt":                            "sbt",
		"Gemfile":                              "gemfile",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, "a==1\n", "[[package]]\n", "- name: a\n  version: 1\n", "a\\\n",
		"[testenv:{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}]\n", "{a,b}", "[testenv:a]\ncommands=pytest\n", "<dependency>")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
