package pipeline

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

const (
	maxPatterns = 500
	maxOwners   = 600
)

// gitAttributes keeps the patterns that Git LFS filters.
func (r *reader) gitAttributes(src string) {
	stage := fact.Stage{System: "lfs"}
	eachRule(src, func(line int, rule string) bool {
		f := strings.Fields(rule)
		for _, attribute := range f[1:] {
			if attribute == "filter=lfs" {
				if stage.Line == 0 {
					stage.Line = line
				}
				stage.Outs = append(stage.Outs, f[0])
			}
		}
		return len(stage.Outs) < maxPatterns
	})
	if stage.Line > 0 {
		r.add(stage)
	}
}

// gitIgnore keeps the patterns as written, negations included.
func (r *reader) gitIgnore(src string) {
	stage := fact.Stage{System: "gitignore"}
	eachRule(src, func(line int, rule string) bool {
		if stage.Line == 0 {
			stage.Line = line
		}
		stage.Outs = append(stage.Outs, settings.Cut(rule, 1024))
		return len(stage.Outs) < maxPatterns
	})
	if stage.Line > 0 {
		r.add(stage)
	}
}

// codeOwners keeps each rule that names an owner.
func (r *reader) codeOwners(src string) {
	eachRule(src, func(line int, rule string) bool {
		if strings.Contains(rule, "@") {
			r.add(fact.Text{Pos: fact.Pos{Line: line}, Kind: "owner", Text: settings.Cut(rule, 400)})
		}
		return len(r.facts) < maxOwners
	})
}

// eachRule calls read for every line that is neither blank nor a comment, as
// long as it returns true.
func eachRule(src string, read func(line int, rule string) bool) {
	line := 0
	for l := range strings.Lines(src) {
		line++
		if rule := strings.TrimSpace(l); rule != "" && rule[0] != '#' && !read(line, rule) {
			return
		}
	}
}
