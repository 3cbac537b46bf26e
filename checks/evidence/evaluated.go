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

// Evaluated is how a model is evaluated from scripts.
type Evaluated struct {
	Recorded []report.Evidence // on held-out data, and kept: the metric, then where it goes
	Printed  []report.Evidence // on held-out data, and lost
}

// heldOut are the words for data that a model has not seen; metricWord those
// for what is measured.
var (
	heldOut    = pattern.MustCompile(`(?i)(test|val(id|\b|_|idation)|hold_?out|eval|\bdev|unseen|oos|future|golden)`)
	metricWord = pattern.MustCompile(`(?i)(metric|score|report|result|eval|perform|summary|accura|\bauc|\bf1|rmse|\bmae\b|mape|\br2|precision|recall|confusion|history|benchmark|leaderboard|hit_?rate|wer\b|bleu|rouge)`)
)

// Evaluated reads the evaluations of live code: a metric on held-out data,
// computed by a script, and a tracker or a file that keeps it.
func (v *View) Evaluated() Evaluated {
	return Once(v, "evaluated", func() Evaluated {
		var e Evaluated
		metrics := v.heldOutMetrics()
		records := v.metricRecords()
		for _, metric := range valuesOf(metrics) { // measured and kept in one function
			if record, ok := records[metric.Node]; ok {
				e.Recorded = append(e.Recorded, v.Show(metric), At(record.Path, record.Line, record.What))
			}
		}
		slices.SortStableFunc(e.Recorded, func(a, b report.Evidence) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
		})
		toMetric := v.leads("held-out metrics", func() []graph.Use { return valuesOf(metrics) })
		toRecord := v.leads("metric records", func() []graph.Use { return valuesOf(records) })
		for _, start := range v.starts() {
			if len(e.Recorded) > 0 {
				break
			}
			metric, measured := toMetric.From(start)
			if !measured {
				continue
			}
			record, kept := toRecord.From(start)
			if !kept {
				e.Printed = append(e.Printed, v.Show(metric))
				continue
			}
			e.Recorded = append(e.Recorded, v.Show(metric), At(record.Path, record.Line, record.What))
		}
		e.Recorded, e.Printed = Unique(e.Recorded), Unique(e.Printed)
		return e
	})
}

// heldOutMetrics returns the nodes that measure a model on data it was not
// fitted on: a split stands in the same folder of code, or the call or
// its function speaks of test or validation data.
func (v *View) heldOutMetrics() map[graph.ID]graph.Use {
	splits := map[string]bool{}
	for _, u := range v.Live(catalog.RoleDataSplit) {
		splits[path.Dir(u.Path)] = true
	}
	var out []graph.Use
	for p, c := range fact.All[fact.Call](v.Facts) {
		if lastSegment(c.Name) == "learn_one" { // predicts each record before it learns from it
			splits[path.Dir(p)] = true
		}
	}
	for _, u := range merge(merge(v.Evaluation(), v.PromptEvaluations()), v.namedEvaluation()) {
		if splits[path.Dir(u.Path)] || heldOut.MatchString(u.Scope) || heldOut.MatchString(path.Base(u.Path)) || u.Role == catalog.RoleLLMEval || testsByTrainer(u) {
			out = append(out, u)
			continue
		}
		switch c := u.Fact.(type) {
		case fact.Call:
			if heldOut.MatchString(arguments(c)) || heldOut.MatchString(c.Target) || heldOut.MatchString(c.Recv) || v.takesHeldOut(u) {
				out = append(out, u)
			}
		default:
			out = append(out, u)
		}
	}
	return nodes(merge(out, v.calls(Live, validatesInside)))
}

// heldOutName is a variable that holds the data for a test.
var heldOutName = pattern.MustCompile(`(?i)^([a-z]+_)?(test|val|valid|validation|hold_?out)(_[a-z]+)?$`)

// takesHeldOut says whether the function around a call sets data for a test
// aside under such a name.
func (v *View) takesHeldOut(u graph.Use) bool {
	if u.Scope == "" {
		return false
	}
	for a := range fact.In[fact.Assign](v.Facts, u.Path) {
		if a.Scope == u.Scope && heldOutName.MatchString(a.Name) {
			return true
		}
	}
	return false
}

// evaluating is how people name what measures a model.
var evaluating = pattern.MustCompile(`(?i)^_?(evaluate|eval|score|compute|calculate|calc|get|measure)_.*(model|metrics?|scores?|accuracy|auc|f1|rmse|performance)$|^_?evaluate(_[a-z]+)?$`)

// namedEvaluation returns the calls of own functions that say of themselves
// that they measure.
func (v *View) namedEvaluation() []graph.Use {
	return v.calls(Live, func(c fact.Call, _ bool) (catalog.Role, bool) {
		return catalog.RoleMetric, evaluating.MatchString(lastSegment(c.Name))
	})
}

