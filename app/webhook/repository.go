package webhook

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// decodeRepository: a repository that is deleted is forgotten. What it is
// called and who may see it is learnt from any event; see Learn.
func decodeRepository(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action       string       `json:"action"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	if p.Action != "deleted" {
		return nil, nil
	}
	j, err := p.Repository.job(p.Installation, jobs.Removed)
	if err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}

// removed forgets the repositories that an installation may no longer read.
func removed(in installation, repositories []repository) ([]jobs.Job, error) {
	var work []jobs.Job
	for _, r := range repositories[:min(len(repositories), maxInstalled)] {
		j, err := r.job(in, jobs.Removed)
		if err != nil {
			return nil, err
		}
		work = append(work, j)
	}
	return work, nil
}

// Learn returns what an event tells of its repository; ok is false when it
// tells nothing, or speaks of one that is gone. The lists of installation
// events tell no time and are left out: the first judgement tells the same.
func Learn(event string, payload []byte) (seen jobs.Sighting, ok bool) {
	var p struct {
		Action       string       `json:"action"`
		Installation installation `json:"installation"`
		Repository   struct {
			repository
			Private    *bool           `json:"private"`
			Visibility string          `json:"visibility"`
			UpdatedAt  json.RawMessage `json:"updated_at"`
		} `json:"repository"`
	}
	if decoder(event) == nil || read(payload, &p) != nil || p.Installation.ID <= 0 || event == "repository" && p.Action == "deleted" {
		return jobs.Sighting{}, false
	}
	r := p.Repository
	j, err := r.job(p.Installation, "")
	if err != nil {
		return jobs.Sighting{}, false
	}
	seen = jobs.Sighting{Installation: j.Installation, Repository: j.RepositoryID, FullName: j.Owner + "/" + j.Repository, At: instant(r.UpdatedAt)}
	if refOK(r.DefaultBranch) {
		seen.Branch = r.DefaultBranch
	}
	switch {
	case r.Private == nil:
	case r.Visibility == "internal" || r.Visibility == "private":
		seen.Visibility = r.Visibility
	case *r.Private:
		seen.Visibility = "private"
	default:
		seen.Visibility = "public"
	}
	return seen, true
}

// instant reads a time as GitHub writes it, as text or in seconds; zero when it
// is neither.
func instant(raw json.RawMessage) time.Time {
	text := strings.Trim(string(raw), `"`)
	if at, err := time.Parse(time.RFC3339, text); err == nil && at.Unix() > 0 {
		return at
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n < 1<<40 {
		return time.Unix(n, 0)
	}
	return time.Time{}
}
