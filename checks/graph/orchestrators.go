package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// scheduleKeys are the arguments that give a pipeline a time of day.
var scheduleKeys = map[string]bool{
	"schedule": true, "schedule_interval": true, "cron": true, "crons": true, "cron_schedule": true, "cron_expression": true,
	"interval": true, "schedules": true, "cron_string": true, "timetable": true, "daily": true, "weekly": true, "hourly": true,
	"trigger": true, "schedule_expression": true, "beat_schedule": true, "rrule": true,
}

// registers maps the last name of a call or decorator that registers a
// pipeline with an orchestrator to whether registering alone lets the
// orchestrator start it.
var registers = map[string]bool{
	"DAG": true, "dag": true, // Airflow
	"serve": true, "deploy": true, "register": true, "build_from_flow": true, "to_deployment": true, "Deployment": true, // Prefect
	"ScheduleDefinition": false, "schedule": false, "define_asset_job": true, "build_schedule_from_partitioned_job": false, // Dagster, Metaflow
	"get_or_create": false, "Schedule": false, // Flyte, ZenML
	"create_recurring_run": false, "create_schedule": false, "JobSchedule": false, "ScheduleDefinitionV2": false, "put_triggers": false,
	"add_job": false, "do": false, "add_periodic_task": false, "PipelineSchedule": false, "set_schedule": false, "trigger_schedule": false,
	"RecurrenceTrigger": false, "CronTrigger": false, "ScheduleRecurrence": false, "cron": false, "Cron": false,
}

// prefixes that a registering call's resolved name must have one of, so that
// any "deploy" or "add_job" of other libraries is left alone.
var orchestratorPrefixes = []string{
	"airflow.", "prefect.", "dagster.", "metaflow.", "flytekit.", "zenml.", "kfp.", "google.cloud.aiplatform", "azure.ai.ml", "azureml.",
	"sagemaker.", "apscheduler.", "schedule.", "celery.", "rocketry.", "modal.", "mlrun.", "clearml.", "mage_ai.", "databricks.", "luigi.",
}

// linkOrchestrators makes triggers of what code registers with an
// orchestrator: a DAG with a schedule, a flow that is deployed.
func (g *Graph) linkOrchestrators() {
	dags := g.dagIDs()
	for _, f := range g.set.Files() {
		for _, x := range f.Facts {
			switch v := x.(type) {
			case fact.Call:
				g.register(f.Path, v, g.scopeNode(f.Path, v.Scope), -1)
				g.startDAG(f.Path, v, dags)
			case fact.Define:
				for _, d := range v.Decorators {
					g.register(f.Path, d, g.module(f.Path), g.scope(f.Path, v.Name))
				}
			}
		}
	}
}

func lastName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (g *Graph) register(path string, c fact.Call, within, decorated ID) {
	word := lastName(c.Name)
	alone, known := registers[word]
	if !known || silent(path) {
		return
	}
	if !orchestrated(c.Name) && !(c.Recv != "" && (word == "serve" || word == "deploy" || word == "to_deployment" || word == "register") && g.isFlow(path, c.Recv)) {
		return
	}
	line, when := c.Line, ""
	for _, a := range c.Args {
		if !scheduleKeys[a.Name] {
			continue
		}
		switch a.Value.Kind {
		case fact.None, fact.NoValue:
		case fact.String, fact.Format:
			if a.Value.Text != "" && a.Value.Text != "@once" && a.Value.Text != "None" {
				when = a.Value.Text
			}
		case fact.Bool:
			if a.Value.Text == "True" {
				when = a.Name
			}
		default:
			when = a.Value.Text
			if when == "" {
				when = a.Name
			}
		}
	}
	switch word {
	case "add_job", "do", "add_periodic_task", "create_recurring_run", "create_schedule", "JobSchedule", "PipelineSchedule", "put_triggers", "Cron", "cron":
		if when == "" {
			when = word
		}
	}
	event, what := Schedule, "schedule: "+when
	if when == "" {
		if !alone {
			return
		}
		event, what = Dispatch, "registered with the orchestrator"
	}
	id := g.trigger(path, line, event, what)
	g.linkAssets(path, id, c)
	switch {
	case decorated >= 0:
		g.link(id, Edge{To: decorated, Line: line})
	case word == "DAG":
		g.link(id, Edge{To: g.module(path), Line: line})
		g.link(id, Edge{To: within, Line: line}) // a function that makes DAGs
	default:
		linked := false
		if c.Recv != "" {
			if to, guessed, ok := g.definition(path, c.Recv, 0); ok {
				g.link(id, Edge{To: to, Line: line, Guessed: guessed})
				linked = true
			}
		}
		for _, a := range c.Args {
			if a.Value.Kind == fact.Name || a.Value.Kind == fact.CallOf || a.Value.Kind == fact.List {
				before := len(g.out[id])
				g.linkValue(path, id, line, a.Value, 0)
				linked = linked || len(g.out[id]) > before
			}
		}
		if !linked {
			g.link(id, Edge{To: g.scopeNode(path, c.Scope), Line: line, Guessed: true})
		}
	}
}

