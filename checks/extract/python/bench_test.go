package python_test

import (
	"context"
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

// BenchmarkFixtures reads the package's own fixtures, which every machine has.
func BenchmarkFixtures(b *testing.B) {
	var sources [][]byte
	for _, f := range fixtures(b, "*.py") {
		src, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		sources = append(sources, src)
	}
	benchmark(b, python.Source, sources)
}

func fixtures(tb testing.TB, pattern string) []string {
	files, err := filepath.Glob(filepath.Join("testdata", "facts", pattern))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no fixtures %s: %v", pattern, err)
	}
	return files
}
