package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Code scanning keeps the first 5,000 results of a run, refuses more than 25,000
// and a file of more than 10 MB compressed. The bytes here are not compressed.
const (
	maxResults       = 5_000
	maxResultBytes   = 8 << 20
	maxNotifications = 200
)

const home = "https://github.com/mlops-maturity/mlops-maturity"

// What a notification is about.
const (
	notRead   = "not-read"
	notJudged = "not-judged"
	noPlace   = "no-place"
	leftOut   = "left-out"
)

// SARIF writes what is missing or holds only in part as results of a static
// analysis, what blocks the next level first. What could not be judged or read
// is a notification and not a result, since nothing is known to be wrong there;
// so is what has no place, since code scanning refuses the whole file for one
// result without a location.
func SARIF(w io.Writer, r *report.Report) error {
	s := sarif{report: r, rules: make(map[string]int)}
	s.run = sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "mlops-maturity", Version: plain(r.Engine.Version, maxName), InformationURI: home, Rules: []sarifRule{}}},
		Automation:  sarifID{"mlops-maturity/"},
		Invocations: []sarifInvocation{{Successful: true, Notifications: []sarifNotification{}}},
		Results:     []sarifResult{},
		Properties:  map[string]any{"kind": plain(string(r.Kind), maxName), "model": plain(r.Engine.Model, maxName), "modelEdition": plain(r.Engine.ModelEdition, maxName)},
	}
	for _, n := range [][2]string{{notRead, "Could not be read"}, {notJudged, "Could not be judged"}, {noPlace, "Has no place in the repository"}, {leftOut, "Left out"}} {
		s.run.Tool.Driver.Notifications = append(s.run.Tool.Driver.Notifications, sarifRule{ID: n[0], Short: message(n[1])})
	}
	if r.Subject.Path != "" { // a category of its own, so that projects do not replace each other
		s.run.Automation.ID += url.PathEscape(plain(r.Subject.Path, maxName)) + "/"
	}
	if l := links(r, ""); l.base != "" {
		s.run.Provenance = []sarifProvenance{{l.base, r.Subject.Commit}}
	}
	if r.Kind.Judged() {
		s.run.Properties["level"], s.run.Properties["levelName"] = r.Level, plain(r.LevelName, 80)
		s.results()
	} else {
		s.notify(notJudged, "note", nil, kindName(r.Kind)+": "+r.KindReason)
	}
	for _, g := range r.Gaps {
		var at []sarifLocation
		if place, ok := placeOf(report.Hop{Path: g.Path}); ok {
			at = []sarifLocation{{Physical: place}}
		}
		s.notify(notRead, "warning", at, plain(g.Path, maxName)+": "+g.Reason)
	}
	if s.left > 0 {
		s.told = 0 // always said
		s.notify(leftOut, "warning", nil, fmt.Sprintf("%s left out: the file would be larger than what reads it takes.", count(s.left, "entry is", "entries are")))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{s.run}})
}

type sarif struct {
	report *report.Report
	run    sarifRun
	rules  map[string]int // index of a capability's rule
	bytes  int            // of the results
	told   int            // notifications
	left   int            // results and notifications that did not fit
}

// finding is a capability of a project that does not hold, or not by itself.
type finding struct {
	project    *report.Project
	where      string // the project's folder, "" for the whole repository
	capability report.Capability
	order      int // what blocks the next level first
}

// results lists the findings, of several projects those of each.
func (s *sarif) results() {
	r := s.report
	for _, c := range r.Capabilities {
		s.rule(c)
	}
	var all []finding
	if len(r.Projects) == 0 {
		all = s.findings(&r.Project, r.Subject.Path)
	}
	for i := range r.Projects {
		if p := &r.Projects[i]; p.Kind.Judged() {
			all = append(all, s.findings(&p.Project, folder(p))...)
		}
	}
	slices.SortStableFunc(all, func(a, b finding) int { return cmp.Compare(a.order, b.order) })
	for _, f := range all {
		s.result(f)
	}
}

