package githubsim

import (
	"fmt"
	"maps"
	"strings"
)

// This file serves what GraphQL tells of heads: pull requests and branches,
// with small files and the App's check runs beside them. Each function gives a
// type's fields as a map from name to resolver, and gqlChoose runs those that
// the query selects.

type resolver func(f selection) (any, error)

type gqlType map[string]resolver

func value(v any) resolver { return func(selection) (any, error) { return v, nil } }

// gqlChoose answers a selection on an object of the named type; fragments on
// other types select nothing.
func gqlChoose(typ string, all gqlType, f selection) (any, error) {
	out := fields{}
	for _, sub := range f.fields {
		if sub.on != "" {
			if sub.on != typ && sub.on != "GitObject" && sub.on != "Actor" {
				continue
			}
			part, err := gqlChoose(typ, all, sub)
			if err != nil {
				return nil, err
			}
			maps.Copy(out, part.(fields))
			continue
		}
		if sub.name == "__typename" {
			out[sub.key()] = typ
			continue
		}
		resolve, ok := all[sub.name]
		if !ok {
			return nil, fmt.Errorf("field %s is not served on %s", sub.name, typ)
		}
		v, err := resolve(sub)
		if err != nil {
			return nil, err
		}
		out[sub.key()] = v
	}
	return out, nil
}

// gqlHead serves the fields of a repository that speak of heads.
func (c *call) gqlHead(r *Repo, f selection) (any, error) {
	switch f.name {
	case "defaultBranchRef":
		return c.gqlRef(r, r.DefaultBranch(), f)
	case "object": // by expression
		expression, _ := f.args["expression"].(string)
		if strings.Contains(expression, ":") {
			return nil, fmt.Errorf("object(%v) on Repository: an expression may name a commit only", f.args)
		}
		if expression == "HEAD" {
			expression = "refs/heads/" + r.DefaultBranch()
		}
		return c.gqlNamed(r, expression, f)
	case "pullRequest":
		if err := c.gqlMay(r, f, "pull_requests:read"); err != nil {
			return nil, err
		}
		number, ok := gqlInt(f.args["number"])
		p := r.Pull(number)
		if !ok || p == nil {
			return nil, &gqlError{kind: "NOT_FOUND", path: []any{f.key()}, message: fmt.Sprintf("Could not resolve to a PullRequest with the number of %d.", number)}
		}
		return c.gqlPull(r, p, f)
	}
	return nil, fmt.Errorf("field %s is not served on Repository", f.name)
}

func (c *call) gqlMay(r *Repo, f selection, need string) error {
	if err := c.s.mayOn(c.token, r, []string{need}); err != nil {
		return &gqlError{kind: "FORBIDDEN", path: []any{f.key()}, message: "Resource not accessible by integration"}
	}
	return nil
}

func gqlInt(v any) (int, bool) {
	switch n := v.(type) {
	case int64:
		return int(n), true
	case float64: // of the variables, which are JSON
		return int(n), n == float64(int(n))
	}
	return 0, false
}

// gqlRef is null for a branch that is not there.
func (c *call) gqlRef(r *Repo, branch string, f selection) (any, error) {
	sha := r.dir.resolve(c.r.Context(), "refs/heads/"+branch, "commit")
	if sha == "" {
		return nil, nil
	}
	return gqlChoose("Ref", gqlType{
		"name":   value(branch),
		"target": func(f selection) (any, error) { return c.gqlCommit(r, sha, f) },
	}, f)
}

func (c *call) gqlPull(r *Repo, p *Pull, f selection) (any, error) {
	s := c.s
	s.mu.Lock()
	state, head, base := strings.ToUpper(p.state), p.headSHA, p.baseRef
	if p.merged {
		state = "MERGED"
	}
	all := gqlType{
		"number": value(p.number), "title": value(p.title), "state": value(state), "isDraft": value(p.draft),
		"isCrossRepository": value(p.fork()), "headRefOid": value(head), "headRefName": value(p.headRef),
		"baseRefName": value(base), "baseRefOid": value(p.baseSHA), "author": gqlActor(p.author),
	}
	var comments []resolver
	for _, k := range s.comments {
		if k.repo == r && k.number == p.number {
			author := gqlActor(s.user(k.Author))
			comments = append(comments, func(f selection) (any, error) {
				return gqlChoose("IssueComment", gqlType{"author": author, "body": value(k.Body)}, f)
			})
		}
	}
	s.mu.Unlock()
	all["baseRef"] = func(f selection) (any, error) { return c.gqlRef(r, base, f) }
	all["comments"] = func(f selection) (any, error) { return gqlConnection("IssueCommentConnection", comments, f) }
	all["commits"] = func(f selection) (any, error) {
		if last, _ := gqlInt(f.args["last"]); last != 1 {
			return nil, fmt.Errorf("commits(%v) on PullRequest: only the last one is served", f.args)
		}
		commit := func(f selection) (any, error) { return c.gqlCommit(r, head, f) }
		node := func(f selection) (any, error) { return gqlChoose("PullRequestCommit", gqlType{"commit": commit}, f) }
		return gqlConnection("PullRequestCommitConnection", []resolver{node}, f)
	}
	return gqlChoose("PullRequest", all, f)
}

