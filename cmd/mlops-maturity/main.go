// Command mlops-maturity tells teams how mature their machine learning
// operations are. One binary: the GitHub App (serve), the same engine on a
// folder or repository (scan), and the tools around them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit statuses that scripts rely on.
const (
	exitDone   = 0 // done
	exitPolicy = 1 // done, and below --fail-under or against policy
	exitUsage  = 2 // wrong usage or configuration
	exitInput  = 3 // the input could not be read
)

// exitError carries an exit status with its message; an empty message prints
// nothing.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// commands is the one list of subcommands.
func commands() []*cobra.Command {
	return []*cobra.Command{
		newServeCommand(),
		newScanCommand(),
		newExplainCommand(),
		newConfigCommand(),
		newDoctorCommand(),
		newDemoCommand(),
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use:           "mlops-maturity",
		Short:         "Tells teams how mature their machine learning operations are, and the next step",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.SetArgs(args)
	root.AddCommand(commands()...)
	root.CompletionOptions.HiddenDefaultCmd = true
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintln(os.Stderr, "mlops-maturity: "+msg)
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.status
	}
	return exitUsage
}
