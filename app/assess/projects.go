package assess

import (
	"context"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// maxProjectRuns is how many of the projects that a configuration lists have a
// check run of their own: each costs two requests for every commit.
const maxProjectRuns = 20

// projectRun is the check run of one project that the governing configuration
// lists. It is there for every commit, also one that does not touch the
// project, since a required check that nobody reports blocks the pull request.
type projectRun struct {
	name, path string
	id         int64
	done       bool
}

// projectRuns are the check runs that a configuration asks for.
func projectRuns(c repoconfig.Config) []projectRun {
	var out []projectRun
	for _, p := range c.NamedProjects() {
		if len(out) == maxProjectRuns {
			break
		}
		out = append(out, projectRun{name: CheckRunName + " / " + p.Name, path: p.Path})
	}
	return out
}

// externalID tells a project's check run from the others of its job.
func (w *work) externalID(p projectRun) string { return w.Key() + " " + p.path }

// announceProjects starts the check runs of the listed projects.
func (r *run) announceProjects(ctx context.Context, c repoconfig.Config) error {
	for _, p := range projectRuns(c) {
		var err error
		if p.id, err = r.github.StartCheckRun(ctx, gh.Run{Name: p.name, Head: r.head.commit, ExternalID: r.externalID(p),
			DetailsURL: r.details(r.head.commit), Reuse: r.head.ownRuns, Restart: r.restart()}); err != nil {
			return err
		}
		r.projects = append(r.projects, p)
	}
	return nil
}

// waiting are the check runs of the listed projects that are on a commit and
// not complete.
func (w *work) waiting(ctx context.Context, commit string, c repoconfig.Config) ([]projectRun, error) {
	var out []projectRun
	for _, p := range projectRuns(c) {
		id, status, err := w.github.FindCheckRun(ctx, p.name, commit, w.externalID(p))
		if err != nil {
			return nil, err
		}
		if id != 0 && status != "completed" {
			p.id = id
			out = append(out, p)
		}
	}
	return out, nil
}

func (r *run) finishProject(ctx context.Context, p *projectRun, o gh.Output) error {
	if p.done {
		return nil
	}
	err := r.github.CompleteCheckRun(ctx, p.name, p.id, o)
	p.done = err == nil
	return err
}