func (s *sarif) findings(p *report.Project, where string) []finding {
	m := model(s.report)
	blocking := m.Blocking(statuses(p), p.Level)
	var out []finding
	for _, c := range p.Capabilities {
		s.rule(c)
		switch fileStatus(c) {
		case report.Missing, report.Partial:
		case report.Unknown:
			if c.Status == report.Unknown {
				s.notify(notJudged, "note", nil, label(c)+inProject(where)+": "+c.Reason, s.ref(c))
			}
			continue
		default:
			continue
		}
		if c.Status.Holds() && c.Status != report.Waived {
			continue
		}
		f := finding{p, where, c, slices.Index(blocking, c.ID)}
		if f.order < 0 { // then by level, gates before the others
			f.order = len(p.Capabilities) + 10*c.Level + slices.Index([]string{maturity.Gate, maturity.Dimension, maturity.Supporting}, c.Role)
		}
		out = append(out, f)
	}
	return out
}

// fileStatus is what the files show, whatever was decided.
func fileStatus(c report.Capability) report.Status { return cmp.Or(c.Observed, c.Status) }

func inProject(where string) string {
	if where == "" {
		return ""
	}
	return " in " + plain(where, maxName)
}

// result adds one finding if it fits.
func (s *sarif) result(f finding) {
	c := f.capability
	text := fmt.Sprintf("%s: %s%s.", capital(word(fileStatus(c))), label(c), inProject(f.where))
	for _, more := range append([]string{c.Reason}, decidedOn(c, said)...) {
		if more = plain(more, maxText); more != "" {
			text += " " + strings.TrimSuffix(more, ".") + "."
		}
	}
	if c.Next != nil {
		text += " Do: " + plain(c.Next.Title, maxText) + takes(c.Next) + "."
	}
	at, own := s.at(f)
	if at == nil {
		s.notify(noPlace, levelOf(c), nil, text, s.ref(c))
		return
	}
	id := sha256.Sum256([]byte(c.ID + "\x00" + f.where))
	print := hex.EncodeToString(id[:8])
	out := sarifResult{
		RuleID: sarifText(c.ID), RuleIndex: s.rule(c), Kind: "fail", Level: levelOf(c), Message: *message(text), Locations: []sarifLocation{*at},
		// The same capability of the same project is the same alert wherever its
		// evidence moves. The second name is the one that code scanning looks for.
		Fingerprints: map[string]string{"mlopsMaturity/v1": print, "primaryLocationLineHash": print + ":1"},
		Properties:   map[string]any{"status": word(c.Status), "project": plain(f.where, maxName)},
	}
	if own {
		s.trace(&out, c)
	}
	if c.Status == report.Waived && c.Waiver != nil {
		out.Suppressions = []sarifSuppression{{"external", "accepted", sarifText(capital(waiver(c.Waiver, said)))}}
	}
	size, err := json.Marshal(out)
	if err != nil || len(s.run.Results) == maxResults || s.bytes+len(size) > maxResultBytes {
		s.left++
		return
	}
	s.bytes += len(size)
	s.run.Results = append(s.run.Results, out)
}

// at is where to show a finding: at the end of its own first chain, or where
// that breaks. What is missing has no place. It is shown where the repository
// shows that it is an ML project, from which the demand comes; own is then false.
func (s *sarif) at(f finding) (at *sarifLocation, own bool) {
	first := func(list []report.Evidence) *sarifLocation {
		for _, e := range list {
			all := ours(e)
			for i := range all {
				h := all[len(all)-1-i]
				if place, ok := placeOf(h); ok {
					return &sarifLocation{Physical: place.lined()}
				}
			}
		}
		return nil
	}
	if at := first(f.capability.Evidence); at != nil {
		return at, true
	}
	if at := first(f.project.KindEvidence); at != nil {
		return at, false
	}
	for _, c := range f.project.Capabilities { // a report older than that evidence
		if at := first(c.Evidence); at != nil {
			return at, false
		}
	}
	return nil, false
}

// trace adds the chains as flows, and where the other ones end as related.
func (s *sarif) trace(out *sarifResult, c report.Capability) {
	for i, e := range c.Evidence[:min(len(c.Evidence), maxEvidence)] {
		all := compact(ours(e))
		head, left, tail := shorten(all)
		var steps []sarifStep
		for j, h := range slices.Concat(head, tail) {
			place, ok := placeOf(h)
			if !ok {
				continue
			}
			what := plain(inWords(h.What), maxName) + flags(h)
			if left > 0 && j == len(head) {
				what = fmt.Sprintf("(after %d more) %s", left, what)
			}
			steps = append(steps, sarifStep{sarifLocation{Physical: place.lined(), Message: message(what)}})
		}
		if len(steps) > 1 {
			out.Flows = append(out.Flows, sarifFlow{[]sarifThread{{steps}}})
		}
		if n := len(steps); n > 0 && i > 0 {
			related := steps[n-1].Location
			related.ID = len(out.Related) + 1
			out.Related = append(out.Related, related)
		}
	}
}

