// Package sampletree makes up a repository with machine learning, the same one
// each time, so that speed can be measured on a tree of any size that anybody
// can make again. All of its text is the project's own. It has two shapes: one
// large project, and a monorepo of many small ones that are judged one by one.
//
// A project of the monorepo has 94 files: Python modules that import each other and their
// tests, settings, prose, a notebook, data, pictures, the scripts of a web page,
// a Makefile, a Dockerfile, a DVC pipeline and a workflow. Shares and sizes
// follow those of 49 public repositories with models (8,700 files): a third is
// Python of 4 to 5 KB, nine bytes of ten are data and pictures. 9,000 files are
// about 150 MB.
package sampletree

import (
	"embed"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed fragments
var fragments embed.FS

// project is how many files of each sort one project has, and their mean size
// in bytes.
var project = []struct {
	count, mean int
	path        string // %d is the number of the file
	write       func(m *maker, size int) string
}{
	{24, 5_000, "src/@noun@/@part@_%d.py", (*maker).module},
	{6, 3_500, "tests/@noun@/test_@part@_%d.py", (*maker).test},
	{7, 3_000, "configs/@part@_%d.yaml", (*maker).settings},
	{6, 6_000, "docs/@part@_%d.md", (*maker).prose},
	{1, 120_000, "notebooks/@part@_%d.ipynb", (*maker).notebook},
	{4, 16_000, "data/@part@_%d.json", (*maker).rows},
	{4, 175_000, "data/@part@_%d.csv", (*maker).table},
	{8, 40_000, "docs/img/@part@_%d.png", (*maker).picture},
	{18, 6_000, "web/src/@part@_%d.ts", (*maker).script},
	{9, 5_000, "docs/api/@part@_%d.txt", (*maker).prose},
}

// Shape is how the files are laid out.
type Shape int

// The shapes. In OneProject the files of each 94 are one package of the only
// project, and there is one workflow.
const (
	Monorepo Shape = iota
	OneProject
)

// Files yields a tree of n files, path and contents, in no particular order. A
// larger tree begins with the files of every smaller one.
func Files(n int, shape Shape) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		left := n
		give := func(path, content string) bool {
			left--
			return yield(path, []byte(content)) && left > 0
		}
		m := newMaker()
		for i := 0; left > 0; i++ {
			part := (*maker).project
			if shape == OneProject {
				part = (*maker).packages
			}
			if !part(m, i, give) {
				return
			}
		}
	}
}

// maker writes files; all it draws comes from one seed.
type maker struct {
	rand                   *rand.Rand
	python, yaml, markdown []string
	workflow               string
	common                 *txtar.Archive
	noun                   string
	modules                []string // of the current project, dotted
	replace                *strings.Replacer
	counter                int
}

func newMaker() *maker {
	read := func(name string) string {
		b, err := fragments.ReadFile("fragments/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		return string(b)
	}
	parts := func(name string) []string { return strings.Split(read(name), "=====\n") }
	return &maker{
		rand:   rand.New(rand.NewPCG(7, 9000)),
		python: parts("python.txt"), yaml: parts("yaml.txt"), markdown: parts("markdown.txt"),
		workflow: read("workflow.yml"), common: txtar.Parse([]byte(read("project.txt"))),
	}
}

var nouns = strings.Fields("meter order ticket parcel basket sensor claim route flight loan visit crop invoice pump title signal fare battery review lesson")
var partNames = strings.Fields("load clean join encode split train tune score check export serve report")

func (m *maker) project(i int, give func(path, content string) bool) bool {
	m.noun, m.modules = fmt.Sprintf("%s%d", nouns[i%len(nouns)], i), nil
	m.set(m.noun)
	dir := "projects/" + m.noun + "/"
	return m.head(dir, give) && m.files(func(path string) string { return dir + path }, give)
}

// packages is what one project of the monorepo has, as a package of one large
// project: its files are in a folder of its name beside those of the others.
func (m *maker) packages(i int, give func(path, content string) bool) bool {
	m.noun, m.modules = fmt.Sprintf("%s%d", nouns[i%len(nouns)], i), nil
	m.set(m.noun)
	if i == 0 && !m.head("", give) {
		return false
	}
	return m.files(func(path string) string {
		if strings.HasPrefix(path, "src/") {
			return path
		}
		top, rest, _ := strings.Cut(path, "/")
		return top + "/" + m.noun + "/" + rest
	}, give)
}

// head gives what a project has once: its workflow and the files at its top.
func (m *maker) head(dir string, give func(path, content string) bool) bool {
	if !give(".github/workflows/"+m.noun+".yml", m.replace.Replace(m.workflow)) {
		return false
	}
	for _, f := range m.common.Files {
		if !give(dir+f.Name, m.fill(string(f.Data))) {
			return false
		}
	}
	return true
}

// files gives what there are many of, each at the place that put says.
func (m *maker) files(put func(string) string, give func(path, content string) bool) bool {
	for _, s := range project {
		for n := range s.count {
			part := partNames[n%len(partNames)]
			path := strings.NewReplacer("@noun@", m.noun, "@part@", part).Replace(fmt.Sprintf(s.path, n))
			if strings.HasPrefix(s.path, "src/") {
				m.modules = append(m.modules, fmt.Sprintf("%s.%s_%d", m.noun, part, n))
			}
			if !give(put(path), s.write(m, s.mean/2+m.rand.IntN(s.mean))) {
				return false
			}
		}
	}
	return true
}

// set chooses the noun that the fragments speak of.
func (m *maker) set(noun string) {
	m.replace = strings.NewReplacer("@noun@", noun, "@Noun@", strings.ToUpper(noun[:1])+noun[1:], "@NOUN@", strings.ToUpper(noun))
}

// fill puts the noun and fresh numbers into a fragment.
func (m *maker) fill(fragment string) string {
	parts := strings.Split(m.replace.Replace(fragment), "@num@")
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(strconv.Itoa(10 + m.rand.IntN(90)))
		}
		b.WriteString(p)
	}
	return b.String()
}

