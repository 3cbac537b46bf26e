package pattern

import (
	"hash/maphash"
	"regexp"
	"strings"
	"sync/atomic"
)

// memo keeps the answers for the last short texts that were asked, each in the
// slot that its hash names: a repository says the same few thousand names over
// and over. What is kept is bounded, and no lock is needed.
type memo struct {
	answers atomic.Pointer[[slots]atomic.Pointer[answer]]
}

// The bounds of a memo: 512 texts of at most 48 bytes.
const (
	slots    = 1 << 9
	longest  = 48
	shortest = 2
)

type answer struct {
	text string
	yes  bool
}

var seed = maphash.MakeSeed()

func (m *memo) match(re *regexp.Regexp, s string) bool {
	if len(s) > longest || len(s) < shortest {
		return re.MatchString(s)
	}
	answers := m.answers.Load()
	if answers == nil {
		answers = new([slots]atomic.Pointer[answer])
		m.answers.CompareAndSwap(nil, answers) // the loser's is forgotten
	}
	slot := &answers[maphash.String(seed, s)%slots]
	if a := slot.Load(); a != nil && a.text == s {
		return a.yes
	}
	a := &answer{strings.Clone(s), re.MatchString(s)} // s may hold a whole file
	slot.Store(a)
	return a.yes
}
