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
	commit, err := client.Commit(ctx, ref)
	if errors.Is(err, gh.ErrGone) {
		return nil, &exitError{exitInput, fmt.Errorf("%s/%s has no %s, or GITHUB_TOKEN may not read it", owner, name, orDefault(ref))}
	}
	if err != nil {
		return nil, &exitError{exitInput, err}
	}
	tree, gaps, err := client.Tree(ctx, commit)
	if err != nil {
		return nil, &exitError{exitInput, err}
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
	}, nil
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
