package repo

import (
	"cmp"
	"slices"
)

// Snapshot is one commit: identity, tree, the contents that were needed (by
// blob id) and the gaps met while reading it. Build it with NewSnapshot and
// do not change it afterwards.
type Snapshot struct {
	Commit   string // object id, or "" for a plain folder
	Tree     Tree
	contents map[string][]byte
	read     func(blob string) ([]byte, bool)
	gaps     []Gap
	history  History
}

// History is what git history or GitHub's API tell about the people side, as
// counts only: no person is ever named. Known is false when nobody asked.
type History struct {
	Known bool
	// Areas maps an area (data, training, serving) to the number of people,
	// bots left out, who changed it in the last year; Span counts the people
	// who changed two or more areas.
	Areas map[string]int
	Span  int
	// ReviewRequired and ReviewedMost come from the API; ReviewKnown is false
	// when it could not be asked.
	ReviewKnown    bool
	ReviewRequired bool
	ReviewedMost   bool
}

// NewSnapshot freezes one commit. contents is keyed by blob id.
func NewSnapshot(commit string, tree Tree, contents map[string][]byte, gaps []Gap) *Snapshot {
	sorted := slices.Clone(gaps)
	slices.SortFunc(sorted, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Reason, b.Reason))
	})
	return &Snapshot{Commit: commit, Tree: tree, contents: contents, gaps: slices.Compact(sorted)}
}

// WithHistory returns a copy that carries h.
func (s *Snapshot) WithHistory(h History) *Snapshot {
	c := *s
	c.history = h
	return &c
}

// WithReader returns a copy that asks read for the contents that NewSnapshot
// was not given, so that a large commit need not be held in memory at once.
// read is called from several goroutines, and must give the bytes of that very
// blob or say that it cannot.
func (s *Snapshot) WithReader(read func(blob string) ([]byte, bool)) *Snapshot {
	c := *s
	c.read = read
	return &c
}

// History returns what is known of the people side.
func (s *Snapshot) History() History { return s.history }

// Content returns the contents of a blob when they were read.
func (s *Snapshot) Content(blob string) ([]byte, bool) {
	b, ok := s.contents[blob]
	if !ok && s.read != nil {
		return s.read(blob)
	}
	return b, ok
}

// Gaps returns what could not be read, in path order.
func (s *Snapshot) Gaps() []Gap { return s.gaps }
