package webhook

import "github.com/mlops-maturity/mlops-maturity/app/jobs"

// decodeCheckRun: a person asks for one check again. The external id of our
// check runs is the key of their job, which finds the pull request of a fork
// where the payload lists none.
func decodeCheckRun(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action   string `json:"action"`
		CheckRun struct {
			HeadSHA      string    `json:"head_sha"`
			ExternalID   string    `json:"external_id"`
			PullRequests []pullRef `json:"pull_requests"`
			CheckSuite   struct {
				HeadBranch string `json:"head_branch"`
			} `json:"check_suite"`
		} `json:"check_run"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	if p.Action != "rerequested" {
		return nil, nil
	}
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
	j.Force = true
	if j, err = at(j, ref, run.HeadSHA, "check_run"); err != nil {
		return nil, err
	}
	return []jobs.Job{j}, nil
}
