package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/doctor"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/webhook"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

// file is one parsed source file of the module.
type file struct {
	pkg, name string
	fset      *token.FileSet
	tree      *ast.File
}

// sources parses the non-test files of the packages a pattern covers.
func sources(t *testing.T, pattern string) []file {
	t.Helper()
	var all []file
	for _, p := range packages(t) {
		if !covers(pattern, p.ImportPath) {
			continue
		}
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			tree, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, file{p.ImportPath, name, fset, tree})
		}
	}
	return all
}

// Every check that is written is listed, under an id of its own that the
// maturity model knows.
func TestEveryCheckIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range practice.All() {
		if listed[c.ID] {
			t.Errorf("%s is listed twice", c.ID)
		}
		listed[c.ID] = true
		if _, ok := maturity.Microsoft().Row(c.ID); !ok {
			t.Errorf("%s is no row of checks/maturity/microsoft.yml", c.ID)
		}
	}
	written := 0
	for _, f := range sources(t, "checks/practice/*") {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !isSelector(lit.Type, "capability", "Check") {
				return true
			}
			written++
			id := stringField(lit, "ID")
			if !listed[id] {
				t.Errorf("%s/%s: the check %q is missing from the list Checks of its package", f.pkg, f.name, id)
			}
			return true
		})
	}
	if written != len(listed) {
		t.Errorf("%d checks are written and %d listed", written, len(listed))
	}
}

// Every check says what it is for, in full.
func TestEveryCheckIsDocumented(t *testing.T) {
	for _, c := range practice.All() {
		for field, text := range map[string]string{"Title": c.Doc.Title, "Why": c.Doc.Why, "Counts": c.Doc.Counts, "Not": c.Doc.Not} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: Doc.%s is empty", c.ID, field)
			}
		}
		if c.Run == nil {
			t.Errorf("%s: there is no Run", c.ID)
		}
		if !slices.Contains([]string{"hours", "days", "weeks"}, c.Doc.Effort) {
			t.Errorf("%s: Doc.Effort is %q, not hours, days or weeks", c.ID, c.Doc.Effort)
		}
		if n := len(c.Doc.How); n == 0 || c.Doc.How[n-1].Tool != "" {
			t.Errorf("%s: the last of Doc.How must be for any tool", c.ID)
		}
		for _, w := range c.Doc.How {
			if w.Title == "" || len(w.Steps) == 0 {
				t.Errorf("%s: a way of Doc.How (%s) has no title or no steps", c.ID, w.Tool)
			}
		}
		if len(c.Doc.References) == 0 {
			t.Errorf("%s: Doc.References is empty", c.ID)
		}
		for _, r := range c.Doc.References {
			if !strings.HasPrefix(r, "https://") {
				t.Errorf("%s: the reference %q is no https address", c.ID, r)
			}
		}
	}
}

// Every reader of a file format is listed, under a name of its own.
func TestEveryExtractorIsListed(t *testing.T) {
	listed, names := map[string]bool{}, map[string]bool{}
	for _, e := range checks.Extractors() {
		kind := reflect.TypeOf(e)
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		listed[strings.TrimPrefix(kind.PkgPath(), module)] = true
		if names[e.Name()] {
			t.Errorf("two readers are called %q", e.Name())
		}
		names[e.Name()] = true
	}
	for _, f := range sources(t, "checks/extract/*") {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "New" && !listed[f.pkg] {
				t.Errorf("%s is missing from checks.Extractors", f.pkg)
			}
		}
	}
}

