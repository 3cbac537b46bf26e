// Package fact is what a line of a file says, and nothing more: "line 12 calls
// mlflow.log_metric", never "this project tracks experiments". Facts depend on
// the bytes of one file alone, so they are cached by its blob id. They carry a
// line, never a path; the path is attached when a Set is built.
//
// The kinds are a small closed set. A new kind needs two users or a decision
// record.
package fact

import (
	"encoding/gob"
	"iter"
)

// Pos is where a fact stands. Line counts from 1; 0 means the whole file.
type Pos struct{ Line int }

// At returns the line.
func (p Pos) At() int { return p.Line }

// Fact is one of the kinds of this package.
type Fact interface {
	At() int
	fact()
}

func (Import) fact()     {}
func (Define) fact()     {}
func (Call) fact()       {}
func (Assign) fact()     {}
func (Check) fact()      {}
func (Command) fact()    {}
func (Trigger) fact()    {}
func (Job) fact()        {}
func (Uses) fact()       {}
func (Dependency) fact() {}
func (Image) fact()      {}
func (Copy) fact()       {}
func (Resource) fact()   {}
func (Stage) fact()      {}
func (Text) fact()       {}

// Kinds holds one value of every kind; the cache and the tests walk it.
var Kinds = []Fact{
	Import{}, Define{}, Call{}, Assign{}, Check{}, Command{}, Trigger{}, Job{},
	Uses{}, Dependency{}, Image{}, Copy{}, Resource{}, Stage{}, Text{},
}

// RegisterGob makes the kinds known to encoding/gob. It may be called often.
func RegisterGob() {
	for _, k := range Kinds {
		gob.Register(k)
	}
}

// File is the facts of one file, in line order.
type File struct {
	Path  string
	Facts []Fact
}

// Set is the facts of one commit: files in path order.
type Set struct {
	files []File
	index map[string]int
}

// NewSet takes files in path order.
func NewSet(files []File) *Set {
	s := &Set{files: files, index: make(map[string]int, len(files))}
	for i, f := range files {
		s.index[f.Path] = i
	}
	return s
}

// Files returns all files that have facts, in path order.
func (s *Set) Files() []File { return s.files }

// Of returns the facts of one file.
func (s *Set) Of(path string) []Fact {
	if i, ok := s.index[path]; ok {
		return s.files[i].Facts
	}
	return nil
}

// All iterates over every fact of one kind with its path.
func All[T Fact](s *Set) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for _, f := range s.files {
			for _, x := range f.Facts {
				if t, ok := x.(T); ok && !yield(f.Path, t) {
					return
				}
			}
		}
	}
}

// In iterates over the facts of one kind in one file.
func In[T Fact](s *Set, path string) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, x := range s.Of(path) {
			if t, ok := x.(T); ok && !yield(t) {
				return
			}
		}
	}
}
