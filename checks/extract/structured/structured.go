// Package structured reads the documents that platforms take: Kubernetes
// objects, compose services, Azure ML and Databricks definitions,
// CloudFormation, monitoring rules, and every other settings file that no
// reader of its own claims. A document becomes one Resource (or one for each
// thing it declares) with its leaves as attributes; what it runs becomes
// Commands and Images.
//
// What a document is follows from its contents, since people name these files
// as they like.
package structured

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// JSON beyond dataBytes is data, not settings, and says nothing here. Other
// formats beyond parserBytes are gaps.
const (
	dataBytes    = 256 << 10
	parserBytes  = 512 << 10
	maxBytes     = 16 << 20
	maxResources = 200
	maxCommands  = 2000
)

type extractor struct{}

// New returns the reader of structured documents.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "structured" }

func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: maxBytes, Nesting: -1, Time: 3 * time.Second}
}

func (extractor) Route(p string) (string, bool) { return route(p) }

// Extract takes dialects of the form "format:base name"; the base name is what
// a settings file is called by.
func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	format, base, _ := strings.Cut(dialect, ":")
	if format == "json" && len(src) > dataBytes {
		return nil, nil
	}
	if err := (extract.Limits{Bytes: parserBytes}).Guard(src); err != nil {
		return nil, err
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, nil
	}
	r := &reader{ctx: ctx, format: format, base: base, stem: strings.TrimSuffix(base, path.Ext(base))}
	if format == "procfile" {
		r.procfile(string(src))
		return r.facts, nil
	}
	if format == "yaml" && isChartTemplate(src) {
		r.add(fact.Source{Pos: fact.Pos{Line: 1}, Format: "helm", Text: string(src)})
	}
	docs, err := parse(format, src)
	for _, doc := range docs {
		r.document(doc)
	}
	if n := len(docs); n > 0 && n <= 2 && err == nil && format == "yaml" && isPipelinePart(docs[n-1]) {
		r.add(fact.Source{Pos: fact.Pos{Line: 1}, Format: "gitlab", Text: string(src)})
	}
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return r.facts, err
}

func parse(format string, src []byte) ([]*settings.Node, error) {
	switch format {
	case "json":
		return parseJSON(src)
	case "toml":
		n, err := settings.TOML(src)
		return []*settings.Node{n}, err
	case "ini":
		return []*settings.Node{settings.INI(src)}, nil
	}
	if plain, changed := settings.Untemplate(src); changed && templated(src) {
		src = plain
	}
	return settings.YAML(src)
}

// templated says whether an expression stands where YAML would read a map: at
// the start of a line or of a value.
func templated(src []byte) bool {
	for l := range bytes.Lines(src) {
		t := bytes.TrimSpace(l)
		if bytes.HasPrefix(t, []byte("{{")) || bytes.HasPrefix(t, []byte("{%")) ||
			bytes.Contains(l, []byte(": {{")) || bytes.Contains(l, []byte("- {{")) {
			return true
		}
	}
	_, err := settings.YAML(src)
	return err != nil
}

// parseJSON allows comments on lines of their own and trailing commas, which
// editors' settings have.
func parseJSON(src []byte) ([]*settings.Node, error) {
	n, err := settings.JSON(src)
	if err == nil {
		return []*settings.Node{n}, nil
	}
	var clean []byte
	for l := range bytes.Lines(src) {
		if bytes.HasPrefix(bytes.TrimSpace(l), []byte("//")) {
			l = []byte("\n")
		}
		clean = append(clean, l...)
	}
	docs, relaxed := settings.YAML(clean)
	if relaxed != nil || len(docs) != 1 || !docs[0].IsMap() {
		return nil, err
	}
	return docs, nil
}

// reader collects the facts of one file.
type reader struct {
	ctx       context.Context
	format    string
	base      string // "train.yml"
	stem      string // "train"
	facts     []fact.Fact
	resources int
	commands  int
}

func (r *reader) add(f fact.Fact) { r.facts = append(r.facts, f) }

// resource adds one resource with the leaves of n.
func (r *reader) resource(system, kind, name string, n *settings.Node) {
	r.withAttrs(system, kind, name, n.At(), settings.Flatten(n))
}

func (r *reader) withAttrs(system, kind, name string, line int, attrs []fact.Attr) {
	if r.resources++; r.resources > maxResources {
		return
	}
	r.add(fact.Resource{Pos: fact.Pos{Line: line}, System: system, Kind: kind, Name: settings.Cut(name, 256), Attrs: attrs})
}