// gqlActor writes an author; GraphQL names a bot without "[bot]".
func gqlActor(u *user) resolver {
	kind, login := u.Type, strings.TrimSuffix(u.Login, "[bot]")
	return func(f selection) (any, error) { return gqlChoose(kind, gqlType{"login": value(login)}, f) }
}

// gqlConnection pages nothing: it gives the first or last of what is there, up
// to GitHub's hundred, and must be told how many.
func gqlConnection(typ string, all []resolver, f selection) (any, error) {
	first, hasFirst := gqlInt(f.args["first"])
	last, hasLast := gqlInt(f.args["last"])
	n := max(first, last)
	if hasFirst == hasLast || n < 1 || n > 100 {
		return nil, fmt.Errorf("%s: one of first and last must be given, from 1 to 100", f.name)
	}
	page := all[:min(n, len(all))]
	if hasLast {
		page = all[max(0, len(all)-n):]
	}
	return gqlChoose(typ, gqlType{"totalCount": value(len(all)), "nodes": func(f selection) (any, error) {
		nodes := make([]any, 0, len(page))
		for _, resolve := range page {
			v, err := resolve(f)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, v)
		}
		return nodes, nil
	}}, f)
}

// gqlNamed is what a name stands for: a commit, or the object of an annotated
// tag, which is not the commit it points to.
func (c *call) gqlNamed(r *Repo, name string, f selection) (any, error) {
	sha := r.dir.resolve(c.r.Context(), name, "commit")
	tag := r.dir.resolve(c.r.Context(), name, "tag")
	if tag == "" {
		return c.gqlCommit(r, sha, f)
	}
	return gqlChoose("Tag", gqlType{"oid": value(tag), "target": func(f selection) (any, error) { return c.gqlCommit(r, sha, f) }}, f)
}

func (c *call) gqlCommit(r *Repo, sha string, f selection) (any, error) {
	if sha == "" {
		return nil, nil
	}
	return gqlChoose("Commit", gqlType{
		"oid": value(sha), "id": value(nodeID("Commit", sha)),
		"file":        func(f selection) (any, error) { return c.gqlFile(r, sha, f) },
		"checkSuites": func(f selection) (any, error) { return c.gqlSuites(r, sha, f) },
		"history":     func(f selection) (any, error) { return c.gqlHistory(r, sha, f) },
	}, f)
}

// gqlHistory serves the first commits of the history of one file, the newest
// first.
func (c *call) gqlHistory(r *Repo, sha string, f selection) (any, error) {
	path, _ := f.args["path"].(string)
	if _, ok := gqlInt(f.args["first"]); !ok || path == "" || len(f.args) != 2 {
		return nil, fmt.Errorf("history(%v) on Commit: only the first commits of a path are served", f.args)
	}
	out, err := r.dir.git(c.r.Context(), nil, "log", "--format=%H", sha, "--", path)
	if err != nil {
		return nil, err
	}
	var commits []resolver
	for _, commit := range strings.Fields(string(out)) {
		commits = append(commits, func(f selection) (any, error) { return c.gqlCommit(r, commit, f) })
	}
	return gqlConnection("CommitHistoryConnection", commits, f)
}

// gqlFile is null when the commit has no such file.
func (c *call) gqlFile(r *Repo, sha string, f selection) (any, error) {
	path, _ := f.args["path"].(string)
	line, err := r.dir.git(c.r.Context(), nil, "ls-tree", sha, "--", path)
	entry := strings.Fields(string(line)) // mode, kind, id, path
	if err != nil || path == "" || len(entry) < 4 || entry[1] != "blob" {
		return nil, err
	}
	oid := entry[2]
	found, err := r.dir.objects(c.r.Context(), oid)
	if err != nil {
		return nil, err
	}
	return gqlChoose("TreeEntry", gqlType{"oid": value(oid), "path": value(path),
		"object": func(f selection) (any, error) { return gqlObject(f, found[0]) }}, f)
}

// gqlSuites serves the App's own suite of a commit and its check runs by name.
func (c *call) gqlSuites(r *Repo, sha string, f selection) (any, error) {
	if err := c.gqlMay(r, f, "checks:read"); err != nil {
		return nil, err
	}
	filter, _ := f.args["filterBy"].(map[string]any)
	if app, ok := gqlInt(filter["appId"]); !ok || int64(app) != c.s.appID {
		return nil, fmt.Errorf("checkSuites(%v): only those of the App are served", f.args)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var suites []resolver
	for _, suite := range c.s.suites {
		if suite.repo == r && suite.sha == sha {
			suites = append(suites, c.gqlSuite(suite))
		}
	}
	return gqlConnection("CheckSuiteConnection", suites, f)
}

func (c *call) gqlSuite(suite *checkSuite) resolver {
	runs := func(f selection) (any, error) { // c.s.mu is held
		filter, _ := f.args["filterBy"].(map[string]any)
		var found []resolver
		for _, run := range c.s.runs {
			if name, ok := filter["checkName"]; run.suite == suite && (!ok || name == run.Name) {
				all := gqlType{"name": value(run.Name), "status": value(strings.ToUpper(run.Status)), "externalId": value(orNull(run.ExternalID))}
				found = append(found, func(f selection) (any, error) { return gqlChoose("CheckRun", all, f) })
			}
		}
		return gqlConnection("CheckRunConnection", found, f)
	}
	return func(f selection) (any, error) { return gqlChoose("CheckSuite", gqlType{"checkRuns": runs}, f) }
}
