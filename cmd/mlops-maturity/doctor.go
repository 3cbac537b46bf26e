package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/doctor"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// newDoctorCommand returns doctor: is the App set up as it must be?
func newDoctorCommand() *cobra.Command {
	var path, format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check settings, keys, permissions and events, and name what is missing",
		Long: `Check what the GitHub App needs against what there is, and name what is missing
with its mend: settings, private key, clock, webhook, recent deliveries, the
permissions and events of the App and of each installation, rate limits and the
database. It changes nothing and prints no secret. The settings are those of
serve.

Exit status: 0 nothing is missing (warnings may be there); 1 something is;
2 wrong usage or settings; 3 GitHub could not be asked.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write := doctor.Report.Text
			switch format {
			case "text":
			case "json":
				write = doctor.Report.JSON
			default:
				return fmt.Errorf("--format %q is not known; give text or json", format)
			}
			r := examine(cmd, path)
			if err := write(r, cmd.OutOrStdout()); err != nil {
				return &exitError{exitInput, fmt.Errorf("writing the report: %w", err)}
			}
			return doctorStatus(r.Verdict())
		},
	}
	cmd.Flags().StringVar(&path, "config", "", "YAML `FILE` of settings")
	cmd.Flags().StringVar(&format, "format", "text", "output `FORMAT`: text, json")
	return cmd
}

func examine(cmd *cobra.Command, path string) doctor.Report {
	cfg, err := config.Load(os.LookupEnv, path)
	if err != nil {
		return doctor.Settings(err)
	}
	github, err := gh.New(gh.Options{AppID: cfg.AppID, PrivateKey: []byte(cfg.PrivateKey.Reveal()), V3URL: cfg.V3APIURL, V4URL: cfg.V4APIURL,
		UserAgent: "mlops-maturity/" + version(), Timeout: 20 * time.Second})
	if err != nil {
		return doctor.Key(err)
	}
	return doctor.Examine(cmd.Context(), cfg, github, store.Inspect, time.Now())
}

// doctorStatus turns a verdict into the exit status; the report has said all.
func doctorStatus(v doctor.Verdict) error {
	status := map[doctor.Verdict]int{doctor.Missing: exitPolicy, doctor.BadSettings: exitUsage, doctor.Unreachable: exitInput}[v]
	if status == exitDone {
		return nil
	}
	return &exitError{status, errors.New("")}
}
