package evidence

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// A service need not ask a model while somebody waits: a job computes the
// predictions and keeps them in a table, a file or a cache, and the service
// looks them up there. Both together serve.

// keepsIn and looksUp are the methods that write records to a place and read them
// from it, with the argument that says where; -1 is the table that the file
// opens.
var (
	keepsIn = map[string]int{"to_parquet": 0, "to_csv": 0, "to_json": 0, "to_feather": 0, "to_pickle": 0, "to_sql": 0, "to_gbq": 0, "saveAsTable": 0, "insertInto": 0, "write_parquet": 0, "write_csv": 0, "write_deltalake": 0,
		"put_item": -1, "batch_writer": -1, "batch_write_item": -1, "set": 0, "setex": 0, "hset": 0, "insert_many": -1, "replace_one": -1, "upload_file": 2}
	looksUp = map[string]int{"read_parquet": 0, "read_csv": 0, "read_json": 0, "read_feather": 0, "read_pickle": 0, "read_sql": 0, "read_sql_query": 0, "read_sql_table": 0, "read_gbq": 0, "table": 0, "scan_parquet": 0, "DeltaTable": 0,
		"get_item": -1, "query": -1, "scan": -1, "batch_get_item": -1, "get": 0, "hget": 0, "hgetall": 0, "find_one": -1, "find": -1, "download_file": 1, "execute": 0}
)

// opensTable are the calls that open a table or a collection by its name.
var opensTable = map[string]bool{"Table": true, "get_collection": true}

// fromTable finds the table that a query reads, blank stands for what a program
// puts into a key.
var (
	fromTable = pattern.MustCompile(`(?is)\bfrom\s+["` + "`" + `]?([\w.]+)`)
	blank     = regexp.MustCompile(`\{[^{}]*\}`)
)

// lookups returns the services that look up what a job predicted, and the
// predictions of the job.
func (v *View) lookups() []graph.Use {
	kept := map[string]graph.Use{}
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	predicting := v.leads("predictions", v.Predictions)
	services := v.Live(catalog.RoleServe)
	if len(services) == 0 || len(predicting.uses) == 0 {
		return nil
	}
	// What a service itself predicts and keeps is its record, not its source.
	var answering []graph.ID
	seen := map[string]bool{} // a program has many routes
	for _, s := range services {
		if Code(s) && !seen[s.Path] {
			seen[s.Path] = true
			answering = append(answering, v.programOf(s.Path)...)
		}
	}
	online := v.Graph.Forward(answering...)
	for _, method := range slices.Sorted(maps.Keys(keepsIn)) {
		for file, c := range v.callsNamed(method) {
			if trains[file] || c.Magic || online[v.Graph.ScopeNode(file, c.Scope)] {
				continue
			}
			if u, ok := predicting.From(v.programOf(file)...); ok && !trains[u.Path] {
				for _, where := range v.records(file, c, keepsIn[method]) {
					kept[where] = u
				}
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	var out []graph.Use
	for _, s := range services {
		if !Code(s) {
			continue
		}
		if u, ok := v.looksUpIn(s, kept); ok {
			out = append(out, s, u)
		}
	}
	return out
}

// looksUpIn says whether a service or what it leads to reads one of the places
// where predictions are kept.
func (v *View) looksUpIn(s graph.Use, kept map[string]graph.Use) (graph.Use, bool) {
	readers := v.leads("kept predictions", func() []graph.Use {
		var out []graph.Use
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live {
				continue
			}
			if u, ok := v.readsOne(f.Path, kept); ok {
				for _, u.Node = range v.programOf(f.Path) {
					out = append(out, u)
				}
			}
		}
		return out
	})
	found, ok := readers.From(v.programOf(s.Path)...)
	if !ok || found.Path == s.Path {
		return graph.Use{}, false
	}
	for _, u := range kept {
		if u.Path == found.Path && u.Line == found.Line {
			return u, true // found stands where it is read, u where it is made
		}
	}
	return graph.Use{}, false
}

// readsOne finds the first kept prediction that a file looks up.
func (v *View) readsOne(file string, kept map[string]graph.Use) (graph.Use, bool) {
	for c := range fact.In[fact.Call](v.Facts, file) {
		at, ok := looksUp[lastSegment(c.Name)]
		if !ok {
			continue
		}
		for _, where := range v.records(file, c, at) {
			if u, ok := kept[where]; ok && u.Path != file {
				return u, true
			}
		}
	}
	return graph.Use{}, false
}

// programOf is all code of a file.
func (v *View) programOf(file string) []graph.ID {
	from := v.Graph.ScopesOf(file)
	if run, ok := v.Graph.RunNode(file); ok {
		from = append(from, run)
	}
	return from
}

// records are the places that a call writes to or reads from, as far as the
// repository says.
func (v *View) records(file string, c fact.Call, at int) []string {
	if at < 0 {
		return v.tables(file)
	}
	var out []string
	for i, a := range c.Args {
		if a.Name == "" && i == at || a.Name == "path" || a.Name == "name" || a.Name == "sql" || a.Name == "Key" {
			if where, ok := v.recordOf(file, c.Scope, c.Line, a.Value); ok {
				out = append(out, where)
			}
		}
	}
	return out
}

// tables are the tables and collections that a file opens.
func (v *View) tables(file string) []string {
	return Once(v, "tables/"+file, func() []string {
		var out []string
		for o := range fact.In[fact.Call](v.Facts, file) {
			if !opensTable[lastSegment(o.Name)] || len(o.Args) == 0 {
				continue
			}
			if where, ok := v.recordOf(file, o.Scope, o.Line, o.Args[0].Value); ok && !slices.Contains(out, where) && len(out) < maxTables {
				out = append(out, where)
			}
		}
		return out
	})
}

// maxTables bounds how many tables of one file are told apart.
const maxTables = 100

// recordOf is the place that a value names, the same for who writes to it and
// who reads from it.
func (v *View) recordOf(file, scope string, line int, x fact.Value) (string, bool) {
	text := v.spell(file, scope, line, x)
	if m := fromTable.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	text = strings.TrimPrefix(text, "./")
	// A key is one place for all that is put into it; a name that only
	// settings know is the same where the settings are.
	if !strings.Contains(text, "environ") && !strings.Contains(text, "getenv") {
		text = blank.ReplaceAllString(text, "{}")
	}
	return text, len(strings.Trim(strings.ReplaceAll(text, "{}", ""), "/:._-")) > 3
}
