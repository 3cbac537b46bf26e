package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"

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

// Encode turns a result into the cache's form.
func Encode(r Result) ([]byte, error) {
	fact.RegisterGob()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(r); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Decode reverses Encode. An error means the entry is of no use; the caller
// reads the file again.
func Decode(b []byte) (Result, error) {
	fact.RegisterGob()
	var r Result
	if len(b) == 0 {
		return r, errors.New("empty cache entry")
	}
	err := gob.NewDecoder(bytes.NewReader(b)).Decode(&r)
	return r, err
}
