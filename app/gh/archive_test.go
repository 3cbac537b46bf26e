package gh

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/repo"
)

func tarball(t *testing.T, entries ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range entries {
		content := []byte(h.Linkname) // of regular files; links keep it as their target
		if h.Typeflag == tar.TypeReg {
			h.Size, h.Linkname = int64(len(content)), ""
		}
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func file(name, content string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Linkname: content}
}

// Only the blob's own bytes are taken, whatever else an archive holds.
func TestUntar(t *testing.T) {
	t.Parallel()
	want := map[string]string{"a.py": "import a\n", "b.py": "import b\n", "link.py": "import c\n", "twice.py": "first\n", "../up.py": "up\n"}
	byPath, ids := map[string]repo.File{}, map[string]string{}
	for p, content := range want {
		ids[p] = repo.BlobID([]byte(content))
		byPath[p] = repo.File{Path: p, Blob: ids[p]}
	}
	archive := tarball(t, tar.Header{Typeflag: tar.TypeDir, Name: "o-r-abc/"},
		file("o-r-abc/a.py", "import a\n"),
		file("o-r-abc/b.py", "import b # $Format:%H$ was replaced\n"),
		tar.Header{Typeflag: tar.TypeSymlink, Name: "o-r-abc/link.py", Linkname: "/etc/passwd"},
		file("o-r-abc/unwanted.py", "x"),
		file("o-r-abc/twice.py", "first\n"), file("o-r-abc/twice.py", "second\n"))
	r := reading{got: map[string][]byte{}}
	if err := r.untar(bytes.NewReader(archive), byPath); err != nil {
		t.Fatal(err)
	}
	if len(r.got) != 2 || string(r.got[ids["a.py"]]) != "import a\n" || string(r.got[ids["twice.py"]]) != "first\n" {
		t.Errorf("got %q, want a.py and the first twice.py", r.got)
	}
}

func TestUntarSaysWhenTheArchiveIsBroken(t *testing.T) {
	t.Parallel()
	whole := tarball(t, file("o/a.py", "import a\n"), file("o/b.py", "import b\n"))
	for name, body := range map[string][]byte{"cut": whole[:len(whole)/2], "no gzip": []byte("<html>"), "empty": nil} {
		r := reading{got: map[string][]byte{}}
		err := r.untar(bytes.NewReader(body), map[string]repo.File{"b.py": {Path: "b.py"}})
		if err == nil || errors.Is(err, errArchiveBound) {
			t.Errorf("%s: got %v, want an error that is tried again", name, err)
		}
	}
}

func TestArchiveBound(t *testing.T) {
	t.Parallel()
	zeros := io.LimitReader(zeroReader{}, 1<<20)
	if n, err := io.Copy(io.Discard, &cappedReader{from: zeros, left: 1000}); n != 1000 || !errors.Is(err, errArchiveBound) {
		t.Errorf("read %d bytes, then %v", n, err)
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
