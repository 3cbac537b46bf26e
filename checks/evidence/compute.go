package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// orchestratorsOnly register flows with a server; where these run, another
// line has to say.
var orchestratorsOnly = map[string]bool{"prefect": true, "flyte": true, "dagster": true, "airflow": true, "zenml": true, "kedro": true}

// notTraining are words of jobs that do something else.
var notTraining = []string{"inference", "batch_score", "scoring", "serving", "predict", "endpoint"}

// ManagedCompute returns where training is defined to run on a managed
// platform or cluster.
func (v *View) ManagedCompute() []report.Evidence {
	return Once(v, "managed-compute", func() []report.Evidence {
		var out []report.Evidence
		uses := v.Uses([]catalog.Role{catalog.RoleManagedCompute, catalog.RoleTrainingJob}, Called, v.runnable)
		for _, u := range uses {
			if u.Tool != nil && orchestratorsOnly[u.Tool.ID] || u.Tool == nil && u.Role != catalog.RoleTrainingJob {
				continue
			}
			if localScaling(u) || workspaceOnly(u) || v.otherWork(u) || clusterManifest(u) {
				continue
			}
			out = append(out, v.Show(u))
		}
		out = append(out, v.clusterJobs()...)
		out = append(out, v.gpuRunners()...)
		out = append(out, v.remoteStacks()...)
		return Unique(out)
	})
}

// runnable accepts live uses, and commands of documents that name a file of
// the repository.
func (v *View) runnable(u graph.Use) bool {
	if Live(u) {
		return true
	}
	c, ok := u.Fact.(fact.Command)
	if !ok || u.Place != place.Document || strings.HasPrefix(u.Path, "docs/") {
		return false
	}
	for _, a := range c.Argv[1:] {
		if _, ok := v.Tree.File(path.Clean(a)); ok && strings.Contains(a, ".") {
			return true
		}
	}
	return false
}

// localScaling: settings of workers are no cluster by themselves.
func localScaling(u graph.Use) bool {
	last := lastSegment(u.What)
	return last == "ScalingConfig" || strings.HasSuffix(last, "Strategy")
}

// workspaceOnly: a workspace or an attached account without compute.
func workspaceOnly(u graph.Use) bool {
	r, ok := u.Fact.(fact.Resource)
	return ok && strings.HasSuffix(r.Kind, "_workspace")
}

// clusterManifest: a cluster's job does any work; clusterJobs tells which
// trains.
func clusterManifest(u graph.Use) bool {
	r, ok := u.Fact.(fact.Resource)
	return ok && r.System == "kubernetes" && clusterJob(r)
}

// otherWork says whether a job's name says that it does not train.
func (v *View) otherWork(u graph.Use) bool {
	text := strings.ToLower(u.Path + " " + u.What)
	if strings.Contains(text, "train") {
		return false
	}
	for _, w := range notTraining {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// jobKinds are Kubernetes objects that run a program to its end.
var jobKinds = map[string]bool{"Job": true, "CronJob": true, "PyTorchJob": true, "TFJob": true, "MPIJob": true, "XGBoostJob": true, "RayJob": true, "RayCluster": true,
	"SparkApplication": true, "Workflow": true, "CronWorkflow": true, "WorkflowTemplate": true, "TrainJob": true, "PaddleJob": true, "Experiment": true}

// hostedFlows are the kinds of infrastructure on which Prefect starts a flow that
// are neither a process nor a container beside the agent.
var hostedFlows = map[string]bool{"kubernetes-job": true, "ecs-task": true, "cloud-run-job": true, "vertex-ai-custom-training-job": true, "container-instance-job": true}

// clusterJob says whether a document is a job of a cluster or platform.
func clusterJob(r fact.Resource) bool {
	switch r.System {
	case "kubernetes", "argo":
		return jobKinds[r.Kind]
	case "prefect":
		return slices.ContainsFunc(r.Attrs, func(a fact.Attr) bool {
			return (a.Key == "infrastructure.type" || a.Key == "infrastructure._block_type_slug") && hostedFlows[a.Value]
		})
	}
	return false
}

// clusterJobs returns jobs of a cluster that lead to training or say so.
func (v *View) clusterJobs() []report.Evidence {
	var out []report.Evidence
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Resource || n.Place != place.Live {
			continue
		}
		for r := range fact.In[fact.Resource](v.Facts, n.Path) {
			if r.Line != n.Line || !clusterJob(r) {
				continue
			}
			if strings.Contains(strings.ToLower(r.Name), "train") || v.leadsToTraining(graph.ID(i)) {
				out = append(out, At(n.Path, n.Line, r.Kind+" "+r.Name))
			}
		}
	}
	return out
}

// gpuRunners returns jobs on self-hosted machines with GPUs that train.
func (v *View) gpuRunners() []report.Evidence {
	var out []report.Evidence
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Job || n.Place != place.Live {
			continue
		}
		for j := range fact.In[fact.Job](v.Facts, n.Path) {
			if j.Name != n.Name || j.Off || !slices.ContainsFunc(j.RunsOn, func(l string) bool { return strings.Contains(strings.ToLower(l), "gpu") }) {
				continue
			}
			if v.leadsToTraining(graph.ID(i)) {
				out = append(out, At(n.Path, n.Line, "job "+n.Name+" on "+strings.Join(j.RunsOn, ", ")))
			}
		}
	}
	return out
}

// remote are the words of orchestrators and step operators that run elsewhere.
var remote = []string{"vertex", "sagemaker", "azureml", "kubeflow", "kubernetes", "databricks", "skypilot", "batch", "tekton", "airflow"}

// remoteStacks returns commands that register a remote orchestrator or step
// operator, and decorators that send a step to a cluster.
func (v *View) remoteStacks() []report.Evidence {
	var out []report.Evidence
	for p, c := range fact.All[fact.Command](v.Facts) {
		if place.Of(p) != place.Live || len(c.Argv) < 4 || c.Argv[0] != "zenml" {
			continue
		}
		line := strings.Join(c.Argv, " ")
		if !strings.Contains(line, "register") || !strings.Contains(line, "orchestrator") && !strings.Contains(line, "step-operator") {
			continue
		}
		for _, w := range remote {
			if strings.Contains(line, w) {
				out = append(out, At(p, c.Line, line))
				break
			}
		}
	}
	return out
}

// TrainingImage returns Dockerfiles whose image runs training or is named
// after it.
func (v *View) TrainingImage() []report.Evidence {
	var out []report.Evidence
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Image && n.Kind != graph.Service || n.Place != place.Live {
			continue
		}
		base := strings.ToLower(path.Base(n.Path))
		if strings.Contains(base, "train") || strings.Contains(base, "tune") || v.leadsToTraining(graph.ID(i)) {
			out = append(out, At(n.Path, n.Line, n.What))
		}
	}
	return Unique(out)
}
