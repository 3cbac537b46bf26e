package checks

import (
	"fmt"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Linked is another repository of the same system, such as the one that serves
// the model. Report is of its default branch, judged by itself or with
// Options.Part; nil when it could not be read, and Unread then says why and how
// to mend it, as a sentence without its full stop.
type Linked struct {
	Repository string // owner/name
	Report     *report.Report
	Unread     string
	// Hidden: fewer people may read it than the judged repository, so neither
	// its name nor a word of it is shown.
	Hidden bool
}

// fromLinked are the capabilities that another repository of the system can
// show. The rule is that of the research note behind the rubric (models.md,
// section 3.0, rule 8: infrastructure, ingestion and serving may live in a
// linked repository; decision D5 and section 3.9 name data gathering and
// managed compute; section 4, tooling in another repository), with the
// clarifications of capabilities.md in mind:
//
//   - data: gathering, preparing, checking and offering data may be another
//     team's pipeline. Not data.versioning: the training code has to pin the
//     version, so it is shown where that code is.
//   - training: only the compute it is sent to. How a model is fitted,
//     evaluated, versioned and recorded is said of the code that does it.
//   - deployment and monitoring: all; 27 and 84 speak of serving that is
//     elsewhere.
//   - retraining: what schedules or starts it may stand outside (34: an
//     endpoint for retraining counts once something calls it).
//   - application: building, releasing and end-to-end testing what serves.
//     Not application.tests, .ci and the rest: tests, linters and scanners cover
//     the code they are run on (12), and no other.
//   - people: never.
var fromLinked = map[string]bool{
	"application.build": true, "application.release": true, "application.integration-tests": true,
	"data.pipeline": true, "data.automated": true, "data.validation": true, "data.feature-store": true,
	"training.managed-compute": true,
	"deployment.serving-code":  true, "deployment.serving-tests": true, "deployment.packaging": true,
	"deployment.infrastructure-as-code": true, "deployment.automated": true, "deployment.environments": true,
	"deployment.release-validation": true, "deployment.model-comparison": true, "deployment.rollback": true,
	"monitoring.service": true, "monitoring.prediction-logging": true, "monitoring.model-quality": true, "monitoring.alerting": true,
	"retraining.scheduled": true, "retraining.triggered": true, "retraining.promotion": true,
}

// join counts what linked repositories show. What is met here stays. What is
// missing, partial or unknown here is met where a linked repository meets it. What
// does not apply here, because the work is done elsewhere, is judged by the
// linked repository that does such work, for better and for worse: taking only
// its good would show a dimension as complete that is not. And "missing" cannot
// be said while a linked repository is unread.
func join(all []report.Capability, linked []Linked) []report.Capability {
	if len(linked) == 0 {
		return all
	}
	out := slices.Clone(all)
	for i := range out {
		if c := &out[i]; fromLinked[c.ID] && !c.Status.Proven() {
			joinOne(c, linked)
		}
	}
	return out
}

func joinOne(c *report.Capability, linked []Linked) {
	var partial, missing, unread *Linked
	for i := range linked {
		l := &linked[i]
		there, ok := l.capability(c.ID)
		switch {
		case l.Report == nil, ok && there.Status == report.Unknown && there.Reason != NotJudged:
			unread = l
		case !ok:
		case there.Status == report.Met:
			l.show(c)
			return
		case there.Status == report.Partial && partial == nil:
			partial = l
		case there.Status == report.Missing && missing == nil && l.worksOn(c.Dimension):
			missing = l
		}
	}
	here := c.Status
	switch {
	case partial != nil && (here == report.Missing || here == report.NotApplicable):
		partial.show(c)
	case missing != nil && here == report.NotApplicable:
		missing.show(c)
	case unread != nil && here == report.Missing:
		c.Status, c.Next = report.Unknown, nil
		c.Reason = "not found here, and " + unread.name() + " could not be read in full"
	}
}

// capability is the linked repository's own verdict; one that rests on a third
// repository is none, since links go one step.
func (l *Linked) capability(id string) (report.Capability, bool) {
	if l.Report == nil {
		return report.Capability{}, false
	}
	c, ok := l.Report.Capability(id)
	return c, ok && !borrowed(c)
}

// worksOn says whether anything of a dimension is done in the linked
// repository, so that what it lacks there is lacking and not merely elsewhere.
func (l *Linked) worksOn(dimension string) bool {
	return slices.ContainsFunc(l.Report.Capabilities, func(c report.Capability) bool {
		return c.Dimension == dimension && (c.Status == report.Met || c.Status == report.Partial) && !borrowed(c)
	})
}

// borrowed says whether a verdict rests on a third repository: links go one
// step and no further.
func borrowed(c report.Capability) bool {
	return slices.ContainsFunc(c.Evidence, func(e report.Evidence) bool { return e.Repository != "" || e.Path == "" })
}

// show gives c the verdict of a linked repository, with where it rests.
func (l *Linked) show(c *report.Capability) {
	there, _ := l.capability(c.ID)
	if l.Hidden { // the next step would tell its tools
		c.Status, c.Reason, c.Risks, c.Next = there.Status, "judged in "+l.name(), nil, nil
		c.Evidence = []report.Evidence{{What: "in " + l.name()}}
		return
	}
	c.Status, c.Reason, c.Risks, c.Next = there.Status, "in "+l.name()+": "+there.Reason, there.Risks, there.Next
	c.Evidence = slices.Clone(there.Evidence)
	for i := range c.Evidence {
		c.Evidence[i].Repository, c.Evidence[i].Commit = l.Repository, l.Report.Subject.Commit
	}
}

func (l *Linked) name() string {
	if l.Hidden {
		return "a linked private repository"
	}
	return "the linked repository " + l.Repository
}

// unreadLinks are the linked repositories that could not be read, as gaps.
func unreadLinks(linked []Linked) []repo.Gap {
	var gaps []repo.Gap
	for i := range linked {
		l := &linked[i]
		if l.Report != nil {
			continue
		}
		path := l.Repository
		if l.Hidden {
			path = l.name()
		}
		gaps = append(gaps, repo.Gap{Path: path, Reason: fmt.Sprintf("is linked in system.repositories and was not read: %s", l.Unread)})
	}
	return gaps
}
