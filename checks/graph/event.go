package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// Event is a class of triggers.
type Event uint8

// The classes. Hand is a person at a keyboard: no trigger, but an entry point.
const (
	Push        Event = iota // a push to a branch, a merge
	PullRequest              // a pull request or merge request
	Release                  // a tag or a release
	Schedule                 // a time of day: CI cron, orchestrator schedule
	Chained                  // another system's event: repository_dispatch, a deployment, a queue message, new data
	Dispatch                 // a person presses a button and a job runs
	Hand                     // a person runs it on their own machine
	Serving                  // a request reaches a running service
	events
)

// Automatic lists the classes in which nobody has to do anything but work.
var Automatic = []Event{Push, PullRequest, Release, Schedule, Chained}

// Triggered lists the classes in which a job, not a person's machine, runs it.
var Triggered = []Event{Schedule, Push, PullRequest, Release, Chained, Dispatch}

var eventNames = [events]string{"push", "pull request", "release", "schedule", "event", "dispatch", "by hand", "request"}

func (e Event) String() string { return eventNames[e] }

// eventOf maps a CI system's event to its class; ok is false for events that
// start nothing by themselves (workflow_call).
func eventOf(t fact.Trigger) (Event, bool) {
	switch strings.ToLower(t.Event) {
	case "push", "merge":
		if len(t.Tags) > 0 && len(t.Branches) == 0 {
			return Release, true
		}
		return Push, true
	case "pull_request", "pull_request_target", "pr", "merge_request", "merge_group":
		return PullRequest, true
	case "tag", "release", "create", "registry_package":
		return Release, true
	case "schedule", "cron":
		return Schedule, true
	case "dispatch", "workflow_dispatch", "manual", "web":
		return Dispatch, true
	case "workflow_call", "":
		return 0, false
	case "workflow_run":
		return 0, false // linked to the named workflow instead
	}
	return Chained, true
}

// triggerWords is what a reader sees for a trigger.
func triggerWords(t fact.Trigger) string {
	switch {
	case t.Cron != "":
		return "schedule: " + t.Cron
	case len(t.Tags) > 0 && len(t.Branches) == 0 && t.Event == "push":
		return "push of tag " + strings.Join(first(t.Tags, 2), ", ")
	case len(t.Branches) > 0:
		return words(t.Event) + " on " + strings.Join(first(t.Branches, 3), ", ")
	case len(t.Names) > 0:
		return words(t.Event) + " " + strings.Join(first(t.Names, 2), ", ")
	}
	return words(t.Event)
}

func words(event string) string { return strings.ReplaceAll(event, "_", " ") }

func first(list []string, n int) []string { return list[:min(n, len(list))] }
