package place

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Many checks ask for the class of the same few thousand paths again and again,
// fact by fact. The answers of the last paths asked are kept, each in the slot
// its hash names, so what is kept is bounded and no lock is needed.
const slots = 1 << 13

type answer struct {
	path  string
	class Class
}

var (
	seed = maphash.MakeSeed()
	memo [slots]atomic.Pointer[answer]
)

// Of classifies a slash-separated path.
func Of(p string) Class {
	slot := &memo[maphash.String(seed, p)%slots]
	if a := slot.Load(); a != nil && a.path == p {
		return a.class
	}
	a := &answer{strings.Clone(p), classify(p)} // p may hold more
	if len(p) <= 512 {                          // a longer one is nobody's name, and not worth keeping
		slot.Store(a)
	}
	return a.class
}
