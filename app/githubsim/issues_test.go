package githubsim_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

func withIssues(t *testing.T, also ...string) world {
	t.Helper()
	w := newWorld(t, map[string]string{"a.txt": "a\n"})
	p := githubsim.Permissions{"issues": "write"}
	for _, name := range also {
		p[name] = "write"
	}
	w.inst.Grant(p)
	return w
}

func TestIssuesOfPeopleAndOfTheApp(t *testing.T) {
	t.Parallel()
	w, ctx := withIssues(t), context.Background()
	ours, _, err := w.gh.Issues.Create(ctx, "acme", "churn", &github.IssueRequest{Title: github.String("t"), Body: github.String("b")})
	if err != nil {
		t.Fatal(err)
	}
	theirs := w.repo.OpenIssue("mona", "t", "b")
	w.repo.CloseIssue(ours.GetNumber(), "mona", "not_planned")
	i, _, err := w.gh.Issues.Get(ctx, "acme", "churn", ours.GetNumber())
	if err != nil || i.GetStateReason() != "not_planned" || i.GetClosedBy().GetLogin() != "mona" {
		t.Errorf("%v %v", i, err)
	}
	reopened, _, err := w.gh.Issues.Edit(ctx, "acme", "churn", ours.GetNumber(), &github.IssueRequest{State: github.String("open")})
	if err != nil || reopened.GetState() != "open" || reopened.GetStateReason() != "reopened" || !reopened.GetClosedAt().IsZero() {
		t.Errorf("%v %v", reopened, err)
	}
	if all := w.repo.Issues(); len(all) != 2 || !all[0].ByApp || all[1].ByApp || all[0].Edits != 0 {
		t.Errorf("%+v", all)
	}
	w.repo.DeleteIssue(theirs)
	_, _, err = w.gh.Issues.Get(ctx, "acme", "churn", theirs)
	wantStatus(t, err, http.StatusGone, "deleted")
	_, _, err = w.gh.Issues.Get(ctx, "acme", "churn", 99)
	wantStatus(t, err, http.StatusNotFound, "")
	_, _, err = w.gh.Issues.Edit(ctx, "acme", "churn", ours.GetNumber(), &github.IssueRequest{Title: github.String(strings.Repeat("t", 257))})
	wantStatus(t, err, http.StatusUnprocessableEntity, "too long")
	w.repo.SwitchIssues(false)
	_, _, err = w.gh.Issues.Create(ctx, "acme", "churn", &github.IssueRequest{Title: github.String("t")})
	wantStatus(t, err, http.StatusGone, "disabled")
}

func TestIssuesNeedTheirPermission(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t, map[string]string{"a.txt": "a\n"}), context.Background()
	_, _, err := w.gh.Issues.Create(ctx, "acme", "churn", &github.IssueRequest{Title: github.String("t")})
	wantStatus(t, err, http.StatusForbidden, "not accessible")
	// Writing on pull requests is no right to write on issues.
	number := w.repo.OpenIssue("mona", "t", "b")
	_, _, err = w.gh.Issues.CreateComment(ctx, "acme", "churn", number, &github.IssueComment{Body: github.String("x")})
	wantStatus(t, err, http.StatusForbidden, "not accessible")
}

func TestPropertiesNeedASchemaAndAnOrganisation(t *testing.T) {
	t.Parallel()
	w, ctx := withIssues(t, "repository_custom_properties"), context.Background()
	set := func(value string) error {
		_, err := w.gh.Repositories.CreateOrUpdateCustomProperties(ctx, "acme", "churn",
			[]*github.CustomPropertyValue{{PropertyName: "maturity", Value: &value}})
		return err
	}
	wantStatus(t, set("1"), http.StatusUnprocessableEntity, "not defined")
	w.DefineProperty("acme", "maturity", "0", "1")
	wantStatus(t, set("2"), http.StatusUnprocessableEntity, "Invalid value")
	if err := set("1"); err != nil || w.repo.Property("maturity") != "1" {
		t.Errorf("%v %q", err, w.repo.Property("maturity"))
	}
	w.inst.Grant(githubsim.LeastPrivilege())
	weak := w.client(w.inst)
	_, err := weak.Repositories.CreateOrUpdateCustomProperties(ctx, "acme", "churn", []*github.CustomPropertyValue{})
	wantStatus(t, err, http.StatusForbidden, "not accessible")
}

type step = struct {
	name string
	call func() error
}

// issueSteps are the part of TestEveryEndpointKeepsTheContract that needs the
// permissions of the optional features.
func issueSteps(ctx context.Context, t *testing.T, w world) []step {
	var issue int
	return []step{
		{"new issue", func() error {
			i, _, err := w.gh.Issues.Create(ctx, "acme", "churn", &github.IssueRequest{Title: github.String("t"), Body: github.String("b")})
			issue = i.GetNumber()
			return err
		}},
		{"changed issue", func() error {
			i, _, err := w.gh.Issues.Edit(ctx, "acme", "churn", issue, &github.IssueRequest{State: github.String("closed"), StateReason: github.String("completed")})
			expect(t, i.GetClosedBy().GetLogin(), w.BotLogin())
			return err
		}},
		{"issue", func() error {
			i, _, err := w.gh.Issues.Get(ctx, "acme", "churn", issue)
			expect(t, i.GetState()+" "+i.GetStateReason(), "closed completed")
			return err
		}},
		{"issues", func() error {
			list, _, err := w.gh.Issues.ListByRepo(ctx, "acme", "churn", &github.IssueListByRepoOptions{State: "all", Creator: w.BotLogin()})
			expect(t, len(list), 1)
			if err != nil {
				return err
			}
			list, _, err = w.gh.Issues.ListByRepo(ctx, "acme", "churn", nil)
			expect(t, len(list), 1)
			expect(t, list[0].IsPullRequest(), true)
			return err
		}},
		{"comment on an issue", func() error {
			k, _, err := w.gh.Issues.CreateComment(ctx, "acme", "churn", issue, &github.IssueComment{Body: github.String("hello")})
			expect(t, strings.Contains(k.GetHTMLURL(), "/issues/"), true)
			return err
		}},
		{"new property", func() error {
			w.DefineProperty("acme", "maturity", "1", "2")
			level := github.CustomPropertyValue{PropertyName: "maturity", Value: github.String("2")}
			_, err := w.gh.Repositories.CreateOrUpdateCustomProperties(ctx, "acme", "churn", []*github.CustomPropertyValue{&level})
			return err
		}},
		{"properties", func() error {
			list, _, err := w.gh.Repositories.GetAllCustomPropertyValues(ctx, "acme", "churn")
			expect(t, len(list), 1)
			expect(t, w.repo.Property("maturity"), "2")
			return err
		}},
	}
}
