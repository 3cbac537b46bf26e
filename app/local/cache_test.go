package local

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
)

var _ extract.Cache = (*Cache)(nil)

func newCache(t *testing.T, dir, build string, limit int64) *Cache {
	t.Helper()
	c, err := OpenCache(dir, build, limit)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func store(t *testing.T, c *Cache, values map[string][]byte) {
	t.Helper()
	if err := c.Store(t.Context(), values); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, c *Cache, keys ...string) map[string][]byte {
	t.Helper()
	got, err := c.Load(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestCacheKeepsWhatWasStored(t *testing.T) {
	dir := t.TempDir()
	c := newCache(t, dir, "1", 1<<20)
	store(t, c, map[string][]byte{"a": []byte("one"), "b": {}})
	store(t, c, map[string][]byte{"c": []byte("three")})
	again := newCache(t, dir, "1", 1<<20)
	got := load(t, again, "a", "b", "c", "d")
	if len(got) != 3 || string(got["a"]) != "one" || string(got["c"]) != "three" {
		t.Errorf("%q", got)
	}
	if got := load(t, newCache(t, dir, "2", 1<<20), "a"); len(got) != 0 {
		t.Errorf("another build reads %q", got)
	}
	if err := c.Store(t.Context(), map[string][]byte{"": nil}); err == nil {
		t.Error("an empty key is taken")
	}
}

// Every way a segment can be cut or altered costs entries, never a wrong one.
func TestDamagedSegments(t *testing.T) {
	dir := t.TempDir()
	c := newCache(t, dir, "1", 1<<20)
	store(t, c, map[string][]byte{"a": []byte("one"), "b": []byte("two")})
	names, _ := filepath.Glob(filepath.Join(dir, "*.facts"))
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	check := func(b []byte) {
		if err := os.WriteFile(names[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
		got := load(t, c, "a", "b")
		if len(got) < 2 {
			damaged++
		}
		for k, want := range map[string]string{"a": "one", "b": "two"} {
			if v, ok := got[k]; ok && string(v) != want {
				t.Fatalf("%q gives %s = %q", b, k, v)
			}
		}
	}
	for i := range whole {
		check(whole[:i])
		flipped := bytes.Clone(whole)
		flipped[i] ^= 0x41
		check(flipped)
	}
	if damaged < len(whole) {
		t.Errorf("only %d of %d damages were seen", damaged, 2*len(whole))
	}
}

func TestCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	c := newCache(t, dir, "1", 10_000)
	for i := range 20 {
		store(t, c, map[string][]byte{fmt.Sprint("k", i): make([]byte, 1000)})
		names, _ := filepath.Glob(filepath.Join(dir, "*.facts"))
		for k, n := range names { // time stands still within a test
			when := time.Now().Add(-time.Duration(len(names)-k) * time.Minute)
			if err := os.Chtimes(n, when, when); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := load(t, c, "k0", "k19"); len(got) != 1 || got["k19"] == nil {
		t.Errorf("the oldest is kept or the newest is not: %d", len(got))
	}
	total := int64(0)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > 10_000 {
		t.Errorf("%d bytes are kept", total)
	}
	store(t, c, map[string][]byte{"huge": make([]byte, 9_000)})
	if got := load(t, c, "huge"); len(got) != 0 {
		t.Error("one store may push out everything else")
	}
}

func TestManyProcessesMayShareTheFolder(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for p := range 8 {
		wg.Go(func() {
			c, err := OpenCache(dir, "1", 50_000)
			for i := range 20 {
				if err == nil {
					err = c.Store(t.Context(), map[string][]byte{fmt.Sprintf("%d-%d", p, i): make([]byte, 1000)})
				}
				if err == nil {
					_, err = c.Load(t.Context(), []string{"0-0", "7-19"})
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, "new-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
