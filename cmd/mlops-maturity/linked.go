package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// maxLinked is how many repositories of a system are read beside the scanned
// one, as the App has it.
const maxLinked = 5

// linkedFolders reads --linked, each a NAME=PATH.
func linkedFolders(flags []string) (map[string]string, error) {
	folders := make(map[string]string, len(flags))
	for _, f := range flags {
		name, path, ok := strings.Cut(f, "=")
		if !ok || name == "" || path == "" {
			return nil, fmt.Errorf("--linked %q: write NAME=PATH, such as --linked churn-serving=../churn-serving", f)
		}
		if _, twice := folders[strings.ToLower(name)]; twice {
			return nil, fmt.Errorf("--linked %s is given twice", name)
		}
		folders[strings.ToLower(name)] = path
	}
	return folders, nil
}

// outOfReach says why a linked repository was not read over GitHub's API.
const outOfReach = "it is not there, it is empty, or GITHUB_TOKEN may not read it: give a token that may, or take it out of the list"

// linked judges the folders given for the repositories of a system, and the
// others from where the subject was found. One that cannot be had is a gap; a
// folder for a name that the configuration does
// not have is a mistake, as is a repository of another owner.
func linked(ctx context.Context, src *source, system repoconfig.System, o scanOptions, options checks.Options, p *progress) ([]checks.Linked, error) {
	folders, err := linkedFolders(o.linked)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	owner := ""
	if m := onGitHub.FindStringSubmatch(src.repository); m != nil {
		owner = m[1]
	}
	var out []checks.Linked
	for _, entry := range system.Repositories {
		of, name, full := strings.Cut(entry, "/")
		if !full {
			of, name = owner, entry
		}
		if owner != "" && !strings.EqualFold(of, owner) {
			return nil, &exitError{exitUsage, fmt.Errorf("system.repositories: %s belongs to another owner: a system is made of repositories of %s", entry, owner)}
		}
		l := checks.Linked{Repository: name}
		if of != "" {
			l.Repository = of + "/" + name
		}
		folder, given := folders[strings.ToLower(name)]
		if !given {
			folder, given = folders[strings.ToLower(l.Repository)]
		}
		delete(folders, strings.ToLower(name))
		delete(folders, strings.ToLower(l.Repository))
		same := func(other checks.Linked) bool { return strings.EqualFold(other.Repository, l.Repository) }
		switch {
		case strings.EqualFold(l.Repository, src.repository) || slices.ContainsFunc(out, same):
			continue
		case len(out) >= maxLinked:
			l.Unread = fmt.Sprintf("it comes after the first %d of the list, and no more are read: shorten the list", maxLinked)
		case !given && src.part != nil:
			p.say("judging " + l.Repository)
			if err := linkedPart(ctx, src, &l, name, o.org, options, p); err != nil {
				return nil, err
			}
		case !given:
			l.Unread = fmt.Sprintf("scan was given no folder for it: add --linked %s=PATH", name)
		default:
			p.say("judging " + l.Repository)
			part, err := localSource(ctx, folder, scanOptions{})
			if err != nil {
				return nil, err
			}
			if l.Report, err = linkedReport(ctx, l.Repository, part, o.org, options, p); err != nil {
				return nil, err
			}
		}
		out = append(out, l)
	}
	for name := range folders {
		return nil, &exitError{exitUsage, fmt.Errorf("--linked %s: the configuration's system.repositories has no such name", name)}
	}
	return out, nil
}

// linkedPart judges a repository beside the subject as serve does: its default
// branch, and a gap where it is out of reach. A fault of GitHub is an error.
func linkedPart(ctx context.Context, src *source, l *checks.Linked, name, org string, options checks.Options, p *progress) error {
	part, hidden, err := src.part(ctx, name)
	if errors.Is(err, gh.ErrGone) || errors.Is(err, gh.ErrForbidden) {
		l.Unread = outOfReach
		return nil
	}
	if err != nil {
		return &exitError{exitInput, fmt.Errorf("reading the linked repository %s: %w", l.Repository, err)}
	}
	l.Hidden = hidden
	l.Report, err = linkedReport(ctx, l.Repository, part, org, options, p)
	return err
}

// linkedReport judges a source as a part of a system, by what its own
// configuration leaves out, and closes it.
func linkedReport(ctx context.Context, repository string, src *source, org string, options checks.Options, p *progress) (*report.Report, error) {
	defer src.close()
	settings, err := configuration(ctx, src, scanOptions{org: org}, p)
	if err != nil {
		return nil, err
	}
	own, err := settings.Options(time.Now())
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return judge(ctx, src, checks.Options{Repository: repository, Commit: src.commit, Exclude: own.Exclude, Catalog: own.Catalog, CatalogName: own.CatalogName,
		Cache: options.Cache, Version: options.Version, Part: true}, p)
}
