package pipeline

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var allDialects = []string{
	"dvc.yaml", "dvc.lock", "dvc-file", "dvc.config", "mlproject", "pre-commit", "dependabot", "renovate",
	"snakemake", "gitattributes", "gitignore", "codeowners",
}

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"dvc.yaml":                   "dvc.yaml",
		"models/churn/dvc.yaml":      "dvc.yaml",
		"dvc.lock":                   "dvc.lock",
		"data/raw.csv.dvc":           "dvc-file",
		".dvc":                       "no",
		".dvc/config":                "dvc.config",
		"sub/.dvc/config":            "dvc.config",
		".git/config":                "no",
		"config":                     "no",
		"MLproject":                  "mlproject",
		"Snakefile":                  "snakemake",
		"workflow/rules/qc.smk":      "snakemake",
		".pre-commit-config.yaml":    "pre-commit",
		"CODEOWNERS":                 "codeowners",
		".github/CODEOWNERS":         "codeowners",
		"src/CODEOWNERS":             "no",
		".github/dependabot.yml":     "dependabot",
		"dependabot.yml":             "no",
		"renovate.json":              "renovate",
		".gitignore":                 "gitignore",
		"data/.gitignore":            "gitignore",
		".gitattributes":             "gitattributes",
		".github/workflows/dvc.yaml": "dvc.yaml",
		"params.yaml":                "no",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, "rule a:\n input: ", "rule a:\n shell:\n  \"{input\"\n", "'''", "stages:\n", "${a", "* filter=lfs\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
