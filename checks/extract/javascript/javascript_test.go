package javascript

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"src/answer.ts":           "javascript",
		"app/api/chat/route.tsx":  "javascript",
		"server.mjs":              "javascript",
		"static/plot.min.js":      "no",
		"src/types.d.ts":          "no",
		"next.config.js":          "no",
		"package.json":            "no",
		"docs/javascript.ts.html": "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"import {", "import * as a from 'm'\na.b(", "import a from 'm'\na.b.c.", "const {a, b: c} = require(", "const a = require('m')\n", "`${`", "`${a}", "/[/", "/*", "'", "a?.b(", "f<", "import a from 'm'\nx = new a()\nx.y()\n",
		"import a from 'm'\na().b().c()", "a({b: {c: [", "})]", "import type", "import(", "this.a = ")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
