package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// rules is the configuration in force: what the owner's .github repository
// says, and the base branch's own file on top of it.
type rules struct {
	config   repoconfig.Config
	errors   []repoconfig.Error // of the own file or what it extends; it then counts for nothing
	warnings []repoconfig.Error // the same, but the file counts
	// elsewhere is what is wrong with the organisation's file.
	elsewhere render.Elsewhere
	left      string         // why the organisation leaves the repository out, "" if it does not
	ownSystem bool           // the own file, and no other, lists the system's repositories
	blob      string         // of the own file, "" when there is none
	judging   checks.Options // what config means to the engine on the day of the job
	due       time.Time      // from when on it may mean something else, zero for never
	sources   *sources
}

// errRules is a fault that kept the rules, or a repository that they name,
// from being read. It is tried again, and never taken for a file that is not
// there.
type errRules struct{ error }

// Unwrap lets a limit through, which says when to come again, and a suspension.
// Nothing else that this error may be made of is news about the repository.
func (e errRules) Unwrap() error {
	if errors.Is(e.error, gh.ErrGone) || errors.Is(e.error, gh.ErrForbidden) {
		return nil
	}
	return e.error
}

// sources are the files that govern one branch.
type sources struct {
	*work
	base    gh.Branch
	governs *repoconfig.File // the organisation's file in force, nil for none
	// What is known of the repositories that files were read from, by
	// lower-cased full name: those that fewer people may read than this one, and
	// those whose words are not to be repeated here.
	unnamed, unquoted map[string]bool
	extended          map[repoconfig.Ref]bool // what the files in force extend
}

// rules reads the configuration that governs a branch. The error is a fault:
// nothing is known then, not even whether the repository is judged.
func (w *work) rules(ctx context.Context, base gh.Branch) (rules, error) {
	if err := base.Organization.Err; err != nil {
		return rules{}, errRules{err}
	}
	s := &sources{work: w, base: base, unnamed: map[string]bool{}, unquoted: map[string]bool{}, extended: map[repoconfig.Ref]bool{}}
	r, err := s.read(ctx)
	if err != nil {
		return rules{}, errRules{err}
	}
	r.sources = s
	return r.on(w.o.Now()), nil
}

// proposed is what a pull request's own file would mean, as it would stand with
// the organisation's: its mistakes, or else the configuration. text is nil where
// the pull request takes the file away.
func (r rules) proposed(ctx context.Context, path string, text []byte) (repoconfig.Resolved, error) {
	s := r.sources
	var file *repoconfig.File
	if text != nil {
		file = &repoconfig.File{Path: path, Data: text}
	}
	organization, own := r.sources.governs, file
	if s.isOrganization() {
		organization, own = file, nil
	}
	resolved, err := repoconfig.Resolve(ctx, organization, own, s.fetchAgain)
	if errors.Is(err, errNotInForce) {
		resolved, err = repoconfig.Resolve(ctx, organization, own, nil)
	}
	if err != nil {
		return resolved, errRules{err}
	}
	if system, line := origin(resolved, systemKey); system == path {
		resolved.Errors = append(resolved.Errors, s.foreign(resolved.Config.System.Repositories, path, line)...)
	}
	for _, list := range [][]repoconfig.Error{resolved.Errors, resolved.Warnings} {
		for i := range list {
			s.unquote(&list[i])
		}
	}
	return resolved, nil
}

func (s *sources) read(ctx context.Context) (r rules, err error) {
	own, mistakes := first(s.base.Texts, "")
	if len(s.base.Texts) > 0 {
		r.blob = repo.BlobID(s.base.Texts[0].Content)
	}
	organization, err := s.organization(ctx, &r)
	if err != nil {
		return r, err
	}
	if s.isOrganization() { // its own file is the organisation's
		organization, own = own, nil
	}
	s.governs = organization
	resolved, err := repoconfig.Resolve(ctx, organization, own, s.fetch)
	if err != nil {
		return r, err
	}
	r.errors, r.warnings = slices.Concat(mistakes, resolved.Errors), resolved.Warnings
	system, line := origin(resolved, systemKey)
	r.ownSystem = own != nil && system == own.Path
	switch e := s.foreign(resolved.Config.System.Repositories, system, line); {
	case len(e) == 0:
	case r.ownSystem:
		r.errors = append(r.errors, e...)
		if resolved, err = repoconfig.Resolve(ctx, organization, nil, s.fetch); err != nil {
			return r, err
		}
	default:
		r.elsewhere.Errors = append(r.elsewhere.Errors, e...)
		resolved.Config.System.Repositories = nil
	}
	r.config = resolved.Config
	for _, list := range [][]repoconfig.Error{r.errors, r.warnings, r.elsewhere.Errors} {
		for i := range list {
			s.unquote(&list[i])
		}
	}
	if ok, why := r.config.Organization.Applies(s.Repository); !ok && !s.isOrganization() {
		if r.left = why; s.unquoted[strings.ToLower(s.organizationName())] {
			r.left = "the organisation's configuration leaves it out"
		}
	}
	return r, nil
}

