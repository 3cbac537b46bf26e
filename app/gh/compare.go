package gh

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/go-github/v62/github"
)

// LineRange is lines of the new side of a change, both ends included.
type LineRange struct{ From, To int }

// Comparison is how a head differs from where it left its base.
type Comparison struct {
	MergeBase string
	Status    string                 // ahead, behind, diverged or identical, of the head
	Added     map[string][]LineRange // lines added or changed, by path at the head
	Complete  bool                   // false when GitHub listed only some of the files
}

// The bounds of a comparison.
const (
	compareFiles = 300 // GitHub lists no more in a comparison
	maxFilePages = 10  // of a hundred, of a pull request's files
)

// Compare reads the merge base and the changed lines by one request.
func (c *Client) Compare(ctx context.Context, base, head string) (Comparison, error) {
	diff, _, err := c.api.Repositories.CompareCommits(ctx, c.owner, c.name, base, head, &github.ListOptions{Page: 1, PerPage: 1})
	if err != nil {
		return Comparison{}, c.app.explain("compare "+base+" with "+head, err)
	}
	result := Comparison{MergeBase: diff.GetMergeBaseCommit().GetSHA(), Status: diff.GetStatus(), Added: map[string][]LineRange{}, Complete: len(diff.Files) < compareFiles}
	if !objectID(result.MergeBase) {
		return Comparison{}, fmt.Errorf("compare %s with %s: there is no merge base", base, head)
	}
	for _, f := range diff.Files {
		result.add(f)
	}
	return result, nil
}

// PullFiles adds the changed lines of a pull request that is too large for
// Compare, up to a thousand files.
func (c *Client) PullFiles(ctx context.Context, number int, into *Comparison) error {
	page := 1
	for range maxFilePages {
		files, resp, err := c.api.PullRequests.ListFiles(ctx, c.owner, c.name, number, &github.ListOptions{Page: page, PerPage: 100})
		if err != nil {
			return c.app.explain(fmt.Sprintf("list the files of pull request %d", number), err)
		}
		for _, f := range files {
			into.add(f)
		}
		if page = resp.NextPage; page == 0 {
			into.Complete = true
			return nil
		}
	}
	return nil
}

func (c *Comparison) add(f *github.CommitFile) {
	if f.GetStatus() == "removed" {
		return
	}
	if lines := addedLines(f.GetPatch()); len(lines) > 0 {
		c.Added[f.GetFilename()] = lines
	}
}

// addedLines reads the new side's added lines out of a unified diff without
// file headers, as GitHub gives it. It stops at anything it does not know.
func addedLines(patch string) []LineRange {
	var lines []LineRange
	at, in := 0, false
	for line := range strings.SplitSeq(patch, "\n") {
		switch {
		case strings.HasPrefix(line, "@@ "):
			if at, in = hunkStart(line); !in {
				return lines
			}
		case !in || line == "" || line[0] == '-' || line[0] == '\\':
		case line[0] == '+':
			if n := len(lines); n > 0 && lines[n-1].To == at-1 {
				lines[n-1].To = at
			} else {
				lines = append(lines, LineRange{at, at})
			}
			at++
		case line[0] == ' ':
			at++
		default:
			return lines
		}
	}
	return lines
}

// hunkStart reads c of "@@ -a,b +c,d @@".
func hunkStart(line string) (int, bool) {
	_, after, ok := strings.Cut(line, " +")
	if !ok {
		return 0, false
	}
	number := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
	n, err := strconv.Atoi(number)
	return n, err == nil && n >= 0
}
