// Package circleci reads CircleCI's configuration. Jobs get what starts them and
// what they need from the workflows that list them; the file's own commands are
// read where a job uses them. A job no workflow lists never runs.
package circleci

import (
	"context"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

const dialect = "circleci"

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "circleci" }

// Route takes the files of the folder .circleci.
func (extractor) Route(p string) (string, bool) {
	rest, ok := strings.CutPrefix(p, ".circleci/")
	return dialect, ok && (strings.HasSuffix(rest, ".yml") || strings.HasSuffix(rest, ".yaml")) && !strings.Contains(rest, "/")
}

// Limits lets brackets nest: YAML and scripts are bounded by their packages.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: 1000}
}

// The bounds of one file.
const (
	maxJobs  = 500
	maxSteps = 5000
)

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	docs, err := settings.YAML(src)
	if len(docs) == 0 {
		return nil, err
	}
	r := &reader{File: ci.NewFile(ctx, src), root: docs[0], known: map[string]string{}, placed: map[string]*placed{}}
	r.read()
	facts, scriptErr := r.Facts()
	if err == nil {
		err = scriptErr
	}
	return facts, err
}

// reader walks one file.
type reader struct {
	*ci.File
	root   *settings.Node
	known  map[string]string // pipeline parameters
	placed map[string]*placed
	order  []string
	steps  int
}

// placed is a job as the workflows list it.
type placed struct {
	job      string // the job's definition
	line     int
	needs    []string
	workflow string
	manual   bool
	params   map[string]string
}

func (r *reader) read() {
	for _, orb := range r.root.Get("orbs").Each() {
		if orb.IsScalar() {
			r.Add(fact.Uses{Pos: fact.Pos{Line: orb.Line}, Kind: "orb", Ref: orb.Text})
		}
	}
	for _, p := range r.root.Get("parameters").Each() {
		if d := p.Get("default"); d.IsScalar() {
			r.known["pipeline.parameters."+p.Key] = d.Text
		}
	}
	for _, w := range r.root.Get("workflows").Each() {
		if w.IsMap() {
			r.workflow(w)
		}
	}
	jobs := r.root.Get("jobs").Each()
	if r.root.Get("workflows") == nil && r.root.Get("jobs", "build") != nil {
		r.place("build", &placed{job: "build"})
		r.Add(fact.Trigger{Pos: fact.Pos{Line: r.root.Get("jobs", "build").At()}, Event: "push", Job: "build"})
	}
	for i, n := range jobs[:min(len(jobs), maxJobs)] {
		if !n.IsMap() {
			continue
		}
		end := r.Lines()
		if i+1 < len(jobs) && jobs[i+1].Line > n.Line {
			end = jobs[i+1].Line - 1
		} else if i+1 == len(jobs) {
			end = min(end, lastLine(n))
		}
		used := false
		for _, name := range r.order {
			if r.placed[name].job == n.Key {
				r.job(n, name, r.placed[name], end)
				used = true
			}
		}
		if !used {
			r.Add(fact.Job{Pos: fact.Pos{Line: n.Line}, End: end, Name: n.Key, Off: true})
		}
	}
}

func (r *reader) place(name string, p *placed) {
	if old, ok := r.placed[name]; ok {
		old.needs = append(old.needs, p.needs...)
		return
	}
	if len(r.order) < maxJobs {
		r.placed[name] = p
		r.order = append(r.order, name)
	}
}

var parameter = regexp.MustCompile(`<<\s*([A-Za-z0-9_.\-]+)\s*>>`)

// fill replaces << parameters.x >> by its value, or by ${{ parameters.x }}.
func (r *reader) fill(params map[string]string) func(string) string {
	return func(s string) string {
		if !strings.Contains(s, "<<") {
			return s
		}
		return parameter.ReplaceAllStringFunc(s, func(m string) string {
			name := parameter.FindStringSubmatch(m)[1]
			for _, known := range []map[string]string{params, r.known} {
				if v, ok := known[name]; ok && len(v) <= 1024 {
					return strings.ReplaceAll(v, "\n", " ")
				}
			}
			return "${{ " + name + " }}"
		})
	}
}

func lastLine(n *settings.Node) int {
	line := n.Value
	if n.Block {
		line += strings.Count(n.Text, "\n")
	}
	for _, c := range n.Items {
		line = max(line, lastLine(c))
	}
	return line
}
