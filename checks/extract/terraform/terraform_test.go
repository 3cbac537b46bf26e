package terraform

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
	"github.com/mlops-maturity/mlops-maturity/internal/cputime"
)

var allDialects = []string{"hcl", "bicep", "json", "values", "values-json"}

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"main.tf":                      "hcl",
		"infra/modules/a/variables.tf": "hcl",
		"main.tf.json":                 "json",
		"vars/prod.tfvars":             "values",
		"terraform.tfvars.json":        "values-json",
		"terraform.tfstate":            "no",
		"infra/main.bicep":             "bicep",
		"model.tflite":                 "no",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

// These overflow the stack of the parser, which would end the process.
func TestDeep(t *testing.T) {
	for _, seed := range []string{"[", "(", "\"${", "!", "- ", "!\n", "a?", "a ?\n", "%{if a}", "a {\n", "!/*a*/", "-/*a*/", "(a?\n\n", "a?\n\n"} {
		src := "x = " + strings.Repeat(seed, maxBytes/len(seed)-8)
		_, err := extract.Run(t.Context(), New(), "hcl", []byte(src))
		if !errors.Is(err, extract.ErrDeep) {
			t.Errorf("%q: error %v, want %v", seed, err, extract.ErrDeep)
		}
	}
}

// As deep as the guard lets it be, the parser stands and is quick.
func TestDeepest(t *testing.T) {
	for _, src := range []string{
		"x = " + strings.Repeat("!", maxUnary-1) + "a",
		"x = " + strings.Repeat("a ? b : ", maxConditions-1) + "a",
		"x = " + strings.Repeat("[", 199) + strings.Repeat("]", 199),
		"x = \"" + strings.Repeat("%{if a}", maxConditions-1) + "\"",
	} {
		var err error
		took := cputime.Of(func() { _, err = New().Extract(t.Context(), "hcl", []byte(src)) })
		if errors.Is(err, extract.ErrDeep) || took > cputime.Bound(time.Second) {
			t.Errorf("%.20q: %v after %v", src, err, took)
		}
	}
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, "a {}\n", "a = 1\n", "a + ", "a.b", "a[*]", "<<E\n", "a = <<E\nE\n", "//", "/*",
		"resource a 'b@c' = {\n", "a: {\n", "}\n", "a: [\n1\n", "'''\n", "a(b)", "f(", "1,", "a = [1,\n", "%{", "$${", "=>", "...", "for ")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
