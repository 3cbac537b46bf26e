package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Cache keeps encoded facts between commits. Keys are opaque, at most 64
// bytes; values are opaque too. Load returns what it has and leaves the rest
// out. Implementations may forget anything at any time.
type Cache interface {
	Load(ctx context.Context, keys []string) (map[string][]byte, error)
	Store(ctx context.Context, values map[string][]byte) error
}

// Key is what facts are cached under. The engine's build revision is part of
// it, so that a new build never reads what an older one understood.
func Key(revision string, e Extractor, dialect, blob string) string {
	h := sha256.New()
	for _, s := range []string{revision, e.Name(), dialect, blob} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// Result is what one run of one extractor gave: facts, and the reason of a gap
// when not everything could be read.
type Result struct {
	Facts []fact.Fact
	Gap   string
}
