// Package doctor says whether an App is set up as it must be, and what to mend
// when it is not. It holds the one table of what the App needs of GitHub, from
// which the manifests below deploy/, the tables of docs/install.md and README.md,
// and the examination itself come.
//
// The examination is a comparison: what is needed, against what the settings,
// GitHub and the database say. What could not be asked is told as such and
// never as missing. No secret is part of any sentence.
package doctor

import (
	"cmp"
	"slices"
)

// Feature is something that the App does, and what GitHub must grant for it.
type Feature struct {
	Name string // in a sentence: "tracking issue"
	// Write marks a feature that nobody needs who wants verdicts, and that writes:
	// its permissions are in deploy/app-manifest-write.yml alone.
	Write       bool
	Permissions []Permission
	Events      []Event
}

// Permission is one right on repositories. Name is GitHub's key, as manifests
// and the API have it; Level is Read or Write.
type Permission struct {
	Name, Level string
	Why         string // one sentence
}

// Event is one subscription. Of is the permission that GitHub asks for before
// it takes the subscription, at least Read.
type Event struct {
	Name, Of string
	Why      string // a few words, without a full stop
}

// The levels, the lower first.
const (
	Read  = "read"
	Write = "write"
)

// features is the one table. A feature stands here once its code does; `make
// docs` then writes the manifests and the guides anew. Tests hold names, levels
// and what an event asks for against GitHub's own description, and the events
// against those that app/webhook works on.
var features = []Feature{
	{
		Name: "verdict",
		Permissions: []Permission{
			{"checks", Write, "The verdict is a check run; re-running it comes back as an event."},
			{"contents", Read, "The files that are judged, and `.mlops-maturity.yml`."},
			{"pull_requests", Read, "The heads and bases of pull requests."},
			{"metadata", Read, "GitHub gives it to every App: names and default branches."},
		},
		Events: []Event{
			{"check_run", "checks", `"Re-run" on our check`},
			{"check_suite", "checks", `"Re-run all checks", and every push once more`},
			{"pull_request", "pull_requests", "heads to judge, from forks too"},
			{"push", "contents", "the default branch"},
			{"repository", "metadata", "a badge ends when its repository turns private; deleted ones are forgotten"},
		},
	},
	{
		Name: "comment",
		Permissions: []Permission{
			{"pull_requests", Write, "The one comment. Read is enough where nobody wants comments."},
		},
	},
	{
		Name: "commands in comments",
		Permissions: []Permission{
			{"issues", Read, "Comments come as events of issues, those on pull requests too. Nothing else is read."},
			{"pull_requests", Write, "The reaction to a command, and its one answer."},
		},
		Events: []Event{
			{"issue_comment", "issues", "commands"},
		},
	},
	{
		Name: "merge queue",
		Permissions: []Permission{
			{"merge_queues", Read, "A queue waits for the verdict on each of its groups; without this the App never hears of one."},
		},
		Events: []Event{
			{"merge_group", "merge_queues", "the merge queue waits for these heads"},
		},
	},
	{
		Name: "waiver by command", Write: true,
		Permissions: []Permission{
			{"contents", Write, "`waive` opens a pull request that adds the waiver to `.mlops-maturity.yml`; nothing else is written."},
		},
	},
	{
		Name: "tracking issue", Write: true,
		Permissions: []Permission{
			{"issues", Write, "The one issue with the way to the next level, where `.mlops-maturity.yml` asks for it."},
		},
	},
	{
		Name: "repository property", Write: true,
		Permissions: []Permission{
			{"repository_custom_properties", Write, "The level as a property of the repository, for the organisation's rulesets."},
		},
	},
}

// Features returns the table.
func Features() []Feature { return slices.Clone(features) }

// Need is one right that the App must have, for the features that want it at
// that level.
type Need struct {
	Permission
	For []string // names of features
}

// Permissions returns what the App needs, one entry for each permission at the
// highest level asked for, sorted by name. write adds the features that write.
func Permissions(write bool) []Need {
	var needs []Need
	for _, f := range features {
		if f.Write && !write {
			continue
		}
		for _, p := range f.Permissions {
			i := slices.IndexFunc(needs, func(n Need) bool { return n.Name == p.Name })
			switch {
			case i < 0:
				needs = append(needs, Need{p, []string{f.Name}})
			case !covers(needs[i].Level, p.Level):
				needs[i] = Need{p, []string{f.Name}}
			case needs[i].Level == p.Level:
				needs[i].For = append(needs[i].For, f.Name)
			}
		}
	}
	slices.SortFunc(needs, func(a, b Need) int { return cmp.Compare(a.Name, b.Name) })
	return needs
}

// Events returns the subscriptions, sorted by name, each once.
func Events(write bool) []Event {
	var events []Event
	for _, f := range features {
		if !f.Write || write {
			events = append(events, f.Events...)
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(events, func(a, b Event) bool { return a.Name == b.Name })
}

// covers says whether a granted level is enough; "" grants nothing.
func covers(granted, wanted string) bool {
	rank := func(level string) int { return slices.Index([]string{"", Read, Write, "admin"}, level) }
	return rank(granted) >= rank(wanted)
}
