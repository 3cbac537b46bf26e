package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/local"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// source is a commit that scan can judge, wherever it was found.
type source struct {
	repository, commit, path string
	tree                     func(context.Context) (repo.Tree, error) // with the sizes of its files
	notes                    []string
	// configs returns the organisation's configuration file and the repository's
	// own, each nil for none. On this machine the organisation's is not known.
	configs  func() (organization, own *repoconfig.File, err error)
	snapshot func(need []repo.File) (*repo.Snapshot, error)
	onDemand bool // snapshot costs nothing: contents are read when they are asked for
	// part opens another repository of the same owner from where this one was
	// found, at the head of its default branch; nil on this machine, which does
	// not know where others are. hidden: fewer people may read that one.
	part  func(ctx context.Context, name string) (part *source, hidden bool, err error)
	close func()
}

// assess reads and judges what scan was given.
func assess(ctx context.Context, subject string, o scanOptions, p *progress) (*report.Report, repoconfig.Config, error) {
	none := repoconfig.Default()
	p.say("listing files")
	src, err := find(ctx, subject, o)
	if err != nil {
		return nil, none, err
	}
	defer src.close()
	settings, err := configuration(ctx, src, o, p)
	if err != nil {
		return nil, none, err
	}
	for _, n := range src.notes {
		p.note(n)
	}
	if o.model != "" {
		settings.Model = o.model
	}
	options, err := settings.Options(time.Now())
	if err == nil {
		err = o.reachable(settings.Model)
	}
	if err != nil {
		return nil, none, &exitError{exitUsage, err}
	}
	options.Repository, options.Commit, options.Version = src.repository, src.commit, version()
	if !o.noCache {
		if options.Cache, err = openCache(); err != nil {
			p.note(err.Error())
		}
	}
	if options.Linked, err = linked(ctx, src, settings.System, o, options, p); err != nil {
		return nil, none, err
	}
	r, err := judge(ctx, src, options, p)
	if err != nil {
		return nil, none, err
	}
	r.Subject.Path = src.path
	if o.project != "" {
		if r, err = selectProject(r, o.project); err != nil {
			return nil, none, &exitError{exitUsage, err}
		}
	}
	return r, settings, nil
}

// judge recalls or makes the report of a commit.
func judge(ctx context.Context, src *source, options checks.Options, p *progress) (*report.Report, error) {
	if src.onDemand {
		if snap, err := src.snapshot(nil); err == nil {
			if r, ok := checks.Recall(ctx, snap, options); ok {
				return r, nil
			}
		}
	}
	tree, err := src.tree(ctx)
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	plan, err := checks.NewPlan(ctx, tree, options)
	if plan == nil {
		return nil, &exitError{exitUsage, err}
	}
	if err != nil {
		p.note(err.Error())
	}
	p.say(fmt.Sprintf("reading %d of %d files", len(plan.Needed()), tree.Len()))
	snap, err := src.snapshot(plan.Needed())
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	r, err := plan.Assess(ctx, snap)
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	if src.onDemand {
		if err := checks.Remember(ctx, snap, options, r); err != nil {
			p.note(err.Error())
		}
	}
	return r, nil
}

// find tells a path from OWNER/NAME[@REF]; what exists on this machine goes first.
func find(ctx context.Context, subject string, o scanOptions) (*source, error) {
	if m := onGitHub.FindStringSubmatch(subject); m != nil {
		if _, err := os.Stat(subject); errors.Is(err, os.ErrNotExist) {
			if o.rev != "" || o.worktree {
				return nil, &exitError{exitUsage, fmt.Errorf("--rev and --worktree are for folders: write %s/%s@REF", m[1], m[2])}
			}
			return gitHubSource(ctx, m[1], m[2], m[3])
		}
	}
	return localSource(ctx, subject, o)
}

var onGitHub = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9-]{0,99})/([A-Za-z0-9._-]{1,100})(?:@(\S+))?$`)

func localSource(ctx context.Context, path string, o scanOptions) (*source, error) {
	src, err := local.Open(ctx, path, local.Options{Rev: o.rev, Worktree: o.worktree, Interested: interesting(checks.Extractors())})
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	return &source{
		repository: src.Repository, commit: src.Commit, path: src.Path, notes: src.Notes, close: src.Close, onDemand: true,
		tree: func(ctx context.Context) (repo.Tree, error) {
			err := src.Measure(ctx)
			return src.Tree, err
		},
		snapshot: func([]repo.File) (*repo.Snapshot, error) { return src.Snapshot(), nil },
		configs: func() (_, own *repoconfig.File, _ error) {
			for _, p := range repoconfig.Paths {
				if data, ok := src.File(p); ok {
					return nil, &repoconfig.File{Path: p, Data: data}, nil
				}
			}
			return nil, nil, nil
		},
	}, nil
}

// interesting says which paths some reader wants; the configuration is wanted too.
func interesting(extractors []extract.Extractor) func(string) bool {
	return func(path string) bool {
		for _, e := range extractors {
			if _, ok := e.Route(path); ok {
				return true
			}
		}
		return path == repoconfig.Paths[0] || path == repoconfig.Paths[1]
	}
}

// configuration is what the files say that apply to a source: its own or the one
// that --config names, the organisation's or the one that --org names, and what
// they extend. A file with mistakes is refused with all of them.
func configuration(ctx context.Context, src *source, o scanOptions, p *progress) (repoconfig.Config, error) {
	named, err := readFile(o.config)
	if err != nil {
		return repoconfig.Config{}, err
	}
	above, err := readFile(o.org)
	if err != nil {
		return repoconfig.Config{}, err
	}
	organization, own, err := src.configs()
	if err != nil {
		return repoconfig.Config{}, &exitError{exitInput, err}
	}
	r, err := repoconfig.Resolve(ctx, cmp.Or(above, organization), cmp.Or(named, own), fetchExtended())
	if err != nil {
		return repoconfig.Config{}, &exitError{exitInput, err}
	}
	for _, e := range r.Warnings {
		p.note("warning: " + e.Error())
	}
	if len(r.Errors) > 0 {
		return repoconfig.Config{}, mistakes(r.Errors)
	}
	return r.Config, nil
}

// openCache opens the user's fact cache. A build that its version does not
// name wholly is told from others by its file.
func openCache() (extract.Cache, error) {
	dir, err := local.DefaultCacheDir()
	if err != nil {
		return nil, err
	}
	build := version()
	if build == "devel" || build == "unknown" || strings.HasSuffix(build, "+dirty") {
		exe, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("judging without the fact cache: %w", err)
		}
		info, err := os.Stat(exe)
		if err != nil {
			return nil, fmt.Errorf("judging without the fact cache: %w", err)
		}
		build += fmt.Sprintf(" %d %d", info.Size(), info.ModTime().UnixNano())
	}
	c, err := local.OpenCache(dir, build, local.DefaultCacheBytes)
	if err != nil {
		return nil, err
	}
	return c, nil
}
