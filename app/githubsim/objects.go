package githubsim

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// fields is a JSON object under construction.
type fields map[string]any

// user is an account.
type user struct {
	ID    int64
	Login string
	Type  string // User, Organization or Bot
}

// user finds or makes an account; s.mu is held.
func (s *Sim) user(login string) *user {
	key := strings.ToLower(login)
	if u := s.users[key]; u != nil {
		return u
	}
	u := &user{ID: s.nextID(), Login: login, Type: "User"}
	if strings.HasSuffix(login, "[bot]") {
		u.Type = "Bot"
	}
	s.users[key] = u
	return u
}

// stamp writes a time as GitHub does, and a zero time as null.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// orNull writes an empty text as null.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func nodeID(kind string, id any) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s:%v", kind, id))
}

// api is an address of the REST interface; s.mu is held.
func (s *Sim) api(format string, args ...any) string {
	return s.base + restPrefix + fmt.Sprintf(format, args...)
}

// html is an address of a page; s.mu is held.
func (s *Sim) html(format string, args ...any) string { return s.base + fmt.Sprintf(format, args...) }

func (s *Sim) userJSON(u *user) fields {
	me := s.api("/users/%s", strings.ReplaceAll(strings.ReplaceAll(u.Login, "[", "%5B"), "]", "%5D"))
	return fields{
		"login": u.Login, "id": u.ID, "node_id": nodeID("User", u.ID), "type": u.Type, "site_admin": false,
		"avatar_url": s.html("/avatars/%d", u.ID), "gravatar_id": "", "url": me, "html_url": s.html("/u/%d", u.ID),
		"followers_url": me + "/followers", "following_url": me + "/following{/other_user}",
		"gists_url": me + "/gists{/gist_id}", "starred_url": me + "/starred{/owner}{/repo}",
		"subscriptions_url": me + "/subscriptions", "organizations_url": me + "/orgs", "repos_url": me + "/repos",
		"events_url": me + "/events{/privacy}", "received_events_url": me + "/received_events",
	}
}

// repoLinks are the addresses every repository object carries: the field, and
// what follows the repository's own address.
var repoLinks = map[string]string{
	"archive_url": "/{archive_format}{/ref}", "assignees_url": "/assignees{/user}", "blobs_url": "/git/blobs{/sha}",
	"branches_url": "/branches{/branch}", "collaborators_url": "/collaborators{/collaborator}",
	"comments_url": "/comments{/number}", "commits_url": "/commits{/sha}", "compare_url": "/compare/{base}...{head}",
	"contents_url": "/contents/{+path}", "contributors_url": "/contributors", "deployments_url": "/deployments",
	"downloads_url": "/downloads", "events_url": "/events", "forks_url": "/forks", "git_commits_url": "/git/commits{/sha}",
	"git_refs_url": "/git/refs{/sha}", "git_tags_url": "/git/tags{/sha}", "hooks_url": "/hooks",
	"issue_comment_url": "/issues/comments{/number}", "issue_events_url": "/issues/events{/number}",
	"issues_url": "/issues{/number}", "keys_url": "/keys{/key_id}", "labels_url": "/labels{/name}",
	"languages_url": "/languages", "merges_url": "/merges", "milestones_url": "/milestones{/number}",
	"notifications_url": "/notifications{?since,all,participating}", "pulls_url": "/pulls{/number}",
	"releases_url": "/releases{/id}", "stargazers_url": "/stargazers", "statuses_url": "/statuses/{sha}",
	"subscribers_url": "/subscribers", "subscription_url": "/subscription", "tags_url": "/tags", "teams_url": "/teams",
	"trees_url": "/git/trees{/sha}",
}

func (s *Sim) repoJSON(r *Repo) fields {
	url, page := s.api("/repos/%s", r.FullName()), s.html("/%s", r.FullName())
	f := fields{
		"id": r.id, "node_id": nodeID("Repository", r.id), "name": r.name, "full_name": r.FullName(),
		"owner": s.userJSON(s.user(r.owner)), "private": r.private, "visibility": r.visibility(), "fork": r.parent != nil,
		"description": nil, "homepage": nil, "language": nil, "license": nil, "mirror_url": nil,
		"url": url, "html_url": page, "clone_url": page + ".git", "svn_url": page,
		"git_url": "git://github.invalid/" + r.FullName() + ".git", "ssh_url": "git@github.invalid:" + r.FullName() + ".git",
		"is_template": false, "web_commit_signoff_required": false, "custom_properties": fields{}, "default_branch": r.defaultBranch, "archived": r.archived, "disabled": false, "topics": []string{},
		"forks": 0, "forks_count": 0, "watchers": 0, "watchers_count": 0, "stargazers_count": 0, "size": 0,
		"network_count": 0, "subscribers_count": 0, "open_issues": 0, "open_issues_count": 0,
		"has_issues": !r.noIssues, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": true, "has_discussions": false,
		"pushed_at": stamp(r.pushedAt), "created_at": stamp(s.born), "updated_at": stamp(r.updatedAt),
	}
	for name, rest := range repoLinks {
		f[name] = url + rest
	}
	return f
}

func (s *Sim) appJSON(p Permissions, events []string) fields {
	return fields{
		"id": s.appID, "slug": s.opts.AppSlug, "node_id": nodeID("App", s.appID), "client_id": "Iv1.sim",
		"owner": s.userJSON(s.appOwner), "name": s.opts.AppSlug, "description": nil,
		"external_url": s.base, "html_url": s.html("/apps/%s", s.opts.AppSlug),
		"created_at": stamp(s.born), "updated_at": stamp(s.born), "permissions": p, "events": events,
	}
}

func (s *Sim) installationJSON(i *Installation) fields {
	suspendedAt := any(nil)
	if i.suspended {
		suspendedAt = stamp(s.opts.Clock())
	}
	return fields{
		"id": i.id, "node_id": nodeID("Installation", i.id), "app_id": s.appID, "app_slug": s.opts.AppSlug,
		"client_id": "Iv1.sim", "account": s.userJSON(i.account), "target_id": i.account.ID, "target_type": i.account.Type,
		"repository_selection": i.selection(), "permissions": i.permissions, "events": i.events,
		"access_tokens_url": s.api("/app/installations/%d/access_tokens", i.id),
		"repositories_url":  s.api("/installation/repositories"),
		"html_url":          s.html("/organizations/%s/settings/installations/%d", i.account.Login, i.id),
		"single_file_name":  nil, "has_multiple_single_files": false, "single_file_paths": []string{},
		"created_at": stamp(i.createdAt), "updated_at": stamp(i.createdAt), "suspended_by": nil, "suspended_at": suspendedAt,
	}
}
