package webhook

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// decodePush looks at the default branch only: the heads of pull requests are
// told by pull_request, from forks too.
func decodePush(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Ref          string       `json:"ref"`
		After        string       `json:"after"`
		Deleted      bool         `json:"deleted"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	j, err := p.Repository.job(p.Installation, jobs.Push)
	if err != nil {
		return nil, err
	}
	branch, ok := strings.CutPrefix(p.Ref, "refs/heads/")
	if !ok || p.Deleted || branch != p.Repository.DefaultBranch {
		return nil, nil
	}
	if j, err = at(j, branch, p.After, "push"); err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}
