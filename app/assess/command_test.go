package assess_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// talk is a world with a pull request, and people of every role.
type talk struct {
	*world
	pr *githubsim.Pull
}

func newTalk(t *testing.T, files map[string]string, change map[string]string) *talk {
	t.Helper()
	w := newWorld(t, files)
	w.engine = nil
	for login, role := range map[string]string{"boss": "admin", "keeper": "maintain", "writer": "write", "helper": "triage", "guest": "read"} {
		w.repo.SetRole(login, role)
	}
	return &talk{w, w.open(change, githubsim.NewPull{Author: "writer"})}
}

// write grants the optional permission to write files.
func (k *talk) write() {
	p := githubsim.LeastPrivilege()
	p["contents"] = "write"
	k.inst.Grant(p)
}

// ask is the job of a comment, made now by GitHub's clock.
func (k *talk) ask(login, line string) jobs.Job {
	id := k.pr.AddComment(login, line)
	return jobs.Job{Installation: k.inst.ID(), RepositoryID: k.repo.ID(), Owner: "acme", Repository: "churn", PullRequest: k.pr.Number(), Reason: jobs.Command,
		Attempt: 1, Ask: &jobs.Ask{Login: login, UserID: k.UserID(login), At: time.Now().Unix(), Comment: id, Line: line}}
}

// say does a command and returns its one answer, "" for none, and the reactions.
func (k *talk) say(login, line string) (answer string, reactions []string) {
	k.t.Helper()
	j := k.ask(login, line)
	if err := k.assessor().Run(k.t.Context(), j); err != nil {
		k.t.Fatal(err)
	}
	return k.answerTo(j), k.Reactions(j.Ask.Comment)
}

func (k *talk) answerTo(j jobs.Job) string {
	k.t.Helper()
	after, answer := false, ""
	for _, c := range k.Comments(k.pr) {
		switch {
		case c.ID == j.Ask.Comment:
			after = true
		case after && c.ByApp && answer != "":
			k.t.Errorf("two answers: %q and %q", answer, c.Body)
		case after && c.ByApp:
			answer = c.Body
		}
	}
	return answer
}

var trains = map[string]string{"train.py": "import sklearn\nsklearn.fit()\n", "requirements.txt": "scikit-learn==1.5.0\n"}

