package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// newConfigShow returns config show; now tells the day that waivers are held
// against.
func newConfigShow(now func() time.Time) *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   "show [PATH | OWNER/NAME[@REF]]",
		Short: "Print the configuration that applies to a repository and where each value comes from",
		Long: "Print the configuration that applies to a repository and where each value comes from, and how its waivers and attestations stand today.\n" +
			"PATH is the repository's folder, or the configuration file itself; the organisation's file is then given with --org, and by itself without PATH.\n" +
			"Of OWNER/NAME both files are read over GitHub's API, with the token in GITHUB_TOKEN. The token is also used for what a file extends; without it that is left out, with a warning.",
		Args: subjectOr(&org),
		RunE: func(cmd *cobra.Command, args []string) error {
			organization, repository, err := configFiles(cmd.Context(), strings.Join(args, ""), org)
			if err != nil {
				return err
			}
			r, err := repoconfig.Resolve(cmd.Context(), organization, repository, fetchExtended())
			if err != nil {
				return &exitError{exitInput, err}
			}
			if err := show(cmd.OutOrStdout(), r, now()); err != nil {
				return err
			}
			warn(cmd.ErrOrStderr(), r.Warnings)
			if len(r.Errors) > 0 {
				return mistakes(r.Errors)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&org, "org", "", "the `FILE` of the owner's .github repository")
	return cmd
}

// show prints every setting with its origin, and the state of what expires.
func show(out io.Writer, r repoconfig.Resolved, day time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, s := range r.Settings {
		value := s.Value
		if value == "" {
			value = "(not set)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Key, value, s.From)
	}
	c := r.Config
	if len(c.Waivers)+len(c.Attestations) > 0 {
		fmt.Fprintf(w, "\nOn %s:\n", day.UTC().Format(time.DateOnly))
	}
	for i, x := range c.Waivers {
		fmt.Fprintf(w, "waivers[%d]\t%s\t%s\n", i, x.Capability, c.Organization.State(x, day))
	}
	for i, x := range c.Attestations {
		fmt.Fprintf(w, "attestations[%d]\t%s\t%s\n", i, x.Capability, x.State(day))
	}
	return w.Flush()
}

// configFiles are the two files that apply to what show was given; either may
// be nil, as that of the repository for no subject. What exists on this machine
// goes first.
func configFiles(ctx context.Context, subject, org string) (organization, repository *repoconfig.File, err error) {
	if m := onGitHub.FindStringSubmatch(subject); m != nil {
		if _, err := os.Stat(subject); errors.Is(err, fs.ErrNotExist) {
			if org != "" {
				return nil, nil, &exitError{exitUsage, fmt.Errorf("--org is for folders: of %s the organisation's file is read from %s/%s", subject, m[1], gh.OrganizationRepository)}
			}
			return gitHubConfigs(ctx, m[1], m[2], m[3])
		}
	}
	if organization, err = readFile(org); err != nil {
		return nil, nil, err
	}
	if subject == "" {
		return organization, nil, nil
	}
	path, err := findConfig(subject)
	if err != nil {
		return nil, nil, err
	}
	repository, err = readFile(path)
	return organization, repository, err
}

// gitHubConfigs are the two files as a branch, tag or commit has them.
func gitHubConfigs(ctx context.Context, owner, name, ref string) (organization, own *repoconfig.File, err error) {
	client, err := gitHubClient(owner, name)
	if err != nil {
		return nil, nil, err
	}
	commit, err := client.Commit(ctx, ref)
	if errors.Is(err, gh.ErrGone) {
		return nil, nil, &exitError{exitInput, fmt.Errorf("%s/%s has no %s, or GITHUB_TOKEN may not read it", owner, name, orDefault(ref))}
	}
	if err != nil {
		return nil, nil, &exitError{exitInput, err}
	}
	return configsAt(ctx, client, owner, name, commit)
}

// configsAt reads the file of a repository at a commit, and that of its owner.
// The owner's own repository has only the latter.
func configsAt(ctx context.Context, client *gh.Client, owner, name, commit string) (organization, own *repoconfig.File, err error) {
	if own, err = firstConfig(ctx, client, commit, ""); err != nil || name == gh.OrganizationRepository {
		return own, nil, err
	}
	organization, err = firstConfig(ctx, client.Of(owner, gh.OrganizationRepository), "HEAD", owner+"/"+gh.OrganizationRepository+":")
	return organization, own, err
}

// firstConfig reads the first configuration file of a repository, nil for none.
func firstConfig(ctx context.Context, client *gh.Client, ref, prefix string) (*repoconfig.File, error) {
	for _, path := range repoconfig.Paths {
		data, err := fileText(ctx, client, ref, path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, &exitError{exitInput, err}
		}
		return &repoconfig.File{Path: prefix + path, Data: data}, nil
	}
	return nil, nil
}

// fetchExtended reads what files extend, with the caller's token; nil without one.
func fetchExtended() repoconfig.Fetch {
	if os.Getenv("GITHUB_TOKEN") == "" {
		return nil
	}
	return func(ctx context.Context, ref repoconfig.Ref) ([]byte, error) {
		client, err := gitHubClient(ref.Owner, ref.Name)
		if err != nil {
			return nil, err
		}
		return fileText(ctx, client, ref.Pinned(), ref.Path)
	}
}

// fileText reads a file over the API; fs.ErrNotExist where there is none.
func fileText(ctx context.Context, client *gh.Client, ref, path string) ([]byte, error) {
	text, _, err := client.File(ctx, ref, path)
	if errors.Is(err, gh.ErrGone) {
		return nil, fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	if err != nil {
		return nil, err
	}
	if !text.Whole {
		return nil, fmt.Errorf("%s is binary or longer than 500 kB", path)
	}
	return text.Content, nil
}

// findConfig returns the file that applies to a path, "" for none.
func findConfig(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", &exitError{exitInput, fmt.Errorf("%s cannot be read: %w", path, err)}
	}
	if !info.IsDir() {
		return path, nil
	}
	for _, name := range repoconfig.Paths {
		file := filepath.Join(path, filepath.FromSlash(name))
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, nil
		}
	}
	return "", nil
}
