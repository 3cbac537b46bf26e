package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/local"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

type scanOptions struct {
	format    string
	output    string
	model     string
	failUnder int
}

func newScanCommand() *cobra.Command {
	var o scanOptions
	names := []string{}
	for _, f := range render.Formats() {
		names = append(names, f.Name)
	}
	c := &cobra.Command{
		Use:   "scan PATH",
		Short: "Assesses a folder or a local git repository",
		Args:  cobra.ExactArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return scan(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.format, "format", "text", "output `FORMAT`: "+strings.Join(names, ", "))
	f.StringVar(&o.output, "output", "", "write to `FILE` instead of standard output")
	f.StringVar(&o.model, "model", "microsoft", "maturity `MODEL`: microsoft or google")
	f.IntVar(&o.failUnder, "fail-under", -1, "exit with status 1 when the level is below `LEVEL`")
	return c
}

func scan(ctx context.Context, path string, o scanOptions) error {
	write, ok := render.Named(o.format)
	if !ok {
		return &exitError{exitUsage, fmt.Errorf("--format %q is not known", o.format)}
	}
	r, err := assess(ctx, path, o)
	if err != nil {
		return &exitError{exitInput, err}
	}
	out := io.Writer(os.Stdout)
	if o.output != "" {
		f, err := os.Create(o.output)
		if err != nil {
			return &exitError{exitInput, fmt.Errorf("cannot write --output: %w", err)}
		}
		defer f.Close()
		out = f
	}
	if err := write(out, r); err != nil {
		return &exitError{exitInput, err}
	}
	if r.Level < o.failUnder && r.Kind.Judged() {
		return &exitError{exitPolicy, errors.New("")}
	}
	return nil
}

func assess(ctx context.Context, path string, o scanOptions) (*report.Report, error) {
	tree, read, err := local.Folder(ctx, path)
	if err != nil {
		return nil, err
	}
	plan, err := checks.NewPlan(ctx, tree, checks.Options{Repository: path, Model: o.model, Version: version()})
	if err != nil {
		return nil, err
	}
	contents, gaps := read(plan.Needed())
	return plan.Assess(ctx, repo.NewSnapshot("", tree, contents, gaps))
}
