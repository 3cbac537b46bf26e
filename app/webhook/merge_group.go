package webhook

import (
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
)

// decodeMergeGroup: the merge queue waits for a verdict on each of its groups.
// A group that is destroyed is reported all the same: nobody looks, and a
// report that came too early to be needed is better than one that never came.
func decodeMergeGroup(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action     string `json:"action"`
		MergeGroup struct {
			HeadRef string `json:"head_ref"`
			HeadSHA string `json:"head_sha"`
			BaseRef string `json:"base_ref"`
			BaseSHA string `json:"base_sha"`
		} `json:"merge_group"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	if p.Action != "checks_requested" {
		return nil, nil
	}
	j, err := p.Repository.job(p.Installation, jobs.MergeGroup)
	if err != nil {
		return nil, err
	}
	g := p.MergeGroup
	j.Base, j.BaseHead = strings.TrimPrefix(g.BaseRef, "refs/heads/"), g.BaseSHA
	if !refOK(j.Base) || !commitOK(j.BaseHead) {
		return nil, fmt.Errorf("%w: merge_group has no valid base", ErrPayload)
	}
	if j, err = at(j, strings.TrimPrefix(g.HeadRef, "refs/heads/"), g.HeadSHA, "merge_group"); err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}

// queueBase returns the branch that a merge group's branch is to go to, ""
// for any other branch: gh-readonly-queue/BASE/pr-N-COMMIT.
func queueBase(branch string) string {
	rest, ok := strings.CutPrefix(branch, "gh-readonly-queue/")
	end := strings.LastIndexByte(rest, '/')
	if !ok || end < 0 {
		return ""
	}
	return rest[:end]
}
