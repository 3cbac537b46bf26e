// Package pipeline reads the files in which a repository declares how its data
// and models come about and who keeps watch over it: DVC, MLflow projects,
// Snakemake, Git LFS, pre-commit hooks, update bots, owners and ignore rules.
package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

type extractor struct{}

// New returns the reader of pipeline definitions.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "pipeline" }

func (extractor) Limits() extract.Limits { return extract.Limits{Bytes: 512 << 10} }

var fixed = map[string]string{
	"dvc.yaml":                "dvc.yaml",
	"dvc.lock":                "dvc.lock",
	".gitattributes":          "gitattributes",
	".gitignore":              "gitignore",
	"MLproject":               "mlproject",
	"Snakefile":               "snakemake",
	".pre-commit-config.yaml": "pre-commit",
	".pre-commit-config.yml":  "pre-commit",
	"renovate.json":           "renovate",
	"renovate.json5":          "renovate",
	".renovaterc":             "renovate",
	".renovaterc.json":        "renovate",
}

var byPath = map[string]string{
	"CODEOWNERS":              "codeowners",
	".github/CODEOWNERS":      "codeowners",
	".gitlab/CODEOWNERS":      "codeowners",
	"docs/CODEOWNERS":         "codeowners",
	".github/dependabot.yml":  "dependabot",
	".github/dependabot.yaml": "dependabot",
}

func (extractor) Route(p string) (string, bool) {
	if d, ok := byPath[p]; ok {
		return d, true
	}
	base := path.Base(p)
	if d, ok := fixed[base]; ok {
		return d, true
	}
	switch {
	case base == "config" && (p == ".dvc/config" || strings.HasSuffix(p, "/.dvc/config")):
		return "dvc.config", true
	case strings.HasSuffix(base, ".dvc") && base != ".dvc":
		return "dvc-file", true
	case strings.HasSuffix(base, ".smk"):
		return "snakemake", true
	}
	return "", false
}

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	r := &reader{ctx: ctx}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	var err error
	switch dialect {
	case "dvc.yaml":
		err = r.document(src, (*reader).dvcYAML)
	case "dvc.lock":
		err = r.document(src, (*reader).dvcLock)
	case "dvc-file":
		err = r.document(src, (*reader).dvcFile)
	case "dvc.config":
		r.dvcConfig(src)
	case "mlproject":
		err = r.document(src, (*reader).mlproject)
	case "pre-commit":
		err = r.document(src, (*reader).preCommit)
	case "dependabot":
		err = r.document(src, func(r *reader, n *settings.Node) { r.resource("dependabot", "", n) })
	case "renovate":
		r.renovate(src)
	case "snakemake":
		r.snakefile(string(src))
	case "gitattributes":
		r.gitAttributes(string(src))
	case "gitignore":
		r.gitIgnore(string(src))
	case "codeowners":
		r.codeOwners(string(src))
	}
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return r.facts, err
}

// reader collects the facts of one file.
type reader struct {
	ctx   context.Context
	facts []fact.Fact
}

func (r *reader) add(f fact.Fact) { r.facts = append(r.facts, f) }

// document reads the first YAML document.
func (r *reader) document(src []byte, read func(*reader, *settings.Node)) error {
	docs, err := settings.YAML(src)
	if len(docs) > 0 {
		read(r, docs[0])
		if !errors.Is(err, settings.ErrLarge) {
			return nil // a later document is of no interest
		}
	}
	return err
}

func (r *reader) resource(system, kind string, n *settings.Node) {
	r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: system, Kind: kind, Attrs: settings.Flatten(n)})
}

// commands adds the commands of a script in which "${name.path}" is an
// expression of the pipeline tool: it is no shell variable, stays as written
// and marks the command as guessed.
func (r *reader) commands(src string, o shell.Options) {
	o.Expressions = true
	commands, _ := shell.Parse(r.ctx, toExpressions(src), o)
	for _, c := range commands {
		for i, w := range c.Argv {
			c.Argv[i] = fromExpressions(w)
		}
		r.add(c)
	}
}

// toExpressions writes "${a.b}" as "${{ a.b }}".
func toExpressions(s string) string {
	var b strings.Builder
	for {
		start := strings.Index(s, "${")
		if start < 0 || strings.HasPrefix(s[start:], "${{") {
			break
		}
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:start] + "${{ " + s[start+2:start+end] + " }}")
		s = s[start+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

func fromExpressions(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "${{ ", "${"), " }}", "}")
}

func text(name, value string) fact.Arg {
	return fact.Arg{Name: name, Value: fact.Value{Kind: fact.String, Text: value}}
}

// argOf keeps a scalar as an argument of its own type.
func argOf(n *settings.Node) fact.Arg {
	a := fact.Arg{Name: n.Key, Value: fact.Value{Kind: fact.String, Text: settings.Cut(n.Text, 1024)}}
	switch n.Type {
	case settings.Number:
		a.Value.Kind = fact.Number
	case settings.Bool:
		a.Value.Kind, a.Value.Text = fact.Bool, "False"
		if strings.EqualFold(n.Text, "true") {
			a.Value.Text = "True"
		}
	}
	return a
}
