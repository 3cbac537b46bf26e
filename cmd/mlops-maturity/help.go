package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// nearEnough is how many letters a command may be off to be suggested.
const nearEnough = 2

// newHelpCommand returns help. Unlike cobra's it fails for what is no command.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about := cmd.Root()
			for _, name := range args {
				below, _, err := about.Find([]string{name})
				if err != nil || below == about {
					return noCommand(about, name)
				}
				about = below
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

func noCommand(parent *cobra.Command, name string) error {
	parent.SuggestionsMinimumDistance = nearEnough
	if near := parent.SuggestionsFor(name); len(near) > 0 {
		return fmt.Errorf("unknown command %q for %q; did you mean %s?", name, parent.CommandPath(), strings.Join(near, " or "))
	}
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("unknown command %q: %q has none below it", name, parent.CommandPath())
	}
	return fmt.Errorf("unknown command %q for %q; it has %s", name, parent.CommandPath(), strings.Join(names, ", "))
}
