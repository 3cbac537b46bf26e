// Package manifest reads what a project declares about itself: its
// dependencies, the locks that pin them, and the scripts, environments and
// entry points by which its code is started. It knows the package managers of
// Python, conda, R, Julia, JavaScript, Go, the JVM and Ruby.
//
// A line that is not understood is left out. It is never guessed at, because a
// dependency that is not there is worse evidence than one that is missing.
package manifest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// maxLocked bounds the entries of one lock file.
const maxLocked = 2000

// Lock files are large and are read line by line; everything else goes through
// a parser and has to be of a size people write.
const (
	lockBytes   = 16 << 20
	parserBytes = 512 << 10
)

type extractor struct{}

// New returns the reader of manifests and lock files.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "manifest" }

func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: lockBytes, Nesting: -1, Time: 5 * time.Second}
}

func (extractor) Route(path string) (string, bool) { return route(path) }

func (extractor) Extract(ctx context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	r := &reader{ctx: ctx}
	kind, group, _ := strings.Cut(dialect, ":")
	d, ok := dialects[kind]
	if !ok {
		return nil, nil
	}
	if !d.lock {
		if err := (extract.Limits{Bytes: parserBytes}).Guard(src); err != nil {
			return nil, err
		}
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	err := d.read(r, group, src)
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return r.facts, err
}

// reader collects the facts of one file.
type reader struct {
	ctx   context.Context
	facts []fact.Fact
}

func (r *reader) add(f fact.Fact) { r.facts = append(r.facts, f) }

type dialect struct {
	read func(r *reader, group string, src []byte) error
	lock bool // read by line, so size and nesting do not matter
}

var dialects = map[string]dialect{
	"requirements": {read: readRequirements},
	"pyproject":    {read: tree(settings.TOML, (*reader).pyproject)},
	"setup.cfg":    {read: tree(ini, (*reader).setupCfg)},
	"tox":          {read: tree(ini, func(r *reader, n *settings.Node) { r.tox(n, 0) })},
	"tox.toml":     {read: tree(settings.TOML, (*reader).toxToml)},
	"pipfile":      {read: tree(settings.TOML, (*reader).pipfile)},
	"pixi":         {read: tree(settings.TOML, (*reader).pixi)},
	"mise":         {read: tree(settings.TOML, (*reader).mise)},
	"conda":        {read: readConda},
	"package.json": {read: tree(settings.JSON, (*reader).packageJSON)},
	"julia":        {read: tree(settings.TOML, (*reader).juliaProject)},
	"description":  {read: readDescription},
	"go.mod":       {read: readGoMod},
	"pom":          {read: readPom},
	"sbt":          {read: readSbt},
	"gemfile":      {read: readGemfile},

	"pipfile.lock": {read: readPipfileLock, lock: true},
	"toml.lock":    {read: readTomlLock, lock: true},
	"conda.lock":   {read: readCondaLock, lock: true},
	"npm.lock":     {read: readNpmLock, lock: true},
	"renv.lock":    {read: readRenvLock, lock: true},
	"julia.lock":   {read: readJuliaLock, lock: true},
	"gem.lock":     {read: readGemLock, lock: true},
}

// tree adapts a reader of a settings tree. A broken file still gives what
// stands before the fault.
func tree(parse func([]byte) (*settings.Node, error), read func(*reader, *settings.Node)) func(*reader, string, []byte) error {
	return func(r *reader, _ string, src []byte) error {
		n, err := parse(src)
		if n != nil {
			read(r, n)
		}
		return err
	}
}

func ini(src []byte) (*settings.Node, error) { return settings.INI(src), nil }
