package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/server"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// newServeCommand returns serve: the GitHub App.
func newServeCommand() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the GitHub App: webhook receiver, workers, health and metrics",
		Long: `Run the GitHub App: webhook receiver, workers, health and metrics.

Settings are environment variables, each also a key of the YAML file given by
--config; the variables win. Needed are GITHUB_APP_INTEGRATION_ID,
GITHUB_APP_WEBHOOK_SECRET and GITHUB_APP_PRIVATE_KEY (PEM text or file:PATH).
docs/operate.md lists them all.

It ends on SIGTERM or Ctrl-C: it stops accepting, lets running assessments
finish for 25 seconds, and puts the others back into the queue.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(os.LookupEnv, path)
			if err != nil {
				return &exitError{exitUsage, err}
			}
			s, err := server.New(cmd.Context(), cfg, server.Deps{Version: version(), Log: cmd.ErrOrStderr()})
			if err != nil {
				return &exitError{exitInput, err}
			}
			if err := s.Run(cmd.Context()); err != nil {
				return &exitError{exitInput, err}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "config", "", "YAML `FILE` of settings")
	return cmd
}
