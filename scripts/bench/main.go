// Bench pairs scan with the tools that read the same tree: rg, which looks at
// every byte, and git ls-tree -r, which looks at none. It makes up the tree, builds
// scan, runs the pairs in turn so that a busy machine slows both alike, and
// prints the medians and their ratios.
//
//	go run ./scripts/bench            # one project of 9,000 files, 150 MB
//	go run ./scripts/bench -monorepo  # as many files in 96 projects
//	go run ./scripts/bench -files 900 -runs 3
//	go run ./scripts/bench -scan ./mlops-maturity -tree DIR   # a repository of your own
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"

	"github.com/mlops-maturity/mlops-maturity/checks/sampletree"
)

func main() {
	files := flag.Int("files", 9000, "files of the tree")
	runs := flag.Int("runs", 7, "runs of each pair")
	monorepo := flag.Bool("monorepo", false, "make up a monorepo of projects of 94 files, each judged by itself, instead of one project")
	tree := flag.String("tree", "", "a git repository to use instead of the made-up one")
	scan := flag.String("scan", "", "the program to measure instead of one built here")
	work := flag.String("work", filepath.Join(os.TempDir(), "mlops-maturity-bench"), "folder for the tree, the program and its cache")
	flag.Parse()
	shape := sampletree.OneProject
	if *monorepo {
		shape = sampletree.Monorepo
	}
	if err := bench(*files, *runs, shape, *tree, *scan, *work); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(files, runs int, shape sampletree.Shape, tree, scan, work string) error {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	if scan == "" {
		scan = filepath.Join(work, "mlops-maturity")
		if out, err := exec.Command("go", "build", "-o", scan, "./cmd/mlops-maturity").CombinedOutput(); err != nil {
			return fmt.Errorf("building scan: %w\n%s", err, out)
		}
	}
	if tree == "" {
		tree = filepath.Join(work, fmt.Sprintf("tree-%d-%d", files, shape))
		if err := writeTree(tree, files, shape); err != nil {
			return fmt.Errorf("making up the tree: %w", err)
		}
	}
	env := append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(work, "cache"))
	report := func(args ...string) tool {
		return tool{args: append(append([]string{scan, "scan", "--format", "json", "--no-progress"}, args...), tree), env: env}
	}
	rg := tool{args: []string{"rg", "--hidden", "--no-ignore", "--glob", "!.git", "-c", "mlflow", tree}, env: env}
	list := tool{args: []string{"git", "-C", tree, "ls-tree", "-r", "HEAD"}, env: env}

	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\twall ms\tCPU ms\tpeak MB\t")
	cold, search, err := pair(report("--no-cache"), rg, runs)
	if err != nil {
		return err
	}
	if _, err := report().run(); err != nil { // fills the cache
		return err
	}
	warm, listed, err := pair(report(), list, runs)
	if err != nil {
		return err
	}
	for _, row := range []struct {
		name string
		m    sample
	}{{"rg", search}, {"scan, cold", cold}, {"git ls-tree -r", listed}, {"scan, warm", warm}} {
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t\n", row.name, ms(row.m.wall), ms(row.m.cpu), row.m.peakMB)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Printf("\ncold: %.2f times rg by the clock, %.2f times by CPU (goal: 4)\n", ratio(cold.wall, search.wall), ratio(cold.cpu, search.cpu))
	allowed := 2*ms(listed.wall) + 50
	fmt.Printf("warm: %.1f ms, allowed are 2 x ls-tree + 50 ms = %.1f ms\n", ms(warm.wall), allowed)
	fmt.Printf("memory: %.1f MB (goal: 250)\n", max(cold.peakMB, warm.peakMB))
	return nil
}
