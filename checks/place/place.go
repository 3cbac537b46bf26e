// Package place says what a path is for, by its path alone: live code, a test,
// a notebook, documentation, something vendored, a template. The rubric's
// "live code" rests on it: what is vendored, templated or written down only to
// be read proves nothing about the project.
package place

import (
	"path"
	"strings"
)

// Class is what a path is for.
type Class uint8

// The classes. Live is code the project itself runs or ships.
const (
	Live     Class = iota
	Test           // test code
	Notebook       // notebooks, Rmd and the like
	Document       // documentation folders
	Example        // examples, tutorials, demos, course material
	Template       // scaffolding with placeholders
	Vendored       // third-party or generated
	Dead           // backups, disabled workflows
)

// vendored folders are never read: nothing in them speaks for the project.
var vendored = set("node_modules", "vendor", "third_party", "third-party", "3rdparty", "site-packages",
	"dist-packages", ".venv", "venv", "env.bak", "__pycache__", ".tox", ".nox", ".eggs", "bower_components",
	"jspm_packages", ".terraform", ".git", ".mypy_cache", ".pytest_cache", ".ipynb_checkpoints", "_vendor",
	"external_libs", "wandb", "mlruns", "mlartifacts", ".dvc_cache", "renv")

var documents = set("docs", "doc", "documentation", "site", "website")

var examples = set("examples", "example", "tutorials", "tutorial", "demos", "samples", "sample",
	"vignettes", "cookbook", "recipes", "playground")

var tests = set("tests", "test", "testing", "testdata", "test_data", "test-data", "unit_tests", "unittests", "unit-tests", "integration_tests",
	"integration-tests", "e2e", "testthat", "spec", "specs", "__tests__")

var dead = []string{".bak", ".old", ".disabled", ".orig", ".example", ".sample", ".template", ".dist", ".backup"}

// classify is Of, worked out anew.
func classify(p string) Class {
	segments := strings.Split(p, "/")
	base := segments[len(segments)-1]
	class := Live
	for i, s := range segments[:len(segments)-1] {
		low := strings.ToLower(s)
		switch {
		case vendored[low] || strings.HasSuffix(low, ".egg-info"):
			return Vendored
		case strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.HasPrefix(low, "cookiecutter"):
			return Template
		case low == "workflows-disabled" || low == "workflows_disabled" || strings.HasSuffix(low, ".disabled"):
			return Dead
		case class == Live && tests[low]:
			class = Test
		case class == Live && i == 0 && documents[low]:
			class = Document
		case class == Live && (examples[low] || low == "inst" && i <= 1):
			class = Example
		}
	}
	low := strings.ToLower(base)
	switch {
	case strings.Contains(base, "{{"), hasAny(low, ".tmpl", ".tpl", ".jinja", ".jinja2", ".j2", ".mustache", ".erb"):
		if !strings.HasSuffix(low, ".tpl") || !strings.Contains(p, "templates/") {
			return Template
		}
	case hasAny(low, dead...):
		return Dead
	case class == Live && hasAny(low, ".md", ".rst", ".txt") && !requirements(segments):
		return Document
	case hasAny(low, ".ipynb", ".rmd", ".qmd"):
		if class == Live {
			return Notebook
		}
	case class == Live && TestFile(base):
		return Test
	}
	return class
}

// requirements says whether a file is a list of packages: by its own name, or
// as a text file in a folder of them (requirements/base.txt).
func requirements(segments []string) bool {
	for i := max(0, len(segments)-2); i < len(segments); i++ {
		low := strings.ToLower(segments[i])
		if strings.Contains(low, "requirements") && (i == len(segments)-1 || !strings.HasSuffix(segments[i+1], ".md") && !strings.HasSuffix(segments[i+1], ".rst")) {
			return true
		}
	}
	return false
}

// TestFile says whether a file name is that of a test by convention.
func TestFile(base string) bool {
	low := strings.ToLower(base)
	ext := path.Ext(low)
	stem := strings.TrimSuffix(low, ext)
	switch ext {
	case ".py":
		return strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, "-test") ||
			strings.HasSuffix(stem, "_tests") || strings.HasSuffix(stem, "-tests") || stem == "conftest" || stem == "tests"
	case ".r":
		return strings.HasPrefix(stem, "test-") || strings.HasPrefix(stem, "test_")
	case ".js", ".ts", ".jsx", ".tsx":
		return strings.HasSuffix(stem, ".test") || strings.HasSuffix(stem, ".spec")
	case ".go":
		return strings.HasSuffix(stem, "_test")
	case ".jl":
		return stem == "runtests"
	case ".scala", ".java", ".kt":
		return strings.HasSuffix(stem, "test") || strings.HasSuffix(stem, "spec")
	}
	return false
}

// Ignored says whether a path is never read at all.
func Ignored(p string) bool {
	c := Of(p)
	return c == Vendored
}

func hasAny(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
