package graph

import (
	"slices"
	"strings"
)

// eventNamesOf are the names by which GitHub tells a job which event started
// it. Of the other classes a condition says nothing.
var eventNamesOf = map[Event][]string{
	Push: {"push"}, PullRequest: {"pull_request", "pull_request_target", "merge_group"},
	Release: {"release", "push", "create", "registry_package"}, Schedule: {"schedule"}, Dispatch: {"workflow_dispatch"},
}

// never returns the set of event classes under which a condition cannot hold,
// as bits.
func never(condition string) uint16 {
	if !strings.Contains(condition, "github.event_name") && !strings.Contains(condition, "github.ref") {
		return 0
	}
	var out uint16
	for e, names := range eventNamesOf {
		if !slices.ContainsFunc(names, func(n string) bool { return holds(condition, n) != no }) {
			out |= 1 << e
		}
	}
	return out
}

// unlessSkipped says whether a job runs although one that it needs did not.
func unlessSkipped(condition string) bool {
	return strings.Contains(condition, "always()") || strings.Contains(condition, "!cancelled()") || strings.Contains(condition, "!failure()")
}

// skippedUnder returns for each job the event classes under which it never
// runs: by its own condition, or because it needs a job that does not.
func skippedUnder(jobs []placedJob) map[string]uint16 {
	out := map[string]uint16{}
	for _, j := range jobs {
		out[j.Name] = never(j.If)
	}
	for range jobs {
		changed := false
		for _, j := range jobs {
			if unlessSkipped(j.If) {
				continue
			}
			for _, n := range j.Needs {
				if more := out[j.Name] | out[n]; more != out[j.Name] {
					out[j.Name], changed = more, true
				}
			}
		}
		if !changed {
			break
		}
	}
	return out
}

// truth is what can be said of a condition without running it.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

// holds evaluates a condition as far as the name of the event decides it.
func holds(condition, event string) truth {
	c := strings.TrimSpace(condition)
	c = strings.TrimSuffix(strings.TrimPrefix(c, "${{"), "}}")
	p := parser{words: tokens(c), event: event}
	t := p.or()
	if p.at != len(p.words) {
		return unknown
	}
	return t
}

// tokens splits an expression into operators, brackets, strings and names.
func tokens(c string) []string {
	var out []string
	for i := 0; i < len(c); {
		switch {
		case c[i] == ' ' || c[i] == '\n' || c[i] == '\t' || c[i] == '\r':
			i++
		case c[i] == '\'':
			j := i + 1
			for j < len(c) && c[j] != '\'' {
				j++
			}
			out = append(out, c[i:min(j+1, len(c))])
			i = j + 1
		case strings.HasPrefix(c[i:], "&&"), strings.HasPrefix(c[i:], "||"), strings.HasPrefix(c[i:], "=="), strings.HasPrefix(c[i:], "!="):
			out = append(out, c[i:i+2])
			i += 2
		case strings.IndexByte("()!,<>=&|{}$", c[i]) >= 0:
			out = append(out, c[i:i+1])
			i++
		default:
			j := i
			for j < len(c) && strings.IndexByte(" \n\t\r'()!,<>=&|", c[j]) < 0 {
				j++
			}
			out = append(out, c[i:j])
			i = j
		}
	}
	return out
}

type parser struct {
	words []string
	at    int
	event string
	depth int
}

func (p *parser) next() string {
	if p.at < len(p.words) {
		return p.words[p.at]
	}
	return ""
}

func (p *parser) or() truth {
	t := p.and()
	for p.next() == "||" {
		p.at++
		t = max(t, p.and())
	}
	return t
}

func (p *parser) and() truth {
	t := p.unary()
	for p.next() == "&&" {
		p.at++
		t = min(t, p.unary())
	}
	return t
}

func (p *parser) unary() truth {
	if p.depth++; p.depth > 100 {
		p.at = len(p.words) + 1
		return unknown
	}
	defer func() { p.depth-- }()
	switch p.next() {
	case "!":
		p.at++
		return -p.unary()
	case "(":
		p.at++
		t := p.or()
		if p.next() == ")" {
			p.at++
		}
		return t
	}
	left := p.operand()
	switch op := p.next(); op {
	case "==", "!=":
		p.at++
		t := p.equal(left, p.operand())
		if op == "!=" {
			return -t
		}
		return t
	case "<", ">", "=":
		p.at = len(p.words) + 1
	}
	return p.call(left)
}

// operand takes a name, a string or a call with its arguments, as one text.
func (p *parser) operand() string {
	w := p.next()
	p.at++
	if p.next() != "(" {
		return w
	}
	open := 0
	for p.at < len(p.words) {
		switch p.next() {
		case "(":
			open++
		case ")":
			open--
		}
		w += p.next()
		p.at++
		if open == 0 {
			break
		}
	}
	return w
}

func (p *parser) equal(a, b string) truth {
	if strings.HasPrefix(a, "'") {
		a, b = b, a
	}
	want := strings.Trim(b, "'")
	switch {
	case !strings.HasPrefix(b, "'"):
		return unknown
	case a == "github.event_name":
		if want == p.event {
			return yes
		}
		return no
	case a == "github.ref" && p.event == "pull_request" && strings.HasPrefix(want, "refs/heads/"):
		return no
	}
	return unknown
}

func (p *parser) call(text string) truth {
	if p.event == "pull_request" && (strings.HasPrefix(text, "startsWith(github.ref,'refs/heads/") || strings.HasPrefix(text, "startsWith(github.ref,'refs/tags/")) {
		return no
	}
	return unknown
}
