// Package webhook turns what GitHub sends into jobs: one file per event, each
// a pure function from a payload to the jobs it asks for, and one table. It
// talks to nobody; who receives the event books it and queues the jobs.
//
// A payload is signed by GitHub, but what it tells (branch names, say) was
// chosen by anybody. Names are checked before they become part of a job.
package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// ErrPayload means that a payload is not the JSON of its event.
var ErrPayload = errors.New("the payload is not the JSON of its event")

// Self says who we are on GitHub. Slug is "" while it is not known.
type Self struct {
	AppID int64
	Slug  string
}

// Decode returns the jobs that an event asks for. When it asks for none, note
// says why. The error is ErrPayload or none.
func Decode(self Self, event string, payload []byte) (work []jobs.Job, note string, err error) {
	decode := decoder(event)
	if decode == nil {
		return nil, "not an event we work on", nil
	}
	var e envelope
	if err := read(payload, &e); err != nil {
		return nil, "", err
	}
	switch {
	case e.Installation.ID <= 0:
		return nil, "no installation: a repository or organization webhook, not the App's", nil
	case e.own(self):
		return nil, "our own doing", nil
	case e.foreign(self):
		return nil, "another App's check", nil
	case e.elsewhere(self):
		return nil, "an issue that is not ours", nil
	}
	work, err = decode(payload)
	if err != nil {
		return nil, "", err
	}
	if len(work) == 0 {
		note = strings.TrimSpace("nothing to do for " + event + " " + e.Action)
	}
	return work, note, nil
}

// envelope is what all events share.
type envelope struct {
	Action       string       `json:"action"`
	Installation installation `json:"installation"`
	Sender       struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	} `json:"sender"`
	CheckRun   madeBy `json:"check_run"`
	CheckSuite madeBy `json:"check_suite"`
	Comment    struct {
		App *app `json:"performed_via_github_app"`
	} `json:"comment"`
	Issue struct {
		Number int       `json:"number"`
		Pull   *struct{} `json:"pull_request"`
		App    *app      `json:"performed_via_github_app"`
	} `json:"issue"`
}

type madeBy struct {
	App app `json:"app"`
}

type app struct {
	ID int64 `json:"id"`
}

// own says whether we caused the event ourselves.
func (e envelope) own(self Self) bool {
	if e.Comment.App != nil && e.Comment.App.ID == self.AppID && e.Sender.Type == "Bot" {
		return true
	}
	return self.Slug != "" && e.Sender.Type == "Bot" && strings.EqualFold(e.Sender.Login, self.Slug+"[bot]")
}

// foreign says whether the event is about a check of another App.
func (e envelope) foreign(self Self) bool {
	id := max(e.CheckRun.App.ID, e.CheckSuite.App.ID)
	return id != 0 && id != self.AppID
}

// elsewhere says whether the event is about an issue, not a pull request, that
// we did not open.
func (e envelope) elsewhere(self Self) bool {
	return e.Issue.Number > 0 && e.Issue.Pull == nil && (e.Issue.App == nil || e.Issue.App.ID != self.AppID)
}

type installation struct {
	ID int64 `json:"id"`
}

// repository is a repository as every event tells it.
type repository struct {
	ID            int64  `json:"id"`
	FullName      string `json:"full_name"`
	DefaultBranch string `json:"default_branch"`
}

// job returns a job for a repository, without what it is about.
func (r repository) job(in installation, reason jobs.Reason) (jobs.Job, error) {
	owner, name, ok := strings.Cut(r.FullName, "/")
	if r.ID <= 0 || !ok || !nameOK(owner) || !nameOK(name) {
		return jobs.Job{}, fmt.Errorf("%w: repository.id or repository.full_name is missing or not one", ErrPayload)
	}
	return jobs.Job{Installation: in.ID, RepositoryID: r.ID, Owner: owner, Repository: name, Reason: reason}, nil
}

// at adds the head; which field a wrong one stood in is told by where.
func at(j jobs.Job, ref, head, where string) (jobs.Job, error) {
	if !refOK(ref) || !commitOK(head) {
		return jobs.Job{}, fmt.Errorf("%w: %s has no valid branch and commit", ErrPayload, where)
	}
	j.Ref, j.Head = ref, head
	return j, nil
}

func read(payload []byte, into any) error {
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("%w: %w", ErrPayload, err)
	}
	return nil
}

// nameOK accepts what GitHub lets owners and repositories be called.
func nameOK(s string) bool {
	if s == "" || len(s) > 100 || s == "." || s == ".." {
		return false
	}
	for _, c := range []byte(s) {
		if c != '.' && c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// refOK refuses what git refuses and a database may not store.
func refOK(s string) bool {
	return s != "" && len(s) <= 1024 && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// commitOK accepts SHA-1 and SHA-256 object ids, but not the zero id.
func commitOK(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	return strings.Trim(s, "0123456789abcdef") == "" && strings.Trim(s, "0") != ""
}
