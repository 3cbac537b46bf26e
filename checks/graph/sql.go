package graph

import (
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// sqlName finds the files of SQL that a text names, and not an address or a
// placeholder around it.
var sqlName = regexp.MustCompile(`[\w./-]+\.(?:sql|sqlx|bqsql)\b`)

func sqlFile(p string) bool {
	ext := path.Ext(p)
	return ext == ".sql" || ext == ".sqlx" || ext == ".bqsql"
}

// linkSQL follows programs into the SQL files that they name: a file that is
// opened, a query that an operator is told to run.
func (g *Graph) linkSQL() {
	var dirs []string // that hold SQL
	seen := map[string]bool{}
	for _, f := range g.set.Files() {
		if d := dirOf(f.Path); sqlFile(f.Path) && !silent(f.Path) && !seen[d] && len(dirs) < 64 {
			seen[d] = true
			dirs = append(dirs, d)
		}
	}
	if len(dirs) == 0 {
		return
	}
	for p, c := range fact.All[fact.Call](g.set) {
		if sqlFile(p) {
			continue
		}
		for _, a := range c.Args {
			g.linkQuery(p, c.Scope, c.Line, a.Value, dirs, 0)
		}
	}
	for p, a := range fact.All[fact.Assign](g.set) {
		g.linkQuery(p, a.Scope, a.Line, a.Value, dirs, 0)
	}
}

// linkQuery links to the files that a value names.
func (g *Graph) linkQuery(file, scope string, line int, v fact.Value, dirs []string, depth int) {
	if (v.Kind == fact.String || v.Kind == fact.Format) && len(v.Text) <= 500 && strings.Contains(v.Text, "sql") {
		for _, name := range sqlName.FindAllString(v.Text, 4) {
			f, guessed, ok := g.lookup(file, name, dirOf(file), "")
			if !ok {
				// Below a folder of queries that the program is told of elsewhere.
				f, ok = g.onlyQuery(name, dirs)
				guessed = true
			}
			if ok {
				g.link(g.scopeNode(file, scope), Edge{To: g.run(f), Line: line, Guessed: guessed})
			}
		}
	}
	for _, item := range v.Items {
		if depth < 4 {
			g.linkQuery(file, scope, line, item, dirs, depth+1)
		}
	}
}

// onlyQuery finds the only file of a name in the folders that hold SQL.
func (g *Graph) onlyQuery(name string, dirs []string) (string, bool) {
	found := ""
	for _, d := range dirs {
		if p := path.Join(d, path.Base(name)); g.has(p) {
			if found != "" {
				return "", false
			}
			found = p
		}
	}
	return found, found != ""
}

// client resolves programs that send SQL to a database: the files among their
// words and what they read from standard input.
func client(g *Graph, at *Node, args, dirs []string) []target {
	words := args
	if at.Cmd != nil && at.Cmd.Input != "" {
		words = append(words[:len(words):len(words)], at.Cmd.Input)
	}
	var out []target
	for _, a := range words {
		if len(a) > 500 {
			continue
		}
		for _, name := range sqlName.FindAllString(a, 4) {
			out = append(out, g.file(name, dirs, true, false)...)
		}
	}
	return out
}

// dbt resolves dbt's commands that run models or tests to the SQL of the
// project, which is where dbt_project.yml is.
func dbt(g *Graph, at *Node, args, dirs []string) []target {
	folder := ""
	for _, a := range args {
		switch a {
		case "run", "build", "snapshot":
			folder = "models"
		case "test":
			folder = "tests"
		}
	}
	if folder == "" {
		return nil
	}
	if d := option(args, "--project-dir"); d != "" {
		dirs = []string{d}
	}
	for _, d := range dirs {
		d = strings.Trim(path.Clean("/"+d), "/")
		if !g.has(path.Join(d, "dbt_project.yml")) {
			continue
		}
		var out []target
		for _, f := range g.tree.Under(path.Join(d, folder)) {
			if _, ok := g.find(Run, f.Path, ""); ok && sqlFile(f.Path) && place.Of(f.Path) != place.Vendored && len(out) < 500 {
				out = append(out, target{id: g.run(f.Path)})
			}
		}
		return out
	}
	return nil
}
