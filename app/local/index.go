package local

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"time"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

// recorded is what git's index knows of a file, if it is staged as it was
// committed. size is that of the file in the work tree when git last looked,
// modulo 2^32; 0 stands for a file that was just being written, too.
type recorded struct {
	known bool
	size  uint32
}

// maxIndex bounds the bytes of an index that is read.
const maxIndex = 1 << 28

// readIndex returns what git's index has of the files of a listing, in their
// order, and when it was written. What it does not have, or has otherwise than
// the commit, or has in a form that is not read here, is not known: the caller
// then looks at the contents. prefix is the folder that the listing is of.
func readIndex(name, prefix string, files []repo.File) ([]recorded, time.Time) {
	known := make([]recorded, len(files))
	f, err := os.Open(name)
	if err != nil {
		return known, time.Time{}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > maxIndex {
		return known, time.Time{}
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return known, time.Time{}
	}
	if prefix != "" {
		prefix += "/"
	}
	at, id := 0, make([]byte, 0, 2*maxID)
	for e := range indexEntries(data, idLength(files)) {
		p, ok := bytes.CutPrefix(e.path, []byte(prefix))
		if !ok || e.stage != 0 {
			continue
		}
		for at < len(files) && files[at].Path < string(p) { // both are in the order of their paths
			at++
		}
		if at < len(files) && files[at].Path == string(p) && files[at].Blob == string(hex.AppendEncode(id, e.id)) {
			known[at] = recorded{true, e.size}
		}
	}
	return known, info.ModTime()
}

// maxID is the length of the longest object id in bytes.
const maxID = 32

// idLength is the length of the repository's object ids in bytes.
func idLength(files []repo.File) int {
	if len(files) > 0 && len(files[0].Blob) == 2*maxID {
		return maxID
	}
	return 20
}

// indexEntry is one entry; path and id are good until the next.
type indexEntry struct {
	path, id []byte
	size     uint32
	stage    int
}

// indexEntries reads the entries of an index of version 2, 3 or 4, as git's
// documentation of the format has them, up to the first that is not whole.
func indexEntries(data []byte, id int) func(yield func(indexEntry) bool) {
	const stat = 40 // two times, device, inode, mode, owner, group; the size is last
	return func(yield func(indexEntry) bool) {
		if len(data) < 12 || string(data[:4]) != "DIRC" {
			return
		}
		version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
		if version < 2 || version > 4 {
			return
		}
		rest := data[12:]
		var path []byte
		for range count {
			head := stat + id + 2
			if len(rest) < head+2 {
				return
			}
			flags := binary.BigEndian.Uint16(rest[head-2:])
			e := indexEntry{id: rest[stat : stat+id], size: binary.BigEndian.Uint32(rest[stat-4:]), stage: int(flags >> 12 & 3)}
			if version > 2 && flags&0x4000 != 0 {
				head += 2
			}
			start := head
			if version == 4 { // a path is said by what it has in common with the one before
				drop, n := indexVarint(rest[head:])
				if n == 0 || drop > len(path) {
					return
				}
				path, start = path[:len(path)-drop], head+n
			} else {
				path = path[:0]
			}
			n := bytes.IndexByte(rest[start:], 0)
			if n < 0 {
				return
			}
			path = append(path, rest[start:start+n]...)
			end := start + n + 1
			if version < 4 {
				end = (start + n + 8) &^ 7 // one to eight zeros up to a multiple of eight
			}
			if end > len(rest) {
				return
			}
			rest, e.path = rest[end:], path
			if !yield(e) {
				return
			}
		}
	}
}

// indexVarint reads a number and how many bytes it takes, 0 for none.
func indexVarint(b []byte) (value, n int) {
	for n < len(b) && n < 5 {
		c := b[n]
		value, n = value<<7|int(c&0x7f), n+1
		if c&0x80 == 0 {
			return value, n
		}
		value++
	}
	return 0, 0
}
