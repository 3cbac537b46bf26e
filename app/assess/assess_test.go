package assess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

func TestPullRequestGetsCheckRunAndOneComment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import sklearn\n"})
	a := w.assessor()
	pr := w.open(map[string]string{"tests.py": "import train\n"}, githubsim.NewPull{})
	w.run(a, pr)
	if run := w.oneRun(pr.HeadSHA()); run.Name != "MLOps maturity" || run.Status != "completed" || run.Conclusion != "success" || run.Summary == "" {
		t.Errorf("check run: %+v", run)
	}
	comments := w.Comments(pr)
	if len(comments) != 1 || !strings.Contains(comments[0].Body, gh.Marker) || !strings.Contains(comments[0].Body, "application.tests") {
		t.Fatalf("comments: %+v", comments)
	}
	// Twenty pushes that change nothing of the verdict: no edit, one check run each.
	for i := range 20 {
		w.push(map[string]string{"other.py": fmt.Sprintf("x = %d\n", i)})
		w.run(a, pr)
		w.oneRun(pr.HeadSHA())
	}
	if comments = w.Comments(pr); len(comments) != 1 || comments[0].Edits != 0 {
		t.Errorf("after twenty pushes: %d comments, %d edits", len(comments), comments[0].Edits)
	}
	// The change is undone: the comment must not go on claiming it.
	githubsim.Must(w.repo.CommitEntries("feature", []githubsim.Entry{{Path: "tests.py", Remove: true}}, "Undo"))
	w.run(w.assessor(), pr)
	if comments = w.Comments(pr); len(comments) != 1 || comments[0].Edits != 1 || strings.Contains(comments[0].Body, "application.tests") {
		t.Errorf("after the change was undone: %+v", comments)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"tests.py": "import train\n"}
	for name, test := range map[string]struct {
		files, change map[string]string
		how           githubsim.NewPull
		comments      int
	}{
		"a verdict that stays":    {nil, map[string]string{"README.md": "hi\n"}, githubsim.NewPull{}, 0},
		"a draft":                 {nil, tests, githubsim.NewPull{Draft: true}, 0},
		"a bot":                   {nil, tests, githubsim.NewPull{Author: "renovate[bot]", Bot: true}, 0},
		"not ML":                  {map[string]string{"library.txt": "x\n"}, tests, githubsim.NewPull{}, 0},
		"comments switched off":   {map[string]string{".mlops-maturity.yml": "version: 1\ncomment: never\n"}, tests, githubsim.NewPull{}, 0},
		"asked for always":        {map[string]string{".mlops-maturity.yml": "version: 1\ncomment: always\n"}, map[string]string{"README.md": "hi\n"}, githubsim.NewPull{}, 1},
		"a verdict that improves": {nil, tests, githubsim.NewPull{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"train.py": "import sklearn\n"}
			for p, text := range test.files {
				files[p] = text
			}
			w := newWorld(t, files)
			pr := w.open(test.change, test.how)
			w.run(w.assessor(), pr)
			if run := w.oneRun(pr.HeadSHA()); run.Status != "completed" {
				t.Errorf("the check run is %s", run.Status)
			}
			if n := len(w.Comments(pr)); n != test.comments {
				t.Errorf("%d comments, want %d", n, test.comments)
			}
		})
	}
}

func TestSwitchedOffAndClosedLeaveNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{".mlops-maturity.yml": "version: 1\nenabled: false\n"})
	pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	w.run(w.assessor(), pr)
	other := newWorld(t, map[string]string{"train.py": "x\n"})
	closed := other.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	closed.Close()
	other.run(other.assessor(), closed)
	if n := len(w.CheckRuns(w.repo, "")) + len(other.CheckRuns(other.repo, "")) + len(w.Comments(pr)) + len(other.Comments(closed)); n != 0 {
		t.Errorf("%d check runs and comments, want none", n)
	}
}

// Running again, in the same process or another, has the effects of once.
func TestAgainIsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import sklearn\n"})
	pr := w.open(map[string]string{"tests.py": "import train\n"}, githubsim.NewPull{})
	a := w.assessor()
	for range 3 {
		w.run(a, pr)
	}
	// A fault after each write: the next attempt takes up what is there.
	for _, path := range []string{"/**/check-runs/*", "/**/issues/comments/*", "/**/git/trees/*"} {
		w.Fault(githubsim.Fault{PathGlob: path, Status: 500})
		_ = w.assessor().Run(t.Context(), w.job(pr.Number(), pr.HeadSHA()))
		w.run(w.assessor(), pr)
	}
	w.oneRun(pr.HeadSHA())
	if n := len(w.Comments(pr)); n != 1 {
		t.Errorf("%d comments, want one", n)
	}
	// The store forgets; the marker remembers.
	if err := w.store.Forget(t.Context(), w.inst.ID()); err != nil {
		t.Fatal(err)
	}
	w.run(w.assessor(), pr)
	if n := len(w.Comments(pr)); n != 1 || len(w.CheckRuns(w.repo, pr.HeadSHA())) != 1 {
		t.Errorf("%d comments after the store was lost, want one", n)
	}
}

func TestForkIsReadThroughTheBaseRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import sklearn\n"})
	fork := githubsim.Must(w.repo.Fork("mona"))
	if err := fork.Branch("feature", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(fork.Commit("feature", map[string]string{"tests.py": "import train\n"}, "Add tests"))
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature", HeadRepo: fork}))
	w.run(w.assessor(), pr)
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" || len(w.Comments(pr)) != 1 {
		t.Errorf("check run %s, %d comments", run.Conclusion, len(w.Comments(pr)))
	}
	if strings.Contains(w.log(), "/repos/mona/") {
		t.Errorf("the fork itself was read:\n%s", w.log())
	}
}

// Without a common history there is no merge base; the base branch stands in.
func TestUnrelatedHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "x\n"})
	w.push(map[string]string{"train.py": "x\n", "tests.py": "x\n"}) // on a branch that starts from nothing
	pr := githubsim.Must(w.repo.OpenPull(githubsim.NewPull{Head: "feature"}))
	w.run(w.assessor(), pr)
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" || len(w.Comments(pr)) != 1 {
		t.Errorf("check run %s, %d comments", run.Conclusion, len(w.Comments(pr)))
	}
}

func TestBranchIsJudgedAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"train.py": "import sklearn\n"})
	job := w.job(0, "")
	job.Ref = "" // the default branch
	if err := w.assessor().Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	w.oneRun(w.repo.Head("main"))
	points, err := w.store.History(t.Context(), w.inst.ID(), w.repo.ID(), "main", 10)
	if err != nil || len(points) != 1 || points[0].Commit != w.repo.Head("main") || points[0].Level != 1 {
		t.Errorf("history: %+v, %v", points, err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"tests.py": "x\n"}
	t.Run("of the base branch governs", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n"})
		pr := w.open(map[string]string{"tests.py": "x\n", ".mlops-maturity.yml": "version: 1\nenabled: false\n"}, githubsim.NewPull{})
		w.run(w.assessor(), pr)
		if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" || len(w.Comments(pr)) != 1 {
			t.Errorf("%s, %d comments", run.Conclusion, len(w.Comments(pr)))
		}
	})
	t.Run("of the base branch governs while the pull request breaks it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, map[string]string{"train.py": "x\n", ".mlops-maturity.yml": "version: 1\ncomment: never\n"})
		pr := w.open(map[string]string{"tests.py": "x\n", ".mlops-maturity.yml": "version: 1\ncomment: nevr\n"}, githubsim.NewPull{})
		w.run(w.assessor(), pr)
		run := w.oneRun(pr.HeadSHA())
		if run.Conclusion != "neutral" || !strings.Contains(run.Summary, ".mlops-maturity.yml:2") || len(w.Comments(pr)) != 0 {
			t.Errorf("%s, %d comments: %s", run.Conclusion, len(w.Comments(pr)), run.Summary)
		}
		if !strings.Contains(run.Summary, "the settings of the base branch, `main`") || strings.Contains(run.Summary, "Until it is mended") {
			t.Errorf("the summary does not say that the base branch governs: %s", run.Summary)
		}
		if len(run.Annotations) != 1 || run.Annotations[0].StartLine != 2 {
			t.Errorf("annotations: %+v", run.Annotations)
		}
	})
	for name, files := range map[string][2]map[string]string{
		"broken on the base branch":  {{"train.py": "x\n", ".mlops-maturity.yml": "version: 1\ncommnet: never\n"}, tests},
		"broken by the pull request": {{"train.py": "x\n"}, {"tests.py": "x\n", ".mlops-maturity.yml": "version: 1\ncommnet: never\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, files[0])
			pr := w.open(files[1], githubsim.NewPull{})
			w.run(w.assessor(), pr)
			run := w.oneRun(pr.HeadSHA())
			if run.Conclusion != "neutral" || !strings.Contains(run.Summary, "commnet") || !strings.Contains(run.Summary, "2") {
				t.Errorf("%s: %s\n%s", run.Conclusion, run.Title, run.Summary)
			}
			if broken := name == "broken on the base branch"; strings.Contains(run.Summary, "Until it is mended, the defaults apply.") != broken {
				t.Errorf("what governs: %s", run.Summary)
			}
			if n := len(w.Comments(pr)); n != 1 {
				t.Errorf("%d comments, want the one of the defaults", n)
			}
		})
	}
}

// A tree that GitHub cuts off is walked; the verdict is that of the whole.
func TestTruncatedTree(t *testing.T) {
	t.Parallel()
	files := map[string]string{"zzz/a/train.py": "x\n", "train.py": "x\n"}
	for i := range 30 {
		files[fmt.Sprintf("a%d/f.py", i)] = "x\n"
	}
	w := newWorld(t, files)
	w.TruncateTreesOver(20)
	pr := w.open(map[string]string{"tests.py": "x\n"}, githubsim.NewPull{})
	w.run(w.assessor(), pr)
	if run := w.oneRun(pr.HeadSHA()); run.Conclusion != "success" || len(w.Comments(pr)) != 1 {
		t.Errorf("%s, %d comments", run.Conclusion, len(w.Comments(pr)))
	}
}
