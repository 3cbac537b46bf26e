package githubsim_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"
)

func notes(n int) []*github.CheckRunAnnotation {
	var list []*github.CheckRunAnnotation
	for i := range n {
		list = append(list, &github.CheckRunAnnotation{
			Path: github.String("a.txt"), StartLine: github.Int(i + 1), EndLine: github.Int(i + 1),
			AnnotationLevel: github.String("warning"), Message: github.String("m"),
		})
	}
	return list
}

func output(change func(*github.CheckRunOutput)) *github.CheckRunOutput {
	o := &github.CheckRunOutput{Title: github.String("t"), Summary: github.String("s")}
	change(o)
	return o
}

func TestCheckRunsAreRefusedAsGitHubRefusesThem(t *testing.T) {
	t.Parallel()
	w, ctx := newSloppyWorld(t), context.Background()
	sha := w.repo.Head("main")
	note := func(change func(*github.CheckRunAnnotation)) *github.CheckRunOutput {
		return output(func(o *github.CheckRunOutput) {
			o.Annotations = notes(1)
			change(o.Annotations[0])
		})
	}
	for name, c := range map[string]struct {
		opts  github.CreateCheckRunOptions
		words string // "" when it is taken
	}{
		"the longest text":             {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Text = github.String(strings.Repeat("é", 65_535)) })}, ""},
		"fifty annotations":            {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Annotations = notes(50) })}, ""},
		"no name":                      {github.CreateCheckRunOptions{}, "name"},
		"no such commit":               {github.CreateCheckRunOptions{Name: "n", HeadSHA: strings.Repeat("0", 40)}, "No commit found for SHA"},
		"no conclusion":                {github.CreateCheckRunOptions{Name: "n", Status: github.String("completed")}, "conclusion"},
		"a wrong conclusion":           {github.CreateCheckRunOptions{Name: "n", Conclusion: github.String("stale")}, "conclusion"},
		"conclusion and not completed": {github.CreateCheckRunOptions{Name: "n", Status: github.String("queued"), Conclusion: github.String("success")}, "status"},
		"a wrong status":               {github.CreateCheckRunOptions{Name: "n", Status: github.String("done")}, "status"},
		"a long text":                  {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Text = github.String(strings.Repeat("x", 65_536)) })}, "65535"},
		"a long summary":               {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Summary = github.String(strings.Repeat("x", 65_536)) })}, "65535"},
		"no summary":                   {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Summary = nil })}, "summary"},
		"no title":                     {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Title = nil })}, "title"},
		"51 annotations":               {github.CreateCheckRunOptions{Name: "n", Output: output(func(o *github.CheckRunOutput) { o.Annotations = notes(51) })}, "50"},
		"line 0":                       {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.StartLine = github.Int(0) })}, "lines"},
		"lines backwards":              {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.StartLine = github.Int(2) })}, "lines"},
		"columns over lines":           {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.EndLine = github.Int(2); a.StartColumn = github.Int(1) })}, "columns"},
		"an absolute path":             {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.Path = github.String("/a.txt") })}, "path"},
		"a wrong level":                {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.AnnotationLevel = github.String("info") })}, "annotation_level"},
		"no message":                   {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.Message = github.String("") })}, "message"},
		"a long title":                 {github.CreateCheckRunOptions{Name: "n", Output: note(func(a *github.CheckRunAnnotation) { a.Title = github.String(strings.Repeat("x", 256)) })}, "title"},
		"a long label":                 {github.CreateCheckRunOptions{Name: "n", Actions: []*github.CheckRunAction{{Label: strings.Repeat("l", 21), Description: "d", Identifier: "i"}}}, "label"},
		"four actions":                 {github.CreateCheckRunOptions{Name: "n", Actions: []*github.CheckRunAction{{}, {}, {}, {}}}, "3 actions"},
	} {
		if c.opts.HeadSHA == "" {
			c.opts.HeadSHA = sha
		}
		before := len(w.CheckRuns(w.repo, ""))
		_, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", c.opts)
		if c.words == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		t.Log(name)
		wantStatus(t, err, http.StatusUnprocessableEntity, c.words)
		if len(w.CheckRuns(w.repo, "")) != before {
			t.Errorf("%s: refused, and yet there is a check run", name)
		}
	}
}

