package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/register"
	"github.com/mlops-maturity/mlops-maturity/config"
)

// registerWithin is how long GitHub keeps a code.
const registerWithin = time.Hour

// newRegisterCommand returns register: the App made on GitHub's own page, with
// the permissions it needs and no key to copy.
func newRegisterCommand() *cobra.Command {
	var o register.Options
	var output, listen string
	cmd := &cobra.Command{
		Use:   "register --url URL",
		Short: "Make the GitHub App in a browser and write the server's settings",
		Long: `Make the GitHub App in a browser and write the server's settings.

A page on this machine leads to GitHub's own, with the permissions and events
that the App needs filled in. GitHub makes the App and sends the browser back;
its id, private key and webhook secret are written to a settings file that only
you can read, for serve and doctor. Needed are a browser on this machine and, for
an organisation, one of its owners.`,
		Example: "  mlops-maturity register --org acme --url https://maturity.example.org",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := registration(&o); err != nil {
				return &exitError{exitUsage, err}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), registerWithin)
			defer cancel()
			if err := registerApp(ctx, cmd.OutOrStdout(), o, listen, output); err != nil {
				return &exitError{exitInput, err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.PublicURL, "url", "", "`URL` that GitHub reaches the server at: https://HOST")
	f.StringVar(&o.Owner, "org", "", "organisation `NAME` that owns the App (default the account that is signed in)")
	f.StringVar(&o.Name, "name", "", "`NAME` of the App, which GitHub wants to be unlike any other (default MLOps maturity)")
	f.BoolVar(&o.Write, "write", false, "ask for the permissions of the optional features that write, too")
	f.StringVar(&output, "output", "app-settings.yml", "settings `FILE` to write; it must not be there yet")
	f.StringVar(&listen, "listen", "127.0.0.1:0", "`ADDRESS` of the page on this machine")
	return cmd
}

var organisation = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,99}$`)

// registration checks and completes what the flags say.
func registration(o *register.Options) error {
	url, err := config.Address(o.PublicURL)
	if err != nil {
		return fmt.Errorf("--url %w", err)
	}
	web, err := config.Address(orElse(os.Getenv("GITHUB_WEB_URL"), config.DefaultWebURL))
	if err != nil {
		return fmt.Errorf("GITHUB_WEB_URL %w", err)
	}
	if o.Owner != "" && !organisation.MatchString(o.Owner) {
		return fmt.Errorf("--org %q is no name of an organisation; give the last part of its address on GitHub", o.Owner)
	}
	o.PublicURL, o.WebURL = url, web
	return nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func registerApp(ctx context.Context, out io.Writer, o register.Options, listen, output string) (err error) {
	// The secrets come once: where they go is sure before anybody is asked.
	file, err := os.OpenFile(output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: give another --output, or move it away", output)
	}
	if err != nil {
		return fmt.Errorf("--output cannot be written: %w", err)
	}
	kept := false
	defer func() {
		err = errors.Join(err, file.Close())
		if !kept {
			err = errors.Join(err, os.Remove(output))
		}
	}()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	host := listener.Addr().String()
	api := strings.TrimSuffix(o.WebURL, "/") + "/api/v3/"
	if o.WebURL == config.DefaultWebURL {
		api = ""
	}
	exchange := func(ctx context.Context, code string) (gh.Created, error) {
		return gh.Convert(ctx, gh.Options{V3URL: orElse(os.Getenv("GITHUB_V3_API_URL"), api), UserAgent: "mlops-maturity/" + version()}, code)
	}
	desk := register.New(o, host, exchange, func(app gh.Created) error {
		if err := writeSettings(file, o, app); err != nil {
			return fmt.Errorf("%s cannot be written: %w", output, err)
		}
		kept = true
		return nil
	})
	web := &http.Server{Handler: desk.Handler(), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	fmt.Fprintf(out, "Open http://%s/ in a browser on this machine, signed in to GitHub as %s. Ctrl-C gives up.\n", host, signedIn(o.Owner))
	select {
	case app := <-desk.Made():
		err = web.Shutdown(ctx)
		fmt.Fprintf(out, `
The App %s (%d) is made; its settings are in %s, which holds its secrets.

  mlops-maturity serve --config %s      where %s leads to
  mlops-maturity doctor --config %s     says what is still missing
  %s/installations/new      install it
`, app.Slug, app.ID, output, output, o.PublicURL, output, app.Page)
		return err
	case err = <-failed:
		return fmt.Errorf("serving the page: %w", err)
	case <-ctx.Done():
		return errors.Join(errors.New("no App was made: nobody came back from GitHub"), web.Close())
	}
}

func signedIn(owner string) string {
	if owner == "" {
		return "the account that shall own the App"
	}
	return "an owner of " + owner
}

// writeSettings writes what serve needs, and the App's OAuth client for later.
func writeSettings(w io.Writer, o register.Options, app gh.Created) error {
	settings := yaml.Node{Kind: yaml.MappingNode}
	add := func(name, value string) {
		settings.Content = append(settings.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value})
	}
	add("GITHUB_APP_INTEGRATION_ID", fmt.Sprint(app.ID))
	add("GITHUB_APP_WEBHOOK_SECRET", app.WebhookSecret)
	add("GITHUB_APP_PRIVATE_KEY", app.PrivateKey)
	if app.ClientID != "" && app.ClientSecret != "" {
		add("GITHUB_OAUTH_CLIENT_ID", app.ClientID)
		add("GITHUB_OAUTH_CLIENT_SECRET", app.ClientSecret)
	}
	if o.WebURL != config.DefaultWebURL {
		add("GITHUB_WEB_URL", o.WebURL)
	}
	add("MLOPS_MATURITY_PUBLIC_URL", o.PublicURL)
	text, err := yaml.Marshal(&settings)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "# Settings of mlops-maturity serve, with the App's secrets. Keep it to the server.\n%s", text)
	return err
}
