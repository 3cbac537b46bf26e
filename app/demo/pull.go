package demo

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// The sample project, as its main branch has it, and what its pull request
// changes.
var (
	//go:embed sample/base.txtar
	sampleBase []byte
	//go:embed sample/change.txtar
	sampleChange []byte
)

// The sample's branch, and those made in the copy of a local repository for
// commits that have none.
const (
	sampleBranch = "weekly-training"
	baseBranch   = "mlops-maturity-demo/base"
	headBranch   = "mlops-maturity-demo/head"
)

// propose puts the repository on the stand-in, installs the App on it, and opens
// the pull request.
func (s *Scene) propose(o Options) error {
	if o.Repo == "" {
		return s.proposeSample()
	}
	return s.proposeLocal(o)
}

func (s *Scene) proposeSample() (err error) {
	s.sim.Install("acme", nil)
	if s.repo, err = s.sim.AddRepo("acme/churn", githubsim.FromTxtar(sampleBase)); err != nil {
		return err
	}
	if err := s.repo.Branch(sampleBranch, "main"); err != nil {
		return err
	}
	s.title = "Train every Monday, track the runs, register the model"
	if _, err := s.repo.CommitTxtar(sampleBranch, sampleChange, s.title); err != nil {
		return err
	}
	s.base, s.head = "main", sampleBranch
	s.pull, err = s.repo.OpenPull(githubsim.NewPull{Head: sampleBranch, Title: s.title})
	return err
}

// isRepository says whether a folder looks like the top of a git repository. Git
// says of one that does not that it "does not exist".
func isRepository(path string) bool {
	for _, name := range []string{".git", "HEAD"} { // HEAD is a bare one's
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return true
		}
	}
	return false
}

// proposeLocal copies a repository with git's own clone and gives the two
// commits branches in the copy.
func (s *Scene) proposeLocal(o Options) error {
	path, err := filepath.Abs(o.Repo)
	if err != nil {
		return fmt.Errorf("--repo %s: %w", o.Repo, err)
	}
	if info, err := os.Stat(path); err != nil {
		return fmt.Errorf("--repo cannot be read: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("--repo %s is a file; give the folder of a git repository", o.Repo)
	}
	if !isRepository(path) {
		return fmt.Errorf("--repo %s is no git repository: give the top folder of one, which has .git in it, or a bare one", o.Repo)
	}
	s.sim.Install("local", nil)
	s.repo, err = s.sim.AddRepo("local/"+repoName(path), githubsim.FromGit(path))
	if err != nil {
		return fmt.Errorf("--repo %s cannot be cloned: %w", o.Repo, err)
	}
	base, into, err := s.find("--base", o.Base, "main", "master", s.repo.DefaultBranch())
	if err != nil {
		return err
	}
	head, from, err := s.find("--head", o.Head, "HEAD")
	if err != nil {
		return err
	}
	if into == from {
		return fmt.Errorf("--base %s and --head %s are the same commit, %.12s; a pull request needs two", base, head, from)
	}
	s.base, s.head, s.title = base, head, fmt.Sprintf("%s into %s", head, base)
	if into, err = s.branch(base, into, baseBranch); err != nil {
		return err
	}
	if from, err = s.branch(head, from, headBranch); err != nil {
		return err
	}
	s.pull, err = s.repo.OpenPull(githubsim.NewPull{Head: from, Base: into, Title: s.title})
	return err
}

// find is the first of the names that is a commit of the repository: the one
// given, or else a default. A branch that only a remote has will do.
func (s *Scene) find(flag, given string, defaults ...string) (name, commit string, err error) {
	names := defaults
	if given != "" {
		names = []string{given}
	}
	for _, prefix := range []string{"", "origin/"} {
		for _, name := range names {
			if commit := s.repo.Revision(prefix + name); commit != "" {
				return prefix + name, commit, nil
			}
		}
	}
	if given != "" {
		return "", "", fmt.Errorf("%s %s is no branch, tag or commit of the repository", flag, given)
	}
	return "", "", fmt.Errorf("the repository has none of %s; name the commit with %s", strings.Join(names, ", "), flag)
}

// branch is the name itself if that is a branch, or else a new one at its
// commit: pull requests are between branches.
func (s *Scene) branch(name, commit, otherwise string) (string, error) {
	if s.repo.Head("refs/heads/"+name) == commit {
		return name, nil
	}
	return otherwise, s.repo.Branch(otherwise, commit)
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// repoName makes a repository's name of a path.
func repoName(path string) string {
	name := strings.Trim(notInNames.ReplaceAllString(filepath.Base(path), "-"), "-")
	if name == "" {
		return "repository"
	}
	return name
}
