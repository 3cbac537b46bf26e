package webhook

import "github.com/mlops-maturity/mlops-maturity/app/jobs"

// pullRef is a pull request as checks list it. Those of forks are not listed.
type pullRef struct {
	Number int `json:"number"`
	Head   struct {
		Ref string `json:"ref"`
		SHA string `json:"sha"`
	} `json:"head"`
	Base struct {
		Repo struct {
			ID int64 `json:"id"`
		} `json:"repo"`
	} `json:"base"`
}

// decodeCheckSuite: "requested" follows every push and says the same; it
// counts for the default branch, should the push event be lost. "rerequested"
// is a person who asks again.
func decodeCheckSuite(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action     string `json:"action"`
		CheckSuite struct {
			HeadBranch   string    `json:"head_branch"`
			HeadSHA      string    `json:"head_sha"`
			PullRequests []pullRef `json:"pull_requests"`
		} `json:"check_suite"`
		Repository   repository   `json:"repository"`
		Installation installation `json:"installation"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	suite := p.CheckSuite
	switch p.Action {
	case "requested":
		if suite.HeadBranch == "" || suite.HeadBranch != p.Repository.DefaultBranch {
			return nil, nil
		}
		j, err := p.Repository.job(p.Installation, jobs.Suite)
		if err != nil {
			return nil, err
		}
		if j, err = at(j, suite.HeadBranch, suite.HeadSHA, "check_suite"); err != nil {
			return nil, err
		}
		return []jobs.Job{j}, nil
	case "rerequested":
		return rerun(p.Repository, p.Installation, suite.HeadBranch, suite.HeadSHA, suite.PullRequests, "check_suite")
	}
	return nil, nil
}

// maxPulls bounds the jobs of one re-run; a head in more pull requests than
// this is nobody's ordinary work.
const maxPulls = 20

// rerun asks again for every pull request a head is in, and for its branch when
// that is the default one or there is no pull request. A head of a fork has
// no branch here; it is then judged as a commit.
func rerun(r repository, in installation, branch, head string, pulls []pullRef, where string) ([]jobs.Job, error) {
	base, err := r.job(in, jobs.Rerun)
	if err != nil {
		return nil, err
	}
	base.Force = true
	var work []jobs.Job
	for _, pull := range pulls {
		if pull.Base.Repo.ID != r.ID || pull.Number <= 0 || len(work) == maxPulls {
			continue // into another repository of the network
		}
		j, err := at(base, pull.Head.Ref, pull.Head.SHA, where+".pull_requests")
		if err != nil {
			return nil, err
		}
		j.PullRequest = pull.Number
		work = append(work, j)
	}
	if branch == "" || len(work) > 0 && branch != r.DefaultBranch {
		return work, nil
	}
	j, err := at(base, branch, head, where)
	if err != nil {
		return nil, err
	}
	j.Base = queueBase(branch)
	return append(work, j), nil
}
