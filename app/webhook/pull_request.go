package webhook

import (
	"encoding/json"
	"fmt"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

func decodePullRequest(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action  string `json:"action"`
		Changes struct {
			Base json.RawMessage `json:"base"`
		} `json:"changes"`
		PullRequest struct {
			Number int `json:"number"`
			Head   struct {
				Ref string `json:"ref"`
				SHA string `json:"sha"`
			} `json:"head"`
		} `json:"pull_request"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	reason := jobs.PullRequest
	switch p.Action {
	case "opened", "synchronize", "reopened", "ready_for_review":
	case "edited":
		if len(p.Changes.Base) == 0 {
			return nil, nil // a title or a text: nothing that is judged
		}
	case "closed":
		reason = jobs.Closed
	default:
		return nil, nil
	}
	j, err := p.Repository.job(p.Installation, reason)
	if err != nil {
		return nil, err
	}
	if p.PullRequest.Number <= 0 {
		return nil, fmt.Errorf("%w: pull_request.number is missing", ErrPayload)
	}
	j.PullRequest, j.Retargeted = p.PullRequest.Number, p.Action == "edited"
	if j, err = at(j, p.PullRequest.Head.Ref, p.PullRequest.Head.SHA, "pull_request.head"); err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}
