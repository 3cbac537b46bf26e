package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// npmPackage is one source: which file of which package, and what becomes of
// it.
type npmPackage struct {
	name, version string
	sum           string // SHA-256 of the .tgz that npm pack gives
	file          string // inside the package
	home, owner   string // for the notice
	kept          string // likewise: what was kept, in words
	out           string // from the root of the repository
	trim          func([]byte) ([]byte, error)
}

var packages = []npmPackage{
	{
		name: "@octokit/openapi", version: "23.0.2",
		sum:  "71a18407dd5e8464f4e0525daf03deabbe65abd9287d6adc7b5d98f516cd0d0c",
		file: "package/generated/api.github.com.json",
		home: "https://github.com/octokit/openapi", owner: "Copyright (c) 2020 Octokit contributors",
		kept: "the operations listed in app/githubsim/contract/trim/operations.go and the components they refer to, without descriptions, titles, examples and extensions",
		out:  "app/githubsim/contract/testdata/rest/openapi.json.gz",
		trim: trimOpenAPI,
	},
	{
		name: "@octokit/graphql-schema", version: "15.26.1",
		sum:  "053e74249dafce2118fd9b7ae499b067d57c5f910c57745699ac45108bc68d1e",
		file: "package/schema.graphql",
		home: "https://github.com/octokit/graphql-schema", owner: "Copyright (c) GitHub 2025",
		kept: "the types listed in app/githubsim/contract/trim/graphql.go, with those of their fields that lead to kept types, without descriptions",
		out:  "app/githubsim/contract/testdata/graphql/schema.graphql.gz",
		trim: trimGraphQL,
	},
	{
		name: "@octokit/webhooks-examples", version: "7.6.1",
		sum:  "89e6cb1c6345d32e3dd775617fa54effbdc26c859e514898d7728e95e9738280",
		file: "package/api.github.com/index.json",
		home: "https://github.com/octokit/webhooks", owner: "Author: Gregor Martynus and the contributors of octokit/webhooks. (The package names the licence; it carries no copyright line of its own.)",
		kept: "the payloads of the events listed in app/githubsim/contract/trim/operations.go, each unchanged",
		out:  "app/githubsim/examples/testdata/examples.json.gz",
		trim: trimExamples,
	},
}

// maxFile is the largest file taken out of a package, in bytes.
const maxFile = 64 << 20

// fetch downloads the package with npm, checks it and reads its file.
func (p npmPackage) fetch(record bool) ([]byte, error) {
	dir, err := os.MkdirTemp("", "trim-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", p.name+"@"+p.version)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s@%s: %w", p.name, p.version, err)
	}
	f, err := os.Open(filepath.Join(dir, filepath.Base(strings.TrimSpace(string(out)))))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	hash := sha256.New()
	data, err := member(io.TeeReader(f, hash), p.file)
	if err != nil {
		return nil, fmt.Errorf("%s@%s: %w", p.name, p.version, err)
	}
	if _, err := io.Copy(hash, f); err != nil {
		return nil, err
	}
	switch sum := hex.EncodeToString(hash.Sum(nil)); {
	case record:
		fmt.Printf("%s@%s %s\n", p.name, p.version, sum)
	case sum != p.sum:
		return nil, fmt.Errorf("%s@%s has the checksum %s, not the recorded %s", p.name, p.version, sum, p.sum)
	}
	return data, nil
}

// member reads one file of a .tgz.
func member(r io.Reader, name string) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("no file %s", name)
		}
		if err != nil {
			return nil, err
		}
		if h.Name == name {
			return io.ReadAll(io.LimitReader(t, maxFile))
		}
	}
}

// noticeText is filled with: file, package, version, member, home, checksum,
// what was kept, copyright line.
const noticeText = `
%s is an excerpt of the npm package %s, version %s,
file %s (%s).
SHA-256 of the package: %s
Kept: %s.
Written by: go run ./app/githubsim/contract/trim

It is distributed under the MIT licence:

%s

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice (including the next paragraph) shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
