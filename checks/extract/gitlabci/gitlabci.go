// Package gitlabci reads GitLab CI pipelines. What extends, default, references
// and stages say is worked out, so that each job stands by itself: its triggers,
// what it needs, and its commands at the lines they are written on.
//
// A pipeline may be spread over files. Each is read by itself and names what it
// includes; Join reads those of one pipeline again as the one document that
// GitLab makes of them.
package gitlabci

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

const dialect = "gitlabci"

// Format is that of the Source facts of parts of pipelines.
const Format = "gitlab"

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "gitlabci" }

// Route takes .gitlab-ci.yml anywhere, *.gitlab-ci.yml, and YAML in the folders
// pipelines are split into.
func (extractor) Route(p string) (string, bool) {
	base := path.Base(p)
	yaml := strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
	switch {
	case !yaml:
		return "", false
	case strings.HasSuffix(base, "gitlab-ci.yml"), strings.HasSuffix(base, "gitlab-ci.yaml"):
		return dialect, true
	}
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if d := path.Base(dir); d == ".gitlab" && !strings.Contains(p, "issue_templates") || d == ".gitlab-ci" || d == "gitlab-ci" {
			return dialect, true
		}
	}
	return "", false
}

// Limits lets brackets nest: YAML and scripts are bounded by their packages.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: 1000}
}

// maxJobs bounds the jobs of one file.
const maxJobs = 500

var errTooMany = errors.New("has more than 500 jobs")

// keywords are the keys at the top that are no jobs.
var keywords = map[string]bool{
	"stages": true, "variables": true, "include": true, "default": true, "image": true, "services": true, "before_script": true,
	"after_script": true, "cache": true, "workflow": true, "spec": true, "types": true,
}

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	facts, err := read(ctx, []Part{{Text: string(src)}})
	if len(facts[0]) == 0 {
		return nil, err
	}
	source := fact.Source{Pos: fact.Pos{Line: 1}, Format: Format, Text: string(src)}
	return slices.Concat([]fact.Fact{source}, facts[0]), err
}

// reader walks one pipeline.
type reader struct {
	*ci.File
	root     *settings.Node
	top      map[string]*settings.Node // the entries of root
	bases    []int                     // the line before the first of each part
	height   int                       // lines of all parts
	starts   []int                     // lines on which something at the top of a part begins
	at       map[string]int            // where jobs stand
	resolved int
	vars     []string
	byStage  map[string][]string // names of the jobs of each stage
	stages   []string
	tooMany  bool
}

func (r *reader) read() {
	r.vars = append([]string{"CI_PROJECT_DIR=${REPO_ROOT}"}, ci.Scalars(r.root.Get("variables"))...)
	r.stages = r.root.Get("stages").Strings()
	if len(r.stages) == 0 {
		r.stages = []string{"build", "test", "deploy"}
	}
	r.stages = append(append([]string{".pre"}, r.stages...), ".post")
	r.byStage, r.at = map[string][]string{}, map[string]int{}
	var jobs []job
	r.top = make(map[string]*settings.Node, len(r.root.Items))
	for _, n := range r.root.Items {
		r.top[n.Key] = n
	}
	for _, n := range r.root.Items {
		if !n.IsMap() || keywords[n.Key] || strings.HasPrefix(n.Key, ".") {
			continue
		}
		j := job{node: n, end: r.end(n.Line), chain: r.chain(n, 0)}
		if j.get("script") == nil && j.get("trigger") == nil && j.get("run") == nil && len(j.chain) == 1 && j.get("extends") == nil {
			continue // not a job
		}
		j.stage = "test"
		if s := j.get("stage"); s.IsScalar() {
			j.stage = s.Text
		}
		if len(jobs) == maxJobs {
			r.tooMany = true
			break
		}
		r.at[n.Key] = n.Line
		r.byStage[j.stage] = append(r.byStage[j.stage], n.Key)
		jobs = append(jobs, j)
	}
	for _, j := range jobs {
		r.job(j)
	}
}

// never says whether the rules of an include let nothing in.
func never(rules *settings.Node) bool {
	for _, rule := range rules.Each() {
		if rule.Str("when") != "never" {
			return false
		}
	}
	return len(rules.Each()) > 0
}

// includes lists what the file, or the child pipeline of a job, takes in.
func (r *reader) includes(n *settings.Node, job string) {
	if n == nil {
		return
	}
	list := []*settings.Node{n}
	if n.IsList() {
		list = n.Items
	}
	for _, i := range list {
		if never(i.Get("rules")) {
			continue
		}
		u := fact.Uses{Pos: fact.Pos{Line: i.At()}, Kind: "include", Job: job, With: ci.Args(i.Get("inputs"), nil)}
		switch {
		case i.IsScalar():
			u.Ref = i.Text
		case i.Str("local") != "":
			u.Ref = i.Str("local")
		case i.Str("remote") != "":
			u.Ref = i.Str("remote")
		case i.Str("template") != "":
			u.Ref = i.Str("template") + "@gitlab"
		case i.Str("component") != "":
			u.Kind, u.Ref = "component", i.Str("component")
		case i.Str("project") != "":
			ref := "HEAD"
			if s := i.Str("ref"); s != "" {
				ref = s
			}
			for _, f := range i.Get("file").Strings() {
				u.Ref = i.Str("project") + "/" + strings.TrimPrefix(f, "/") + "@" + ref
				r.Add(u)
			}
			continue
		}
		if u.Ref != "" {
			r.Add(u)
		}
	}
}

// chain is a job with what it extends, the strongest first.
func (r *reader) chain(n *settings.Node, depth int) []*settings.Node {
	out := []*settings.Node{n}
	parents := n.Get("extends").Strings()
	for i := len(parents) - 1; i >= 0 && depth < 8 && len(out) < 32; i-- {
		if p := r.top[parents[i]]; p.IsMap() && p != n {
			out = append(out, r.chain(p, depth+1)...)
		}
	}
	return out
}