func TestWhoMayCommand(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	k.repo.MakePublic()
	for login, want := range map[string]string{"boss": "eyes +1", "keeper": "eyes +1", "writer": "eyes +1", "helper": "-1", "guest": "-1", "passer-by": "-1"} {
		answer, reactions := k.say(login, "/mlops-maturity help")
		if got := strings.Join(reactions, " "); got != want || (answer != "") != (want != "-1") {
			t.Errorf("%s: reactions %s, answer %q", login, got, answer)
		}
	}
	// Somebody who took over the login of one who may.
	j := k.ask("boss", "/mlops-maturity help")
	j.Ask.UserID++
	if err := k.assessor().Run(t.Context(), j); err != nil || k.answerTo(j) != "" {
		t.Errorf("%v, %q", err, k.answerTo(j))
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	for _, c := range []struct{ line, want, reaction string }{
		{"/mlops-maturity help", "| `/mlops-maturity snooze 30d` |", "+1"},
		{"/mlops-maturity rechek", "/mlops-maturity recheck\n", "confused"},
		{"/mlops-maturity @octocat", "`/mlops", "confused"},
		{"/mlops-maturity recheck", "is judged again", "+1"},
		{"/mlops-maturity explain training.scripted", "**What proves it.**", "+1"},
		{"/mlops-maturity explain training.scripted", "train.py", "+1"},
		{"/mlops-maturity explain training.scriptd", "explain training.scripted\n", "confused"},
		{"/mlops-maturity waive training.scripted --reason x --until 2020-01-01", "2020-01-01 is past", "confused"},
	} {
		answer, reactions := k.say("writer", c.line)
		if c.want == "`/mlops" { // nobody is called
			if strings.Contains(answer, "@octocat") {
				t.Errorf("%s: %s", c.line, answer)
			}
		} else if !strings.Contains(answer, c.want) {
			t.Errorf("%s: %s", c.line, answer)
		}
		if !slices.Equal(reactions, []string{"eyes", c.reaction}) {
			t.Errorf("%s: reactions %v", c.line, reactions)
		}
	}
	if len(k.added) != 1 || !k.added[0].Force || k.added[0].Ask != nil || k.added[0].Head != k.pr.HeadSHA() || k.added[0].Key() != k.job(k.pr.Number(), "").Key() {
		t.Errorf("queued %+v", k.added)
	}
	j := k.ask("writer", "/mlops-maturity help")
	j.Ask.More = 2
	if err := k.assessor().Run(t.Context(), j); err != nil || !strings.Contains(k.answerTo(j), "this one has 2 more") {
		t.Errorf("%v, %q", err, k.answerTo(j))
	}
	k.pr.Close()
	if answer, reactions := k.say("writer", "/mlops-maturity recheck"); !strings.Contains(answer, "is closed") || reactions[1] != "confused" {
		t.Errorf("%q, %v", answer, reactions)
	}
}

// Done again at any point, a command has one answer.
func TestACommandAgainIsOnce(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	k.write()
	for _, line := range []string{"/mlops-maturity help", "/mlops-maturity waive training.scripted --reason because --until 2099-01-31"} {
		j := k.ask("writer", line)
		for _, fault := range []githubsim.Fault{
			{Method: "POST", PathGlob: "/**/reactions"}, {PathGlob: "/**/permission"}, {PathGlob: "/**/comments"},
			{Method: "POST", PathGlob: "/**/issues/*/comments"}, {Method: "POST", PathGlob: "/**/pulls"}, {Method: "PUT", PathGlob: "/**/contents/**"},
		} {
			fault.Status = 500
			k.Fault(fault)
			_ = k.assessor().Run(t.Context(), j)
			k.ClearFaults()
		}
		for range 3 {
			if err := k.assessor().Run(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
		if answer := k.answerTo(j); answer == "" {
			t.Errorf("%s: no answer", line)
		}
		if got := k.Reactions(j.Ask.Comment); !slices.Equal(got, []string{"eyes", "+1"}) {
			t.Errorf("%s: reactions %v", line, got)
		}
	}
	if k.repo.Pull(3) != nil || k.repo.Pull(2) == nil {
		t.Error("not exactly one pull request was opened")
	}
}

func TestACommandThatCannotBeDone(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	j := k.ask("writer", "/mlops-maturity recheck")
	k.Fault(githubsim.Fault{PathGlob: "/**/graphql", Status: 502, Times: -1})
	for j.Attempt = 1; j.Attempt < 5; j.Attempt++ {
		if err := k.assessor().Run(t.Context(), j); err == nil || k.answerTo(j) != "" {
			t.Fatalf("try %d: %v, %q", j.Attempt, err, k.answerTo(j))
		}
	}
	if err := k.assessor().Run(t.Context(), j); err != nil || !strings.Contains(k.answerTo(j), "could not be done") {
		t.Errorf("the last try: %v, %q", err, k.answerTo(j))
	}
	k.ClearFaults()
	// A conversation that is locked takes neither answer nor reaction, and that is no reason to go on trying.
	k.pr.Lock()
	j = k.ask("writer", "/mlops-maturity help")
	err := k.assessor().Run(t.Context(), j)
	if !errors.Is(err, gh.ErrForbidden) {
		t.Errorf("got %v", err)
	}
}

func TestSnooze(t *testing.T) {
	t.Parallel()
	k := newTalk(t, map[string]string{"train.py": "x\n"}, map[string]string{"tests.py": "x\n"})
	k.engine = &engine{}
	if answer, _ := k.say("writer", "/mlops-maturity snooze 2d"); !strings.Contains(answer, "The check run goes on") {
		t.Error(answer)
	}
	verdicts := func() (n int) {
		for _, c := range k.Comments(k.pr) {
			if strings.Contains(c.Body, gh.Marker) {
				n++
			}
		}
		return n
	}
	k.run(k.assessor(), k.pr)
	if run := k.oneRun(k.pr.HeadSHA()); run.Status != "completed" || verdicts() != 0 {
		t.Errorf("check run %s, %d comments while snoozed", run.Status, verdicts())
	}
	k.clock.push(49 * time.Hour)
	k.run(k.assessor(), k.pr)
	if verdicts() != 1 {
		t.Errorf("%d comments after the snooze", verdicts())
	}
}

// The tracking issue is snoozed by a comment below it, and takes nothing else.
func TestCommandsOnTheTrackingIssue(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	for line, want := range map[string]string{"/mlops-maturity snooze 30d": "left alone until", "/mlops-maturity recheck": "is the one command"} {
		j := k.ask("writer", line)
		j.Ask.Issue = true
		if err := k.assessor().Run(t.Context(), j); err != nil || !strings.Contains(k.answerTo(j), want) {
			t.Errorf("%s: %v, %q", line, err, k.answerTo(j))
		}
	}
	got, err := k.store.Tracking(t.Context(), k.repo.ID())
	if days := got.Snoozed.Sub(k.clock.Now()).Hours() / 24; err != nil || days < 29 || days > 31 {
		t.Errorf("snoozed until %v, %v", got.Snoozed, err)
	}
	if until, err := k.store.PullSnoozed(t.Context(), k.repo.ID(), k.pr.Number()); err != nil || !until.IsZero() {
		t.Errorf("the pull request of that number is snoozed until %v, %v", until, err)
	}
}

const waiving = "/mlops-maturity waive training.scripted --reason \"it moves; see @octocat & #7 `x`\" --until 2099-01-31"

func TestWaive(t *testing.T) {
	t.Parallel()
	const config = "version: 1 # ours\n\n# What fails.\nfail_on: [regression]\n"
	files := func(path, text string) map[string]string {
		all := map[string]string{}
		if path != "" {
			all[path] = text
		}
		for p, s := range trains {
			all[p] = s
		}
		return all
	}
	t.Run("proposes it", func(t *testing.T) {
		t.Parallel()
		for path, text := range map[string]string{".mlops-maturity.yml": config, ".github/mlops-maturity.yml": config, "": ""} {
			k := newTalk(t, files(path, text), map[string]string{"a.txt": "a\n"})
			k.write()
			answer, reactions := k.say("writer", waiving)
			if !strings.Contains(answer, "/acme/churn/pull/2") || reactions[1] != "+1" {
				t.Fatalf("%q, %v", answer, reactions)
			}
			at := path
			if path == "" {
				at = repoconfig.Paths[0]
			}
			proposed := file(k.repo, "mlops-maturity/waive-training.scripted", at)
			c, errs := repoconfig.Parse(at, []byte(proposed))
			if len(errs) > 0 || len(c.Waivers) != 1 || c.Waivers[0].Reason != "it moves; see @octocat & #7 `x`" || c.Waivers[0].Owner != "@writer" || !strings.HasPrefix(proposed, text) {
				t.Errorf("%v in\n%s", errs, proposed)
			}
			if file(k.repo, "main", at) != text {
				t.Error("the base branch was changed")
			}
			title, body := k.repo.Pull(2).Text()
			if title != "Waive training.scripted until 2099-01-31" || strings.Contains(body, "@octocat") || !strings.Contains(body, "#issuecomment-") {
				t.Errorf("%s\n%s", title, body)
			}
			if answer, _ := k.say("boss", waiving); !strings.Contains(answer, "is proposed already") || !strings.Contains(answer, "/acme/churn/pull/2") || k.repo.Pull(3) != nil {
				t.Errorf("asked twice: %q", answer)
			}
		}
	})
	for name, c := range map[string]struct {
		config string
		before func(k *talk)
		want   string
	}{
		"without the permission": {config, func(*talk) {}, "contents: write"},
		"flow style":             {"{version: 1, waivers: [{capability: data.versioning, reason: a, owner: b, expires: 2099-01-01}]}\n", (*talk).write, "without the risk"},
		"with mistakes":          {"version: 1\ncommnet: never\n", (*talk).write, "has mistakes"},
		"somebody's branch": {config, func(k *talk) {
			k.write()
			if err := k.repo.Branch("mlops-maturity/waive-training.scripted", "main"); err != nil {
				t.Fatal(err)
			}
			githubsim.Must(k.repo.Commit("mlops-maturity/waive-training.scripted", map[string]string{".mlops-maturity.yml": "version: 1\n"}, "Mine"))
		}, "delete it"},
		"a ruleset": {config, func(k *talk) {
			k.write()
			k.Fault(githubsim.Fault{Method: "POST", PathGlob: "/**/git/refs", Status: 422, Body: `{"message":"Repository rule violations found"}`})
		}, "a rule of the repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newTalk(t, files(".mlops-maturity.yml", c.config), map[string]string{"a.txt": "a\n"})
			c.before(k)
			answer, reactions := k.say("writer", waiving)
			paste := "```yaml\nwaivers:\n  - capability: training.scripted\n    reason: \"it moves; see @octocat & #7 `x`\"\n    owner: \"@writer\"\n    expires: 2099-01-31\n```"
			if !strings.Contains(answer, c.want) || !strings.Contains(answer, paste) || reactions[1] != "confused" || k.repo.Pull(2) != nil {
				t.Errorf("%v %s", reactions, answer)
			}
		})
	}
	t.Run("there already", func(t *testing.T) {
		t.Parallel()
		k := newTalk(t, files(".mlops-maturity.yml", config+"waivers:\n  - {capability: training.scripted, reason: a, owner: b, expires: 2099-01-01}\n"), map[string]string{"a.txt": "a\n"})
		k.write()
		if answer, _ := k.say("writer", waiving); !strings.Contains(answer, "has a waiver of `training.scripted` already") {
			t.Error(answer)
		}
	})
}

// The button waives what the pull request loses, and only for those who may.
func TestWaiveButton(t *testing.T) {
	t.Parallel()
	k := newTalk(t, map[string]string{"train.py": "x\n", "tests.py": "x\n"}, map[string]string{"a.txt": "a\n"})
	k.engine = &engine{}
	k.write()
	k.run(k.assessor(), k.pr)
	if got := labels(k.oneRun(k.pr.HeadSHA())); got != "Explain, Re-check" {
		t.Errorf("nothing is lost, and the buttons are %s", got)
	}
	githubsim.Must(k.repo.CommitEntries("feature", []githubsim.Entry{{Path: "tests.py", Remove: true}}, "Drop the tests"))
	k.run(k.assessor(), k.pr)
	run := k.oneRun(k.pr.HeadSHA())
	if got := labels(run); got != "Explain, Re-check, Waive" {
		t.Fatalf("tests are lost, and the buttons are %s", got)
	}
	press := func(login string) {
		t.Helper()
		j := k.job(k.pr.Number(), k.pr.HeadSHA())
		j.Reason, j.Ask = jobs.Button, &jobs.Ask{Login: login, UserID: k.UserID(login), At: run.StartedAt.Unix(), CheckRun: run.ID, Line: "waive"}
		if err := k.assessor().Run(context.WithoutCancel(t.Context()), j); err != nil {
			t.Fatal(err)
		}
	}
	press("guest")
	if k.repo.Pull(2) != nil {
		t.Fatal("a guest waives")
	}
	press("writer")
	press("writer")
	if k.repo.Pull(2) == nil || k.repo.Pull(3) != nil {
		t.Fatal("not exactly one proposal")
	}
	c, errs := repoconfig.Parse("x", []byte(file(k.repo, "mlops-maturity/waive-application.tests", ".mlops-maturity.yml")))
	if len(errs) > 0 || len(c.Waivers) != 1 || c.Waivers[0].Capability != "application.tests" || !strings.Contains(c.Waivers[0].Reason, "pull request 1") {
		t.Errorf("%+v, %v", c.Waivers, errs)
	}
	answers := 0
	for _, c := range k.Comments(k.pr) {
		if c.ByApp && strings.Contains(c.Body, "/acme/churn/pull/2") {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("%d answers", answers)
	}
}

func labels(run githubsim.CheckRun) string {
	var all []string
	for _, a := range run.Actions {
		all = append(all, a.Label)
	}
	return strings.Join(all, ", ")
}

// The explanation is in the check run that was asked, and gone with the next
// verdict.
func TestExplainButton(t *testing.T) {
	t.Parallel()
	k := newTalk(t, trains, map[string]string{"a.txt": "a\n"})
	for _, explain := range []bool{false, true, false} {
		j := k.job(k.pr.Number(), k.pr.HeadSHA())
		j.Explain = explain
		if err := k.assessor().Run(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		run := k.oneRun(k.pr.HeadSHA())
		if has := strings.HasPrefix(run.Text, "### What level 1 asks for"); has != explain || strings.Contains(run.Text, "**What proves it.**") != explain {
			t.Errorf("explain %v: %.300s", explain, run.Text)
		}
	}
}

// file is the text of a file, "" when there is none.
func file(r *githubsim.Repo, ref, path string) string {
	data, err := r.ReadFile(ref, path)
	if err != nil {
		return ""
	}
	return string(data)
}
