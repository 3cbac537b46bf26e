package checks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

// Files full of commands that lead everywhere make a graph that grows with
// them, not with their square: each flood is judged at one size and at twice
// that.
func TestFloods(t *testing.T) {
	for name, flood := range map[string]func(n int) map[string]string{
		"scripts that call each other": func(n int) map[string]string {
			files := map[string]string{}
			for i := range n {
				var b strings.Builder
				b.WriteString("#!/bin/sh\n")
				for k := range n {
					fmt.Fprintf(&b, "bash s%d.sh\n", k)
				}
				files[fmt.Sprintf("s%d.sh", i)] = b.String()
			}
			return files
		},
		"modules that import each other": func(n int) map[string]string {
			files := map[string]string{}
			for i := range n {
				var b strings.Builder
				for k := range n {
					fmt.Fprintf(&b, "from m%d import f%d\n", k, k)
				}
				fmt.Fprintf(&b, "def f%d():\n", i)
				for k := range n {
					fmt.Fprintf(&b, "    f%d()\n", k)
				}
				files[fmt.Sprintf("m%d.py", i)] = b.String()
			}
			return files
		},
		"one script of calls of one target": func(n int) map[string]string {
			return map[string]string{"Makefile": "all:\n" + strings.Repeat("\tpython train.py\n", 10*n), "train.py": "import sklearn\n",
				"run.sh": "#!/bin/sh\n" + strings.Repeat("make all\n", 100*n)}
		},
		"jobs in a row": func(n int) map[string]string {
			var b strings.Builder
			b.WriteString("on: push\njobs:\n")
			for i := range 10 * n {
				fmt.Fprintf(&b, "  j%d:\n    needs: [j%d]\n    steps:\n      - run: make all\n", i+1, i)
			}
			return map[string]string{".github/workflows/a.yml": b.String(), "Makefile": "all:\n\tpython train.py\n", "train.py": "import sklearn\n"}
		},
		"calls": func(n int) map[string]string {
			return map[string]string{"a.py": "import sklearn.svm\nm = sklearn.svm.SVC()\n" + strings.Repeat("m.fit(x, y)\n", 500*n)}
		},
		"aliases and tables in names of names": func(n int) map[string]string {
			var job, app strings.Builder
			job.WriteString("import mlflow, boto3, joblib\nt = boto3.resource('dynamodb').Table('scores')\nm = joblib.load('m')\n")
			app.WriteString("import mlflow, boto3, fastapi\nc = mlflow.MlflowClient()\nt = boto3.resource('dynamodb').Table('other')\napp = fastapi.FastAPI()\n")
			for i := range 20 * n {
				fmt.Fprintf(&job, "N%d = f'{N%d}{N%d}{N%d}'\nt.put_item(m.predict(N%d))\n", i, i+1, i+1, i+1, i)
				fmt.Fprintf(&app, "A%d = f'{A%d}{A%d}'\n@app.get('/%d')\ndef f%d(x):\n    t.get_item(x)\n    f%d(A%d)\n    c.set_registered_model_alias(A%d, x)\n    return mlflow.pyfunc.load_model(f'models:/{x}@{A%d}')\n", i, i+1, i+1, i, i, i+1, i, i, i)
			}
			return map[string]string{"job.py": job.String(), "app.py": app.String(), "Makefile": "all:\n\tpython job.py\n\tuvicorn app:app\n",
				".github/workflows/a.yml": "on:\n  schedule: [{cron: '0 0 * * *'}]\njobs:\n  a:\n    steps:\n      - run: make all\n"}
		},
		"folders in folders": func(n int) map[string]string {
			return map[string]string{strings.Repeat("a/", 10*n) + "train.py": "import sklearn\n", strings.Repeat("a/", 10*n) + "Makefile": "all:\n\tpython train.py\n"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			small, large := flooded(t, flood(100)), flooded(t, flood(200))
			t.Logf("%v, then %v", small, large)
			if large > 4*small+cputime.Bound(2*time.Second) {
				t.Errorf("%v, then %v", small, large)
			}
		})
	}
}

func flooded(t *testing.T, texts map[string]string) time.Duration {
	t.Helper()
	var files []repo.File
	contents := map[string][]byte{}
	for p, text := range texts {
		id := repo.BlobID([]byte(text))
		files = append(files, repo.File{Path: p, Blob: id, Size: int64(len(text))})
		contents[id] = []byte(text)
	}
	tree := repo.NewTree(files)
	return cputime.Of(func() {
		plan, err := checks.NewPlan(t.Context(), tree, checks.Options{})
		if err == nil {
			_, err = plan.Assess(t.Context(), repo.NewSnapshot("", tree, contents, nil))
		}
		if err != nil {
			t.Error(err)
		}
	})
}