// isOrganization says whether the job is about the .github repository itself.
// It is always judged, so that mistakes in its file are seen before they are
// merged.
func (s *sources) isOrganization() bool {
	return strings.EqualFold(s.Repository, gh.OrganizationRepository)
}

func (s *sources) organizationName() string { return s.Owner + "/" + gh.OrganizationRepository }

// organization is the organisation's file, or the last version of it without
// mistakes, or nil.
func (s *sources) organization(ctx context.Context, r *rules) (*repoconfig.File, error) {
	o := s.base.Organization
	if s.isOrganization() {
		return nil, nil
	}
	if o.Visibility.Narrower(s.base.Visibility) {
		s.unquoted[strings.ToLower(s.organizationName())] = true
	}
	file, mistakes := first(o.Texts, s.organizationName()+":")
	if file != nil {
		alone, err := repoconfig.Resolve(ctx, file, nil, s.fetch)
		if err != nil {
			return nil, err
		}
		if mistakes = alone.Errors; len(mistakes) == 0 {
			return file, nil
		}
	}
	if len(mistakes) == 0 {
		return nil, nil
	}
	good, commit, err := s.lastGood(ctx, o.Commit, o.Texts[0].Path)
	r.elsewhere = render.Elsewhere{Errors: mistakes, Commit: commit}
	return good, err
}

// first is the first configuration file there is, named with a prefix, or what
// keeps it from being one.
func first(texts []gh.Text, prefix string) (*repoconfig.File, []repoconfig.Error) {
	if len(texts) == 0 {
		return nil, nil
	}
	path := prefix + texts[0].Path
	if !texts[0].Whole {
		return nil, []repoconfig.Error{{Path: path, Line: 1, Column: 1, Message: "the file is binary or longer than 500 kB"}}
	}
	return &repoconfig.File{Path: path, Data: texts[0].Content}, nil
}

const systemKey = "system.repositories"

// foreign refuses a system's repository of another owner: the App would read
// it with the rights of this owner's installation.
func (s *sources) foreign(names []string, path string, line int) []repoconfig.Error {
	for _, name := range names {
		if owner, _, ok := strings.Cut(name, "/"); ok && !strings.EqualFold(owner, s.Owner) {
			return []repoconfig.Error{{Path: path, Line: line, Column: 1, Key: systemKey, Message: fmt.Sprintf(
				"%s belongs to another owner: a system is made of repositories of %s, so name one of those or take it out", name, s.Owner)}}
		}
	}
	return nil
}

// origin says which file sets a key, and on which line.
func origin(r repoconfig.Resolved, key string) (path string, line int) {
	i := slices.IndexFunc(r.Settings, func(s repoconfig.Setting) bool { return s.Key == key })
	if i < 0 {
		return "", 1
	}
	from := r.Settings[i].From
	colon := strings.LastIndexByte(from, ':')
	line, err := strconv.Atoi(from[colon+1:])
	if colon < 0 || err != nil {
		return from, 1
	}
	return from[:colon], line
}

// unquote takes the words out of a mistake in a file that not all may read who
// may read this repository: a message repeats what the file says.
func (s *sources) unquote(e *repoconfig.Error) {
	repository, _, other := strings.Cut(e.Path, ":")
	repository, _, _ = strings.Cut(repository, "@")
	repository = strings.ToLower(repository)
	if !other || !s.unquoted[repository] {
		return
	}
	if s.unnamed[repository] {
		e.Path = "(a private file)"
	}
	e.Key, e.Message = "", "there is a mistake here; it is not repeated, because not everybody who reads this may read that file"
}
