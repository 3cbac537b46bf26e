package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

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
	cmd.AddCommand(newConfigInit(), newConfigValidate(), newConfigSchema(), newConfigShow())
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
	return &cobra.Command{
		Use:   "validate FILE",
		Short: "Check a .mlops-maturity.yml; every mistake with its line and column",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := readConfig(args[0])
			if err != nil {
				return err
			}
			if _, errs := repoconfig.Parse(args[0], data); len(errs) > 0 {
				return mistakes(errs)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is valid\n", args[0])
			return nil
		},
	}
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

func newConfigShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show PATH",
		Short: "Print the configuration that applies to a repository and where each value comes from",
		Long:  "Print the configuration that applies to a repository and where each value comes from.\nPATH is the repository's folder, or the configuration file itself.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := findConfig(args[0])
			if err != nil {
				return err
			}
			var data []byte
			if path != "" {
				if data, err = readConfig(path); err != nil {
					return err
				}
			}
			settings, errs := repoconfig.Settings(path, data)
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
			for _, s := range settings {
				value := s.Value
				if value == "" {
					value = "(not set)"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\n", s.Key, value, s.From)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if len(errs) > 0 {
				return mistakes(errs)
			}
			return nil
		},
	}
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

// mistakes is the exit for a configuration with errors, one a line.
func mistakes(errs []repoconfig.Error) error {
	all := make([]error, 0, len(errs))
	for _, e := range errs {
		all = append(all, e)
	}
	return &exitError{exitUsage, errors.Join(all...)}
}
