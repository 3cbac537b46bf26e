package githubsim

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Extra is what an event carries beside its usual fields, such as "changes" of
// an edited pull request.
type Extra map[string]any

// event finishes a payload: who, where, and for which installation; s.mu is
// held.
func (s *Sim) event(r *Repo, sender *user, f fields, extra []Extra) []byte {
	f["sender"] = s.userJSON(sender)
	if r != nil {
		f["repository"] = s.repoJSON(r)
		if owner := s.user(r.owner); owner.Type == "Organization" {
			f["organization"] = fields{"login": owner.Login, "id": owner.ID, "node_id": nodeID("Organization", owner.ID), "url": s.api("/orgs/%s", owner.Login)}
		}
		if i := s.installationOf(r); i != nil {
			f["installation"] = fields{"id": i.id, "node_id": nodeID("Installation", i.id)}
		}
	}
	for _, e := range extra {
		for name, v := range e {
			f[name] = v
		}
	}
	return encode(f)
}

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only plain data gets here
	}
	return data
}

// PullPayload is the body of a pull_request event.
func (s *Sim) PullPayload(p *Pull, action string, extra ...Extra) []byte {
	d, err := p.diff(context.Background())
	if err != nil {
		d = diff{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := fields{"action": action, "number": p.number, "pull_request": s.fullPullJSON(p, d)}
	if action == "synchronize" {
		f["before"], f["after"] = strings.Repeat("0", 40), p.headSHA
	}
	return s.event(p.repo, p.author, f, extra)
}

// PushPayload is the body of a push event; ref is a branch name or a full ref.
// An empty before means a new branch, an empty after a deleted one.
func (s *Sim) PushPayload(r *Repo, ref, before, after string, extra ...Extra) []byte {
	if !strings.HasPrefix(ref, "refs/") {
		ref = "refs/heads/" + ref
	}
	none := strings.Repeat("0", 40)
	ctx := context.Background()
	var found []gitCommit
	if after != "" {
		found, _ = r.dir.commits(ctx, after) // none, when after is no commit
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	mona := s.user("mona")
	commits := []any{}
	var head any
	for _, k := range found {
		j := k.simple()
		j["url"], j["distinct"] = s.html("/%s/commit/%s", r.FullName(), k.sha), true
		j["added"], j["removed"], j["modified"] = []string{}, []string{}, []string{}
		commits, head = append(commits, j), j
	}
	f := fields{
		"ref": ref, "before": orElse(before, none), "after": orElse(after, none), "base_ref": nil, "forced": false,
		"created": before == "", "deleted": after == "", "compare": s.html("/%s/compare/%s...%s", r.FullName(), before, after),
		"commits": commits, "head_commit": head, "pusher": fields{"name": mona.Login, "email": "mona@example.com"},
	}
	repo := s.repoJSON(r)
	owner := s.userJSON(s.user(r.owner))
	owner["name"], owner["email"] = r.owner, nil
	repo["owner"], repo["master_branch"] = owner, r.defaultBranch
	// Only push events give these as seconds.
	repo["created_at"], repo["pushed_at"] = s.born.Unix(), r.pushedAt.Unix()
	return s.event(r, mona, f, append([]Extra{{"repository": repo}}, extra...))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// CheckRunPayload is the body of a check_run event, such as "rerequested".
func (s *Sim) CheckRunPayload(run CheckRun, action string, extra ...Extra) []byte {
	k, err := run.repo.dir.commits(context.Background(), run.HeadSHA)
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.checkRunJSON(&run)
	if err == nil && len(k) == 1 {
		j["check_suite"] = s.suiteJSON(run.suite, k[0])
	}
	sender := s.user("mona")
	if action == "created" || action == "completed" {
		sender = s.user(s.BotLogin())
	}
	return s.event(run.repo, sender, fields{"action": action, "check_run": j}, extra)
}

// PressPayload is the body of the check_run event that a person's press of a
// button gives. It is an error to press a button that is not there.
func (s *Sim) PressPayload(run CheckRun, login, identifier string) ([]byte, error) {
	if !slices.ContainsFunc(run.Actions, func(a Action) bool { return a.Identifier == identifier }) {
		return nil, fmt.Errorf("check run %d has no button %q", run.ID, identifier)
	}
	s.mu.Lock()
	sender := s.userJSON(s.user(login))
	s.mu.Unlock()
	return s.CheckRunPayload(run, "requested_action", Extra{"requested_action": fields{"identifier": identifier}, "sender": sender}), nil
}

// CheckSuitePayload is the body of a check_suite event of a commit, such as
// "requested" or "rerequested".
func (s *Sim) CheckSuitePayload(r *Repo, sha, action string, extra ...Extra) []byte {
	k, err := r.dir.commits(context.Background(), sha)
	s.mu.Lock()
	defer s.mu.Unlock()
	var j fields
	if err == nil && len(k) == 1 {
		j = s.suiteJSON(s.suiteOf(r, sha), k[0])
	}
	return s.event(r, s.user("mona"), fields{"action": action, "check_suite": j}, extra)
}

// CommentPayload is the body of an issue_comment event.
func (s *Sim) CommentPayload(p *Pull, comment Comment, action string, extra ...Extra) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	pull := s.pullJSON(p)
	issue := fields{}
	for _, name := range []string{"number", "title", "state", "body", "user", "locked", "created_at", "updated_at"} {
		issue[name] = pull[name]
	}
	issue["id"], issue["pull_request"] = p.id, fields{"url": pull["url"], "html_url": pull["html_url"]}
	comment.repo, comment.number = p.repo, p.number
	return s.event(p.repo, s.user(comment.Author), fields{"action": action, "issue": issue, "comment": s.commentJSON(&comment)}, extra)
}

// IssueCommentPayload is the body of an issue_comment event on an issue that is
// no pull request.
func (s *Sim) IssueCommentPayload(comment Comment, action string, extra ...Extra) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := fields{"action": action, "comment": s.commentJSON(&comment)}
	if i := comment.repo.issue(comment.number); i != nil {
		f["issue"] = s.issueJSON(i)
	}
	return s.event(comment.repo, s.user(comment.Author), f, extra)
}

// RepositoryPayload is the body of a repository event, such as "privatized",
// "renamed" or "deleted".
func (s *Sim) RepositoryPayload(r *Repo, action string, extra ...Extra) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(r, s.user("mona"), fields{"action": action}, extra)
}

// InstallationPayload is the body of an installation event ("created",
// "deleted", "suspend", "unsuspend", "new_permissions_accepted").
func (s *Sim) InstallationPayload(i *Installation, action string, extra ...Extra) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := fields{"action": action, "installation": s.installationJSON(i), "repositories": s.briefRepos(i, nil), "requester": nil}
	return s.event(nil, s.user("mona"), f, extra)
}

