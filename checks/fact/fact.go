// Package fact is what a line of a file says, and nothing more: "line 12 calls
// mlflow.log_metric", never "this project tracks experiments". Facts depend on
// the bytes of one file alone, so they are cached by its blob id. They carry a
// line, never a path; the path is attached when a Set is built.
//
// The kinds are a small closed set. A new kind needs two users or a decision
// record.
package fact

import (
	"fmt"
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
func (Loop) fact()       {}
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
func (Source) fact()     {}

// Kinds holds one value of every kind; the cache and the tests walk it.
var Kinds = []Fact{
	Import{}, Define{}, Call{}, Assign{}, Check{}, Command{}, Trigger{}, Job{},
	Uses{}, Dependency{}, Image{}, Copy{}, Resource{}, Stage{}, Text{}, Loop{}, Source{},
}

// kinds is how many there are.
const kinds = 17

// kindOf is the position of a fact's kind in Kinds.
func kindOf(f Fact) int {
	switch f.(type) {
	case Import:
		return 0
	case Define:
		return 1
	case Call:
		return 2
	case Assign:
		return 3
	case Check:
		return 4
	case Command:
		return 5
	case Trigger:
		return 6
	case Job:
		return 7
	case Uses:
		return 8
	case Dependency:
		return 9
	case Image:
		return 10
	case Copy:
		return 11
	case Resource:
		return 12
	case Stage:
		return 13
	case Text:
		return 14
	case Loop:
		return 15
	case Source:
		return 16
	}
	panic(fmt.Sprintf("fact: %T is none of Kinds", f)) // Fact cannot be implemented elsewhere
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
	kinds [kinds][]group // by kind: the files that have such facts, in path order
	of    [][kinds]int32 // by file: where its group of a kind is, plus one; 0 is none
}

// group says which facts of one file are of one kind. Most questions are about
// one kind, and most facts are calls: without groups, each would look at them all.
type group struct {
	file int32
	at   []uint32 // places among the file's facts
}

// NewSet takes files in path order.
func NewSet(files []File) *Set {
	s := &Set{files: files, index: make(map[string]int, len(files)), of: make([][kinds]int32, len(files))}
	for i, f := range files {
		s.index[f.Path] = i
		var count, next [kinds]int
		for _, x := range f.Facts {
			count[kindOf(x)]++
		}
		places, at := make([]uint32, len(f.Facts)), 0
		for k, n := range count {
			if n > 0 {
				s.kinds[k] = append(s.kinds[k], group{int32(i), places[at : at+n : at+n]})
				s.of[i][k] = int32(len(s.kinds[k]))
			}
			next[k] = at
			at += n
		}
		for j, x := range f.Facts {
			k := kindOf(x)
			places[next[k]] = uint32(j)
			next[k]++
		}
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
		var zero T
		for _, g := range s.kinds[kindOf(zero)] {
			f := &s.files[g.file]
			for _, i := range g.at {
				if !yield(f.Path, f.Facts[i].(T)) {
					return
				}
			}
		}
	}
}

// In iterates over the facts of one kind in one file.
func In[T Fact](s *Set, path string) iter.Seq[T] {
	return func(yield func(T) bool) {
		i, ok := s.index[path]
		if !ok {
			return
		}
		var zero T
		k := kindOf(zero)
		at := s.of[i][k]
		if at == 0 {
			return
		}
		facts := s.files[i].Facts
		for _, i := range s.kinds[k][at-1].at {
			if !yield(facts[i].(T)) {
				return
			}
		}
	}
}
