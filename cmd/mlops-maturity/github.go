package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// gitHubSource reads a repository over GitHub's API, as the App does, with the
// caller's own token.
func gitHubSource(ctx context.Context, owner, name, ref string) (*source, error) {
	client, err := gitHubClient(owner, name)
	if err != nil {
		return nil, err
	}
	src, err := clientSource(ctx, client, owner, name, ref)
	if errors.Is(err, gh.ErrGone) {
		err = fmt.Errorf("%s/%s has no %s, or GITHUB_TOKEN may not read it", owner, name, orDefault(ref))
	}
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	return src, nil
}

func clientSource(ctx context.Context, client *gh.Client, owner, name, ref string) (*source, error) {
	commit, err := client.Commit(ctx, ref)
	if err != nil {
		return nil, err
	}
	tree, gaps, err := client.Tree(ctx, commit)
	if err != nil {
		return nil, err
	}
	return &source{
		repository: owner + "/" + name, commit: commit, close: func() {},
		tree: func(context.Context) (repo.Tree, error) { return tree, nil },
		snapshot: func(need []repo.File) (*repo.Snapshot, error) {
			contents, unread, err := client.Contents(ctx, commit, need)
			return repo.NewSnapshot(commit, tree, contents, slices.Concat(gaps, unread)), err
		},
		configs: func() (organization, own *repoconfig.File, err error) {
			return configsAt(ctx, client, owner, name, commit)
		},
		part: func(ctx context.Context, other string) (*source, bool, error) {
			theirs, err := visibility(ctx, client.Of(owner, other))
			if err != nil {
				return nil, false, err
			}
			ours, err := visibility(ctx, client)
			if err != nil {
				return nil, false, err
			}
			src, err := clientSource(ctx, client.Of(owner, other), owner, other, "")
			return src, theirs.Narrower(ours), err
		},
	}, nil
}

// visibility is who may read a repository.
func visibility(ctx context.Context, client *gh.Client) (gh.Visibility, error) {
	_, v, err := client.File(ctx, "HEAD", repoconfig.Paths[0])
	if errors.Is(err, gh.ErrGone) && v != "" {
		return v, nil // only the file is not there
	}
	return v, err
}

// gitHubClient is a client of one repository with the caller's own token.
func gitHubClient(owner, name string) (*gh.Client, error) {
	token := os.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, &exitError{exitUsage, fmt.Errorf("%s/%s is no folder here, and reading it from GitHub needs a token that may read it in GITHUB_TOKEN", owner, name)}
	}
	client, err := gh.WithToken(gh.Options{V3URL: os.Getenv("GITHUB_V3_API_URL"), V4URL: os.Getenv("GITHUB_V4_API_URL"),
		UserAgent: "mlops-maturity/" + version()}, token, owner, name)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return client, nil
}

func orDefault(ref string) string {
	if ref == "" {
		return "default branch"
	}
	return fmt.Sprintf("branch, tag or commit %q", ref)
}
