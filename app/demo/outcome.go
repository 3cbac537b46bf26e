package demo

import (
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// Outcome is what the stand-in for GitHub holds of the pull request.
type Outcome struct {
	Repository string // owner/name
	Number     int
	Title      string
	Base, Head string // branches
	Commit     string // the head that was judged
	Bot        string // the App's login
	Check      *githubsim.CheckRun
	Comment    string // Markdown; "" where the App kept silent
	Edits      int    // of the comment
	Requests   int    // that the App made for the pull request
	Took       time.Duration

	web  string // address of the repository on the stand-in
	read func(commit, path string) ([]byte, error)
}

// Outcome reads what came of the pull request.
func (s *Scene) Outcome() *Outcome {
	o := &Outcome{
		Repository: s.repo.FullName(), Number: s.pull.Number(), Title: s.title, Base: s.base, Head: s.head,
		Commit: s.pull.HeadSHA(), Bot: s.sim.BotLogin(), Requests: s.say.counted(), Took: s.took,
		web: s.sim.URL() + "/" + s.repo.FullName(), read: s.repo.ReadFile,
	}
	if runs := s.sim.CheckRuns(s.repo, o.Commit); len(runs) > 0 {
		o.Check = &runs[len(runs)-1]
	}
	for _, c := range s.sim.Comments(s.pull) {
		if c.ByApp {
			o.Comment, o.Edits = c.Body, c.Edits
		}
	}
	return o
}

// String is the verdict in one line.
func (o *Outcome) String() string {
	if o.Check == nil {
		return "no check run"
	}
	return o.Check.Status + " " + o.Check.Conclusion + ": " + o.Check.Title
}
