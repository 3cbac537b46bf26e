package webhook

import "github.com/mlops-maturity/mlops-maturity/app/jobs"

// events is the one list of the events we work on. Each is subscribed to in
// app/doctor/needs.go, which a test holds together; the last two come to every
// App without being asked for.
var events = []struct {
	name   string
	decode func(payload []byte) ([]jobs.Job, error)
}{
	{"check_run", decodeCheckRun},
	{"check_suite", decodeCheckSuite},
	{"issue_comment", decodeIssueComment},
	{"merge_group", decodeMergeGroup},
	{"pull_request", decodePullRequest},
	{"push", decodePush},
	{"repository", decodeRepository},
	{"installation", decodeInstallation},
	{"installation_repositories", decodeInstallationRepositories},
}

// Events returns the names of the events we work on.
func Events() []string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = e.name
	}
	return names
}

// Always says whether GitHub sends an event to every App, subscribed or not.
func Always(event string) bool {
	return event == "installation" || event == "installation_repositories"
}

func decoder(event string) func([]byte) ([]jobs.Job, error) {
	for _, e := range events {
		if e.name == event {
			return e.decode
		}
	}
	return nil
}
