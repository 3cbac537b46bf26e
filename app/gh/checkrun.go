package gh

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/go-github/v62/github"
)

// GitHub's limits, in characters.
const (
	MaxText       = 65_535 // summary, text and comment
	MaxTitle      = 255
	annotationsAt = 50 // in one request
	maxAnnotation = 1000
	maxActions    = 3
	maxRunPages   = 5
)

// Output is what a check run shows. Conclusion is success, neutral, failure
// or another of GitHub's words.
type Output struct {
	Title, Summary, Text string
	Conclusion           string
	DetailsURL           string
	Annotations          []Annotation
	Actions              []Action // at most three; none leaves the buttons as they are
}

// Action is a button on a check run. GitHub's limits, in characters: 20 for
// Label and Identifier, 40 for Description.
type Action struct{ Label, Description, Identifier string }

// Annotation marks lines of a file. Level is notice, warning or failure.
type Annotation struct {
	Path               string
	StartLine, EndLine int
	Level              string
	Title, Message     string
}

// Run is what starting a check run needs. Reuse says that the commit has runs
// of ours already: then the one with the external id, or else the newest, is
// taken up instead of a second one made. Restart says that a person asked
// again, so that a complete run must not look complete meanwhile.
// Title and Summary, if any, are shown while it lasts.
type Run struct {
	Name, Head, ExternalID, DetailsURL string
	Title, Summary                     string
	Reuse, Restart                     bool
}

// StartCheckRun shows at once that the commit is being judged. Without Restart
// a run that is complete keeps its verdict until the next one replaces it.
//
// With it, the run is set back: GitHub leaves that to the App ("the check run
// itself is not updated" by a re-run, says the description of rerequest). Older
// servers take the request and change nothing, or refuse it; there a new run of
// the same name stands in front of the old one.
func (c *Client) StartCheckRun(ctx context.Context, r Run) (int64, error) {
	if r.Reuse {
		id, status, err := c.FindCheckRun(ctx, r.Name, r.Head, r.ExternalID)
		if err != nil {
			return 0, err
		}
		if id != 0 && (status == "queued" || status == "in_progress" && r.Title != "" || status == "completed" && r.Restart) {
			var back *github.CheckRun
			back, _, err = c.api.Checks.UpdateCheckRun(ctx, c.owner, c.name, id, github.UpdateCheckRunOptions{Name: r.Name, Status: github.String("in_progress"), Output: r.output()})
			if status == "completed" && (unprocessable(err) || err == nil && back.GetStatus() == "completed") {
				id, err = 0, nil
			}
		}
		if id != 0 {
			return id, c.app.explain("start the check run again", err)
		}
	}
	run, _, err := c.api.Checks.CreateCheckRun(ctx, c.owner, c.name, github.CreateCheckRunOptions{
		Name: r.Name, HeadSHA: r.Head, Status: github.String("in_progress"), ExternalID: optional(r.ExternalID), DetailsURL: optional(r.DetailsURL), Output: r.output()})
	if err != nil {
		return 0, c.app.explain("start the check run", err)
	}
	return run.GetID(), nil
}

func (r Run) output() *github.CheckRunOutput {
	if r.Title == "" {
		return nil
	}
	return &github.CheckRunOutput{Title: &r.Title, Summary: &r.Summary}
}

// FindCheckRun looks for our newest check run of that name, preferring the one
// with the external id, and returns its status too; 0 when there is none.
func (c *Client) FindCheckRun(ctx context.Context, name, head, externalID string) (id int64, status string, err error) {
	opts := &github.ListCheckRunsOptions{CheckName: &name, AppID: &c.app.o.AppID, ListOptions: github.ListOptions{Page: 1, PerPage: 100}}
	for range maxRunPages {
		list, resp, err := c.api.Checks.ListCheckRunsForRef(ctx, c.owner, c.name, head, opts)
		if err != nil {
			return 0, "", c.app.explain("look for the check run", err)
		}
		for _, run := range list.CheckRuns {
			if run.GetApp().GetID() != c.app.o.AppID || run.GetName() != name {
				continue
			}
			if externalID != "" && run.GetExternalID() == externalID {
				return run.GetID(), run.GetStatus(), nil
			}
			if run.GetID() > id {
				id, status = run.GetID(), run.GetStatus()
			}
		}
		if opts.Page = resp.NextPage; opts.Page == 0 {
			break
		}
	}
	return id, status, nil
}

// CompleteCheckRun publishes the output. Annotations beyond fifty go ahead of
// it in requests of their own, so that the run is complete when it says so.
func (c *Client) CompleteCheckRun(ctx context.Context, name string, id int64, o Output) error {
	if err := o.check(); err != nil {
		return fmt.Errorf("complete the check run: %w", err)
	}
	rest := o.Annotations
	for len(rest) > annotationsAt {
		err := c.updateRun(ctx, id, github.UpdateCheckRunOptions{Name: name, Output: o.github(rest[:annotationsAt])})
		if err != nil {
			return err
		}
		rest = rest[annotationsAt:]
	}
	return c.updateRun(ctx, id, github.UpdateCheckRunOptions{Name: name, DetailsURL: optional(o.DetailsURL),
		Status: github.String("completed"), Conclusion: &o.Conclusion, Output: o.github(rest), Actions: o.actions()})
}

func (c *Client) updateRun(ctx context.Context, id int64, opts github.UpdateCheckRunOptions) error {
	_, _, err := c.api.Checks.UpdateCheckRun(ctx, c.owner, c.name, id, opts)
	return c.app.explain("complete the check run", err)
}

func (o Output) github(annotations []Annotation) *github.CheckRunOutput {
	out := &github.CheckRunOutput{Title: &o.Title, Summary: &o.Summary, Text: optional(o.Text)}
	for _, a := range annotations {
		out.Annotations = append(out.Annotations, &github.CheckRunAnnotation{Path: &a.Path, StartLine: &a.StartLine, EndLine: &a.EndLine,
			AnnotationLevel: &a.Level, Title: optional(a.Title), Message: &a.Message})
	}
	return out
}

func (o Output) actions() []*github.CheckRunAction {
	var all []*github.CheckRunAction
	for _, a := range o.Actions {
		all = append(all, &github.CheckRunAction{Label: a.Label, Description: a.Description, Identifier: a.Identifier})
	}
	return all
}

// check refuses what GitHub would refuse, or worse, silently drop.
func (o Output) check() error {
	for _, t := range []struct {
		what, text string
		limit      int
	}{{"title", o.Title, MaxTitle}, {"summary", o.Summary, MaxText}, {"text", o.Text, MaxText}} {
		if err := fits(t.what, t.text, t.limit); err != nil {
			return err
		}
	}
	if len(o.Annotations) > maxAnnotation {
		return fmt.Errorf("%d annotations: %w of %d", len(o.Annotations), ErrTooLong, maxAnnotation)
	}
	if len(o.Actions) > maxActions {
		return fmt.Errorf("%d buttons: %w of %d", len(o.Actions), ErrTooLong, maxActions)
	}
	for _, a := range o.Actions {
		if err := errors.Join(fits("label of a button", a.Label, 20), fits("identifier of a button", a.Identifier, 20), fits("description of a button", a.Description, 40)); err != nil {
			return err
		}
	}
	for _, a := range o.Annotations {
		if err := fits("annotation of "+a.Path, a.Message, MaxText); err != nil {
			return err
		}
	}
	return nil
}

func fits(what, text string, limit int) error {
	if n := utf8.RuneCountInString(text); n > limit {
		return fmt.Errorf("%s of %d characters: %w of %d", what, n, ErrTooLong, limit)
	}
	return nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
