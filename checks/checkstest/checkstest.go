// Package checkstest reads test cases for the checks. One txtar file is one
// small repository with the verdict that the rubric gives it; it is test code
// only, and pure: who calls it reads and writes the files.
//
//	training.automated: partial
//	Why this is the right verdict, for the person who reads a failure.
//	!executable scripts/train.sh
//
//	-- scripts/train.sh --
//	python train.py
//	-- want --
//	status: partial
//	reason: ...
//
// The first line is a person's judgement and never rewritten. The want section
// is what the engine says in detail, and -update rewrites it. A line that
// starts with "!" says what an archive cannot:
//
//	!executable PATH       the file's executable bit is set
//	!symlink PATH TARGET   a symbolic link
//	!submodule PATH        a submodule
//	!size PATH BYTES       a file listed with that size, and never read
//	!gap PATH REASON       something that could not be read; "." is the listing
//	!people AREA=N span=N  how many people changed an area, and two or more
//	!review required       or most, or none: what GitHub's API says of reviews
package checkstest

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Kind is the check id of cases about a repository's kind.
const Kind = "kind"

// Case is one repository and the verdict it should get.
type Case struct {
	Check  string // capability id, or Kind
	Status string // a status, or a kind
	Why    string
	Want   string // the want section, "" for none yet

	archive  *txtar.Archive
	files    []repo.File
	contents map[string][]byte
	gaps     []repo.Gap
	history  repo.History
}

const want = "want"

// Parse reads a case.
func Parse(data []byte) (*Case, error) {
	c := &Case{archive: txtar.Parse(data), contents: map[string][]byte{}}
	head, rest, _ := strings.Cut(string(c.archive.Comment), "\n")
	id, status, ok := strings.Cut(head, ": ")
	if !ok {
		return nil, fmt.Errorf("the first line is %q, not \"check: status\"", head)
	}
	c.Check, c.Status = id, strings.TrimSpace(status)
	index := map[string]int{}
	for _, f := range c.archive.Files {
		if f.Name == want {
			c.Want = string(f.Data)
			continue
		}
		if _, twice := index[f.Name]; twice {
			return nil, fmt.Errorf("%s is there twice", f.Name)
		}
		index[f.Name] = len(c.files)
		blob := repo.BlobID(f.Data)
		c.files = append(c.files, repo.File{Path: f.Name, Blob: blob, Size: int64(len(f.Data))})
		c.contents[blob] = f.Data
	}
	var why []string
	for _, line := range strings.Split(rest, "\n") {
		directive, isDirective := strings.CutPrefix(line, "!")
		if !isDirective {
			why = append(why, line)
			continue
		}
		if err := c.apply(directive, index); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	c.Why = strings.TrimSpace(strings.Join(why, "\n"))
	if c.Why == "" {
		return nil, fmt.Errorf("nothing says why %s is %s", c.Check, c.Status)
	}
	return c, nil
}

func (c *Case) apply(directive string, index map[string]int) error {
	name, rest, _ := strings.Cut(directive, " ")
	path, argument, _ := strings.Cut(rest, " ")
	if path == "" {
		return fmt.Errorf("names no path")
	}
	switch name {
	case "executable":
		i, ok := index[path]
		if !ok {
			return fmt.Errorf("there is no such file")
		}
		c.files[i].Mode = repo.Executable
	case "symlink":
		c.files = append(c.files, repo.File{Path: path, Blob: repo.BlobID([]byte(argument)), Size: int64(len(argument)), Mode: repo.Symlink})
	case "submodule":
		c.files = append(c.files, repo.File{Path: path, Blob: strings.Repeat("0", 40), Mode: repo.Submodule})
	case "size":
		n, err := strconv.ParseInt(argument, 10, 64)
		if err != nil {
			return err
		}
		c.files = append(c.files, repo.File{Path: path, Blob: repo.BlobID([]byte(directive)), Size: n})
	case "gap":
		if path == "." {
			path = ""
		}
		c.gaps = append(c.gaps, repo.Gap{Path: path, Reason: argument})
	case "people":
		return c.people(strings.Fields(rest))
	case "review":
		c.history.ReviewKnown = true
		c.history.ReviewRequired, c.history.ReviewedMost = path == "required", path == "most"
		if path != "required" && path != "most" && path != "none" {
			return fmt.Errorf("it is required, most or none")
		}
	default:
		return fmt.Errorf("there is no such directive")
	}
	return nil
}

func (c *Case) people(counts []string) error {
	c.history.Known, c.history.Areas = true, map[string]int{}
	for _, count := range counts {
		area, number, _ := strings.Cut(count, "=")
		n, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		if area == "span" {
			c.history.Span = n
		} else {
			c.history.Areas[area] = n
		}
	}
	return nil
}

// Judge runs the whole engine on the repository.
func (c *Case) Judge(ctx context.Context) (*report.Report, error) {
	tree := repo.NewTree(c.files)
	plan, err := checks.NewPlan(ctx, tree, checks.Options{Repository: "acme/example", Version: "test"})
	if err != nil {
		return nil, err
	}
	return plan.Assess(ctx, repo.NewSnapshot("", tree, c.contents, c.gaps).WithHistory(c.history))
}

// Format returns the rewritten case with this want section.
func (c *Case) Format(text string) []byte {
	a := &txtar.Archive{Comment: bytes.TrimRight(c.archive.Comment, "\n")}
	a.Comment = append(a.Comment, "\n\n"...)
	for _, f := range c.archive.Files {
		if f.Name != want {
			a.Files = append(a.Files, f)
		}
	}
	a.Files = append(a.Files, txtar.File{Name: want, Data: []byte(text)})
	return txtar.Format(a)
}
