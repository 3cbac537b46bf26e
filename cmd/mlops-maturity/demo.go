package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/mlops-maturity/mlops-maturity/app/demo"
)

type demoOptions struct {
	demo.Options
	keep bool
	html string
}

// newDemoCommand returns demo: the main job on one machine.
func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play a pull request on this machine and show the check run and the comment",
		Long: `Play a pull request on this machine and show the check run and the comment.

The App runs as with serve, beside a stand-in for GitHub: both on free ports of
127.0.0.1, with a database that is thrown away. A signed webhook goes in; what
the App then writes comes out here, and as a page of HTML. Nothing needs to be
installed but git, and nothing leaves the machine.

Without --repo the pull request is one on a small sample project. With --repo it
is the change between two commits of a local git repository, which is copied and
never written to; none of its code is executed, and changes that are not
committed do not count.`,
		Example: `  mlops-maturity demo
  mlops-maturity demo --keep
  mlops-maturity demo --repo ../churn --base main --head weekly-training`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Repo == "" && (o.Base != "" || o.Head != "") {
				return errors.New("--base and --head name commits of a repository: add --repo PATH")
			}
			o.Version, o.Progress = version(), cmd.ErrOrStderr()
			if err := playDemo(cmd.Context(), cmd.OutOrStdout(), o); err != nil {
				return &exitError{exitInput, err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Repo, "repo", "", "play a local git repository at `PATH`")
	f.StringVar(&o.Base, "base", "", "branch, tag or commit `REF` to merge into (default main or master)")
	f.StringVar(&o.Head, "head", "", "branch, tag or commit `REF` to merge (default what is checked out)")
	f.BoolVar(&o.keep, "keep", false, "keep everything running, and the page served, until Ctrl-C")
	f.StringVar(&o.html, "html", "", "write the page to `FILE` (default a temporary file)")
	return cmd
}

func playDemo(ctx context.Context, out io.Writer, o demoOptions) (err error) {
	scene, err := demo.Open(ctx, o.Options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scene.Close()) }()
	if err := scene.Play(ctx); err != nil {
		return err
	}
	if err := scene.Outcome().Terminal(out, coloured(out), 100); err != nil {
		return err
	}
	if !o.keep || o.html != "" {
		path, err := writePage(scene.Outcome(), o.html)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\nThe same as a page: %s\n", path)
	}
	if o.keep {
		return keepDemo(ctx, out, scene)
	}
	return nil
}

// coloured says whether out is a terminal whose owner does not mind colours.
func coloured(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// writePage writes the page to a file, "" for a temporary one.
func writePage(o *demo.Outcome, path string) (string, error) {
	page, err := o.HTML()
	if err != nil {
		return "", err
	}
	if path != "" {
		if err := os.WriteFile(path, page, 0o644); err != nil {
			return "", fmt.Errorf("--html cannot be written: %w", err)
		}
		return path, nil
	}
	f, err := os.CreateTemp("", "mlops-maturity-demo-*.html")
	if err != nil {
		return "", err
	}
	_, err = f.Write(page)
	return f.Name(), errors.Join(err, f.Close())
}

// keepDemo serves the page until ctx ends.
func keepDemo(ctx context.Context, out io.Writer, scene *demo.Scene) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		page, err := scene.Outcome().HTML()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	fmt.Fprintf(out, "\nThe same as a page: http://%s/\nThe App: %s; Ctrl-C ends it all.\n", listener.Addr(), scene.URL())
	select {
	case <-ctx.Done():
		return web.Close()
	case err := <-failed:
		return err
	}
}
