package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// MaxLinked is how many repositories of a system are read beside the judged
// one.
const MaxLinked = 5

// Why a linked repository was not read, and the mend.
const (
	outOfReach = "it is not there, it is empty, or the App cannot read it: install the App on it, or take it out of the list"
	tooMany    = "it comes after the first 5 of the list, and no more are read: shorten the list"
	failedOn   = "the engine failed on it, which is a defect of the App; its operator finds the details in the log"
)

// system judges the other repositories of the system that the rules name: the
// default branch of each, one step and no further. What cannot be read for good
// is said in the report; a fault is an error.
func (w *work) system(ctx context.Context, r rules, base gh.Branch) ([]checks.Linked, error) {
	var linked []checks.Linked
	for i, name := range w.systemNames(r.config.System) {
		l := checks.Linked{Repository: w.Owner + "/" + name, Unread: tooMany}
		var visibility gh.Visibility
		if i < MaxLinked {
			var err error
			if l.Report, visibility, err = w.linkedReport(ctx, name); err != nil {
				switch {
				case errors.Is(err, gh.ErrGone), errors.Is(err, gh.ErrForbidden):
					l.Unread = outOfReach
				case errors.Is(err, errPanicked):
					l.Unread = failedOn
				default:
					return nil, errRules{fmt.Errorf("read the linked repository %s: %w", l.Repository, err)}
				}
			}
		}
		switch {
		case visibility != "":
			l.Hidden = visibility.Narrower(base.Visibility)
		case !r.ownSystem: // then its name is known from another file only
			l.Hidden = base.Organization.Visibility.Narrower(base.Visibility)
		}
		linked = append(linked, l)
	}
	return linked, nil
}

// systemNames are the names of the other repositories of a system, each once.
// Those of other owners are mistakes, and are gone by now.
func (w *work) systemNames(s repoconfig.System) []string {
	var names []string
	for _, name := range s.Repositories {
		if _, after, ok := strings.Cut(name, "/"); ok {
			name = after
		}
		same := func(other string) bool { return strings.EqualFold(name, other) }
		if !same(w.Repository) && !slices.ContainsFunc(names, same) {
			names = append(names, name)
		}
	}
	return names
}

// linkedReport is the verdict on the default branch of another repository of
// the owner: the stored one of its current head, or a new one. Its own rules
// say what of it is left out; whom it links does not matter.
func (w *work) linkedReport(ctx context.Context, name string) (*report.Report, gh.Visibility, error) {
	client := w.github.Of(w.Owner, name)
	head, err := client.Branch(ctx, "", ask)
	if err != nil {
		return nil, "", err
	}
	other := &work{Assessor: w.Assessor, github: client, facts: w.facts,
		Job: jobs.Job{Installation: w.Installation, RepositoryID: head.RepositoryID, Owner: w.Owner, Repository: name, Force: w.Force}}
	r, err := other.rules(ctx, head)
	if err != nil {
		return nil, head.Visibility, err
	}
	judged, err := other.asPart(ctx, head.Commit, r)
	return judged, head.Visibility, err
}

// asPart is the verdict on a commit as a part of a system. A repository that is
// judged by itself has its report in the store as a rule.
func (w *work) asPart(ctx context.Context, commit string, r rules) (*report.Report, error) {
	known, ok, err := w.stored(ctx, commit, r)
	if err != nil || ok && known.Kind.Judged() {
		return known, err
	}
	r.judging = checks.Options{Exclude: r.judging.Exclude, Catalog: r.judging.Catalog, CatalogName: r.judging.CatalogName, Part: true}
	if known, ok, err = w.stored(ctx, commit, r); ok || err != nil {
		return known, err
	}
	if known, _, err = w.judgeCommit(ctx, commit, r, false); err != nil {
		return nil, err
	}
	return known, w.o.Store.SaveReport(ctx, w.Installation, w.RepositoryID, "", r.judging.Hash(), known)
}
