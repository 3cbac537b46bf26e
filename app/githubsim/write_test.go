package githubsim_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// What GitHub refuses when an App writes to a repository.
func TestWritesAreRefusedAsGitHubRefusesThem(t *testing.T) {
	t.Parallel()
	w, ctx := newSloppyWorld(t), context.Background()
	base := w.repo.Head("main")
	ref := func(name, sha string) error {
		_, _, err := w.gh.Git.CreateRef(ctx, "acme", "churn", &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &sha}})
		return err
	}
	file := func(path, branch string, sha *string) error {
		_, _, err := w.gh.Repositories.UpdateFile(ctx, "acme", "churn", path, &github.RepositoryContentFileOptions{
			Message: github.String("m"), Content: []byte("x\n"), Branch: &branch, SHA: sha})
		return err
	}
	pull := func(title, head, base string) error {
		_, _, err := w.gh.PullRequests.Create(ctx, "acme", "churn", &github.NewPullRequest{Title: &title, Head: &head, Base: &base})
		return err
	}
	wantStatus(t, ref("refs/heads/x", base), http.StatusForbidden, "Resource not accessible by integration")
	wantStatus(t, file("a.txt", "main", nil), http.StatusForbidden, "Resource not accessible by integration")
	w.inst.Grant(githubsim.Permissions{"contents": "write", "pull_requests": "write"})
	w.gh = w.client(w.inst)

	if err := ref("refs/heads/x", base); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err    error
		status int
		words  string
	}{
		{ref("refs/heads/x", base), 422, "already exists"},
		{ref("refs/heads/y", "1111111111111111111111111111111111111111"), 422, "Object does not exist"},
		{ref("refs/heads/a..b", base), 422, "not valid"},
		{file("a.txt", "x", nil), 422, `"sha" wasn't supplied`},
		{file("a.txt", "x", github.String("1111111111111111111111111111111111111111")), 409, "does not match"},
		{file("a.txt", "gone", nil), 404, "Branch gone not found"},
		{file(".github/workflows/x.yml", "x", nil), 403, "Resource not accessible"},
		{pull("t", "x", "main"), 422, "No commits between main and x"},
		{pull("t", "gone", "main"), 422, "head"},
		{pull("t", "x", "gone"), 422, "base"},
		{pull("", "x", "main"), 422, "title"},
	} {
		wantStatus(t, c.err, c.status, c.words)
	}
	if err := file("b.txt", "x", nil); err != nil {
		t.Fatal(err)
	}
	if err := pull("t", "x", "main"); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, pull("t", "x", "main"), http.StatusUnprocessableEntity, "A pull request already exists for acme:x.")
}

func TestRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	for login, role := range map[string]string{"keeper": "maintain", "helper": "triage", "writer": "write", "boss": "admin", "guest": "none"} {
		w.repo.SetRole(login, role)
	}
	want := map[string]string{"keeper": "write", "helper": "read", "writer": "write", "boss": "admin", "guest": "none", "acme": "admin"}
	for login, permission := range want {
		p, _, err := w.gh.Repositories.GetPermissionLevel(t.Context(), "acme", "churn", login)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, p.GetPermission(), permission)
		expect(t, p.GetUser().GetLogin(), login)
	}
	_, _, err := w.gh.Repositories.GetPermissionLevel(t.Context(), "acme", "churn", "nobody")
	wantStatus(t, err, http.StatusNotFound, "Not Found")
}

// The head of a merge group is the merge, on a branch that may go at any time.
func TestTheMergeQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	pr, _ := w.feature(t, map[string]string{"b.txt": "b\n"})
	g := githubsim.Must(pr.Queue())
	branch := "gh-readonly-queue/main/pr-1-" + w.repo.Head("main")
	expect(t, w.repo.Head(branch), g.HeadSHA())
	if err := g.Destroy(); err != nil {
		t.Fatal(err)
	}
	expect(t, w.repo.Head(branch), "")
	k, _, err := w.gh.Git.GetCommit(t.Context(), "acme", "churn", g.HeadSHA())
	if err != nil {
		t.Fatal(err)
	}
	expect(t, len(k.Parents), 2)
}

// writeSteps are the part of TestEveryEndpointKeepsTheContract that writes to
// the repository, which an App does that was granted it.
func writeSteps(ctx context.Context, t *testing.T, w world) []step {
	var gh *github.Client
	base := w.repo.Head("main")
	return []step{
		{"permission", func() error {
			p, _, err := w.gh.Repositories.GetPermissionLevel(ctx, "acme", "churn", "mona")
			expect(t, p.GetPermission(), "none")
			return err
		}},
		{"new branch", func() error {
			w.inst.Grant(githubsim.Permissions{"contents": "write", "pull_requests": "write"})
			gh = w.client(w.inst)
			_, _, err := gh.Git.CreateRef(ctx, "acme", "churn", &github.Reference{Ref: github.String("refs/heads/ours/x.y"), Object: &github.GitObject{SHA: &base}})
			expect(t, w.repo.Head("ours/x.y"), base)
			return err
		}},
		{"new and changed file", func() error {
			k, _, err := gh.Repositories.CreateFile(ctx, "acme", "churn", ".conf.yml", &github.RepositoryContentFileOptions{
				Message: github.String("Configure"), Content: []byte("a: 1\n"), Branch: github.String("ours/x.y")})
			if err != nil {
				return err
			}
			_, _, err = gh.Repositories.UpdateFile(ctx, "acme", "churn", ".conf.yml", &github.RepositoryContentFileOptions{
				Message: github.String("Change"), Content: []byte("a: 2\n"), Branch: github.String("ours/x.y"), SHA: k.Content.SHA})
			return err
		}},
		{"new pull request", func() error {
			p, _, err := gh.PullRequests.Create(ctx, "acme", "churn", &github.NewPullRequest{Title: github.String("Configure"),
				Head: github.String("ours/x.y"), Base: github.String("main"), Body: github.String("because")})
			expect(t, p.GetUser().GetLogin(), w.BotLogin())
			expect(t, p.GetHead().GetSHA(), w.repo.Head("ours/x.y"))
			return err
		}},
	}
}