// InstallationReposPayload is the body of an installation_repositories event
// ("added" or "removed") about the named repositories.
func (s *Sim) InstallationReposPayload(i *Installation, action string, repos []*Repo, extra ...Extra) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	inst := s.installationJSON(i)
	inst["created_at"], inst["updated_at"] = i.createdAt.Unix(), i.createdAt.Unix() // seconds, in this event alone
	f := fields{
		"action": action, "installation": inst, "repository_selection": i.selection(), "requester": nil,
		"repositories_added": []any{}, "repositories_removed": []any{},
	}
	f["repositories_"+action] = s.briefRepos(i, repos)
	return s.event(nil, s.user("mona"), f, extra)
}

func (s *Sim) briefRepos(i *Installation, only []*Repo) []any {
	list := []any{}
	for _, r := range s.sortedRepos() {
		if only == nil && i.covers(r) || slices.Contains(only, r) {
			list = append(list, fields{"id": r.id, "node_id": nodeID("Repository", r.id), "name": r.name, "full_name": r.FullName(), "private": r.private})
		}
	}
	return list
}

// PingPayload is the body of the ping event of a new webhook.
func (s *Sim) PingPayload() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(nil, s.user("mona"), fields{"zen": "Speak like a human.", "hook_id": 1, "hook": fields{"type": "App", "id": 1, "name": "web", "active": true, "app_id": s.appID}}, nil)
}
