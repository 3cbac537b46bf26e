package githubsim

import (
	"bytes"
	"context"
	"strconv"
	"strings"
)

// diff is what changed between two commits, seen from their merge base.
type diff struct {
	mergeBase            string
	commits, behind      int
	additions, deletions int
	files                []diffFile
}

type diffFile struct {
	path, from, status, sha string
	additions, deletions    int
	patch                   string // "" for binary and for very large ones
}

func (d diff) status() string {
	switch {
	case d.commits > 0 && d.behind > 0:
		return "diverged"
	case d.commits > 0:
		return "ahead"
	case d.behind > 0:
		return "behind"
	}
	return "identical"
}

// diff compares base and head of the pull request.
func (p *Pull) diff(ctx context.Context) (diff, error) {
	return p.repo.dir.compare(ctx, p.BaseSHA(), p.HeadSHA())
}

// compare reads what is in head and not in base. Without a common ancestor the
// result has no merge base and is empty.
func (g gitDir) compare(ctx context.Context, base, head string) (diff, error) {
	var d diff
	out, err := g.git(ctx, nil, "merge-base", base, head)
	if err != nil {
		return d, nil //nolint:nilerr // git's way to say that there is none
	}
	d.mergeBase = strings.TrimSpace(string(out))
	out, err = g.git(ctx, nil, "rev-list", "--left-right", "--count", base+"..."+head)
	if err != nil {
		return d, err
	}
	if f := strings.Fields(string(out)); len(f) == 2 {
		d.behind, _ = strconv.Atoi(f[0])
		d.commits, _ = strconv.Atoi(f[1])
	}
	if d.files, err = g.diffFiles(ctx, d.mergeBase, head); err != nil {
		return d, err
	}
	for _, f := range d.files {
		d.additions += f.additions
		d.deletions += f.deletions
	}
	return d, nil
}

var diffStatus = map[byte]string{'A': "added", 'D': "removed", 'M': "modified", 'R': "renamed", 'C': "copied", 'T': "changed"}

func (g gitDir) diffFiles(ctx context.Context, from, to string) ([]diffFile, error) {
	raw, err := g.git(ctx, nil, "diff", "--raw", "-z", "-M", "--no-abbrev", from, to)
	if err != nil {
		return nil, err
	}
	patches, err := g.git(ctx, nil, "diff", "-M", "--no-color", "--no-ext-diff", "--full-index", from, to)
	if err != nil {
		return nil, err
	}
	texts := splitPatches(patches)
	var files []diffFile
	parts := strings.Split(string(raw), "\x00")
	text := 0
	for i := 0; i+1 < len(parts) && strings.HasPrefix(parts[i], ":"); {
		f := strings.Fields(parts[i])
		if len(f) != 5 {
			break
		}
		file := diffFile{status: diffStatus[f[4][0]], sha: f[3], path: parts[i+1]}
		i += 2
		if f[4][0] == 'R' || f[4][0] == 'C' {
			file.from, file.path = file.path, parts[i]
			i++
		}
		if f[4][0] == 'D' {
			file.sha = f[2]
		}
		if text < len(texts) {
			file.additions, file.deletions, file.patch = hunks(texts[text])
		}
		if text++; f[4][0] == 'T' {
			text++
		}
		files = append(files, file)
	}
	return files, nil
}

// splitPatches cuts git's output into one text per file, in the order of
// --raw. A change of type is two texts in a row and one file.
func splitPatches(out []byte) [][]byte {
	var texts [][]byte
	for i, text := range bytes.Split(append([]byte("\n"), out...), []byte("\ndiff --git ")) {
		if i > 0 {
			texts = append(texts, text)
		}
	}
	return texts
}

// maxPatch is the largest patch GitHub shows, in bytes.
const maxPatch = 500_000

// hunks gives a patch without its header, and its counts.
func hunks(text []byte) (additions, deletions int, patch string) {
	_, body, ok := bytes.Cut(text, []byte("\n@@ "))
	if !ok {
		return 0, 0, ""
	}
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		switch {
		case bytes.HasPrefix(line, []byte("+")):
			additions++
		case bytes.HasPrefix(line, []byte("-")):
			deletions++
		}
	}
	patch = "@@ " + strings.TrimSuffix(string(body), "\n")
	if len(patch) > maxPatch {
		patch = ""
	}
	return additions, deletions, patch
}

// fileJSON describes one changed file; s.mu is held.
func (s *Sim) fileJSON(r *Repo, head string, f diffFile) fields {
	path := escapePath(f.path)
	j := fields{
		"sha": f.sha, "filename": f.path, "status": f.status, "additions": f.additions, "deletions": f.deletions,
		"changes": f.additions + f.deletions, "blob_url": s.html("/%s/blob/%s/%s", r.FullName(), head, path),
		"raw_url":      s.html("/%s/raw/%s/%s", r.FullName(), head, path),
		"contents_url": s.api("/repos/%s/contents/%s?ref=%s", r.FullName(), path, head),
	}
	if f.patch != "" {
		j["patch"] = f.patch
	}
	if f.from != "" {
		j["previous_filename"] = f.from
	}
	return j
}