// body draws fragments until there are size bytes, each about a noun of its
// own.
func (m *maker) body(b *strings.Builder, size int, from []string, gap string) {
	for b.Len() < size {
		m.counter++
		m.set(fmt.Sprintf("%s_%d", nouns[m.rand.IntN(len(nouns))], m.counter))
		b.WriteString(m.fill(from[m.rand.IntN(len(from))]))
		b.WriteString(gap)
	}
	m.set(m.noun)
}

const moduleHead = `"""Part of @noun@."""
import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
import yaml
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
`

func (m *maker) module(size int) string {
	var b strings.Builder
	b.WriteString(m.fill(moduleHead))
	for range min(3, len(m.modules)-1) {
		fmt.Fprintf(&b, "from %s import BASE_URL, logger\n", m.modules[m.rand.IntN(len(m.modules))])
	}
	b.WriteString("\nlogger = logging.getLogger(__name__)\nBASE_URL = \"https://api.example.org/v1\"\n\n\n")
	m.body(&b, size, m.python, "\n\n")
	return b.String()
}

func (m *maker) test(size int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "import pandas as pd\nimport pytest\n\nimport %s\n\n", m.modules[m.rand.IntN(len(m.modules))])
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "\ndef test_case_%d():\n    frame = pd.DataFrame({\"a\": [1, 2, %d], \"b\": [0.5, None, 1.5]})\n", i, m.rand.IntN(100))
		fmt.Fprintf(&b, "    out = frame.dropna()\n    assert len(out) == 2\n    assert out[\"a\"].max() == pytest.approx(%d)\n\n", m.rand.IntN(100))
	}
	return b.String()
}

func (m *maker) settings(size int) string {
	var b strings.Builder
	m.body(&b, size, m.yaml, "")
	return b.String()
}

func (m *maker) prose(size int) string {
	var b strings.Builder
	b.WriteString("# Notes on " + m.noun + "\n\n")
	m.body(&b, size, m.markdown, "\n")
	return b.String()
}

// notebook has code and prose in small cells and most of its bytes in one
// picture.
func (m *maker) notebook(size int) string {
	type cell map[string]any
	var cells []cell
	for i := range 12 {
		var b strings.Builder
		from, kind := m.python, "code"
		if i%3 == 0 {
			from, kind = m.markdown, "markdown"
		}
		m.body(&b, 400, from, "\n")
		c := cell{"cell_type": kind, "metadata": cell{}, "source": strings.SplitAfter(b.String(), "\n")}
		if kind == "code" {
			c["execution_count"], c["outputs"] = i, []cell{}
		}
		if i == 11 {
			c["outputs"] = []cell{{"output_type": "display_data", "metadata": cell{}, "data": cell{"image/png": m.letters(max(0, size-10_000))}}}
		}
		cells = append(cells, c)
	}
	b, err := json.MarshalIndent(cell{"cells": cells, "metadata": cell{"language_info": cell{"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}, "", " ")
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(b)
}

func (m *maker) letters(n int) string {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	b := make([]byte, n)
	for i := range b {
		b[i] = base64[m.rand.IntN(64)]
	}
	return string(b)
}

// picture is bytes that no reader of text takes.
func (m *maker) picture(size int) string {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(m.rand.Uint32())
	}
	return "\x89PNG\r\n\x1a\n\x00" + string(b)
}

func (m *maker) script(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "export function %s%d(rows: Row[], limit = %d): number {\n", partNames[m.rand.IntN(len(partNames))], i, m.rand.IntN(1000))
		b.WriteString("  const kept = rows.filter((row) => row.value > limit).map((row) => row.value);\n")
		b.WriteString("  return kept.length === 0 ? 0 : kept.reduce((a, b) => a + b, 0) / kept.length;\n}\n\n")
	}
	return b.String()
}

func (m *maker) rows(size int) string {
	var b strings.Builder
	b.WriteString("[\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "  {\"id\": %d, \"region\": %q, \"value\": %.4f, \"tags\": [\"a\", \"b\"], \"seen\": true},\n", i, partNames[m.rand.IntN(len(partNames))], m.rand.Float64())
	}
	b.WriteString("  {}\n]\n")
	return b.String()
}

func (m *maker) table(size int) string {
	var b strings.Builder
	b.WriteString("id,time,region,value,target\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%d,2025-03-%02d,%s,%.6f,%d\n", i, 1+m.rand.IntN(28), nouns[m.rand.IntN(len(nouns))], m.rand.NormFloat64(), m.rand.IntN(2))
	}
	return b.String()
}