func TestAnnotationsAddUpAndARunIsSetBack(t *testing.T) {
	t.Parallel()
	w, ctx := newSloppyWorld(t), context.Background()
	sha := w.repo.Head("main")
	run, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha, Status: github.String("in_progress")})
	if err != nil {
		t.Fatal(err)
	}
	update := func(o github.UpdateCheckRunOptions) error {
		o.Name = "n"
		_, _, err := w.gh.Checks.UpdateCheckRun(ctx, "acme", "churn", run.GetID(), o)
		return err
	}
	for range 2 {
		if err := update(github.UpdateCheckRunOptions{Conclusion: github.String("neutral"), Output: output(func(o *github.CheckRunOutput) { o.Annotations = notes(50) })}); err != nil {
			t.Fatal(err)
		}
	}
	wantStatus(t, update(github.UpdateCheckRunOptions{Output: output(func(o *github.CheckRunOutput) { o.Annotations = notes(51) })}), http.StatusUnprocessableEntity, "50")
	got := w.CheckRuns(w.repo, sha)[0]
	expect(t, len(got.Annotations), 100)
	expect(t, got.Writes, 3)
	expect(t, got.Status+" "+got.Conclusion, "completed neutral")
	if err := update(github.UpdateCheckRunOptions{Status: github.String("in_progress")}); err != nil {
		t.Fatal(err)
	}
	got = w.CheckRuns(w.repo, sha)[0]
	expect(t, got.Status+" "+got.Conclusion, "in_progress ")
	expect(t, got.CompletedAt.IsZero(), true)

	// A second run of the same name stands in front of the first.
	if _, _, err := w.gh.Checks.CreateCheckRun(ctx, "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha}); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string]int{"latest": 1, "all": 2} {
		list, _, err := w.gh.Checks.ListCheckRunsForRef(ctx, "acme", "churn", sha, &github.ListCheckRunsOptions{Filter: github.String(filter)})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, list.GetTotal(), want)
		expect(t, list.CheckRuns[0].GetStatus(), "queued")
	}
	none, _, err := w.gh.Checks.ListCheckRunsForRef(ctx, "acme", "churn", sha, &github.ListCheckRunsOptions{AppID: github.Int64(7)})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, none.GetTotal(), 0)
}

func TestCommentsAreRefusedAsGitHubRefusesThem(t *testing.T) {
	t.Parallel()
	w, ctx := newSloppyWorld(t), context.Background()
	pr, _ := w.feature(t, map[string]string{"b.txt": "b\n"})
	comment := func(number int, body string) error {
		_, _, err := w.gh.Issues.CreateComment(ctx, "acme", "churn", number, &github.IssueComment{Body: github.String(body)})
		return err
	}
	wantStatus(t, comment(pr.Number(), ""), http.StatusUnprocessableEntity, "blank")
	wantStatus(t, comment(pr.Number(), strings.Repeat("é", 65_537)), http.StatusUnprocessableEntity, "maximum is 65536 characters")
	wantStatus(t, comment(99, "hello"), http.StatusNotFound, "Not Found")
	if err := comment(pr.Number(), strings.Repeat("é", 65_536)); err != nil {
		t.Error(err)
	}
	id := pr.AddComment("mona", "from a person")
	list, _, err := w.gh.Issues.ListComments(ctx, "acme", "churn", pr.Number(), nil)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, list[0].GetUser().GetType()+" "+list[1].GetUser().GetType(), "Bot User")
	expect(t, list[1].GetID(), id)
	_, _, err = w.gh.Reactions.CreateIssueCommentReaction(ctx, "acme", "churn", id, "shrug")
	wantStatus(t, err, http.StatusUnprocessableEntity, "content")
	pr.Lock()
	wantStatus(t, comment(pr.Number(), "hello"), http.StatusForbidden, "locked")
	expect(t, len(w.Comments(pr)), 2)
}
