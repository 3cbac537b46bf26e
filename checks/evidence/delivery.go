package evidence

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Delivery is a job that a trigger starts and that rolls something out.
type Delivery struct {
	Job      graph.ID
	Name     string
	Path     string
	Rollouts []graph.Use
	Envs     []string // the environments its roll-outs name: "dev", "staging", "production"
	Matrix   bool     // one run of the job for each of them, all at the same time
}

// Deliveries returns the jobs that roll out, in the order of the graph.
func (v *View) Deliveries() []Delivery {
	return Once(v, "deployment/deliveries", func() []Delivery {
		rolls := map[graph.ID][]graph.Use{}
		for _, u := range v.Rollouts() {
			if u.Node >= 0 {
				rolls[u.Node] = append(rolls[u.Node], u)
			}
		}
		var out []Delivery
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			if n.Kind != graph.Job || n.Name == "" || strings.HasPrefix(n.Name, "\x00") || n.Place != place.Live {
				continue
			}
			if _, ok := v.Graph.Reached(graph.ID(i), graph.Triggered...); !ok {
				continue
			}
			d := Delivery{Job: graph.ID(i), Name: n.Name, Path: n.Path}
			for _, m := range ordered(v.Graph.Forward(graph.ID(i))) {
				d.Rollouts = append(d.Rollouts, rolls[m]...)
			}
			if len(d.Rollouts) == 0 {
				continue
			}
			d.Envs = v.environmentsOf(&d)
			out = append(out, d)
		}
		return out
	})
}

// environmentWords map how people call environments to three places.
var environmentWords = map[string]string{
	"dev": "dev", "develop": "dev", "development": "dev", "devel": "dev", "sandbox": "dev",
	"test": "test", "tst": "test", "qa": "test", "int": "test",
	"staging": "staging", "stage": "staging", "stg": "staging", "uat": "staging", "preprod": "staging", "preproduction": "staging", "acc": "staging", "acceptance": "staging",
	"prod": "production", "production": "production", "prd": "production",
}

// loose are the words that mean something else as often: they count only where
// an environment is named.
var loose = map[string]bool{"test": true, "tst": true, "int": true, "acc": true, "develop": true, "development": true, "stage": true}

var wordBreak = pattern.MustCompile(`[^A-Za-z]+`)

