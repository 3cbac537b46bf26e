package doctor

import (
	"fmt"
	"strings"
)

// The texts of a registration that are the same everywhere.
const (
	appName     = "MLOps maturity"
	description = "Judges how mature a repository's machine learning operations are, from its files, and shows the next step."
	homePage    = "https://github.com/mlops-maturity/mlops-maturity"
	hookRoute   = "/api/github/hook"
	exampleHost = "https://maturity.example.org"
)

var manifestHead = map[bool]string{
	false: `# The GitHub App, with no more rights than its work needs.
`,
	true: `# The GitHub App with the optional features that write. Who does not want them
# takes app-manifest.yml, which asks for less.
`,
}

// Manifest returns deploy/app-manifest.yml, or with write
// deploy/app-manifest-write.yml: a GitHub App manifest in YAML, each line with
// its reason.
func Manifest(write bool) []byte {
	var b strings.Builder
	b.WriteString(manifestHead[write])
	fmt.Fprintf(&b, `# Create the App from this file (as JSON, it is GitHub's manifest format) or
# copy the choices into "New GitHub App". Put your own address in place of
# %s. Written by `+"`make docs`"+` from app/doctor/needs.go.

name: %s
description: %s
url: %s
public: false
hook_attributes:
  url: %s
  active: true

default_permissions:
`, strings.TrimPrefix(exampleHost, "https://"), appName, description, homePage, exampleHost+hookRoute)
	for _, n := range Permissions(write) {
		for _, line := range wrap(plain(n.Why), 76) {
			b.WriteString("  # " + line + "\n")
		}
		fmt.Fprintf(&b, "  %s: %s\n", n.Name, n.Level)
	}
	b.WriteString("\n# installation and installation_repositories come to every App by themselves.\ndefault_events:\n")
	for _, e := range Events(write) {
		fmt.Fprintf(&b, "  - %s # %s\n", e.Name, e.Why)
	}
	return []byte(b.String())
}

// plain takes Markdown's code marks off, which a comment does not need.
func plain(s string) string { return strings.ReplaceAll(s, "`", "") }

// wrap breaks a text into lines of at most width bytes, words whole.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// Table returns the permissions as a Markdown table with reasons, each line
// behind indent. With write it holds only what the optional features add.
func Table(write bool, indent string) string {
	var b strings.Builder
	row := func(cells ...string) { b.WriteString(indent + "| " + strings.Join(cells, " | ") + " |\n") }
	if !write {
		row("permission", "access", "why")
		row("---", "---", "---")
		for _, n := range Permissions(false) {
			row("`"+n.Name+"`", n.Level, n.Why)
		}
		return b.String()
	}
	row("feature", "permission", "access", "why")
	row("---", "---", "---", "---")
	for _, f := range features {
		for _, p := range f.Permissions {
			if f.Write {
				row(f.Name, "`"+p.Name+"`", p.Level, p.Why)
			}
		}
	}
	return b.String()
}

// EventList returns the subscriptions as a sentence's list: "check run, push".
func EventList(write bool) string {
	var names []string
	for _, e := range Events(write) {
		names = append(names, strings.ReplaceAll(e.Name, "_", " "))
	}
	return strings.Join(names, ", ")
}

// Form is an App manifest as GitHub's registration page takes it.
type Form struct {
	Name        string            `json:"name"`
	Description string            `json:"description"`
	URL         string            `json:"url"`
	Hook        Hook              `json:"hook_attributes"`
	RedirectURL string            `json:"redirect_url"`
	Public      bool              `json:"public"`
	Permissions map[string]string `json:"default_permissions"`
	Events      []string          `json:"default_events"`
}

// Hook is the webhook of a Form.
type Hook struct {
	URL    string `json:"url"`
	Active bool   `json:"active"`
}

// NewForm returns the manifest of the table for a server at an address; write
// adds the features that write. GitHub sends the browser to back afterwards.
func NewForm(publicURL, back string, write bool) Form {
	f := Form{Name: appName, Description: description, URL: homePage, Hook: Hook{strings.TrimRight(publicURL, "/") + hookRoute, true},
		RedirectURL: back, Permissions: map[string]string{}}
	for _, n := range Permissions(write) {
		f.Permissions[n.Name] = n.Level
	}
	for _, e := range Events(write) {
		f.Events = append(f.Events, e.Name)
	}
	return f
}
