package structured

import (
	"errors"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

var allDialects = []string{
	"yaml:x.yaml", "yaml:compose.yaml", "yaml:values.yaml", "yaml:prefect.yaml", "json:x.json", "toml:fly.toml", "ini:supervisord.conf", "procfile:Procfile",
}

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"params.yaml":                         "yaml:params.yaml",
		"conf/base/parameters.yml":            "yaml:parameters.yml",
		"docker-compose.yml":                  "yaml:docker-compose.yml",
		"deploy/k8s/deployment.yaml":          "yaml:deployment.yaml",
		"config.json":                         "json:config.json",
		"data/labels.json":                    "no",
		"tests/fixtures/body.json":            "no",
		".vscode/settings.json":               "no",
		"web/node_modules/a/config.json":      "no",
		"notebooks/train.ipynb":               "no",
		"regions.geojson":                     "no",
		".github/workflows/ci.yml":            "no",
		".github/actions/setup/action.yml":    "no",
		".gitlab-ci.yml":                      "no",
		".circleci/config.yml":                "no",
		"azure-pipelines.yml":                 "no",
		"mlops/pipelines/train.yml":           "yaml:train.yml",
		"dvc.yaml":                            "no",
		"data/x.csv.dvc":                      "no",
		".pre-commit-config.yaml":             "no",
		"environment.yml":                     "yaml:environment.yml",
		"conda.yaml":                          "no",
		"pyproject.toml":                      "no",
		"fly.toml":                            "toml:fly.toml",
		"pytest.ini":                          "ini:pytest.ini",
		"setup.cfg":                           "no",
		"Procfile":                            "procfile:Procfile",
		"models/MLmodel":                      "yaml:MLmodel",
		"package-lock.json":                   "no",
		"src/__snapshots__/a.json":            "no",
		"infra/grafana/dashboards/model.json": "json:model.json",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

// Large JSON is data: it is neither read nor reported.
func TestLargeJSON(t *testing.T) {
	t.Parallel()
	src := []byte(`{"a": "` + strings.Repeat("x", dataBytes) + `"}`)
	facts, err := extract.Run(t.Context(), New(), "json:x.json", src)
	if len(facts) != 0 || err != nil {
		t.Errorf("got %d facts and error %v, want none", len(facts), err)
	}
	if facts, err = extract.Run(t.Context(), New(), "json:x.json", []byte(`{"a": "x"}`)); len(facts) != 1 || err != nil {
		t.Errorf("small JSON: got %d facts and error %v, want one", len(facts), err)
	}
}

// A document that refers to itself grows to its bound and no further.
func TestAliasBomb(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		b.WriteString("a" + string(rune('A'+i)) + ": &b" + string(rune('A'+i)) + " [")
		prev := "*a0"
		if i > 0 {
			prev = "*b" + string(rune('A'+i-1))
		}
		b.WriteString(strings.Repeat(prev+", ", 8) + "]\n")
	}
	facts, err := extract.Run(t.Context(), New(), "yaml:x.yaml", []byte(b.String()))
	if !errors.Is(err, settings.ErrLarge) || len(facts) != 1 {
		t.Fatalf("got %d facts and error %v, want one and %v", len(facts), err, settings.ErrLarge)
	}
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, "---\na: 1\n", "{\"a\":1},", "services:\n  a:\n    image: x\n", "a: sh -c x\n", "? ", "!!a ", "key: {{ x }}\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
