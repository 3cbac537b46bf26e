// Package jenkins reads Jenkinsfiles, declarative ones and the usual scripted
// ones. Groovy is not parsed: a scanner sees strings, names and braces, which
// is enough to know the stages, the steps in them, and what starts the
// pipeline. Code that builds its steps at run time stays unseen.
package jenkins

import (
	"context"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const dialect = "jenkins"

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "jenkins" }

// Route takes Jenkinsfile with a prefix or suffix.
func (extractor) Route(p string) (string, bool) {
	base := path.Base(p)
	low := strings.ToLower(base)
	switch {
	case low == "jenkinsfile", strings.HasSuffix(low, ".jenkinsfile"), strings.HasSuffix(low, ".jenkins"):
		return dialect, true
	case strings.HasPrefix(base, "Jenkinsfile."), strings.HasPrefix(base, "Jenkinsfile-"), strings.HasPrefix(base, "Jenkinsfile_"):
		ext := path.Ext(low)
		return dialect, ext != ".md" && ext != ".txt" && ext != ".bak" && ext != ".j2"
	case strings.HasPrefix(base, "Jenkinsfile") && strings.HasSuffix(low, ".groovy"):
		return dialect, true
	}
	return "", false
}

// Limits sets no bound on brackets: the scanner keeps its own stack.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 512 << 10, Nesting: -1}
}

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	r := &reader{File: ci.NewFile(ctx, []byte(text)), ctx: ctx, tokens: scan(text), vars: map[string]string{"WORKSPACE": "${REPO_ROOT}"}, images: map[string]string{}, off: map[string]bool{}}
	r.read()
	if !r.pipeline {
		return nil, nil // some other Groovy
	}
	if !r.triggered {
		r.Add(ci.Implied(r.first, ""))
	}
	facts, err := r.Facts()
	if err == nil {
		err = r.err
	}
	return facts, err
}
