package local

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cache keeps facts on disk between runs. Each Store writes one new file, a
// segment, under a name of its own and never touches another, so any number of
// processes may share the folder: a segment is there whole or not at all. Load
// looks through the newest segments first and marks those that were of use;
// once there is too much, those longest unused are dropped.
//
// A segment is its magic, a count, an index of keys with the length and the
// checksum of their values, then the values in that order.
type Cache struct {
	dir    string
	prefix string // of the segments of this build
	limit  int64
}

const (
	segmentMagic = "mlops-maturity facts 1\n"
	segmentEnd   = ".facts"
	// DefaultCacheBytes bounds the folder.
	DefaultCacheBytes = 256 << 20
	maxSegments       = 256
	maxKey            = 64
	maxEntries        = 1 << 20 // of one segment
	maxSegment        = 1 << 30 // bytes
)

// DefaultCacheDir is where the cache of this user is.
func DefaultCacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no place for a cache: %w", err)
	}
	return filepath.Join(dir, "mlops-maturity"), nil
}

// OpenCache returns the cache in a folder, which is made if need be. build
// names the program: only segments of the same build are read.
func OpenCache(dir, build string, limit int64) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the fact cache cannot be made: %w", err)
	}
	return &Cache{dir: dir, prefix: fmt.Sprintf("%08x-", crc32.ChecksumIEEE([]byte(build))), limit: limit}, nil
}

// Load returns what the cache has of these keys. A segment that cannot be read
// is as good as none.
func (c *Cache) Load(ctx context.Context, keys []string) (map[string][]byte, error) {
	segments, err := c.segments()
	if err != nil {
		return nil, err
	}
	want := make(map[string]bool, len(keys))
	for _, k := range keys {
		want[k] = true
	}
	found := make(map[string][]byte, len(keys))
	for _, s := range segments {
		if len(want) == 0 {
			break
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !strings.HasPrefix(s.name, c.prefix) {
			continue
		}
		before := len(found)
		if readSegment(filepath.Join(c.dir, s.name), want, found) == nil && len(found) > before && time.Since(s.used) > time.Hour {
			now := time.Now()
			_ = os.Chtimes(filepath.Join(c.dir, s.name), now, now) // only the order of dropping
		}
	}
	return found, nil
}

// Store writes the values as one segment, then makes room.
func (c *Cache) Store(ctx context.Context, values map[string][]byte) error {
	total := int64(0)
	for k, v := range values {
		if len(k) == 0 || len(k) > maxKey {
			return fmt.Errorf("a cache key has 1 to %d bytes, not %d", maxKey, len(k))
		}
		total += int64(len(v))
	}
	if len(values) == 0 || len(values) > maxEntries || total > c.limit/2 {
		return ctx.Err() // what would push out everything else is not kept
	}
	f, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return fmt.Errorf("the fact cache cannot be written: %w", err)
	}
	err = errors.Join(writeSegment(f, values), f.Close())
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		// The temporary name is unique among the running; the time makes it so for good.
		unique := strings.TrimPrefix(filepath.Base(f.Name()), "new-")
		err = os.Rename(f.Name(), filepath.Join(c.dir, fmt.Sprintf("%s%x-%s%s", c.prefix, time.Now().UnixNano(), unique, segmentEnd)))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the fact cache cannot be written: %w", err), os.Remove(f.Name()))
	}
	return c.trim()
}

type segment struct {
	name string
	size int64
	used time.Time
}

// segments lists all builds' segments, the last used first.
func (c *Cache) segments() ([]segment, error) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, fmt.Errorf("the fact cache cannot be read: %w", err)
	}
	var out []segment
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		switch {
		case strings.HasSuffix(e.Name(), segmentEnd):
			out = append(out, segment{e.Name(), info.Size(), info.ModTime()})
		case strings.HasPrefix(e.Name(), "new-") && time.Since(info.ModTime()) > time.Hour:
			_ = os.Remove(filepath.Join(c.dir, e.Name())) // of a process that was killed
		}
	}
	slices.SortFunc(out, func(a, b segment) int {
		return cmp.Or(b.used.Compare(a.used), cmp.Compare(b.name, a.name))
	})
	return out, nil
}

// trim drops what is over the limit. Another process may drop the same.
func (c *Cache) trim() error {
	segments, err := c.segments()
	if err != nil {
		return err
	}
	total := int64(0)
	for i, s := range segments {
		if total += s.size; total <= c.limit && i < maxSegments {
			continue
		}
		if err := os.Remove(filepath.Join(c.dir, s.name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("the fact cache cannot be trimmed: %w", err)
		}
	}
	return nil
}

func writeSegment(w io.Writer, values map[string][]byte) error {
	out := bufio.NewWriterSize(w, 1<<20)
	keys := slices.Sorted(maps.Keys(values))
	head := binary.LittleEndian.AppendUint32([]byte(segmentMagic), uint32(len(keys)))
	for _, k := range keys {
		v := values[k]
		head = append(append(head, byte(len(k))), k...)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(v)))
		head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE(v))
	}
	out.Write(head) // bufio keeps the first error for Flush
	for _, k := range keys {
		out.Write(values[k])
	}
	return out.Flush()
}

var errSegment = errors.New("not a whole segment")

// readSegment moves what it has from want to found. It reads the index whole
// and of the values only those wanted, in their order.
func readSegment(name string, want map[string]bool, found map[string][]byte) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > maxSegment {
		return errors.Join(err, errSegment)
	}
	in := bufio.NewReaderSize(f, 1<<18)
	head := make([]byte, len(segmentMagic)+4)
	if _, err := io.ReadFull(in, head); err != nil || string(head[:len(segmentMagic)]) != segmentMagic {
		return errSegment
	}
	count := binary.LittleEndian.Uint32(head[len(segmentMagic):])
	if count > maxEntries {
		return errSegment
	}
	type entry struct {
		key       string
		size, sum uint32
	}
	index, total := make([]entry, 0, count), int64(len(head))
	for range count {
		n, err := in.ReadByte()
		if err != nil || n == 0 || n > maxKey {
			return errSegment
		}
		b := make([]byte, int(n)+8)
		if _, err := io.ReadFull(in, b); err != nil {
			return errSegment
		}
		e := entry{string(b[:n]), binary.LittleEndian.Uint32(b[n:]), binary.LittleEndian.Uint32(b[n+4:])}
		index = append(index, e)
		total += int64(len(b)) + 1 + int64(e.size)
	}
	if total != info.Size() {
		return errSegment
	}
	left := 0
	for _, e := range index {
		if want[e.key] {
			left++
		}
	}
	for _, e := range index {
		if left == 0 {
			break // the values that follow are of no use
		}
		if !want[e.key] {
			if _, err := in.Discard(int(e.size)); err != nil {
				return errSegment
			}
			continue
		}
		v := make([]byte, e.size)
		if _, err := io.ReadFull(in, v); err != nil {
			return errSegment
		}
		left--
		if crc32.ChecksumIEEE(v) == e.sum {
			found[e.key] = v
			delete(want, e.key)
		}
	}
	return nil
}