// linkAssets links a trigger to the Dagster assets that a job selects: by
// name, or all of them. A schedule starts the job that it names.
func (g *Graph) linkAssets(path string, id ID, c fact.Call) {
	if !strings.HasPrefix(c.Name, "dagster.") {
		return
	}
	if lastName(c.Name) == "define_asset_job" {
		g.linkSelection(id, c)
		return
	}
	for _, a := range c.Args {
		if a.Name != "job" && a.Name != "target" || a.Value.Text == "" {
			continue
		}
		home := path
		if to, _, ok := g.definition(path, a.Value.Text, 0); ok {
			home = g.Nodes[to].Path
		}
		for job := range fact.In[fact.Call](g.set, home) {
			if lastName(job.Name) == "define_asset_job" && (job.Target == lastName(a.Value.Text) || a.Value.Kind == fact.CallOf && job.Line == c.Line) {
				g.linkSelection(id, job)
			}
		}
	}
}

func (g *Graph) linkSelection(id ID, job fact.Call) {
	named := map[string]bool{}
	for i, a := range job.Args {
		if a.Name != "selection" && (a.Name != "" || i != 1) {
			continue
		}
		for _, item := range append(a.Value.Items, a.Value) {
			if item.Kind == fact.String {
				for _, n := range strings.FieldsFunc(item.Text, func(r rune) bool { return r == ',' || r == ' ' }) {
					named[strings.Trim(n, "*+")] = true
				}
			}
		}
	}
	delete(named, "")
	for p, d := range fact.All[fact.Define](g.set) {
		if silent(p) || len(named) > 0 && !named[d.Name] {
			continue
		}
		for _, dec := range d.Decorators {
			if strings.HasPrefix(dec.Name, "dagster.") && strings.HasSuffix(dec.Name, "asset") {
				g.link(id, Edge{To: g.scope(p, d.Name), Line: job.Line})
			}
		}
	}
}

func orchestrated(name string) bool {
	for _, p := range orchestratorPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// isFlow says whether a name of the file is defined with a @flow decorator.
func (g *Graph) isFlow(path, name string) bool {
	id, _, ok := g.definition(path, name, 0)
	if !ok {
		return false
	}
	n := g.Nodes[id]
	flow, _ := g.defined(n.Path, n.Name)
	for _, d := range flow.Decorators {
		if strings.HasPrefix(d.Name, "prefect.") {
			return true
		}
	}
	return false
}

// dagIDs maps Airflow DAG ids to their files.
func (g *Graph) dagIDs() map[string]string {
	ids := map[string]string{}
	for p, c := range fact.All[fact.Call](g.set) {
		if lastName(c.Name) != "DAG" || !strings.HasPrefix(c.Name, "airflow.") {
			continue
		}
		for i, a := range c.Args {
			if a.Name == "dag_id" || i == 0 && a.Name == "" {
				if a.Value.Kind == fact.String {
					ids[a.Value.Text] = p
				}
			}
		}
	}
	for p, d := range fact.All[fact.Define](g.set) {
		for _, dec := range d.Decorators {
			if strings.HasPrefix(dec.Name, "airflow.") && lastName(dec.Name) == "dag" {
				ids[d.Name] = p
				for _, a := range dec.Args {
					if a.Name == "dag_id" && a.Value.Kind == fact.String {
						ids[a.Value.Text] = p
					}
				}
			}
		}
	}
	return ids
}

// startDAG follows TriggerDagRunOperator to the DAG it names.
func (g *Graph) startDAG(path string, c fact.Call, dags map[string]string) {
	if lastName(c.Name) != "TriggerDagRunOperator" {
		return
	}
	for _, a := range c.Args {
		if a.Name != "trigger_dag_id" || a.Value.Kind != fact.String {
			continue
		}
		from := g.scopeNode(path, c.Scope)
		if to, ok := dags[a.Value.Text]; ok {
			g.link(from, Edge{To: g.module(to), Line: c.Line})
		} else {
			g.link(from, Edge{To: g.broken(path, c.Line, "no DAG has the id "+a.Value.Text)})
		}
	}
}
