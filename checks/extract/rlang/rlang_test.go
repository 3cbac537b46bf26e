package rlang

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

var allDialects = []string{"r", "julia", "markdown"}

func TestRoute(t *testing.T) {
	t.Parallel()
	extracttest.Route(t, New(), map[string]string{
		"R/train.R":            "r",
		"script.r":             "r",
		"analysis.Rmd":         "markdown",
		"report.qmd":           "markdown",
		"src/Model.jl":         "julia",
		"data.RData":           "no",
		"man/fit.Rd":           "no",
		"README.md":            "no",
		"notebooks/test.ipynb": "no",
	})
}

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), allDialects, "f(x)\n", "if (a > b) stop('x')\n", "f <- function(x) ", "function f(x)\n", "begin ", "begin\n", "end\n",
		"f(x) = ", "c(x) = 1\n", "a$b", "a::b(", "x |> ", "r\"(", "% ", "%a%", "#= ", "\"$(", "'", "@test a\n", "using A, B: c\n", "if a < b\n", "))", "a.b.c.",
		"```{r}\nf(x)\n```\n", "```{bash}\nls\n", "x <- c(1, 2)\n", "a = b\n", "for x in y\n", "{f(x)}\n", "\\(x) ", "a -> b\n", "<- ", "|| ", "if(")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), allDialects) }
