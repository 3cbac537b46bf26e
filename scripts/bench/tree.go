package main

import (
	"os"
	"os/exec"
	"path/filepath"

	"github.com/mlops-maturity/mlops-maturity/checks/sampletree"
)

// writeTree writes n files of a sample tree below dir and commits them to a
// git repository there. A tree that is there already is left as it is.
func writeTree(dir string, n int, shape sampletree.Shape) error {
	done := filepath.Join(dir, ".git", "sample-tree-done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for p, content := range sampletree.Files(n, shape) {
		name := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"config", "gc.auto", "0"}, {"config", "maintenance.auto", "false"}, {"add", "-A"},
		{"-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", "sample tree"},
		{"gc", "-q"},
	} {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return os.WriteFile(done, nil, 0o644)
}
