package checks_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/sampletree"
)

// memory is a fact cache that forgets nothing.
type memory struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (m *memory) Load(_ context.Context, keys []string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make(map[string][]byte, len(keys))
	for _, k := range keys {
		if v, ok := m.values[k]; ok {
			found[k] = v
		}
	}
	return found, nil
}

func (m *memory) Store(_ context.Context, values map[string][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string][]byte{}
	}
	maps.Copy(m.values, values)
	return nil
}

// sample is a made-up commit of n files.
func sample(n int) (*repo.Snapshot, int64) {
	var files []repo.File
	contents, total := map[string][]byte{}, int64(0)
	for p, b := range sampletree.Files(n, sampletree.Monorepo) {
		id := repo.BlobID(b)
		files, contents[id] = append(files, repo.File{Path: p, Blob: id, Size: int64(len(b))}), b
		total += int64(len(b))
	}
	return repo.NewSnapshot("", repo.NewTree(files), contents, nil), total
}

// sizes are the numbers of files at once, twice and four times the bytes: the
// MB/s of linear time are the same for all.
var sizes = []int{1000, 2000, 4000}

func BenchmarkScanCold(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			snap, total := sample(n)
			b.SetBytes(total)
			b.ReportAllocs()
			for b.Loop() {
				assess(b, snap, checks.Options{})
			}
		})
	}
}

func BenchmarkScanWarm(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			snap, total := sample(n)
			o := checks.Options{Cache: &memory{}}
			assess(b, snap, o)
			b.SetBytes(total)
			b.ReportAllocs()
			for b.Loop() {
				assess(b, snap, o)
			}
		})
	}
}

func assess(tb testing.TB, snap *repo.Snapshot, o checks.Options) {
	tb.Helper()
	plan, err := checks.NewPlan(tb.Context(), snap.Tree, o)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := plan.Assess(tb.Context(), snap); err != nil {
		tb.Fatal(err)
	}
}
