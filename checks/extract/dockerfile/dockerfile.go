// Package dockerfile reads Dockerfiles: the images they build on, what they
// copy, what runs while they build, and what runs when the image does.
//
// Building is the job "build:STAGE", a stage without a name has its number;
// running is the job "run", that of the last stage alone. The syntax tree of
// BuildKit's parser is read as it is, since its interpreter stops at the first
// instruction it does not know.
package dockerfile

import (
	"bytes"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const dialect = "dockerfile"

type extractor struct{}

// New returns the extractor.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "dockerfile" }

// Route takes Dockerfile and Containerfile with a prefix or suffix.
func (extractor) Route(p string) (string, bool) {
	base := strings.ToLower(path.Base(p))
	for _, name := range []string{"dockerfile", "containerfile"} {
		rest, prefixed := strings.CutPrefix(base, name)
		switch {
		case base == name || strings.HasSuffix(base, "."+name):
			return dialect, true
		case prefixed && rest[0] == '.' && !other[path.Ext(base)]:
			return dialect, true
		case prefixed && (rest[0] == '-' || rest[0] == '_') && path.Ext(base) == "":
			return dialect, true
		}
	}
	return "", false
}

// other are endings of files about Dockerfiles that are none.
var other = map[string]bool{
	".md": true, ".txt": true, ".dockerignore": true, ".sh": true, ".py": true, ".yml": true, ".yaml": true, ".json": true,
	".j2": true, ".jinja": true, ".jinja2": true, ".tmpl": true, ".tpl": true, ".template": true, ".bak": true, ".rst": true,
	".js": true, ".ts": true, ".html": true, ".css": true, ".go": true, ".rb": true, ".java": true, ".svg": true, ".png": true, ".lock": true,
}

// Limits keeps files small: the parser allocates some five hundred times what
// a file of continuation lines holds. Nothing nests.
func (extractor) Limits() extract.Limits {
	return extract.Limits{Bytes: 256 << 10, Nesting: -1}
}

// maxRetries bounds how many instructions that cannot be read are left out.
const maxRetries = 3

func (extractor) Extract(ctx context.Context, _ string, src []byte) ([]fact.Fact, error) {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	lines := strings.Split(string(src), "\n")
	var firstErr error
	for range maxRetries {
		result, err := parser.Parse(strings.NewReader(strings.Join(lines, "\n")))
		if err == nil {
			r := &reader{ctx: ctx, lines: lines, escape: result.EscapeToken, global: map[string]string{}}
			r.read(result.AST)
			slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return a.At() - b.At() })
			return r.facts, errors.Join(firstErr, r.err, r.part)
		}
		if strings.Contains(err.Error(), "no instructions") {
			break // empty, or nothing but comments
		}
		if firstErr == nil {
			firstErr = err
		}
		if !blank(lines, err) {
			break
		}
	}
	return nil, firstErr
}

// blank empties the lines an error points at and says whether there were any.
func blank(lines []string, err error) bool {
	var located *parser.LocationError
	if !errors.As(err, &located) {
		return false
	}
	done := false
	for _, group := range located.Locations {
		for _, rng := range group {
			for n := rng.Start.Line; n <= max(rng.End.Line, rng.Start.Line); n++ {
				if n >= 1 && n <= len(lines) && strings.TrimSpace(lines[n-1]) != "" {
					lines[n-1] = "#"
					done = true
				}
			}
		}
	}
	return done
}
