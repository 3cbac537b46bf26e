package structured

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

func isAzureML(r *reader, n *settings.Node) bool {
	if strings.Contains(n.Str("$schema"), "azuremlschemas") {
		return true
	}
	if r.format != "yaml" {
		return false
	}
	switch n.Str("type") {
	case "command":
		return n.Get("command").IsScalar() && (n.Get("environment") != nil || n.Get("code") != nil)
	case "pipeline":
		return n.Get("jobs").IsMap()
	}
	return false
}

// azureML reads a job, component, endpoint, deployment or asset of Azure ML.
func (r *reader) azureML(n *settings.Node) {
	kind := strings.TrimSuffix(path.Base(n.Str("$schema")), ".schema.json")
	if !strings.Contains(n.Str("$schema"), "azuremlschemas") {
		kind = n.Str("type") + "Job"
	}
	name := n.Str("name")
	if name == "" {
		name = n.Str("display_name")
	}
	if name == "" {
		name = r.stem
	}
	r.resource("azureml", kind, name, n)
	r.azureRun(n, name)
	for _, job := range n.Get("jobs").Each() {
		r.azureRun(job, job.Key)
	}
}

// azureRun adds the command and the image of a job or component; the command
// starts in its code folder.
func (r *reader) azureRun(n *settings.Node, job string) {
	dir := ""
	if code := n.Str("code"); code != "" && !strings.Contains(code, ":") {
		dir = path.Clean(code)
	}
	if inner := n.Get("component"); inner.IsMap() {
		r.azureRun(inner, job)
	}
	if c := n.Get("command"); c.IsScalar() {
		r.script(c.Text, c.ScriptLine(), job, dir)
	}
	r.image(n.Get("image"), "runs", job, "")
	r.image(n.Get("environment", "image"), "runs", job, "")
	if b := n.Get("build"); b.IsMap() { // an environment made from a Dockerfile
		file := b.Str("dockerfile_path")
		if file == "" {
			file = "Dockerfile"
		}
		r.image(&settings.Node{Line: b.At()}, "builds", job, path.Join(b.Str("path"), file))
	}
}

func isARM(_ *reader, n *settings.Node) bool {
	return strings.Contains(n.Str("$schema"), "deploymentTemplate.json")
}

// arm reads the resources of an Azure Resource Manager template.
func (r *reader) arm(n *settings.Node) {
	for _, res := range n.Get("resources").Each() {
		name := res.Str("name")
		if name == "" {
			name = res.Key
		}
		r.resource("arm", res.Str("type"), name, res)
	}
}
