package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/checkstest"
)

const id = "training.tests"

func none(string) bool { return false }

func area(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	folder := filepath.Join(root, "checks", "practice", "training")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	text := "package training\n\nimport \"x/capability\"\n\n// Checks lists them.\nvar Checks = []capability.Check{\n\tScripted,\n\tTracking,\n}\n"
	if err := os.WriteFile(filepath.Join(folder, "checks.go"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestScaffold(t *testing.T) {
	root := area(t)
	written, err := scaffold(root, "training", id, none)
	if err != nil || len(written) != 4 {
		t.Fatal(written, err)
	}
	listed, _ := os.ReadFile(filepath.Join(root, "checks", "practice", "training", "checks.go"))
	if !regexp.MustCompile(`Scripted,\s+Tracking,\s+Tests`).Match(listed) {
		t.Errorf("the list is\n%s", listed)
	}
	for _, name := range written {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".go") {
			if _, err := parser.ParseFile(token.NewFileSet(), name, data, 0); err != nil {
				t.Error(err)
			}
		} else if c, err := checkstest.Parse(data); err != nil || c.Check != id {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := scaffold(root, "training", id, none); err == nil {
		t.Error("what is there was written again")
	}
}

func TestRefuses(t *testing.T) {
	root := area(t)
	for _, c := range [][2]string{{"training", "training.wishes"}, {"training", "training.automated"}, {"../training", "training.tests"}} {
		if written, err := scaffold(root, c[0], c[1], func(id string) bool { return id == "training.automated" }); err == nil || len(written) > 0 {
			t.Errorf("%v: %v", c, written)
		}
	}
}
