package structured

import (
	"bytes"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// Keys of a GitLab pipeline, at its top and in its jobs.
var (
	pipelineKeys = wordSet("stages variables include default workflow image services before_script after_script cache spec")
	jobKeys      = wordSet("script before_script after_script extends rules trigger stage tags only except variables image services " +
		"artifacts cache needs dependencies retry timeout parallel environment when allow_failure interruptible resource_group")
)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// isPipelinePart says whether a document could be a part of a GitLab pipeline:
// such a file is called as people like, and only an include says what it is.
func isPipelinePart(n *settings.Node) bool {
	some := false
	for _, item := range n.Each() {
		switch {
		case pipelineKeys[item.Key]:
			some = some || item.Key == "include" || item.Key == "variables" || item.Key == "default" || item.Key == "workflow"
		case !item.IsMap() || len(item.Items) == 0:
			return false
		default:
			for _, k := range item.Items {
				if !jobKeys[k.Key] && !pipelineKeys[k.Key] {
					return false
				}
			}
			some = true
		}
	}
	return some
}

// isChartTemplate says whether a file could be a template of a Helm chart: what
// it declares rests on the chart's values.
func isChartTemplate(src []byte) bool {
	if !bytes.Contains(src, []byte("{{")) {
		return false
	}
	for _, word := range []string{".Values", ".Release", ".Chart"} {
		if bytes.Contains(src, []byte(word)) {
			return true
		}
	}
	return false
}
