// Command mlops-maturity tells teams how mature their machine learning
// operations are. One binary: the GitHub App (serve), the same engine on a
// folder or repository (scan), and the tools around them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
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
		newRegisterCommand(),
		newScanCommand(),
		newExplainCommand(),
		newConfigCommand(),
		newDoctorCommand(),
		newDemoCommand(),
	}
}

func main() {
	collectLater()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// collectLater puts the first garbage collection off until the heap has 16 MB
// instead of 4, and leaves all others as they are: a scan that recalls its report
// is done before, and spent a third of its time on collecting what little it had.
func collectLater() {
	if os.Getenv("GOGC") != "" {
		return // whoever set it knows better
	}
	usual := debug.SetGCPercent(400)
	first := new(struct{ self *int })
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// newRoot returns the whole command line.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "mlops-maturity",
		Short:         "Tells teams how mature their machine learning operations are, and the next step",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.AddCommand(commands()...)
	root.SetHelpCommand(newHelpCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		what, _, _ := strings.Cut(err.Error(), ": strconv.") // how Go read it helps nobody
		return fmt.Errorf("%s; %s -h lists the flags", what, cmd.CommandPath())
	})
	strict(root)
	root.Args, root.RunE, root.DisableFlagsInUseLine = cobra.ArbitraryArgs, group, true
	return root
}

func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintln(os.Stderr, "mlops-maturity: "+strings.TrimRight(msg, "\n"))
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.status
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok { // standard output is full or closed
		return exitInput
	}
	return exitUsage
}

// group is what a command does that has others below it and does nothing itself.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	return noCommand(cmd, args[0])
}

// strict makes every command below say how it is called when it is called
// otherwise, where cobra would count arguments or print help and succeed.
func strict(parent *cobra.Command) {
	for _, cmd := range parent.Commands() {
		strict(cmd)
		if cmd.HasSubCommands() && !cmd.Runnable() {
			cmd.RunE, cmd.DisableFlagsInUseLine = group, true
			continue
		}
		check := cmd.Args
		if check == nil {
			continue
		}
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return fmt.Errorf("%w; usage: %s", err, cmd.UseLine())
			}
			return nil
		}
	}
}
