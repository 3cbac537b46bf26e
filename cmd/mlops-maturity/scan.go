package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

type scanOptions struct {
	format, output string
	config, org    string
	model          string
	failUnder      int
	project        string
	linked         []string
	rev            string
	worktree       bool
	noCache        bool
	noProgress     bool
}

func newScanCommand() *cobra.Command {
	var o scanOptions
	var formats []string
	for _, f := range render.Formats() {
		formats = append(formats, f.Name)
	}
	c := &cobra.Command{
		Use:   "scan PATH | OWNER/NAME[@REF]",
		Short: "Assess a folder, a local git repository, or a repository on GitHub",
		Long: `Assess a folder, a local git repository, or a repository on GitHub.

PATH is a folder. In a git repository its HEAD is judged, or the commit that
--rev names, or with --worktree the files as they stand; below the repository's
top only that folder is judged. Elsewhere the files are judged as they stand.
Nothing of what is read is run.

OWNER/NAME[@REF] is read over the API of GitHub, or of the one that
GITHUB_V3_API_URL and GITHUB_V4_API_URL name, with the token in GITHUB_TOKEN. A
folder of that name on this machine goes first.

The configuration is the repository's own .mlops-maturity.yml, or --config, under
that of the owner's .github repository: of OWNER/NAME it is read, of a folder
--org names it. What they extend is read with the token in GITHUB_TOKEN, and left
out with a warning where there is none. The other repositories of a system are
read with the same token beside OWNER/NAME; beside a folder, those that --linked
has a folder for. What is not read is a gap of the report.

Exit status: 0 done; 1 done, and below --fail-under, below a minimum_level, or
below a target_level with fail_on: [below-target]; 2 wrong usage or configuration;
3 the input could not be read.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return scan(c, args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", formats[0], "output `FORMAT`: "+strings.Join(formats, ", "))
	f.StringVar(&o.output, "output", "", "write to `FILE` instead of standard output")
	f.StringVar(&o.org, "org", "", "`FILE` of the owner's .github repository; of OWNER/NAME it is read over the API")
	f.StringVar(&o.config, "config", "", "`FILE` to use instead of the repository's .mlops-maturity.yml")
	f.StringVar(&o.model, "model", "", "maturity `MODEL` instead of the configuration's: "+strings.Join(modelIDs(), " or "))
	f.IntVar(&o.failUnder, "fail-under", 0, "exit with status 1 when the level is below `LEVEL`")
	f.StringVar(&o.project, "project", "", "judge only the project `NAME` of a repository with several")
	f.StringArrayVar(&o.linked, "linked", nil, "`NAME=PATH`: the folder of a repository that system.repositories names; may be given several times")
	f.StringVar(&o.rev, "rev", "", "judge `REV`, a branch, tag or commit of a local repository, instead of HEAD")
	f.BoolVar(&o.worktree, "worktree", false, "judge the files of a local repository as they stand")
	f.BoolVar(&o.noCache, "no-cache", false, "read every file anew and keep nothing for the next time")
	f.BoolVar(&o.noProgress, "no-progress", false, "show no progress on standard error")
	c.MarkFlagsMutuallyExclusive("rev", "worktree")
	return c
}

func scan(c *cobra.Command, subject string, o scanOptions) error {
	write, err := o.validate()
	if err != nil {
		return &exitError{exitUsage, err}
	}
	ctx := c.Context()
	progress := newProgress(c.ErrOrStderr(), o.noProgress)
	r, settings, err := assess(ctx, subject, o, progress)
	progress.done()
	if err != nil {
		if ctx.Err() != nil {
			return &exitError{exitInput, errors.New("stopped before it was done")}
		}
		return err
	}
	if o.output != "" {
		err = writeFile(o.output, func(w io.Writer) error { return write(w, r) })
	} else {
		err = write(c.OutOrStdout(), r)
	}
	if err != nil {
		return &exitError{exitInput, fmt.Errorf("the report cannot be written: %w", err)}
	}
	return verdict(r, settings, o)
}

// validate refuses what no input could make right.
func (o scanOptions) validate() (render.Func, error) {
	write, ok := render.Named(o.format)
	if !ok {
		return nil, fmt.Errorf("--format %q is not known: scan -h lists the formats", o.format)
	}
	if o.format == "text" && o.output == "" {
		write = terminalText(os.Stdout)
	}
	if _, ok := maturity.ByID(o.model); !ok && o.model != "" {
		return nil, unknownModel(o.model)
	}
	return write, o.reachable(o.model)
}

// reachable refuses a --fail-under that the model has no level for; "" is a
// model that only the configuration knows.
func (o scanOptions) reachable(id string) error {
	highest, title := 0, "no model"
	for _, m := range maturity.All() {
		if (id == "" || m.ID == id) && m.Highest() > highest {
			highest, title = m.Highest(), m.Title
		}
	}
	if o.failUnder < 0 || o.failUnder > highest {
		return fmt.Errorf("--fail-under %d: %s has the levels 0 to %d", o.failUnder, title, highest)
	}
	return nil
}

// verdict is the exit status of a report that was written.
func verdict(r *report.Report, c repoconfig.Config, o scanOptions) error {
	if !r.Kind.Judged() {
		return nil
	}
	if r.Level < o.failUnder {
		return &exitError{exitPolicy, fmt.Errorf("level %d is below --fail-under %d", r.Level, o.failUnder)}
	}
	if failures := render.Failures(r, c); len(failures) > 0 {
		return &exitError{exitPolicy, errors.New(strings.Join(failures, "\n"))}
	}
	return nil
}

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(io.Writer) error) (err error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: name a file in it", name)
	}
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0) // a pipe or a device is written to, not replaced
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		if p, ok := errors.AsType[*os.PathError](err); ok {
			p.Path = name // and not that of a file that nobody asked for
		}
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	err = os.Rename(f.Name(), name)
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return &os.PathError{Op: "write", Path: name, Err: l.Err}
	}
	return err
}

// selectProject narrows a report to one project of several, by its name or folder.
func selectProject(r *report.Report, name string) (*report.Report, error) {
	names := make([]string, 0, len(r.Projects))
	for _, p := range r.Projects {
		if p.Name == name || p.Path == name {
			one, _ := r.Only(p.Path)
			return one, nil
		}
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no such project: %q; the repository is one project", name)
	}
	return nil, fmt.Errorf("no such project: %q; there are %s", name, strings.Join(names, ", "))
}
