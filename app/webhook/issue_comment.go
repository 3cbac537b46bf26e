package webhook

import (
	"fmt"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
)

// decodeIssueComment: a new comment of a person may hold a command. Edited and
// deleted ones, and those of bots, ask for nothing; neither do comments on
// issues that are not ours (see envelope.elsewhere).
func decodeIssueComment(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action  string `json:"action"`
		Comment struct {
			ID        int64     `json:"id"`
			Body      string    `json:"body"`
			CreatedAt time.Time `json:"created_at"`
		} `json:"comment"`
		Issue struct {
			Number int       `json:"number"`
			Pull   *struct{} `json:"pull_request"`
		} `json:"issue"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
		Sender       person       `json:"sender"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	line, more := talk.Find(p.Comment.Body)
	if p.Action != "created" || line == "" || p.Sender.Type != "User" {
		return nil, nil
	}
	j, err := p.Repository.job(p.Installation, jobs.Command)
	if err != nil {
		return nil, err
	}
	if p.Issue.Number <= 0 || p.Comment.ID <= 0 {
		return nil, fmt.Errorf("%w: comment.id or issue.number is missing", ErrPayload)
	}
	if j.Ask, err = p.Sender.ask(p.Comment.CreatedAt, line); err != nil {
		return nil, err
	}
	j.PullRequest, j.Ask.Comment, j.Ask.Issue, j.Ask.More = p.Issue.Number, p.Comment.ID, p.Issue.Pull == nil, more
	return []jobs.Job{j}, nil
}

// person is who caused an event.
type person struct {
	Login string `json:"login"`
	ID    int64  `json:"id"`
	Type  string `json:"type"`
}

// ask is what the person asks for.
func (p person) ask(at time.Time, line string) (*jobs.Ask, error) {
	if p.ID <= 0 || !nameOK(p.Login) || at.Unix() <= 0 {
		return nil, fmt.Errorf("%w: the sender or the time is missing", ErrPayload)
	}
	return &jobs.Ask{Login: p.Login, UserID: p.ID, At: at.Unix(), Line: line}, nil
}
