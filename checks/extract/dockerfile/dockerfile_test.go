package dockerfile

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"Dockerfile":                  "dockerfile",
		"docker/train.Dockerfile":     "dockerfile",
		"docker/serve.dockerfile":     "dockerfile",
		"Dockerfile.gpu":              "dockerfile",
		"Dockerfile-dev":              "dockerfile",
		"Containerfile":               "dockerfile",
		"Containerfile.train":         "dockerfile",
		"Dockerfile.md":               "no",
		"Dockerfile.dockerignore":     "no",
		".dockerignore":               "no",
		"dockerfiles/README.md":       "no",
		"test_dockerfiles.sh":         "no",
		"docs/dockerfile_tutorial.py": "no",
		"dockerfilelint":              "no",
		"Dockerfile.j2":               "no",
		"lang/dockerfile.js":          "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"FROM a\n", "FROM a AS b\nRUN x\n", "FROM a\nRUN x \\\n", "ENV A=$A$A\n", "FROM a\nENV A=b$A$A\n", "RUN <<EOF\n", "FROM a\nCMD [\"x\"]\n",
		"ARG A=1\n", "COPY a b\n", "FROM a\nARG A\nENV B=\"$A\"\nRUN echo $B\n", "ONBUILD ", "FROM a\nCOPY --from=x a b\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