// validatesInside recognises fitting that measures on a validation set by
// itself, and the logging of a validation metric.
func validatesInside(c fact.Call, frameworks bool) (catalog.Role, bool) {
	last := lastSegment(c.Name)
	for _, a := range c.Args {
		switch a.Name {
		case "validation_data", "eval_set", "eval_dataset", "validation_split", "val_dataloaders", "valid_sets", "evals", "compute_metrics", "val_dataloader":
			if a.Value.Kind != fact.None && a.Value.Text != "0" && a.Value.Text != "0.0" {
				return catalog.RoleMetric, frameworks
			}
		}
	}
	if (last == "log" || last == "log_dict" || last == "log_metric" || last == "add_scalar" || last == "log_metrics") && len(c.Args) > 0 {
		text := c.Args[0].Value.Text
		for _, i := range c.Args[0].Value.Items {
			text += " " + i.Text
		}
		return catalog.RoleMetric, heldOut.MatchString(text)
	}
	return "", false
}

// arguments is the text of a call's arguments.
func arguments(c fact.Call) string {
	var b strings.Builder
	for _, a := range c.Args {
		b.WriteString(a.Name + "=" + a.Value.Text + " ")
		for _, i := range a.Value.Items {
			b.WriteString(i.Text + " ")
		}
	}
	return b.String()
}

// keepers write what they are given to a place that outlives the process.
var keepers = map[string]bool{"dump": true, "to_csv": true, "to_json": true, "to_parquet": true, "write": true, "writerow": true, "writerows": true, "write_text": true, "savetxt": true,
	"to_excel": true, "to_sql": true, "save": true, "put_object": true, "upload_file": true, "write_csv": true, "write.csv": true, "write_tsv": true, "saveRDS": true, "writeLines": true,
	"insert_one": true, "write_json": true, "add_scalar": true, "to_markdown": true, "write_report": true, "log_metadata": true, "log_artifact_metadata": true, "log_model_metadata": true, "fwrite": true}

// keeps says whether a call's name says that it writes.
func keeps(name string) bool {
	low := strings.ToLower(name)
	return keepers[name] || strings.HasPrefix(low, "save_") || strings.HasPrefix(low, "write_") || strings.HasPrefix(low, "store_") || strings.HasPrefix(low, "export_") ||
		strings.HasPrefix(low, "log_metric")
}

// testsByTrainer says whether a trainer measures a model on data kept apart:
// trainer.test, trainer.validate.
func testsByTrainer(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if m := lastSegment(u.What); !ok || m != "test" && m != "validate" {
		return false
	}
	return strings.HasSuffix(strings.ToLower(c.Recv), "trainer") || strings.Contains(u.What, ".Trainer.")
}

// metricRecords returns the nodes that keep metrics: calls of a tracker, and
// files of results.
func (v *View) metricRecords() map[graph.ID]graph.Use {
	uses := v.Live(catalog.RoleTrack, catalog.RoleTrackWeak)
	logged := len(v.ConfiguredLoggers()) > 0
	for _, u := range v.Live(catalog.RoleMetric) {
		if logged && testsByTrainer(u) {
			uses = append(uses, u) // the trainer hands what it measures to its logger
		}
		if strings.HasPrefix(u.What, "mlflow.") { // logs to the open run what it measures
			uses = append(uses, u)
		}
	}
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		for _, x := range f.Facts {
			c, ok := x.(fact.Call)
			if !ok || c.Magic || !v.keepsMetric(f.Path, c) {
				continue
			}
			uses = append(uses, graph.Use{Use: catalog.Use{Role: catalog.RoleTrackWeak, Strength: catalog.Used, Path: f.Path, Line: c.Line,
				What: c.Name, Fact: c, Scope: c.Scope}, Node: v.Graph.ScopeNode(f.Path, c.Scope), Place: place.Live})
		}
	}
	return nodes(uses)
}

// keepsMetric says whether a call writes something that speaks of metrics. A
// node of a pipeline writes its outputs, where the data catalogue has a place
// for them: others live in memory.
func (v *View) keepsMetric(file string, c fact.Call) bool {
	if c.Name == "kedro.pipeline.node" || c.Name == "kedro.pipeline.Node" {
		for i, a := range c.Args {
			if (a.Name == "outputs" || a.Name == "" && i == 2) && slices.ContainsFunc(append(a.Value.Items, a.Value), func(o fact.Value) bool {
				return metricWord.MatchString(o.Text) && !drawn.MatchString(o.Text) && v.catalogued(o.Text)
			}) {
				return true
			}
		}
		return false
	}
	return keeps(lastSegment(c.Name)) && metricWord.MatchString(arguments(c)+" "+c.Recv+" "+c.Scope+" "+path.Base(file))
}

// drawn are the names of pictures, which show metrics and keep none.
var drawn = pattern.MustCompile(`(?i)(plot|figure|fig|chart|image|png)s?$`)

// catalogued says whether Kedro's data catalogue has a place for a data set.
func (v *View) catalogued(name string) bool {
	places := Once(v, "kedro-catalog", func() map[string]bool {
		m := map[string]bool{}
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if base := path.Base(p); !strings.HasPrefix(base, "catalog") && !strings.Contains(p, "/catalog/") {
				continue
			}
			for _, a := range r.Attrs {
				if n, ok := strings.CutSuffix(a.Key, ".type"); ok {
					m[n] = true
					m["{"] = m["{"] || strings.Contains(n, "{") // a pattern that takes many names
				}
			}
		}
		return m
	})
	return places[name] || places["{"]
}
