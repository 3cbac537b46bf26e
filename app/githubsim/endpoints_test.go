package githubsim_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// The one test that calls everything the stand-in serves, through the client
// library and the validator, and proves that nothing was left out.
func TestEveryEndpointKeepsTheContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import mlflow\n", "src/a/b.py": "x = 1\n"})
	w.inst.Grant(githubsim.Permissions{"checks": "write", "contents": "read", "pull_requests": "write", "issues": "write", "repository_custom_properties": "write"})
	w.FailOnUnexpected(t)
	pr, sha := w.feature(t, map[string]string{"new.py": "y = 2\n", "train.py": "import mlflow\nmlflow.start_run()\n"})
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	ctx := context.Background()
	if status, err := w.Deliver(ctx, hook.URL, "pull_request", w.PullPayload(pr, "opened")); err != nil || status != http.StatusOK {
		t.Fatal(status, err)
	}
	var runID, suiteID, commentID, deliveryID int64
	base := w.repo.Head("main")
	steps := []struct {
		name string
		call func() error
	}{
		{"app", func() error {
			a, _, err := w.app.Apps.Get(ctx, "")
			expect(t, a.GetID(), w.AppID())
			expect(t, strings.Join(a.Events, " "), "check_run check_suite issue_comment merge_group pull_request push repository")
			if err != nil {
				return err
			}
			w.Register(githubsim.Permissions{"checks": "read"}, []string{"push"})
			a, _, err = w.app.Apps.Get(ctx, "")
			expect(t, a.GetPermissions().GetChecks()+strings.Join(a.Events, " "), "readpush")
			return err
		}},
		{"installations", func() error {
			list, _, err := w.app.Apps.ListInstallations(ctx, nil)
			expect(t, len(list), 1)
			return err
		}},
		{"installation", func() error {
			i, _, err := w.app.Apps.GetInstallation(ctx, w.inst.ID())
			expect(t, i.GetAccount().GetLogin(), "acme")
			return err
		}},
		{"installation of a repository", func() error {
			i, _, err := w.app.Apps.FindRepositoryInstallation(ctx, "acme", "churn")
			expect(t, i.GetID(), w.inst.ID())
			return err
		}},
		{"manifest", func() error {
			browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			for _, page := range []string{"/organizations/acme/settings/apps/new?state=s", "/settings/apps/new"} {
				resp, err := browser.PostForm(w.URL()+page, url.Values{"manifest": {`{"name":"n","url":"https://x","redirect_url":"http://127.0.0.1:1/back?a=b",
					"hook_attributes":{"url":"https://host/hook"},"default_permissions":{"checks":"write"},"default_events":["push"]}`}})
				if err != nil {
					return err
				}
				_ = resp.Body.Close()
				back, err := resp.Location()
				if err != nil {
					return err
				}
				expect(t, back.Query().Get("a")+back.Query().Get("state"), "b"+strings.TrimPrefix(strings.TrimPrefix(page, "/organizations/acme/settings/apps/new?state="), "/settings/apps/new"))
				app, _, err := w.app.Apps.CompleteAppManifest(ctx, back.Query().Get("code"))
				if err != nil {
					return err
				}
				expect(t, app.GetID(), w.AppID())
				expect(t, app.GetWebhookSecret(), w.WebhookSecret())
				_, _, err = w.app.Apps.CompleteAppManifest(ctx, back.Query().Get("code"))
				wantStatus(t, err, http.StatusNotFound, "Not Found")
			}
			h, _, err := w.app.Apps.GetHookConfig(ctx)
			expect(t, h.GetURL(), "https://host/hook")
			w.SetHook(githubsim.Hook{})
			return err
		}},
		{"webhook", func() error {
			_, _, err := w.app.Apps.GetHookConfig(ctx)
			wantStatus(t, err, http.StatusNotFound, "Not Found")
			w.SetHook(githubsim.Hook{URL: "https://host/api/github/hook", ContentType: "json", InsecureSSL: true})
			h, _, err := w.app.Apps.GetHookConfig(ctx)
			expect(t, h.GetURL()+h.GetContentType()+h.GetInsecureSSL()+h.GetSecret(), "https://host/api/github/hookjson1********")
			return err
		}},
		{"deliveries", func() error {
			list, _, err := w.app.Apps.ListHookDeliveries(ctx, nil)
			expect(t, len(list), 1)
			deliveryID = list[0].GetID()
			return err
		}},
		{"delivery", func() error {
			d, _, err := w.app.Apps.GetHookDelivery(ctx, deliveryID)
			expect(t, d.GetEvent(), "pull_request")
			return err
		}},
		{"redelivery", func() error {
			_, _, err := w.app.Apps.RedeliverHookDelivery(ctx, deliveryID)
			if _, accepted := err.(*github.AcceptedError); accepted { //nolint:errorlint // returned as it is
				return nil
			}
			return err
		}},
		{"repositories", func() error {
			list, _, err := w.gh.Apps.ListRepos(ctx, nil)
			expect(t, list.GetTotalCount(), 1)
			return err
		}},
		{"rate limit", func() error {
			_, _, err := w.gh.RateLimit.Get(ctx)
			return err
		}},
		{"repository", func() error {
			r, _, err := w.gh.Repositories.Get(ctx, "acme", "churn")
			expect(t, r.GetDefaultBranch(), "main")
			return err
		}},
		{"branch", func() error {
			b, _, err := w.gh.Repositories.GetBranch(ctx, "acme", "churn", "feature", 0)
			expect(t, b.GetCommit().GetSHA(), sha)
			return err
		}},
		{"commit", func() error {
			k, _, err := w.gh.Repositories.GetCommit(ctx, "acme", "churn", "heads/feature", nil)
			expect(t, k.GetSHA(), sha)
			return err
		}},
		{"compare", func() error {
			k, _, err := w.gh.Repositories.CompareCommits(ctx, "acme", "churn", "main", "feature", nil)
			expect(t, k.GetMergeBaseCommit().GetSHA(), base)
			expect(t, len(k.Files), 2)
			return err
		}},
		{"ref", func() error {
			r, _, err := w.gh.Git.GetRef(ctx, "acme", "churn", "heads/main")
			expect(t, r.GetObject().GetSHA(), base)
			return err
		}},
		{"git commit", func() error {
			k, _, err := w.gh.Git.GetCommit(ctx, "acme", "churn", sha)
			expect(t, k.GetMessage(), "Change")
			return err
		}},
		{"tree and blob", func() error {
			tree, _, err := w.gh.Git.GetTree(ctx, "acme", "churn", sha, true)
			if err != nil {
				return err
			}
			var paths []string
			for _, e := range tree.Entries {
				paths = append(paths, e.GetPath())
			}
			expect(t, strings.Join(paths, " "), "new.py src src/a src/a/b.py train.py")
			raw, _, err := w.gh.Git.GetBlobRaw(ctx, "acme", "churn", tree.Entries[0].GetSHA())
			expect(t, string(raw), "y = 2\n")
			if err != nil {
				return err
			}
			blob, _, err := w.gh.Git.GetBlob(ctx, "acme", "churn", tree.Entries[0].GetSHA())
			expect(t, blob.GetContent(), "eSA9IDIK\n")
			return err
		}},
		{"contents of a file", func() error {
			f, _, _, err := w.gh.Repositories.GetContents(ctx, "acme", "churn", "src/a/b.py", &github.RepositoryContentGetOptions{Ref: "main"})
			if err != nil {
				return err
			}
			text, err := f.GetContent()
			expect(t, text, "x = 1\n")
			return err
		}},
		{"contents of a folder", func() error {
			_, list, _, err := w.gh.Repositories.GetContents(ctx, "acme", "churn", "", nil)
			expect(t, len(list), 2)
			return err
		}},
		{"tarball", func() error {
			link, _, err := w.gh.Repositories.GetArchiveLink(ctx, "acme", "churn", github.Tarball, &github.RepositoryContentGetOptions{Ref: sha}, 0)
			if err != nil {
				return err
			}
			resp, err := http.Get(link.String())
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			expect(t, resp.StatusCode, http.StatusOK)
			return nil
		}},
		{"pulls", func() error {
			list, _, err := w.gh.PullRequests.List(ctx, "acme", "churn", nil)
			expect(t, len(list), 1)
			return err
		}},
		{"pull", func() error {
			p, _, err := w.gh.PullRequests.Get(ctx, "acme", "churn", pr.Number())
			expect(t, p.GetHead().GetSHA(), sha)
			expect(t, p.GetChangedFiles(), 2)
			return err
		}},
		{"pulls of a commit", func() error {
			list, _, err := w.gh.PullRequests.ListPullRequestsWithCommit(ctx, "acme", "churn", sha, nil)
			expect(t, len(list), 1)
			return err
		}},
		{"files of a pull", func() error {
			list, _, err := w.gh.PullRequests.ListFiles(ctx, "acme", "churn", pr.Number(), nil)
			expect(t, len(list), 2)
			expect(t, list[1].GetPatch(), "@@ -1 +1,2 @@\n import mlflow\n+mlflow.start_run()")
			return err
		}},
		{"new check run", func() error {
			run, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{
				Name: "MLOps maturity", HeadSHA: sha, Status: github.String("in_progress"), ExternalID: github.String("key"),
			})
			runID, suiteID = run.GetID(), run.GetCheckSuite().GetID()
			return err
		}},
		{"changed check run", func() error {
			_, _, err := w.gh.Checks.UpdateCheckRun(ctx, "acme", "churn", runID, github.UpdateCheckRunOptions{
				Name: "MLOps maturity", Conclusion: github.String("success"), Output: &github.CheckRunOutput{
					Title: github.String("Level 1"), Summary: github.String("fine"), Annotations: []*github.CheckRunAnnotation{{
						Path: github.String("new.py"), StartLine: github.Int(1), EndLine: github.Int(1),
						AnnotationLevel: github.String("notice"), Message: github.String("here"),
					}},
				},
			})
			return err
		}},
		{"check run", func() error {
			run, _, err := w.gh.Checks.GetCheckRun(ctx, "acme", "churn", runID)
			expect(t, run.GetConclusion(), "success")
			expect(t, run.GetOutput().GetAnnotationsCount(), 1)
			return err
		}},
		{"annotations", func() error {
			list, _, err := w.gh.Checks.ListCheckRunAnnotations(ctx, "acme", "churn", runID, nil)
			expect(t, len(list), 1)
			return err
		}},
		{"check runs of a commit", func() error {
			list, _, err := w.gh.Checks.ListCheckRunsForRef(ctx, "acme", "churn", "heads/feature", &github.ListCheckRunsOptions{CheckName: github.String("MLOps maturity"), AppID: github.Int64(w.AppID())})
			expect(t, list.GetTotal(), 1)
			return err
		}},
		{"check suites of a commit", func() error {
			list, _, err := w.gh.Checks.ListCheckSuitesForRef(ctx, "acme", "churn", sha, nil)
			expect(t, list.GetTotal(), 1)
			return err
		}},
		{"check suite", func() error {
			suite, _, err := w.gh.Checks.GetCheckSuite(ctx, "acme", "churn", suiteID)
			expect(t, suite.GetConclusion(), "success")
			return err
		}},
		{"check runs of a suite", func() error {
			list, _, err := w.gh.Checks.ListCheckRunsCheckSuite(ctx, "acme", "churn", suiteID, nil)
			expect(t, list.GetTotal(), 1)
			return err
		}},
		{"new comment", func() error {
			k, _, err := w.gh.Issues.CreateComment(ctx, "acme", "churn", pr.Number(), &github.IssueComment{Body: github.String("hello")})
			commentID = k.GetID()
			return err
		}},
		{"changed comment", func() error {
			_, _, err := w.gh.Issues.EditComment(ctx, "acme", "churn", commentID, &github.IssueComment{Body: github.String("hello again")})
			return err
		}},
		{"comment", func() error {
			k, _, err := w.gh.Issues.GetComment(ctx, "acme", "churn", commentID)
			expect(t, k.GetBody(), "hello again")
			expect(t, k.GetUser().GetLogin(), w.BotLogin())
			return err
		}},
		{"comments", func() error {
			list, _, err := w.gh.Issues.ListComments(ctx, "acme", "churn", pr.Number(), nil)
			expect(t, len(list), 1)
			return err
		}},
		{"new reaction", func() error {
			_, _, err := w.gh.Reactions.CreateIssueCommentReaction(ctx, "acme", "churn", commentID, "eyes")
			return err
		}},
		{"reactions", func() error {
			list, _, err := w.gh.Reactions.ListIssueCommentReactions(ctx, "acme", "churn", commentID, nil)
			expect(t, len(list), 1)
			expect(t, strings.Join(w.Reactions(commentID), " "), "eyes")
			return err
		}},
		{"no comment any more", func() error {
			_, err := w.gh.Issues.DeleteComment(ctx, "acme", "churn", commentID)
			expect(t, len(w.Comments(pr)), 0)
			return err
		}},
		{"graphql", func() error {
			for _, at := range []string{w.GraphQLURL(), w.URL() + "/graphql"} {
				resp, err := w.gh.Client().Post(at, "application/json", bytes.NewBufferString(`{"query":"{repository(owner:\"acme\",name:\"churn\"){nameWithOwner}}"}`))
				if err != nil {
					return err
				}
				body, err := io.ReadAll(resp.Body)
				expect(t, string(body), `{"data":{"repository":{"nameWithOwner":"acme/churn"}}}`)
				if err != nil {
					return err
				}
				_ = resp.Body.Close()
			}
			return nil
		}},
	}
	for _, step := range slices.Concat(steps, issueSteps(ctx, t, w), writeSteps(ctx, t, w)) {
		if err := step.call(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
	}
	served := map[string]bool{}
	for _, r := range w.Requests() {
		if r.Status < 400 {
			served[r.Pattern] = true
		}
	}
	for _, pattern := range githubsim.Endpoints() {
		if !served[pattern] {
			t.Errorf("%s was never called", pattern)
		}
	}
}

