package talk

import (
	"fmt"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

// Answer is what is said to a command. Done is false where it was not carried
// out.
type Answer struct {
	Text string // Markdown
	Done bool
}

// WithMore adds that a comment has more commands than the one that counted.
func (a Answer) WithMore(more int) Answer {
	if more > 0 {
		a.Text += fmt.Sprintf("\nOnly the first command of a comment counts; this one has %d more. Write each in a comment of its own.\n", more)
	}
	return a
}

// HelpAnswer lists the commands.
func HelpAnswer() Answer {
	var b strings.Builder
	b.WriteString("At the start of a line of a comment, for people who may write to this repository:\n\n| command | does |\n| --- | --- |\n")
	for _, f := range forms {
		fmt.Fprintf(&b, "| `%s %s` | %s |\n", Word, f.usage, f.does)
	}
	b.WriteString("\nID is a capability as the check run names it, such as `training.automated`.\n")
	return Answer{b.String(), true}
}

// MistakeAnswer says why nothing was done, and the nearest form.
func MistakeAnswer(m *Mistake) Answer {
	return Answer{Text: fmt.Sprintf("%s Write it like this:\n\n```\n%s\n```\n", render.Prose(m.What), m.Form)}
}

// OnlyOnPulls is for a command that an issue has no use for.
func OnlyOnPulls() Answer {
	return Answer{Text: fmt.Sprintf("On this issue `%s snooze 30d` is the one command; the others belong on a pull request.\n", Word)}
}

// SnoozeAnswer says until when.
func SnoozeAnswer(until time.Time, issue bool) Answer {
	day := until.UTC().Format(time.DateOnly)
	if issue {
		return Answer{fmt.Sprintf("This issue is left alone until %s.\n", day), true}
	}
	return Answer{fmt.Sprintf("No comment is written or edited here until %s. The check run goes on.\n", day), true}
}

// RecheckAnswer says what is judged.
func RecheckAnswer(commit string) Answer {
	return Answer{fmt.Sprintf("Commit %s is judged again; the check run shows the verdict.\n", render.Code(short(commit))), true}
}

// ClosedAnswer is for a pull request that is closed.
func ClosedAnswer() Answer {
	return Answer{Text: "This pull request is closed, so there is nothing to judge. Reopen it first.\n"}
}

// DisabledAnswer is for a repository that is not judged: by its own word, or by
// the organisation's, which left tells.
func DisabledAnswer(left string) Answer {
	if left != "" {
		return Answer{Text: "This repository is not judged: " + render.Prose(left) + ".\n"}
	}
	return Answer{Text: fmt.Sprintf("The configuration of the base branch turns the App off (`enabled: false` in `%s`).\n", repoconfig.Paths[0])}
}

// FailedAnswer is for what could not be done, for a reason that may pass.
func FailedAnswer() Answer {
	return Answer{Text: "This could not be done: GitHub gave no answer, or does not let the App read what it needs. Nothing was changed. Try again in a new comment; the App's operator finds the details in the log.\n"}
}

// Waiving is a waiver that somebody asked for, and where it belongs.
type Waiving struct {
	Waiver repoconfig.Waiver
	Path   string // of the configuration file
	Base   string // branch
	Login  string // who asked
	Pull   int
	Link   string // to the asking, "" for none
}

// Branch is where the waiver is proposed.
func (w Waiving) Branch() string { return "mlops-maturity/waive-" + w.Waiver.Capability }

// Title is the title of the pull request and the message of the commit.
func (w Waiving) Title() string {
	return fmt.Sprintf("Waive %s until %s", w.Waiver.Capability, w.Waiver.Expires)
}

// Body is the text of the pull request.
func (w Waiving) Body() string {
	asked := fmt.Sprintf("on #%d", w.Pull)
	if w.Link != "" {
		asked = fmt.Sprintf("[on #%d](%s)", w.Pull, w.Link)
	}
	return fmt.Sprintf(`%s asked for this waiver %s:

> %s

Once it is merged, %s may be missing until %s, and the check says that it is waived. After that day it counts again.
`, render.Code(w.Login), asked, render.Prose(w.Waiver.Reason), render.Code(w.Waiver.Capability), w.Waiver.Expires)
}

// Proposed says where the waiver can be merged.
func (w Waiving) Proposed(address string) Answer {
	return Answer{fmt.Sprintf("The waiver of %s until %s is proposed: %s. It holds once that is merged.\n", render.Code(w.Waiver.Capability), w.Waiver.Expires, address), true}
}

// There says that it was proposed before.
func (w Waiving) There(address string) Answer {
	return Answer{fmt.Sprintf("A waiver of %s is proposed already: %s. Change it there, or close it and ask again.\n", render.Code(w.Waiver.Capability), address), true}
}

// InForce says that the file has a waiver of the capability.
func (w Waiving) InForce(old repoconfig.Waiver, today time.Time) Answer {
	state := old.State(today)
	text := fmt.Sprintf("%s on %s has a waiver of %s already; it %s.", render.Code(w.Path), render.Code(w.Base), render.Code(w.Waiver.Capability), state)
	if state.Phase == repoconfig.InForce {
		text = fmt.Sprintf("%s on %s has a waiver of %s already; it is %s.", render.Code(w.Path), render.Code(w.Base), render.Code(w.Waiver.Capability), state)
	}
	return Answer{Text: text + " Change its `expires` there.\n"}
}

// Late says that a date is no day that a waiver may end on.
func (w Waiving) Late(state repoconfig.State, most int) Answer {
	if state.Phase == repoconfig.Expired {
		return MistakeAnswer(&Mistake{What: w.Waiver.Expires + " is past.", Form: w.form()})
	}
	return MistakeAnswer(&Mistake{What: fmt.Sprintf("The organisation lets a waiver hold for %d days at most.", most), Form: w.form()})
}

func (w Waiving) form() string {
	return fmt.Sprintf("%s waive %s --reason TEXT --until YYYY-MM-DD", Word, w.Waiver.Capability)
}

// The reasons why a waiver was not proposed, for ByHand.
const (
	NoPermission = "The App may not write to this repository: that takes `contents: write`, which its operator can add (see `deploy/app-manifest-write.yml`) and an owner must accept."
	NotEditable  = "The file cannot be changed without the risk of changing something else in it."
	HasMistakes  = "The file has mistakes, which must be mended first."
	BranchExists = "The branch for it exists and holds something else; delete it and ask again."
	Refused      = "GitHub refuses the change: a rule of the repository forbids it, or the file has just changed."
)

// ByHand says why there is no pull request, and gives the text to paste.
func (w Waiving) ByHand(why string) Answer {
	text := strings.Join(append([]string{"waivers:"}, repoconfig.WaiverText(w.Waiver, "  ")...), "\n")
	return Answer{Text: fmt.Sprintf("%s To waive it all the same, add this to %s on %s, below `waivers:` if the file has that already:\n\n```yaml\n%s\n```\n",
		why, render.Code(w.Path), render.Code(w.Base), text)}
}

// NotTaken says why a waiver would not count were it merged.
func NotTaken(why string) Answer {
	return Answer{Text: "That waiver would not count: " + render.Prose(why) + "\n"}
}

// NothingToWaive is for a button that came too late.
func NothingToWaive() Answer {
	return Answer{Text: "There is nothing left to waive here: the pull request loses nothing, and the check does not fail.\n"}
}
