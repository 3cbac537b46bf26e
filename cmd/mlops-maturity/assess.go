package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/local"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// assess reads and judges what scan was given.
func assess(ctx context.Context, subject string, o scanOptions, p *progress) (*report.Report, repoconfig.Config, error) {
	none := repoconfig.Default()
	if _, err := os.Stat(subject); err != nil && onGitHub.MatchString(subject) {
		return nil, none, &exitError{exitInput, fmt.Errorf("%q is no folder here, and reading a repository over GitHub's API is not built yet: clone it (git clone https://github.com/%s) and scan the folder", subject, withoutRef(subject))}
	}
	p.say("listing files")
	src, err := local.Open(ctx, subject, local.Options{Rev: o.rev, Worktree: o.worktree, Interested: interesting(checks.Extractors())})
	if err != nil {
		return nil, none, &exitError{exitInput, err}
	}
	defer src.Close()
	settings, err := configuration(src, o.config)
	if err != nil {
		return nil, none, err
	}
	for _, n := range src.Notes {
		p.note(n)
	}
	options := checks.Options{Repository: src.Repository, Commit: src.Commit, Exclude: settings.Exclude, Model: o.model, Version: version()}
	if !o.noCache {
		if options.Cache, err = openCache(); err != nil {
			p.note(err.Error())
		}
	}
	plan, err := checks.NewPlan(ctx, src.Tree, options)
	if plan == nil {
		return nil, none, &exitError{exitUsage, err}
	}
	if err != nil {
		p.note(err.Error())
	}
	snap := src.Snapshot()
	if n := len(plan.Needed()); n > 0 {
		p.say(fmt.Sprintf("reading %d of %d files", n, src.Tree.Len()))
	} else {
		p.say("judging")
	}
	r, err := plan.Assess(ctx, snap)
	if err != nil {
		return nil, none, &exitError{exitInput, err}
	}
	r.Subject.Path = src.Path
	if o.project != "" {
		if r, err = selectProject(r, o.project); err != nil {
			return nil, none, &exitError{exitUsage, err}
		}
	}
	return r, settings, nil
}

var onGitHub = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,99}/[A-Za-z0-9._-]{1,100}(@\S+)?$`)

func withoutRef(subject string) string {
	name, _, _ := strings.Cut(subject, "@")
	return name
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

// configuration is the file --config names, else the repository's own; one
// with mistakes is refused with all of them.
func configuration(src *local.Source, file string) (repoconfig.Config, error) {
	if file != "" {
		data, err := readConfig(file)
		if err != nil {
			return repoconfig.Config{}, err
		}
		return parsed(file, data)
	}
	for _, p := range repoconfig.Paths {
		if data, ok := src.File(p); ok {
			return parsed(p, data)
		}
	}
	return repoconfig.Default(), nil
}

func parsed(name string, data []byte) (repoconfig.Config, error) {
	c, errs := repoconfig.Parse(name, data)
	if len(errs) > 0 {
		return c, mistakes(errs)
	}
	return c, nil
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
