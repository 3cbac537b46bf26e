package evidence

import (
	"path"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// ReachedTraining is Reached over Training with one more demand (clarification
// 1): the job must be able to read its data. A way whose job names data that
// is neither in the repository nor fetched by anything in the job is a broken
// reach; the first such place is returned when no other way is left.
func (v *View) ReachedTraining(classes ...graph.Event) (u graph.Use, way graph.Path, broken *report.Evidence, ok bool) {
	for _, guessed := range []bool{false, true} {
		for _, x := range v.Training() {
			p, reached := v.Graph.Reached(x.Node, classes...)
			if !reached || p.Guessed != guessed {
				continue
			}
			if e, lacks := v.lacksData(p); lacks {
				if broken == nil {
					broken = &e
				}
				continue
			}
			return x, p, nil, true
		}
	}
	return graph.Use{}, graph.Path{}, broken, false
}

// lacksData finds data that a way's job reads and nobody brings.
func (v *View) lacksData(p graph.Path) (report.Evidence, bool) {
	// The first job is where the run begins: what it takes in, actions and
	// templates, works on what it has fetched.
	job := graph.ID(-1)
	for _, n := range p.Nodes {
		if x := v.Graph.Node(n); x.Kind == graph.Job && (job < 0 || v.Graph.Node(job).Name == "") {
			job = n
		}
	}
	if job < 0 {
		return report.Evidence{}, false // an orchestrator may run where the data is
	}
	data := v.dataOf(job)
	if data.fetched {
		return report.Evidence{}, false
	}
	for _, n := range p.Nodes {
		x := v.Graph.Node(n)
		if x.Kind != graph.Command || x.Cmd == nil {
			continue
		}
		for i, a := range x.Cmd.Argv[:max(0, len(x.Cmd.Argv)-1)] {
			value := x.Cmd.Argv[i+1]
			if option, inline, ok := strings.Cut(a, "="); ok && strings.HasPrefix(a, "-") {
				a, value = option, inline
			}
			if strings.HasPrefix(a, "-") && inputOption(a) && v.absent(value, "", x.Cmd.Dir) {
				e := v.ShowNode(n, p.Event)
				e.Via = append(e.Via, report.Hop{Path: x.Path, Line: x.Line, What: value + " is not in the repository and nothing fetches it", Broken: true})
				return e, true
			}
		}
	}
	if data.absent.Line == 0 {
		return report.Evidence{}, false
	}
	e := v.ShowNode(p.Nodes[len(p.Nodes)-1], p.Event)
	e.Via = append(e.Via, data.absent)
	return e, true
}

// jobData is what is known of the data that a job works on.
type jobData struct {
	fetched bool       // something brings data from elsewhere
	absent  report.Hop // the first constant path that is read, is not there and is not written before
}

// dataOf is worked out once for a job, which may train in many places.
func (v *View) dataOf(job graph.ID) jobData {
	return Once(v, "data of job "+strconv.Itoa(int(job)), func() jobData {
		inside := v.Graph.Forward(job)
		for _, need := range v.Graph.Needs(job) {
			for n := range v.Graph.Forward(need) {
				inside[n] = true
			}
		}
		if v.fetches(inside) {
			return jobData{fetched: true}
		}
		return jobData{absent: v.absentRead(inside)}
	})
}

// fetches says whether anything among some nodes brings data from elsewhere.
func (v *View) fetches(inside map[graph.ID]bool) bool {
	for _, u := range v.Uses([]catalog.Role{catalog.RoleDataAcquire, catalog.RoleArtifactStore, catalog.RoleDataVersion, catalog.RoleBundledDataset, catalog.RoleFeatureStore, catalog.RoleTrainingJob}, Called) {
		if inside[u.Node] {
			return true
		}
	}
	for n := range inside {
		x := v.Graph.Node(n)
		if x.Kind == graph.Step && (strings.Contains(x.Name, "download") || strings.Contains(x.Name, "cache")) {
			return true
		}
	}
	return false
}

func inputOption(a string) bool {
	a = strings.ToLower(strings.TrimLeft(a, "-"))
	for _, w := range []string{"out", "save", "log", "report", "model", "dest"} {
		if strings.Contains(a, w) {
			return false
		}
	}
	for _, w := range []string{"data", "input", "csv", "train", "dataset"} {
		if strings.Contains(a, w) {
			return true
		}
	}
	return false
}

// absent says whether a word is a path below the repository that is not there.
func (v *View) absent(word string, dirs ...string) bool {
	word = strings.TrimPrefix(word, "./")
	if !strings.Contains(word, "/") || strings.Contains(word, "://") || strings.ContainsAny(word, "${}*<> ") || strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~") || strings.HasPrefix(word, "..") {
		return false
	}
	for _, d := range append(dirs, "") {
		p := path.Join(d, word)
		if _, ok := v.Tree.File(p); ok || v.Tree.HasDir(p) {
			return false
		}
		if _, ok := v.Tree.File(p + ".dvc"); ok {
			return false
		}
	}
	return true
}

// readers load a data file by its path.
var readers = map[string]bool{"read_csv": true, "read_parquet": true, "read_excel": true, "read_json": true, "read_pickle": true, "read_feather": true}

// absentRead finds a constant path that the job's code reads, that is not in
// the repository, and that the code does not write itself.
func (v *View) absentRead(inside map[graph.ID]bool) report.Hop {
	written := map[string]bool{}
	type read struct {
		path, what string
		line       int
	}
	var reads []read
	for file, c := range fact.All[fact.Call](v.Facts) {
		if c.Magic || !inside[v.Graph.ScopeNode(file, c.Scope)] {
			continue
		}
		name := lastSegment(c.Name)
		for _, a := range c.Args {
			if a.Value.Kind != fact.String || a.Value.Text == "" {
				continue
			}
			switch {
			case strings.HasPrefix(name, "to_") || name == "save" || name == "dump" || name == "write" || name == "savefig":
				written[a.Value.Text] = true
			case readers[name] && strings.Contains(a.Value.Text, "/") && v.absent(a.Value.Text, path.Dir(file)):
				reads = append(reads, read{file, a.Value.Text, c.Line})
			}
		}
	}
	for _, r := range reads {
		if !written[r.what] {
			return report.Hop{Path: r.path, Line: r.line, What: r.what + " is not in the repository and nothing fetches it", Broken: true}
		}
	}
	return report.Hop{}
}