func expect[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAnUnknownCallIsAnsweredAndKept(t *testing.T) {
	t.Parallel()
	w := newSloppyWorld(t)
	_, _, err := w.gh.Issues.ListLabels(context.Background(), "acme", "churn", nil)
	wantStatus(t, err, http.StatusNotFound, "does not serve GET /repos/acme/churn/labels")
	_, _, err = w.gh.Issues.ListLabelsByIssue(context.Background(), "acme", "churn", 1, nil)
	wantStatus(t, err, http.StatusNotFound, "does not serve GET /repos/acme/churn/issues/1/labels")
	expect(t, strings.Join(w.Unexpected(), ", "), "GET /repos/acme/churn/labels, GET /repos/acme/churn/issues/1/labels")
	spy := &spyT{}
	w.FailOnUnexpected(spy)
	spy.cleanup()
	expect(t, spy.errors, 2)
}

// spyT is a test that only counts its failures.
type spyT struct {
	errors  int
	cleanup func()
}

func (*spyT) Helper()                 {}
func (s *spyT) Errorf(string, ...any) { s.errors++ }
func (s *spyT) Cleanup(f func())      { s.cleanup = f }

func TestListsComeInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	w.FailOnUnexpected(t)
	files := map[string]string{}
	for i := range 250 {
		files["f"+strconv.Itoa(i)] = "x\n"
	}
	pr, _ := w.feature(t, files)
	opts := &github.ListOptions{PerPage: 100}
	total, pages := 0, 0
	for {
		list, resp, err := w.gh.PullRequests.ListFiles(context.Background(), "acme", "churn", pr.Number(), opts)
		if err != nil {
			t.Fatal(err)
		}
		total, pages = total+len(list), pages+1
		if resp.NextPage == 0 {
			break
		}
		expect(t, resp.LastPage, 3)
		opts.Page = resp.NextPage
	}
	expect(t, total, 250)
	expect(t, pages, 3)
	list, _, err := w.gh.PullRequests.ListFiles(context.Background(), "acme", "churn", pr.Number(), nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, len(list), 30)
}
