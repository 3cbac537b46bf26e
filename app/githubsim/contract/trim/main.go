// Command trim makes the test data that keeps the stand-in for GitHub honest
// out of three packages that GitHub's own integration team publishes on npm: the
// OpenAPI description of the REST interface, cut down to the operations the App
// uses and without prose; the GraphQL schema, cut down to the types it asks for;
// and example webhook payloads, cut down to the events in use and three that the
// App must ignore.
//
// It is run by hand, from the root of the repository, when a version in
// packages.go is raised or an operation is added to operations.go:
//
//	go run ./app/githubsim/contract/trim
//
// It needs npm and the npm registry; the tests need neither, since what it
// writes is committed. It refuses a package whose checksum is not the recorded
// one; -record prints the new checksum instead.
package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	record := flag.Bool("record", false, "print the checksums of the packages instead of checking them")
	flag.Parse()
	if err := run(*record); err != nil {
		fmt.Fprintln(os.Stderr, "trim:", err)
		os.Exit(1)
	}
}

func run(record bool) error {
	for _, p := range packages {
		raw, err := p.fetch(record)
		if err != nil {
			return err
		}
		kept, err := p.trim(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := write(p.out, kept); err != nil {
			return err
		}
		notice := strings.TrimLeft(fmt.Sprintf(noticeText, filepath.Base(p.out), p.name, p.version, p.file, p.home, p.sum, p.kept, p.owner), "\n")
		if err := os.WriteFile(filepath.Join(filepath.Dir(p.out), "NOTICE"), []byte(notice), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// write stores data gzipped, the same bytes every time: the header carries no
// time.
func write(path string, data []byte) error {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d gzipped\n", path, len(data), out.Len())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
