// Package repo holds one commit of a repository as an immutable value: its
// tree, the contents that were needed, and the gaps, which are the things that
// could not be read. It knows nothing of GitHub, disks or networks; who reads
// a commit builds a Snapshot and hands it over.
package repo

import (
	"cmp"
	"crypto/sha1"
	"encoding/hex"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Mode says what a tree entry is.
type Mode uint8

// The kinds of tree entries git knows.
const (
	Regular Mode = iota
	Executable
	Symlink
	Submodule
)

// File is one entry of a tree. Path is slash-separated and relative to the
// root; Blob is git's object id of the contents in hexadecimal; Size is in
// bytes.
type File struct {
	Path string
	Blob string
	Size int64
	Mode Mode
}

// Gap is something that could not be read, and why. It is part of the report,
// never a log line.
type Gap struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Tree is the sorted list of files of one commit.
type Tree struct {
	files []File
	dirs  map[string]bool
}

// NewTree sorts files by path, drops entries whose path is not clean, relative
// and inside the root, and keeps the first of equal paths.
func NewTree(files []File) Tree {
	kept := make([]File, 0, len(files))
	for _, f := range files {
		if cleanPath(f.Path) {
			kept = append(kept, f)
		}
	}
	slices.SortStableFunc(kept, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	kept = slices.CompactFunc(kept, func(a, b File) bool { return a.Path == b.Path })
	dirs := map[string]bool{"": true, ".": true}
	for _, f := range kept {
		for d := path.Dir(f.Path); d != "." && !dirs[d]; d = path.Dir(d) {
			dirs[d] = true
		}
	}
	return Tree{files: kept, dirs: dirs}
}

func cleanPath(p string) bool {
	return p != "" && p[0] != '/' && path.Clean(p) == p && p != ".." && !strings.HasPrefix(p, "../")
}

// Files returns the entries in path order. The slice must not be changed.
func (t Tree) Files() []File { return t.files }

// Len is the number of entries.
func (t Tree) Len() int { return len(t.files) }

// File returns the entry at path.
func (t Tree) File(p string) (File, bool) {
	i, ok := slices.BinarySearchFunc(t.files, p, func(f File, p string) int { return cmp.Compare(f.Path, p) })
	if !ok {
		return File{}, false
	}
	return t.files[i], true
}

// HasDir says whether a folder of that path exists ("" and "." are the root).
func (t Tree) HasDir(p string) bool { return t.dirs[strings.TrimSuffix(p, "/")] }

// Under returns the entries below a folder in path order.
func (t Tree) Under(dir string) []File {
	if dir == "" || dir == "." {
		return t.files
	}
	prefix := strings.TrimSuffix(dir, "/") + "/"
	lo, _ := slices.BinarySearchFunc(t.files, prefix, func(f File, p string) int { return cmp.Compare(f.Path, p) })
	hi := lo
	for hi < len(t.files) && strings.HasPrefix(t.files[hi].Path, prefix) {
		hi++
	}
	return t.files[lo:hi]
}

// BlobID is the object id git gives to contents of that kind ("blob").
func BlobID(content []byte) string {
	h := sha1.New()
	h.Write([]byte("blob " + strconv.Itoa(len(content)) + "\x00"))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}
