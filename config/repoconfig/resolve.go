package repoconfig

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Ref is a file of a repository at a pinned place.
type Ref struct {
	Owner, Name string
	Rev         string // a tag, or a full commit id
	Path        string
}

// ParseRef reads OWNER/NAME@REF or OWNER/NAME@REF:PATH, as extends has it.
func ParseRef(s string) (Ref, bool) {
	m := extends.pattern.FindStringSubmatch(s)
	if m == nil || len(s) > extends.most {
		return Ref{}, false
	}
	r := Ref{Owner: m[1], Name: m[2], Rev: m[3], Path: m[4]}
	if r.Path == "" {
		r.Path = Paths[0]
	}
	return r, true
}

func (r Ref) String() string { return r.Owner + "/" + r.Name + "@" + r.Rev + ":" + r.Path }

// Pinned is the revision by its unambiguous name: a commit id, or a tag as
// refs/tags/NAME, so that no branch is taken for it.
func (r Ref) Pinned() string {
	if len(r.Rev) == 40 || len(r.Rev) == 64 {
		if strings.Trim(r.Rev, "0123456789abcdef") == "" {
			return r.Rev
		}
	}
	return "refs/tags/" + r.Rev
}

// Fetch reads a file that another one extends, at most MaxSize+1 bytes of it.
// The error is fs.ErrNotExist where there is no such file or it may not be
// read; any other is a fault that may pass.
type Fetch func(context.Context, Ref) ([]byte, error)

// File is a configuration file as it was read. Path is as messages show it: of
// the organisation's file with OWNER/.github: in front.
type File struct {
	Path string
	Data []byte
}

// Resolved is what applies to a repository, and why.
type Resolved struct {
	Config   Config
	Settings []Setting
	// Errors are mistakes for which a file counts for nothing, with all that it
	// extends; Config is made of the others.
	Errors   []Error
	Warnings []Error
}

// maxExtends is how many files may extend each other.
const maxExtends = 3

// Resolve reads the files that apply to a repository, fetches what they extend
// and merges all. Either file may be nil for none; so may fetch, and then what
// is extended is left out with a warning. The error is a fault of fetch: what
// applies is unknown then.
func Resolve(ctx context.Context, organization, repository *File, fetch Fetch) (Resolved, error) {
	r := resolver{fetch: fetch}
	chain, own, err := r.read(ctx, organization, OrganizationFile, OrganizationPreset, false)
	if err != nil {
		return Resolved{}, err
	}
	fixed := slices.ContainsFunc(locksOf([]Layer{own}), func(k locked) bool { return k.key == "extends" })
	others, last, err := r.read(ctx, repository, RepositoryFile, RepositoryPreset, fixed)
	if err != nil {
		return Resolved{}, err
	}
	c, settings, notes := Merge(append(slices.Concat(chain, others), own, last)...)
	out := Resolved{Config: c, Settings: settings}
	out.Errors, out.Warnings = Split(append(r.notes, notes...))
	return out, nil
}

type resolver struct {
	fetch Fetch
	notes []Error
}

// read reads a file and what it extends, the last of it first. A file whose
// chain is broken is empty, for half of it would be a file that nobody wrote.
func (r *resolver) read(ctx context.Context, f *File, origin, preset Origin, alone bool) (chain []Layer, own Layer, err error) {
	if f == nil {
		return nil, Layer{}, nil
	}
	own, notes := Read(Source{f.Path, origin}, f.Data)
	r.notes = append(r.notes, notes...)
	seen := make(map[string]bool)
	for last := own; !alone; {
		v, ok := last.root.get("extends")
		if !ok {
			break
		}
		next, note, err := r.extended(ctx, v, preset, seen, len(chain))
		if err != nil {
			return nil, Layer{}, err
		}
		if note != nil {
			if r.notes = append(r.notes, *note); note.Warning {
				break
			}
			return nil, Layer{}, nil
		}
		if next.root.data == nil {
			return nil, Layer{}, nil
		}
		chain, last = append(chain, next), next
	}
	slices.Reverse(chain)
	return chain, own, nil
}

// extended reads the file that extends names, the n-th of its chain.
func (r *resolver) extended(ctx context.Context, v value, origin Origin, seen map[string]bool, n int) (Layer, *Error, error) {
	note := func(warning bool, format string, args ...any) (Layer, *Error, error) {
		e := v.at.error("extends", fmt.Sprintf(format, args...), warning)
		return Layer{}, &e, nil
	}
	ref, _ := ParseRef(v.data.(string)) // read as one
	key := strings.ToLower(ref.Owner+"/"+ref.Name) + "@" + ref.Rev + ":" + ref.Path
	switch {
	case seen[key]:
		return note(false, "extends comes back to %s, which is extended already", ref)
	case n == maxExtends:
		return note(false, "extends goes more than %d files deep: name what is needed of %s in a file before it", maxExtends, ref)
	case r.fetch == nil:
		return note(true, "extends: %s is not read here, and what it says is left out", ref)
	}
	seen[key] = true
	data, err := r.fetch(ctx, ref)
	if errors.Is(err, fs.ErrNotExist) {
		return note(false, "extends: %s cannot be read: there is no such repository, tag, commit or file, or it may not be read from here", ref)
	}
	if err != nil {
		return Layer{}, nil, fmt.Errorf("read %s, which %s extends: %w", ref, v.at, err)
	}
	layer, notes := Read(Source{ref.String(), origin}, data)
	r.notes = append(r.notes, notes...)
	if layer.root.data == nil && len(notes) == 0 {
		return note(false, "extends: %s is empty", ref)
	}
	return layer, nil, nil
}
