package python_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/python"
)

// stdlib returns the Python files of CPython's standard library, none when no
// python3 is on the PATH.
func stdlib(tb testing.TB, program string) (files []string) {
	out, err := exec.Command(program, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
	if err != nil {
		return nil
	}
	root := strings.TrimSpace(string(out))
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "site-packages" {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, ".py") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

func benchmark(b *testing.B, dialect string, sources [][]byte) {
	e := python.New()
	size, facts := 0, 0
	for _, s := range sources {
		size += len(s)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		facts = 0
		for _, s := range sources {
			f, _ := e.Extract(context.Background(), dialect, s)
			facts += len(f)
		}
	}
	b.ReportMetric(float64(facts), "facts")
}

// BenchmarkStdlib reads the standard library of python3.13, or else python3.
func BenchmarkStdlib(b *testing.B) {
	files := stdlib(b, "python3.13")
	if files == nil {
		files = stdlib(b, "python3")
	}
	if files == nil {
		b.Skip("no python3 on the PATH: its standard library is the input")
	}
	var sources [][]byte
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		sources = append(sources, src)
	}
	benchmark(b, python.Source, sources)
}

// BenchmarkGenerated reads a training project of 100 files that is made up here,
// so that every machine measures the same.
func BenchmarkGenerated(b *testing.B) {
	var sources [][]byte
	for i := range 100 {
		sources = append(sources, generated(i))
	}
	benchmark(b, python.Source, sources)
}

func generated(n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "\"\"\"Module %d of a made-up project.\"\"\"\nimport os\nimport numpy as np\nimport mlflow\n"+
		"from sklearn.ensemble import RandomForestClassifier\nfrom .data%d import load_%d as load\n\n", n, n, n)
	for i := range 20 + n%7 {
		fmt.Fprintf(&b, `
class Trainer%[1]d(Base):
    """Trains model number %[1]d and keeps what it learned in self.model."""

    threshold: float = 0.%[1]d

    def __init__(self, path: str, seed=%[2]d, **options):
        super().__init__(path)
        self.model = RandomForestClassifier(n_estimators=%[1]d, random_state=seed, **options)
        self.name = f"model-{seed:03d}/{path!r}"  # how the registry names it

    @retry(times=3, delay=0.5)
    def fit(self, X, y=None):
        with mlflow.start_run(run_name="run-%[1]d") as run:
            X = np.asarray(X)[:, :%[1]d]
            self.model.fit(X, y)
            score = self.model.score(X, y)
            mlflow.log_metric("score", score, step=%[2]d)
            if score < self.threshold and not os.environ.get("FORCE"):
                raise ValueError("score %%s is too low" %% score)
        return {"run": run.info.run_id, "score": round(score, 3), "columns": [c for c in X.columns if c != "id"]}
`, i, n)
	}
	b.WriteString("\n\nif __name__ == \"__main__\":\n    Trainer0(\"data.csv\").fit(*load())\n")
	return b.Bytes()
}

func fixtures(tb testing.TB, pattern string) []string {
	files, err := filepath.Glob(filepath.Join("testdata", "facts", pattern))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no fixtures %s: %v", pattern, err)
	}
	return files
}
