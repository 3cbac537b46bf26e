package scala

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"src/main/scala/Train.scala": "scala",
		"worksheet.sc":               "scala",
		"build.sbt":                  "no",
		"scala/README.md":            "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"f(x)\n", "f(", "f[", "a.b.c.", "object A { def f(x: Int) = {\n", "class A extends B with C\n", "def f = ", "import a.{b, c => d}\n", "import a.", "val x = f()\n.g()\n",
		"\"\"\"", "/*", "'", "`", "if (a < b) ", "if (a < b) sys.exit(1)\n", "throw new X(\n", "}", ")", "x shouldBe y\n", "new ", "s\"${", "new A().setB(1)", "val x = f(", "{ f(x) }\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
