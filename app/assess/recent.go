package assess

import (
	"sync"
	"time"
)

// recent keeps a bounded number of values, each until its time is over. It is
// safe for concurrent use. When it is full it starts anew: what it holds is
// cheap to ask for again.
type recent[V any] struct {
	most int

	mu   sync.Mutex
	kept map[string]dated[V]
}

type dated[V any] struct {
	value V
	until time.Time // zero: for good
}

func (r *recent[V]) get(key string, now time.Time) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d, ok := r.kept[key]
	if ok && !d.until.IsZero() && !now.Before(d.until) {
		delete(r.kept, key)
		ok = false
	}
	return d.value, ok
}

func (r *recent[V]) put(key string, value V, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= r.most {
		r.kept = make(map[string]dated[V], r.most)
	}
	r.kept[key] = dated[V]{value, until}
}
