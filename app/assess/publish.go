package assess

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// lastWords is how long a job whose context has ended may still take to leave
// its check run in order.
const lastWords = 10 * time.Second

// run is the check run that a job owes, with those of the projects beside it.
type run struct {
	*work
	id       int64
	head     head
	done     bool
	projects []projectRun
}

// announce shows at once that the head is being judged. The verdict of another
// base does not stand meanwhile.
func (w *work) announce(ctx context.Context, h head) (*run, error) {
	if w.Retargeted && h.pull != nil {
		base := render.Code(h.pull.Base.Name)
		return w.announceWith(ctx, h, "Judging against the new base", "The pull request now goes to "+base+". What stood here was the verdict against its base before.")
	}
	return w.announceWith(ctx, h, "", "")
}

// restart says that a complete check run must not look complete meanwhile.
func (w *work) restart() bool { return w.Force || w.Retargeted }

// announceWith also says something while it lasts.
func (w *work) announceWith(ctx context.Context, h head, title, summary string) (*run, error) {
	id, err := w.github.StartCheckRun(ctx, gh.Run{Name: CheckRunName, Head: h.commit, ExternalID: w.Key(),
		DetailsURL: w.details(h.commit), Reuse: h.ownRuns, Restart: w.restart(), Title: title, Summary: summary})
	return &run{work: w, id: id, head: h}, err
}

// complete publishes the verdict.
func (r *run) complete(ctx context.Context, in render.Input) error {
	if err := r.finishMain(ctx, output(render.CheckRun(in), in)); err != nil {
		return err
	}
	for i := range r.projects {
		p := &r.projects[i]
		if err := r.finishProject(ctx, p, output(render.ProjectCheckRun(in, p.path), in)); err != nil {
			return err
		}
	}
	return nil
}

func output(out render.CheckOutput, in render.Input) gh.Output {
	o := gh.Output{Title: out.Title, Summary: out.Summary, Text: out.Text, Conclusion: out.Conclusion, DetailsURL: in.DetailsURL}
	for _, a := range out.Annotations {
		o.Annotations = append(o.Annotations, gh.Annotation(a))
	}
	o.Actions = buttons(talk.Buttons(render.Waivable(in) != ""))
	return o
}

func buttons(all []talk.Button) []gh.Action {
	var actions []gh.Action
	for _, b := range all {
		actions = append(actions, gh.Action(b))
	}
	return actions
}

// waivable is the capability that the check run of a pull request offers to
// waive.
func waivable(w *work, h head, r rules, base, judged *report.Report) string {
	return render.Waivable(render.Input{Base: base, Head: judged, Settings: r.config, ConfigErrors: r.errors, Pull: pullInfo(h.pull), WebURL: w.o.WebURL})
}

// supersede says on a head that has moved on where it went.
func (r *run) supersede(ctx context.Context, now string) error {
	if now == "" {
		return nil
	}
	return r.finish(ctx, gh.Output{Conclusion: "neutral", Title: "Superseded by " + now[:7],
		Summary: "A newer commit, " + now + ", is judged instead of this one."})
}

// finish says the same in all check runs that are not complete yet.
func (r *run) finish(ctx context.Context, o gh.Output) error {
	err := r.finishMain(ctx, o)
	for i := range r.projects {
		err = errors.Join(err, r.finishProject(ctx, &r.projects[i], o))
	}
	return err
}

func (r *run) finishMain(ctx context.Context, o gh.Output) error {
	if r.done {
		return nil
	}
	err := r.github.CompleteCheckRun(ctx, CheckRunName, r.id, o)
	r.done = err == nil
	return err
}

// owes says whether a check run of this job is not complete yet.
func (r *run) owes() bool {
	return !r.done || slices.ContainsFunc(r.projects, func(p projectRun) bool { return !p.done })
}

// settle leaves the check run in order when the job fails. What is tried again
// stays in progress; what never will be is said, and never red.
func (w *work) settle(ctx context.Context, r *run, err error) error {
	if err == nil || !r.owes() {
		return err
	}
	ended := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	var last error
	switch {
	case errors.Is(err, errPanicked):
		last = r.finish(ctx, gh.Output{Conclusion: "neutral", Title: "This commit could not be judged", Actions: buttons(talk.Buttons(false)),
			Summary: "The engine failed on this commit. That is a defect of the App, not of the repository; its operator finds the details in the log."})
	case errors.Is(err, gh.ErrForbidden), errors.Is(err, gh.ErrGone):
		last = r.finish(ctx, gh.Output{Conclusion: "neutral", Title: "This commit could not be judged", Actions: buttons(talk.Buttons(false)),
			Summary: "GitHub does not let the App read this commit. It needs the permissions to read contents and pull requests, and the commit must still be there."})
	case ended: // a newer job took over, or the process stops
		var now head
		if now, last = w.readHead(ctx); last == nil && now.commit != r.head.commit {
			last = r.supersede(ctx, now.commit)
		}
	}
	if last != nil {
		zerolog.Ctx(ctx).Warn().Err(last).Msg("the check run stays in progress")
	}
	return err
}

// remember keeps the reports. Only a branch has a history.
func (w *work) remember(ctx context.Context, h head, r rules, in render.Input) error {
	ref := ""
	if h.pull == nil && w.Base == "" {
		ref = h.base.Name
	}
	hash := w.options(r, h.commit).Hash()
	if in.Base != nil {
		if err := w.o.Store.SaveReport(ctx, w.Installation, w.RepositoryID, "", hash, in.Base); err != nil {
			return err
		}
	}
	return w.o.Store.SaveReport(ctx, w.Installation, w.RepositoryID, ref, hash, in.Head)
}
