// Package othersci reads the CI systems met less often: Travis, Google Cloud
// Build, AWS CodeBuild, Bitbucket, Buildkite, Drone and its descendants,
// AppVeyor and Taskcluster. Each has a file of its own here; they are one package since none is
// more than a page.
//
// Cloud Build, CodeBuild and Buildkite are set off by something outside of the
// repository: their trigger is marked "implied".
package othersci

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// The dialects.
const (
	travis      = "travis"
	cloudBuild  = "cloudbuild"
	codeBuild   = "codebuild"
	bitbucket   = "bitbucket"
	buildkite   = "buildkite"
	drone       = "drone"
	appVeyor    = "appveyor"
	taskCluster = "taskcluster"
)

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "othersci" }

// Route goes by the file names the systems look for.
func (extractor) Route(p string) (string, bool) {
	base := path.Base(p)
	stem, yaml := strings.CutSuffix(base, ".yml")
	if !yaml {
		stem, yaml = strings.CutSuffix(base, ".yaml")
	}
	parent := path.Base(path.Dir(p))
	switch {
	case !yaml:
		return "", false
	case stem == ".travis":
		return travis, true
	case strings.HasPrefix(stem, "cloudbuild") || strings.HasSuffix(stem, ".cloudbuild") || strings.HasSuffix(stem, "-cloudbuild") || parent == "cloudbuild":
		return cloudBuild, true
	case strings.HasPrefix(stem, "buildspec") || strings.HasSuffix(stem, "buildspec"):
		return codeBuild, true
	case stem == "bitbucket-pipelines":
		return bitbucket, true
	case parent == ".buildkite" || stem == "buildkite":
		return buildkite, true
	case stem == ".drone" || stem == ".woodpecker" || parent == ".woodpecker":
		return drone, true
	case stem == "appveyor" || stem == ".appveyor":
		return appVeyor, true
	case stem == ".taskcluster":
		return taskCluster, true
	}
	return "", false
}

// Limits lets brackets nest: YAML and scripts are bounded by their packages.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: 1000}
}

// maxJobs bounds the jobs of one file.
const maxJobs = 500

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	docs, err := settings.YAML(src)
	if len(docs) == 0 {
		return nil, err
	}
	r := &reader{File: ci.NewFile(ctx, src)}
	read := map[string]func(*settings.Node){
		travis: r.travis, cloudBuild: r.cloudBuild, codeBuild: r.codeBuild, bitbucket: r.bitbucket, buildkite: r.buildkite,
		drone: r.drone, appVeyor: r.appVeyor, taskCluster: r.taskcluster,
	}[dialect]
	for _, doc := range docs {
		if read != nil {
			read(doc)
		}
	}
	facts, scriptErr := r.Facts()
	if err == nil {
		err = scriptErr
	}
	return facts, err
}

// reader walks one file.
type reader struct {
	*ci.File
	jobs int
}

// job adds a job unless there are too many, and says whether it did.
func (r *reader) job(j fact.Job) bool {
	if r.jobs++; r.jobs > maxJobs {
		return false
	}
	j.End = min(max(j.End, j.Line), r.Lines())
	r.Add(j)
	return true
}

func at(n *settings.Node) fact.Pos { return fact.Pos{Line: max(n.At(), 1)} }

func either(n *settings.Node, key string) string {
	if n.IsScalar() {
		return n.Text
	}
	return n.Str(key)
}

// filter joins the patterns taken and, with a "!", those left out.
func filter(n *settings.Node, only, except string) []string {
	if !n.IsMap() {
		return n.Strings()
	}
	out := n.Get(only).Strings()
	for _, s := range n.Get(except).Strings() {
		out = append(out, "!"+s)
	}
	return out
}

func lastLine(n *settings.Node) int {
	if n == nil {
		return 0
	}
	line := n.Value
	if n.Block {
		line += strings.Count(n.Text, "\n")
	}
	for _, c := range n.Items {
		line = max(line, lastLine(c))
	}
	return line
}
