// Package checks judges one commit of a repository: how mature its machine
// learning operations are, and why. It is the only door to the engine for the
// App and the command line, and it is pure: no network, no clock, no logging,
// no GitHub. The same commit and options always give the same report.
//
//	tree -> NewPlan (what is known, what must still be read) -> Snapshot -> Assess -> Report
//
// Facts are read per file and cached by content; what they mean together is
// worked out anew each time, which is cheap.
package checks

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mlops-maturity/mlops-maturity/checks/combine"
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// MaxFiles bounds how many files of one commit are read; the rest is a gap.
const MaxFiles = 40_000

// Plan is what is already known of a tree and what must still be read.
type Plan struct {
	options Options
	tree    repo.Tree
	tasks   []task
	known   map[string]extract.Result // by cache key
	needed  []repo.File
	gaps    []repo.Gap

	vendored map[string]bool // folders that are somebody else's
}

// task is one extractor's work on one file.
type task struct {
	file    repo.File
	with    extract.Extractor
	dialect string
	key     string
}

// NewPlan lists the files to read and takes from the cache what it has. A
// cache that fails is as good as an empty one; the error says so, and the plan
// can be used all the same.
func NewPlan(ctx context.Context, tree repo.Tree, o Options) (*Plan, error) {
	p := &Plan{options: o, tree: tree, known: map[string]extract.Result{}}
	for _, g := range o.Exclude {
		if !doublestar.ValidatePattern(g) {
			return nil, fmt.Errorf("exclude: %q is not a valid glob", g)
		}
	}
	extractors := Extractors()
	p.vendored = vendoredDirs(tree)
	read := 0
	for _, f := range tree.Files() {
		if f.Mode == repo.Symlink || f.Mode == repo.Submodule || place.Ignored(f.Path) || p.excluded(f.Path) {
			continue
		}
		for _, e := range extractors {
			dialect, ok := e.Route(f.Path)
			if !ok {
				continue
			}
			if limit := limitOf(e); f.Size > limit {
				p.gaps = append(p.gaps, repo.Gap{Path: f.Path, Reason: fmt.Sprintf("is too large: %d bytes, the limit for the %s reader is %d", f.Size, e.Name(), limit)})
				continue
			}
			if read++; read > MaxFiles {
				continue
			}
			p.tasks = append(p.tasks, task{file: f, with: e, dialect: dialect, key: extract.Key(o.Version, e, dialect, f.Blob)})
		}
	}
	if read > MaxFiles {
		p.gaps = append(p.gaps, repo.Gap{Path: "", Reason: fmt.Sprintf("%d files were left out: at most %d are read", read-MaxFiles, MaxFiles)})
	}
	err := p.recall(ctx)
	have := map[string]bool{}
	for _, t := range p.tasks {
		if _, ok := p.known[t.key]; !ok && !have[t.file.Blob] {
			have[t.file.Blob] = true
			p.needed = append(p.needed, t.file)
		}
	}
	return p, err
}

func limitOf(e extract.Extractor) int64 {
	if n := e.Limits().Bytes; n > 0 {
		return n
	}
	return extract.DefaultBytes
}

func (p *Plan) excluded(file string) bool {
	for dir := path.Dir(file); len(p.vendored) > 0 && dir != "."; dir = path.Dir(dir) {
		if p.vendored[dir] {
			return true
		}
	}
	for _, g := range p.options.Exclude {
		if ok, _ := doublestar.Match(g, file); ok {
			return true
		}
		if ok, _ := doublestar.Match(path.Join(g, "**"), file); ok {
			return true
		}
	}
	return false
}

// recall loads what the cache has.
func (p *Plan) recall(ctx context.Context) error {
	if p.options.Cache == nil || len(p.tasks) == 0 {
		return nil
	}
	keys := make([]string, 0, len(p.tasks))
	for _, t := range p.tasks {
		keys = append(keys, t.key)
	}
	slices.Sort(keys)
	found, err := p.options.Cache.Load(ctx, slices.Compact(keys))
	if err != nil {
		return fmt.Errorf("reading the fact cache: %w", err)
	}
	var mu sync.Mutex
	names := make([]string, 0, len(found))
	for k := range found {
		names = append(names, k)
	}
	parallel(len(names), func(i int) {
		if r, err := extract.Decode(found[names[i]]); err == nil {
			mu.Lock()
			p.known[names[i]] = r
			mu.Unlock()
		}
	})
	return nil
}

