package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// newConfigCommand returns config: what a team does with .mlops-maturity.yml
// before it reaches GitHub.
func newConfigCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write, check and explain .mlops-maturity.yml",
	}
	cmd.AddCommand(newConfigInit(), newConfigValidate(), newConfigSchema(), newConfigShow(time.Now))
	return cmd
}

func newConfigInit() *cobra.Command {
	var stdout, force bool
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented .mlops-maturity.yml that changes nothing yet",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if stdout {
				_, err := cmd.OutOrStdout().Write(repoconfig.Init())
				return err
			}
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			path := filepath.Join(dir, repoconfig.Paths[0])
			mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
			if force {
				mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
			}
			f, err := os.OpenFile(path, mode, 0o644)
			if errors.Is(err, os.ErrExist) {
				return fmt.Errorf("%s is already there: edit it, or write a new one with --force", path)
			}
			if err != nil {
				return &exitError{exitInput, fmt.Errorf("%s cannot be written: %w", path, err)}
			}
			_, err = f.Write(repoconfig.Init())
			if err = errors.Join(err, f.Close()); err != nil {
				return &exitError{exitInput, fmt.Errorf("%s cannot be written: %w", path, err)}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", path)
			return nil
		},
	}
	cmd.Flags().BoolVar(&stdout, "stdout", false, "print the file instead of writing it")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

func newConfigValidate() *cobra.Command {
	var org string
	cmd := &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check a .mlops-maturity.yml; every mistake with its line and column",
		Long: "Check a .mlops-maturity.yml; every mistake with its line and column.\n" +
			"With --org, FILE is checked together with the organisation's file, which may lock keys;\nwithout FILE, the organisation's file is checked by itself.\n" +
			"The examples and near misses of its tools are run.\n" +
			"Warnings do not make a file invalid. Nothing is fetched: what a file extends is not checked.",
		Args: subjectOr(&org),
		RunE: func(cmd *cobra.Command, args []string) error {
			organization, err := readFile(org)
			if err != nil {
				return err
			}
			name := org
			var repository *repoconfig.File
			if len(args) == 1 {
				name = args[0]
				if repository, err = readFile(name); err != nil {
					return err
				}
			}
			r, err := repoconfig.Resolve(cmd.Context(), organization, repository, nil)
			if err != nil {
				return &exitError{exitInput, err}
			}
			warn(cmd.ErrOrStderr(), r.Warnings)
			for _, f := range []*repoconfig.File{organization, repository} {
				if f != nil && len(r.Errors) == 0 {
					r.Errors = repoconfig.TryTools(cmd.Context(), *f)
				}
			}
			if len(r.Errors) > 0 {
				return mistakes(r.Errors)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is valid\n", name)
			return nil
		},
	}
	cmd.Flags().StringVar(&org, "org", "", "the `FILE` of the owner's .github repository")
	return cmd
}

func newConfigSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of .mlops-maturity.yml, for editors",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(repoconfig.Schema())
			return err
		},
	}
}

// subjectOr takes one argument, which may be left out where an organisation's
// file is given.
func subjectOr(org *string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && *org != "" {
			return nil
		}
		return cobra.ExactArgs(1)(cmd, args)
	}
}

// readFile is readConfig for a file to resolve; none for no name.
func readFile(path string) (*repoconfig.File, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	return &repoconfig.File{Path: path, Data: data}, nil
}

// readConfig reads a file, of which more than the parser's bound is never needed.
func readConfig(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &exitError{exitInput, fmt.Errorf("%s cannot be read: %w", path, err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, repoconfig.MaxSize+1))
	if err != nil {
		return nil, &exitError{exitInput, fmt.Errorf("%s cannot be read: %w", path, err)}
	}
	return data, nil
}

// warn prints warnings, one a line.
func warn(w io.Writer, warnings []repoconfig.Error) {
	for _, e := range warnings {
		fmt.Fprintf(w, "warning: %s\n", e)
	}
}

// mistakes is the exit for a configuration with errors, one a line.
func mistakes(errs []repoconfig.Error) error {
	all := make([]error, 0, len(errs))
	for _, e := range errs {
		all = append(all, e)
	}
	return &exitError{exitUsage, errors.Join(all...)}
}