// Every function that writes a report in a format is listed.
func TestEveryFormatIsListed(t *testing.T) {
	listed, names := map[string]bool{}, map[string]bool{}
	for _, f := range render.Formats() {
		listed[strings.TrimPrefix(filepath.Ext(runtime.FuncForPC(reflect.ValueOf(f.Write).Pointer()).Name()), ".")] = true
		if names[f.Name] || f.About == "" {
			t.Errorf("the format %q is there twice, or says nothing about itself", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range sources(t, "app/render") {
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || fn.Type.Params.NumFields() != 2 {
				continue
			}
			p := fn.Type.Params.List
			if isSelector(p[0].Type, "io", "Writer") && !listed[fn.Name.Name] {
				t.Errorf("app/render.%s is missing from render.Formats", fn.Name.Name)
			}
		}
	}
}

// The App subscribes to exactly what app/webhook works on: another event never
// comes, or is noise.
func TestEveryEventIsSubscribed(t *testing.T) {
	work := slices.DeleteFunc(webhook.Events(), webhook.Always)
	slices.Sort(work)
	var subscribed []string
	for _, e := range doctor.Events(true) {
		if webhook.Always(e.Name) {
			t.Errorf("GitHub sends %s to every App; it cannot be subscribed to", e.Name)
		}
		subscribed = append(subscribed, e.Name)
	}
	if !slices.Equal(work, subscribed) {
		t.Errorf("app/webhook works on %s, app/doctor/needs.go subscribes to %s", work, subscribed)
	}
}

// What the code base refuses: hidden start-up code, the engine's own clock,
// packages without a story, files nobody reads to the end.
func TestHouseRules(t *testing.T) {
	told := map[string]bool{}
	for _, f := range sources(t, "...") {
		told[f.pkg] = told[f.pkg] || f.tree.Doc != nil
		if lines := f.fset.File(f.tree.Pos()).LineCount(); lines > 400 {
			t.Errorf("%s/%s has %d lines: 400 are the limit", f.pkg, f.name, lines)
		}
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s/%s has an init function: make the order of start-up visible", f.pkg, f.name)
			}
		}
		if !covers("checks/...", f.pkg) || testCode(f.pkg) {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			for _, name := range []string{"Now", "Since", "Until", "Sleep"} {
				if e, ok := n.(ast.Expr); ok && isSelector(e, "time", name) {
					t.Errorf("%s: time.%s in the engine, which has no clock", f.fset.Position(n.Pos()), name)
				}
			}
			return true
		})
	}
	for pkg, ok := range told {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// Every target of the Makefile says what it does, so that make's help is whole.
func TestMakeTargetsExplainThemselves(t *testing.T) {
	text, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\.PHONY: (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(m[1]) + `:.*## \S`).Match(text) {
			t.Errorf("make %s has no ## that says what it does", m[1])
		}
	}
}

func isSelector(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

func stringField(lit *ast.CompositeLit, name string) string {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, ok := kv.Key.(*ast.Ident)
		value, isLit := kv.Value.(*ast.BasicLit)
		if ok && isLit && key.Name == name {
			s, err := strconv.Unquote(value.Value)
			if err == nil {
				return s
			}
		}
	}
	return ""
}

// What the documentation links to is there, and the index of decisions is whole.
func TestDocumentationLinks(t *testing.T) {
	pages := []string{"README.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	linked := map[string]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range regexp.MustCompile(`\]\(([^)\s#:]*)(?:#([^)]*))?\)`).FindAllSubmatch(text, -1) {
			target := page
			if len(m[1]) > 0 {
				target = filepath.Join(filepath.Dir(page), string(m[1]))
			}
			linked[target] = true
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
			if len(m[2]) > 0 && !slices.Contains(anchors(t, target), string(m[2])) {
				t.Errorf("%s links to #%s, which is no heading of %s", page, m[2], target)
			}
		}
	}
	decisions, err := filepath.Glob("docs/decisions/0*.md")
	if err != nil || len(decisions) == 0 {
		t.Fatal("no decisions", err)
	}
	for _, d := range decisions {
		if !linked[d] {
			t.Errorf("%s is missing from docs/decisions/README.md", d)
		}
	}
}

// anchors returns the names that GitHub gives to the headings of a page: lower
// case, without punctuation, hyphens for blanks.
func anchors(t *testing.T, page string) (found []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^#+ +(.+)$`).FindAllStringSubmatch(string(text), -1) {
		name := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		found = append(found, regexp.MustCompile(`[^\pL\pN_-]`).ReplaceAllString(name, ""))
	}
	return found
}

// docs/fuzzing.md has a row for every fuzz target.
func TestFuzzTargetsAreListed(t *testing.T) {
	table, err := os.ReadFile("docs/fuzzing.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range packages(t) {
		tests, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range tests {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`).FindAllSubmatch(text, -1) {
				found++
				if row := "| `" + p.ImportPath + "` " + string(m[1]) + " |"; !strings.Contains(string(table), row) {
					t.Errorf("docs/fuzzing.md has no row %q", row)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d fuzz targets were found", found)
	}
}
