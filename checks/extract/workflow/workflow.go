// Package workflow reads GitHub Actions: the workflows of a repository, and the
// composite, container and JavaScript actions it holds.
//
// It reads the plain YAML tree and not a parser's model of a valid workflow: a
// workflow with a mistake in one job still says what the others do, keys that
// came after a parser's release are read like any other, and every CI system
// is read by the same code.
package workflow

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// The dialects.
const (
	workflowDialect = "workflow"
	actionDialect   = "action"
)

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "workflow" }

// Route takes the workflows GitHub runs, which lie directly in one folder at
// the root, and actions anywhere.
func (extractor) Route(p string) (string, bool) {
	dir, base := path.Split(p)
	switch {
	case dir == ".github/workflows/" && (strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")):
		return workflowDialect, true
	case base == "action.yml" || base == "action.yaml":
		return actionDialect, true
	}
	return "", false
}

// Limits lets expressions nest as they like: scripts are bounded by package
// shell, YAML by package settings.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: 1000}
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	docs, err := settings.YAML(src)
	if len(docs) == 0 {
		return nil, err
	}
	w := &reader{File: ci.NewFile(ctx, src), root: docs[0]}
	if dialect == actionDialect {
		w.action()
	} else {
		w.workflow()
	}
	facts, scriptErr := w.Facts()
	if err == nil {
		err = scriptErr
	}
	return facts, err
}

// reader walks one file.
type reader struct {
	*ci.File
	root *settings.Node
	name string
	env  []string
}

func (w *reader) workflow() {
	w.name = w.root.Str("name")
	w.triggers(w.root.Get("on"))
	known := map[string]string{"github.workspace": "${REPO_ROOT}"}
	w.env = ci.Env(w.root.Get("env"), filler(known))
	addEnv(known, w.env)
	jobs := w.root.Get("jobs").Each()
	for i, j := range jobs {
		end := w.Lines()
		if i+1 < len(jobs) {
			end = max(j.Line, jobs[i+1].Line-1)
		}
		w.job(j, end, known)
	}
}

// action reads an action's own file: its inputs are what it is called with.
func (w *reader) action() {
	runs := w.root.Get("runs")
	if !runs.IsMap() {
		return
	}
	w.name = w.root.Str("name")
	w.Add(fact.Trigger{Pos: at(w.root), Event: "workflow_call", Inputs: w.root.Get("inputs").Strings()})
	w.Add(fact.Job{Pos: at(runs), End: w.Lines(), Name: "runs", Title: w.name, File: w.name})
	known := map[string]string{"github.workspace": "${REPO_ROOT}", "github.action_path": "${SCRIPT_DIR}"}
	j := job{name: "runs", known: known}
	w.steps(runs.Get("steps"), j)
	if main := runs.Get("main"); main.IsScalar() {
		w.Add(fact.Command{Pos: at(main), Argv: []string{"node", main.Text}, Dir: "${SCRIPT_DIR}", Job: "runs"})
	}
	if image := runs.Get("image"); image.IsScalar() {
		if ref, ok := strings.CutPrefix(image.Text, "docker://"); ok {
			w.Add(fact.Image{Pos: at(image), Ref: ref, Role: "runs", Stage: "runs"})
		} else {
			w.Add(fact.Image{Pos: at(image), Role: "builds", Stage: "runs", Path: image.Text})
		}
	}
}

func at(n *settings.Node) fact.Pos { return fact.Pos{Line: n.At()} }

func filler(known map[string]string) func(string) string {
	return func(s string) string { return ci.Fill(s, known) }
}

// addEnv makes NAME=value known as ${{ env.NAME }}, unless it rests on an
// expression itself.
func addEnv(known map[string]string, env []string) {
	for _, e := range env {
		name, text, _ := strings.Cut(e, "=")
		if !strings.Contains(text, "${{") {
			known["env."+name] = text
		} else {
			delete(known, "env."+name)
		}
	}
}

var windows = regexp.MustCompile(`(?i)windows`)
