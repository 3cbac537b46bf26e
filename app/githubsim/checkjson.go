package githubsim

import (
	"cmp"
	"strings"
)

// pullsOf names the pull requests of a commit as check events do: those from
// forks are left out. s.mu is held.
func (s *Sim) pullsOf(r *Repo, sha string) []any {
	list := []any{}
	for _, p := range r.pulls {
		if p.headSHA != sha || p.fork() || p.state != "open" {
			continue
		}
		repo := fields{"id": r.id, "name": r.name, "url": s.api("/repos/%s", r.FullName())}
		list = append(list, fields{
			"id": p.id, "number": p.number, "url": s.api("/repos/%s/pulls/%d", r.FullName(), p.number),
			"head": fields{"ref": p.headRef, "sha": p.headSHA, "repo": repo}, "base": fields{"ref": p.baseRef, "sha": p.baseSHA, "repo": repo},
		})
	}
	return list
}

func (s *Sim) checkRunJSON(run *CheckRun) fields {
	name := run.repo.FullName()
	url := s.api("/repos/%s/check-runs/%d", name, run.ID)
	details := run.DetailsURL
	if details == "" {
		details = s.base
	}
	return fields{
		"id": run.ID, "node_id": nodeID("CheckRun", run.ID), "head_sha": run.HeadSHA, "name": run.Name, "external_id": run.ExternalID,
		"url": url, "html_url": s.html("/%s/runs/%d", name, run.ID), "details_url": details,
		"status": run.Status, "conclusion": orNull(run.Conclusion), "started_at": stamp(run.StartedAt), "completed_at": stamp(run.CompletedAt),
		"output": fields{
			"title": orNull(run.Title), "summary": orNull(run.Summary), "text": orNull(run.Text),
			"annotations_count": len(run.Annotations), "annotations_url": url + "/annotations",
		},
		"check_suite": fields{"id": run.suite.id}, "app": s.runApp(run.repo), "pull_requests": s.pullsOf(run.repo, run.HeadSHA),
	}
}

// runApp is the App as its check runs and comments name it; s.mu is held.
func (s *Sim) runApp(r *Repo) fields {
	p, events := LeastPrivilege(), []string{}
	if i := s.installationOf(r); i != nil {
		p, events = i.permissions, i.events
	}
	return s.appJSON(p, events)
}

// suiteJSON describes a suite; s.mu is held.
func (s *Sim) suiteJSON(suite *checkSuite, k gitCommit) fields {
	name := suite.repo.FullName()
	var branch any // null for a commit that only a fork's branch holds
	for _, p := range suite.repo.pulls {
		if p.headSHA == suite.sha && !p.fork() {
			branch = p.headRef
		}
	}
	var status, conclusion any = "queued", nil
	runs, open := 0, 0
	for _, run := range s.runs {
		if run.suite == suite {
			runs++
			if run.Status != "completed" {
				open++
			}
			conclusion = orNull(run.Conclusion)
		}
	}
	switch {
	case runs > 0 && open == 0:
		status = "completed"
	case runs > 0:
		status, conclusion = "in_progress", nil
	}
	before := strings.Repeat("0", 40)
	if len(k.parents) > 0 {
		before = k.parents[0]
	}
	url := s.api("/repos/%s/check-suites/%d", name, suite.id)
	return fields{
		"id": suite.id, "node_id": nodeID("CheckSuite", suite.id), "head_branch": branch, "head_sha": suite.sha,
		"status": status, "conclusion": conclusion, "url": url, "before": before, "after": suite.sha,
		"pull_requests": s.pullsOf(suite.repo, suite.sha), "app": s.runApp(suite.repo),
		"created_at": stamp(suite.createdAt), "updated_at": stamp(suite.createdAt), "latest_check_runs_count": runs,
		"check_runs_url": url + "/check-runs", "repository": s.repoJSON(suite.repo), "head_commit": k.simple(),
		"rerequestable": true, "runs_rerequestable": true,
	}
}

// simple is a commit as events carry it.
func (k gitCommit) simple() fields {
	return fields{
		"id": k.sha, "tree_id": k.tree, "message": k.message, "timestamp": cmp.Or(k.committer.date, "1970-01-01T00:00:00Z"),
		"author": fields{"name": k.author.name, "email": k.author.email}, "committer": fields{"name": k.committer.name, "email": k.committer.email},
	}
}
