package webhook

import (
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/talk"
)

// checkRun is what a check_run event tells.
type checkRun struct {
	Action   string `json:"action"`
	CheckRun struct {
		ID           int64     `json:"id"`
		HeadSHA      string    `json:"head_sha"`
		ExternalID   string    `json:"external_id"`
		StartedAt    time.Time `json:"started_at"`
		PullRequests []pullRef `json:"pull_requests"`
		CheckSuite   struct {
			HeadBranch string `json:"head_branch"`
		} `json:"check_suite"`
	} `json:"check_run"`
	Pressed struct {
		Identifier string `json:"identifier"`
	} `json:"requested_action"`
	Repository   repository   `json:"repository"`
	Installation installation `json:"installation"`
	Sender       person       `json:"sender"`
}

// decodeCheckRun: a person asks for one check again, or presses one of its
// buttons, which GitHub shows to those who may write.
func decodeCheckRun(payload []byte) ([]jobs.Job, error) {
	var p checkRun
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	reason, force, explain := jobs.Rerun, true, false
	switch {
	case p.Action == "rerequested":
	case p.Action != "requested_action":
		return nil, nil
	case p.Pressed.Identifier == talk.RecheckButton:
		reason = jobs.Button
	case p.Pressed.Identifier == talk.ExplainButton:
		reason, force, explain = jobs.Button, false, true
	case p.Pressed.Identifier == talk.WaiveButton:
		return p.waive()
	default:
		return nil, nil // of another version of ours
	}
	work, err := p.again()
	for i := range work {
		work[i].Reason, work[i].Force, work[i].Explain = reason, force, explain
	}
	return work, err
}

// again is the jobs that judge the check run's head. The external id of our
// check runs is the key of their job, which finds the pull request of a fork
// where the payload lists none.
func (p checkRun) again() ([]jobs.Job, error) {
	run := p.CheckRun
	j, err := p.Repository.job(p.Installation, jobs.Rerun)
	if err != nil {
		return nil, err
	}
	if j.PullRequest = jobs.PullOf(run.ExternalID, p.Installation.ID, p.Repository.ID); j.PullRequest == 0 {
		return rerun(p.Repository, p.Installation, run.CheckSuite.HeadBranch, run.HeadSHA, run.PullRequests, "check_run")
	}
	// The branch of a fork may be gone; the pull request's own ref never is.
	ref := run.CheckSuite.HeadBranch
	if ref == "" {
		ref = "HEAD"
	}
	if j, err = at(j, ref, run.HeadSHA, "check_run"); err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}

// waive is the job for the button that proposes a waiver, which only the check
// run of a pull request has.
func (p checkRun) waive() ([]jobs.Job, error) {
	work, err := p.again()
	if err != nil || len(work) == 0 || work[0].PullRequest == 0 || p.Sender.Type != "User" {
		return nil, err
	}
	j := work[0]
	if j.Ask, err = p.Sender.ask(p.CheckRun.StartedAt, talk.WaiveButton); err != nil {
		return nil, err
	}
	j.Ask.CheckRun, j.Reason, j.Force = p.CheckRun.ID, jobs.Button, false
	return []jobs.Job{j}, nil
}