// Needed returns the files whose contents Assess still wants, one for each
// blob, in path order.
func (p *Plan) Needed() []repo.File { return p.needed }

// parallel calls f for 0…n-1 on all cores. A panic of f is the caller's, who may
// recover from it: in a goroutine of its own it would end the process.
func parallel(n int, f func(int)) {
	var (
		wg     sync.WaitGroup
		next   atomic.Int64
		failed atomic.Pointer[any]
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed.Store(&p)
				}
			}()
			for i := int(next.Add(1)); i <= n && failed.Load() == nil; i = int(next.Add(1)) {
				f(i - 1)
			}
		})
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		panic(*p)
	}
}

// Assess reads what is still unread from the snapshot, keeps it in the cache,
// and judges. It fails only when ctx ends; what cannot be read is a gap.
func (p *Plan) Assess(ctx context.Context, snap *repo.Snapshot) (*report.Report, error) {
	set, gaps, fresh := p.read(ctx, snap)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := judge(p.tree, set, snap.History(), gaps, p.options)
	if p.options.Cache != nil && len(fresh) > 0 {
		// A cache that cannot store costs time later, nothing now.
		if err := p.options.Cache.Store(ctx, fresh); err != nil && errors.Is(err, context.Canceled) {
			return nil, err
		}
	}
	return r, nil
}

// read runs the extractors on what the cache did not have and puts all facts
// together in path order.
func (p *Plan) read(ctx context.Context, snap *repo.Snapshot) (*fact.Set, []repo.Gap, map[string][]byte) {
	var (
		mu    sync.Mutex
		fresh = map[string][]byte{}
		gaps  = slices.Concat(p.gaps, snap.Gaps())
		todo  []task
		seen  = map[string]bool{}
	)
	unread := map[string]bool{}
	for _, g := range gaps {
		unread[g.Path] = true
	}
	for _, t := range p.tasks {
		if _, ok := p.known[t.key]; !ok && !seen[t.key] {
			seen[t.key] = true
			todo = append(todo, t)
		}
	}
	parallel(len(todo), func(i int) {
		t := todo[i]
		src, ok := snap.Content(t.file.Blob)
		if !ok {
			if !unread[t.file.Path] {
				mu.Lock()
				unread[t.file.Path] = true
				gaps = append(gaps, repo.Gap{Path: t.file.Path, Reason: "its contents could not be read"})
				mu.Unlock()
			}
			return
		}
		facts, err := extract.Run(ctx, t.with, t.dialect, src)
		if ctx.Err() != nil {
			return
		}
		r := extract.Result{Facts: facts}
		if err != nil {
			r.Gap = err.Error()
		}
		var encoded []byte
		if p.options.Cache != nil && !errors.Is(err, extract.ErrTimeout) {
			encoded, _ = extract.Encode(r)
		}
		mu.Lock()
		defer mu.Unlock()
		p.known[t.key] = r
		if encoded != nil {
			fresh[t.key] = encoded
		}
	})
	var files []fact.File
	for _, t := range p.tasks {
		r, ok := p.known[t.key]
		if !ok {
			continue
		}
		if r.Gap != "" {
			gaps = append(gaps, repo.Gap{Path: t.file.Path, Reason: r.Gap})
		}
		if len(r.Facts) == 0 {
			continue
		}
		if n := len(files); n > 0 && files[n-1].Path == t.file.Path {
			files[n-1].Facts = slices.Concat(files[n-1].Facts, r.Facts)
		} else {
			files = append(files, fact.File{Path: t.file.Path, Facts: r.Facts})
		}
	}
	files, gaps = combine.Facts(ctx, p.tree, files, gaps)
	return fact.NewSet(files), gaps, fresh
}