// environmentsOf returns the environments that a job names: in its settings,
// its name, and in what its roll-outs are given, and notes whether it is a matrix.
func (v *View) environmentsOf(d *Delivery) []string {
	found := map[string]bool{}
	note := func(text string, sure bool) {
		if strings.Contains(text, "github.event.inputs") && !strings.Contains(text, "==") {
			return
		}
		for _, w := range wordBreak.Split(strings.ToLower(text), -1) {
			if env, ok := environmentWords[w]; ok && (sure || !loose[w]) {
				found[env] = true
			}
		}
	}
	for j := range fact.In[fact.Job](v.Facts, d.Path) {
		if j.Name == d.Name {
			d.Matrix = j.Matrix
			note(j.Environment, true)
			note(j.Title, false)
		}
	}
	note(strings.TrimSuffix(path.Base(d.Path), path.Ext(d.Path)), false)
	note(d.Name, false)
	for _, u := range d.Rollouts {
		if place.Of(u.Path) == place.Live && !strings.HasPrefix(u.Path, ".github/") && !Code(u) {
			note(path.Dir(u.Path), false)
		}
		switch c := u.Fact.(type) {
		case fact.Command:
			note(strings.Join(c.Argv, " "), false)
			note(c.Dir, false)
			note(strings.Join(c.Env, " "), true)
			for i, a := range c.Argv {
				if i > 0 && (namesEnvironment(c.Argv[i-1]) || c.Argv[i-1] == "-t" && c.Argv[0] == "databricks") {
					note(a, true)
				}
			}
		case fact.Uses:
			for _, a := range c.With {
				if namesEnvironment(a.Name) || a.Name == "namespace" || a.Name == "manifests" || a.Name == "service" || a.Name == "cluster" || a.Name == "app-name" || a.Name == "name" {
					note(a.Value.Text, namesEnvironment(a.Name))
				}
			}
		}
	}
	// The steps of the job that choose or call with an environment.
	for u := range fact.In[fact.Uses](v.Facts, d.Path) {
		if u.Job == d.Name {
			for _, a := range u.With {
				if namesEnvironment(a.Name) {
					note(a.Value.Text, true)
				}
			}
		}
	}
	for c := range fact.In[fact.Command](v.Facts, d.Path) {
		if c.Job != d.Name {
			continue
		}
		for _, e := range c.Env {
			if k, val, ok := strings.Cut(e, "="); ok && namesEnvironment(k) {
				note(val, true)
			}
		}
	}
	var out []string
	for e := range found {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

func namesEnvironment(key string) bool {
	low := strings.ToLower(strings.TrimLeft(key, "-"))
	return low == "env" || low == "environment" || low == "stage" || low == "env_name" || low == "environment_name" || low == "deploy_env" || low == "target" || low == "target_env" || low == "workspace" || low == "environment-name" || low == "target-environment"
}

// Before returns the nodes of what must have succeeded before a job rolls out:
// the jobs it needs, those before the workflow that calls it or starts it, and
// the steps before the first roll-out of its own.
func (v *View) Before(d Delivery) []graph.ID {
	seen := map[graph.ID]bool{}
	jobs := []graph.ID{d.Job}
	var out []graph.ID
	for len(jobs) > 0 && len(seen) < 200 {
		j := jobs[0]
		jobs = jobs[1:]
		if seen[j] {
			continue
		}
		seen[j] = true
		out = append(out, v.Graph.Needs(j)...)
		jobs = append(jobs, v.startedBy(v.Graph.Node(j).Path, &out)...)
	}
	first := 0
	for _, u := range d.Rollouts {
		if u.Path == d.Path && (first == 0 || u.Line < first) {
			first = u.Line
		}
	}
	for _, e := range v.Graph.Out(d.Job) {
		if x := v.Graph.Node(e.To); x.Path == d.Path && x.Line < first {
			out = append(out, e.To)
		}
	}
	return out
}

// startedBy returns the jobs that call a workflow, and adds the jobs of the
// workflows whose end starts it.
func (v *View) startedBy(file string, before *[]graph.ID) []graph.ID {
	var callers []graph.ID
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Path == file || n.Kind != graph.Step && n.Kind != graph.Job {
			continue
		}
		for _, e := range v.Graph.Out(graph.ID(i)) {
			to := v.Graph.Node(e.To)
			if to.Path != file || to.Kind != graph.Job {
				continue
			}
			if n.Kind == graph.Job { // workflow_run: all of the other workflow is over
				*before = append(*before, graph.ID(i))
				continue
			}
			for k := range v.Graph.Nodes {
				if j := &v.Graph.Nodes[k]; j.Kind == graph.Job && j.Path == n.Path && j.Name != "\x00" {
					for _, o := range v.Graph.Out(graph.ID(k)) {
						if o.To == graph.ID(i) {
							callers = append(callers, graph.ID(k))
						}
					}
				}
			}
		}
	}
	return callers
}

// DeliveryCheck is what a test run or check before or around a roll-out proves.
type DeliveryCheck struct {
	Node  graph.ID
	Use   graph.Use
	Ok    bool // it exercises the model or service and can fail
	Other bool // tests of something else, or of health only
}

// ChecksIn looks for tests and endpoint checks that some nodes lead to.
func (v *View) ChecksIn(from []graph.ID) DeliveryCheck {
	var weak DeliveryCheck
	if len(from) == 0 {
		return weak
	}
	forward := v.Graph.Forward(from...)
	for _, u := range v.EndpointChecks() {
		if forward[u.Node] {
			return DeliveryCheck{Node: u.Node, Use: u, Ok: true}
		}
	}
	exercises := v.exercisingTests()
	for _, t := range v.TestRuns() {
		if !forward[t.Node] {
			continue
		}
		if !t.Masked && !t.Broken {
			for p := range v.testsRun(t.Node) {
				if exercises[p] {
					return DeliveryCheck{Node: t.Node, Ok: true}
				}
			}
		}
		if weak.Node == 0 {
			weak = DeliveryCheck{Node: t.Node, Other: true}
		}
	}
	for _, u := range v.Live(catalog.RoleLoadTest) {
		if forward[u.Node] {
			return DeliveryCheck{Node: u.Node, Use: u, Ok: true}
		}
	}
	return weak
}

// testsRun returns the test files a command leads to.
func (v *View) testsRun(n graph.ID) map[string]bool {
	out := map[string]bool{}
	for _, e := range v.Graph.Out(n) {
		if e.Test {
			for m := range v.throughTests(e.To) {
				out[v.Graph.Node(m).Path] = true
			}
		}
	}
	return out
}

// exercisingTests returns the test files that exercise the service, or load a
// trained model and ask it.
func (v *View) exercisingTests() map[string]bool {
	return Once(v, "deployment/exercising-tests", func() map[string]bool {
		out := map[string]bool{}
		for _, t := range v.ServingTests() {
			if !t.Health && !t.Broken {
				out[t.Path] = true
			}
		}
		loads, asks := map[string]bool{}, map[string]bool{}
		for _, u := range v.Uses([]catalog.Role{catalog.RoleModelLoad, catalog.RoleRegistryLoad}, Called, InTest) {
			loads[u.Path] = true
		}
		for _, u := range merge(v.Uses([]catalog.Role{catalog.RolePredict}, Called, InTest), v.calls(InTest, predictCall)) {
			asks[u.Path] = true
		}
		for p := range loads {
			if asks[p] {
				out[p] = true
			}
		}
		return out
	})
}

// After returns the jobs that wait for a job, which see what it rolled out.
func (v *View) After(job graph.ID) []graph.ID {
	var out []graph.ID
	for i := range v.Graph.Nodes {
		if v.Graph.Nodes[i].Kind == graph.Job && slices.Contains(v.Graph.Needs(graph.ID(i)), job) {
			out = append(out, graph.ID(i))
		}
	}
	return append(out, job)
}

// NamedEnvironments returns files that differ by environment in their names:
// what is named and not promoted by any job.
func (v *View) NamedEnvironments() []report.Evidence {
	found := map[string]report.Evidence{}
	for _, f := range v.Tree.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		switch strings.ToLower(path.Ext(f.Path)) {
		case ".yml", ".yaml", ".tf", ".tfvars", ".json", ".env", ".toml":
		default:
			continue
		}
		for _, w := range wordBreak.Split(strings.ToLower(path.Base(f.Path)+"/"+path.Base(path.Dir(f.Path))), -1) {
			if env, ok := environmentWords[w]; ok && !loose[w] {
				if _, known := found[env]; !known {
					found[env] = At(f.Path, 1, "names "+env)
				}
			}
		}
	}
	if len(found) < 2 && !(found["production"].Path != "" && strings.Contains(found["production"].Path, "compose")) {
		return nil
	}
	var out []report.Evidence
	for _, e := range found {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b report.Evidence) int { // a name may hold two words
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What))
	})
	return out
}

// TestsBeside returns a triggered test run of a repository that also delivers:
// rolls out, or publishes images or packages.
func (v *View) TestsBeside() (report.Evidence, bool) {
	if _, _, ok := v.Reached(append(v.Rollouts(), v.Live(catalog.RolePublish)...), graph.Triggered...); !ok {
		return report.Evidence{}, false
	}
	for _, t := range v.TestRuns() {
		if _, ok := v.Graph.Reached(t.Node, graph.Triggered...); ok && !t.Broken {
			return v.ShowNode(t.Node, graph.Triggered...), true
		}
	}
	return report.Evidence{}, false
}
