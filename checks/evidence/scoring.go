package evidence

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
)

// writers keep what a scoring job computed.
var writers = map[string]bool{"to_parquet": true, "to_csv": true, "to_sql": true, "saveAsTable": true, "insert_rows": true, "write_table": true,
	"put_object": true, "upload_file": true, "upload_blob": true, "save": true, "to_json": true, "write": true, "insert_many": true, "to_gbq": true, "write_deltalake": true, "parquet": true,
	"add_all": true, "bulk_save_objects": true, "bulk_insert_mappings": true, "execute_values": true, "executemany": true, "insert_rows_json": true, "bulk_create": true}

// registries are the tools whose loaders name a model by version.
var registries = map[string]bool{"mlflow": true, "sagemaker": true, "azureml": true, "vertex-ai": true, "wandb": true, "bentoml": true, "databricks": true, "hopsworks": true, "clearml": true, "zenml": true, "comet": true, "neptune": true}

// byVersion marks an argument that names a model by its place in a registry.
var byVersion = pattern.MustCompile(`(?i)(models:/|alias|stage|version|model_uri|\buri\b|champion|production)`)

func loadsByVersion(c fact.Call) bool {
	for _, a := range c.Args {
		if byVersion.MatchString(a.Name) || byVersion.MatchString(a.Value.Text) {
			return true
		}
	}
	return false
}

// scoringJobs returns packaged scoring jobs: programs other than the training
// one that load a model by alias, version or registry address, predict and
// write the output (clarification 51). Where the loader is an object that the
// graph cannot follow, a call in the file that names a model's version will do.
func (v *View) scoringJobs() []graph.Use {
	trains := map[string]bool{}
	for _, u := range v.Training() {
		trains[u.Path] = true
	}
	versioned, anyLoads := map[graph.ID]bool{}, map[graph.ID]bool{}
	for _, u := range v.Live(catalog.RoleRegistryLoad, catalog.RoleModelLoad) {
		anyLoads[u.Node] = true
		if u.Role == catalog.RoleRegistryLoad || u.Tool != nil && registries[u.Tool.ID] {
			versioned[u.Node] = true
		}
	}
	out := v.AllReached(v.Live(catalog.RoleBatchScore), Anyhow...)
	seen := map[string]bool{}
	for _, u := range v.Predictions() {
		way, reached := v.Graph.Reached(u.Node, Anyhow...)
		if lastSegment(u.What) == "score_batch" {
			// A feature store's batch scorer loads the model by its address and joins the features itself.
			out = append(out, u)
			continue
		}
		if trains[u.Path] || seen[u.Path] {
			continue
		}
		seen[u.Path] = true
		writes, named := v.writesAndNames(u.Path)
		writes = writes || v.keptByStep()[u.Node] || reached && v.writesOnTheWay(way)
		if writes && (named || (reached || v.shipped(u)) && v.loadsFrom(u, versioned, anyLoads)) {
			out = append(out, u)
		}
	}
	return out
}

// stepStores are the tools that store what a step returns.
var stepStores = map[string]bool{"zenml": true, "flyte": true, "dagster": true}

// scoringName is how people call a step that predicts.
var scoringName = pattern.MustCompile(`(?i)(predict|infer|scor(e|ing)\b|score_|forecast)`)

// keptByStep returns the nodes that steps lead to which are called after
// predicting and whose platform stores what they return.
func (v *View) keptByStep() map[graph.ID]bool {
	return Once(v, "kept-by-step", func() map[graph.ID]bool {
		var from []graph.ID
		for _, u := range v.Live(catalog.RoleStep) {
			if d, ok := u.Fact.(fact.Define); ok && !d.Class && u.Tool != nil && stepStores[u.Tool.ID] && scoringName.MatchString(d.Name) {
				from = append(from, u.Node)
			}
		}
		return v.Graph.Forward(from...)
	})
}

// writesAndNames says whether a file writes something, and whether it loads
// something called a model by its version.
func (v *View) writesAndNames(file string) (writes, named bool) {
	for c := range fact.In[fact.Call](v.Facts, file) {
		method := lastSegment(c.Name)
		writes = writes || writers[method]
		named = named || strings.HasPrefix(method, "load") && strings.Contains(strings.ToLower(c.Target), "model") && loadsByVersion(c)
	}
	return writes, named
}

// writesOnTheWay says whether a program that leads to a prediction keeps
// something, and measures nothing: one that does is an evaluation.
func (v *View) writesOnTheWay(way graph.Path) bool {
	for _, n := range way.Nodes {
		at := v.Graph.Node(n)
		if at.Kind != graph.Module && at.Kind != graph.Scope {
			continue
		}
		for c := range fact.In[fact.Call](v.Facts, at.Path) {
			if method := lastSegment(c.Name); (writers[method] || c.Name == "json.dump") && !v.measures(at.Path) {
				return true
			}
		}
	}
	return false
}

// measures says whether live code of a file computes a metric of a model.
func (v *View) measures(file string) bool {
	return Once(v, "measuring-files", func() map[string]bool {
		files := map[string]bool{}
		for _, u := range v.Live(catalog.RoleMetric) {
			files[u.Path] = true
		}
		return files
	})[file]
}

// loadsFrom says whether the program of a prediction leads to a load by
// version. A job that a schedule or an event starts serves whatever it loads, and
// so does what an image is made for: its version is the model's.
func (v *View) loadsFrom(u graph.Use, versioned, anyLoads map[graph.ID]bool) bool {
	from := v.Graph.ScopesOf(u.Path)
	if run, ok := v.Graph.RunNode(u.Path); ok {
		from = append(from, run)
	}
	_, starts := v.Graph.Reached(u.Node, graph.Schedule, graph.Chained)
	starts = starts || v.shipped(u)
	for n := range v.Graph.Forward(from...) {
		if versioned[n] || starts && anyLoads[n] {
			return true
		}
	}
	return false
}

// shipped says whether a program is what an image of the project starts, or one
// that an image without a command of its own is given by name, where a job
// builds images. A program that measures the model is an evaluation.
func (v *View) shipped(u graph.Use) bool {
	if v.measures(u.Path) || !v.buildsInJobs() {
		return false
	}
	if way, ok := v.Graph.Reached(u.Node, graph.Serving); ok {
		for _, n := range way.Nodes {
			if x := v.Graph.Node(n); x.Kind == graph.Service && v.dockerfiles()[x.Path] {
				return true
			}
		}
	}
	for p := range v.dockerfiles() {
		if !development(p) && !v.starting()[p] && v.copiesFolder(p, map[string]bool{u.Path: true}) {
			return true
		}
	}
	return false
}

// buildsInJobs says whether a trigger reaches a build.
func (v *View) buildsInJobs() bool {
	return Once(v, "builds-in-jobs", func() bool {
		for _, b := range v.Builds() {
			if _, ok := v.Graph.Reached(b.Use.Node, graph.Triggered...); ok && !b.Broken {
				return true
			}
		}
		return false
	})
}

// starting returns the Dockerfiles that say what their image starts.
func (v *View) starting() map[string]bool {
	return Once(v, "starting-images", func() map[string]bool {
		out := map[string]bool{}
		for i := range v.Graph.Nodes {
			if n := &v.Graph.Nodes[i]; n.Kind == graph.Service {
				out[n.Path] = true
			}
		}
		return out
	})
}