// placeOf is a hop as a place; false for a path that is none of a repository.
func placeOf(h report.Hop) (sarifPlace, bool) {
	if h.Path == "" || len(h.Path) > 512 {
		return sarifPlace{}, false
	}
	parts := strings.Split(h.Path, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return sarifPlace{}, false
		}
		parts[i] = strings.ReplaceAll(url.PathEscape(part), ":", "%3A") // no scheme
	}
	p := sarifPlace{Artifact: sarifArtifact{strings.Join(parts, "/")}}
	if h.Line > 0 {
		p.Region = &sarifRegion{h.Line}
	}
	return p, true
}

// lined has a line, as code scanning wants of every result: the first for the
// whole file.
func (p sarifPlace) lined() sarifPlace {
	if p.Region == nil {
		p.Region = &sarifRegion{1}
	}
	return p
}

// rule is the index of a capability's rule, which is added where it is new.
func (s *sarif) rule(c report.Capability) int {
	if i, ok := s.rules[c.ID]; ok {
		return i
	}
	m := model(s.report)
	role := map[string]string{maturity.Gate: "the level demands it", maturity.Dimension: "its dimension's level demands it"}[c.Role]
	text := fmt.Sprintf("Level %d of the %s: %s.", c.Level, m.Title, cmp.Or(role, "it scores and suggests but blocks nothing"))
	if c.Level == 0 {
		text = fmt.Sprintf("The %s do not ask for it; it suggests but blocks nothing.", m.Title)
	}
	severity := map[bool]string{true: "warning", false: "recommendation"}[levelOf(c) == "warning"]
	s.rules[c.ID] = len(s.run.Tool.Driver.Rules)
	s.run.Tool.Driver.Rules = append(s.run.Tool.Driver.Rules, sarifRule{
		ID: sarifText(c.ID), Name: pascal(c.ID), Short: message(cmp.Or(c.Title, c.ID)), Full: message(text),
		Help:    message("What proves it, what is not enough and how to get there: mlops-maturity explain " + c.ID),
		HelpURI: helpURI(c), Configuration: &sarifLevel{levelOf(c)},
		Properties: map[string]any{"dimension": plain(c.Dimension, maxName), "level": c.Level, "role": plain(c.Role, maxName),
			"problem.severity": severity, "tags": []string{"mlops", plain(c.Dimension, maxName)}},
	})
	return s.rules[c.ID]
}

func (s *sarif) ref(c report.Capability) *sarifRuleRef {
	return &sarifRuleRef{sarifText(c.ID), s.rule(c)}
}

// levelOf never says error: nothing here is one.
func levelOf(c report.Capability) string {
	if c.Role == maturity.Gate {
		return "warning"
	}
	return "note"
}

func (s *sarif) notify(id, level string, at []sarifLocation, text string, rule ...*sarifRuleRef) {
	if s.told == maxNotifications {
		s.left++
		return
	}
	s.told++
	n := sarifNotification{Descriptor: sarifID{id}, Level: level, Message: *message(plain(text, 2*maxText)), Locations: at}
	if len(rule) > 0 {
		n.Rule = rule[0]
	}
	list := &s.run.Invocations[0].Notifications
	*list = append(*list, n)
}

// helpURI is the section of the reference that GitHub makes of the heading.
func helpURI(c report.Capability) string {
	var b strings.Builder
	for _, r := range strings.ToLower(c.ID + ": " + c.Title) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	return home + "/blob/main/docs/reference/capabilities.md#" + plain(b.String(), maxText)
}

// pascal is an id as SARIF likes names: TrainingExperimentTracking.
func pascal(id string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(plain(id, maxName), func(r rune) bool { return !wordy(r) }) {
		b.WriteString(capital(word))
	}
	return b.String()
}

func message(text string) *sarifMessage { return &sarifMessage{sarifText(text)} }

// slot is where SARIF would put an argument.
var slot = regexp.MustCompile(`\{(\d)`)

// sarifText is plain text in which readers find neither a link, nor a mention,
// nor an argument to fill in.
func sarifText(s string) string {
	s = broken(unmentioned(plain(s, 4*maxText)))
	s = strings.ReplaceAll(s, "](", "]"+zeroWidth+"(")
	return slot.ReplaceAllString(s, "{"+zeroWidth+"$1")
}
