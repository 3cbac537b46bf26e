package gitlabci

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// when works out what starts a job: its rules, or only and except, or the rules
// of the whole pipeline.
func (r *reader) when(j job, f *fact.Job) {
	switch either(j.get("when"), "") {
	case "manual":
		f.Manual = true
	case "never":
		f.Off = true
	}
	rules, only := j.get("rules"), j.get("only")
	switch {
	case rules != nil:
		r.rules(rules, f, true)
	case only != nil || j.get("except") != nil:
		r.only(only, j.get("except"), f)
	case r.root.Get("workflow", "rules") != nil:
		var pipeline fact.Job
		pipeline.Name, pipeline.Line = f.Name, f.Line
		r.rules(r.root.Get("workflow", "rules"), &pipeline, false)
		f.Off = f.Off || pipeline.Off
	default:
		r.Add(fact.Trigger{Pos: f.Pos, Event: "push", Job: f.Name})
	}
}

// flat lists the rules of lists in lists, which references make.
func flat(out []*settings.Node, list *settings.Node, depth int) []*settings.Node {
	for _, n := range list.Each() {
		switch {
		case n.IsMap() && len(out) < 1000:
			out = append(out, n)
		case n.IsList() && depth < 8:
			out = flat(out, n, depth+1)
		}
	}
	return out
}

// rules reads a list of rules; the first that holds decides.
func (r *reader) rules(list *settings.Node, f *fact.Job, job bool) {
	runs, manual, automatic := 0, 0, 0
	var conds []string
	for _, rule := range flat(nil, r.resolve(list, 0), 0) {
		when := rule.Str("when")
		if !rule.IsMap() || when == "never" {
			continue
		}
		runs++
		if when == "manual" {
			manual++
		} else {
			automatic++
		}
		if cond := rule.Str("if"); cond != "" {
			conds = append(conds, cond)
		}
		t := triggerOf(rule.Str("if"))
		t.Line, t.Job = rule.At(), f.Name
		changes := rule.Get("changes")
		if changes.IsMap() {
			changes = changes.Get("paths")
		}
		t.Paths = changes.Strings()
		r.Add(t)
	}
	f.Off = f.Off || runs == 0
	f.Manual = f.Manual || manual > 0 && automatic == 0
	if job {
		f.If = strings.Join(conds[:min(len(conds), 8)], " || ")
	}
}

var (
	source = regexp.MustCompile(`\$CI_PIPELINE_SOURCE\s*(==|=~|!=)\s*["'/]?([a-z_|]+)`)
	branch = regexp.MustCompile(`\$CI_(?:COMMIT_BRANCH|COMMIT_REF_NAME)\s*(==|=~|!=)\s*(\$CI_DEFAULT_BRANCH|["'/][^"']*["'/]\w*)`)
)

var sources = map[string]string{
	"schedule": "schedule", "merge_request_event": "pull_request", "external_pull_request_event": "pull_request", "web": "dispatch",
	"api": "api", "trigger": "api", "pipeline": "event", "parent_pipeline": "event", "push": "push", "chat": "event", "webide": "push",
}

// triggerOf reads an if for what kind of pipeline it lets through.
func triggerOf(cond string) fact.Trigger {
	t := fact.Trigger{Event: "push"}
	if m := source.FindStringSubmatch(cond); m != nil && m[1] != "!=" {
		if e, ok := sources[strings.SplitN(m[2], "|", 2)[0]]; ok {
			t.Event = e
		}
	} else if strings.Contains(cond, "$CI_MERGE_REQUEST") {
		t.Event = "pull_request"
	} else if strings.Contains(cond, "$CI_COMMIT_TAG") && !strings.Contains(cond, "$CI_COMMIT_TAG == null") {
		t.Event = "tag"
	}
	if m := branch.FindStringSubmatch(cond); m != nil {
		name := strings.Trim(m[2], `"'`)
		if m[1] == "!=" {
			name = "!" + name
		}
		t.Branches = []string{name}
	}
	return t
}

var refs = map[string]string{
	"merge_requests": "pull_request", "external_pull_requests": "pull_request", "schedules": "schedule", "tags": "tag", "web": "dispatch",
	"api": "api", "triggers": "api", "pipelines": "event", "pushes": "push", "branches": "push", "chat": "event",
}

// only reads only and except, which name kinds of pipelines and branches.
func (r *reader) only(only, except *settings.Node, f *fact.Job) {
	names := func(n *settings.Node) []string {
		if n.IsMap() {
			return n.Get("refs").Strings()
		}
		return n.Strings()
	}
	var without []string
	for _, name := range names(except) {
		if refs[name] == "" {
			without = append(without, "!"+name)
		}
	}
	paths := only.Get("changes").Strings()
	f.If = strings.Join(only.Get("variables").Strings(), " || ")
	add := func(event string, branches []string) {
		r.Add(fact.Trigger{Pos: f.Pos, Event: event, Job: f.Name, Branches: append(branches, without...), Paths: paths})
	}
	var branches []string
	added := 0
	for _, name := range names(only) {
		if e := refs[name]; e != "" {
			add(e, nil)
			added++
		} else {
			branches = append(branches, name)
		}
	}
	if len(branches) > 0 || added == 0 {
		add("push", branches)
	}
}
