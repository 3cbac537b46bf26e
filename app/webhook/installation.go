package webhook

import "github.com/mlops-maturity/mlops-maturity/app/jobs"

// maxInstalled bounds the first assessments of one installation; the
// reconciler's sweep finds the rest.
const maxInstalled = 5000

// decodeInstallation: the default branches of a new installation are judged, so
// that the check can be chosen as a required one; a withdrawn one is forgotten.
func decodeInstallation(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action       string       `json:"action"`
		Installation installation `json:"installation"`
		Repositories []repository `json:"repositories"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	switch p.Action {
	case "created":
		return installed(p.Installation, p.Repositories)
	case "deleted", "suspend":
		return []jobs.Job{{Installation: p.Installation.ID, Reason: jobs.Uninstalled}}, nil
	}
	return nil, nil
}

func decodeInstallationRepositories(payload []byte) ([]jobs.Job, error) {
	var p struct {
		Action       string       `json:"action"`
		Installation installation `json:"installation"`
		Added        []repository `json:"repositories_added"`
		Removed      []repository `json:"repositories_removed"`
	}
	if err := read(payload, &p); err != nil {
		return nil, err
	}
	switch p.Action {
	case "added":
		return installed(p.Installation, p.Added)
	case "removed":
		return removed(p.Installation, p.Removed)
	}
	return nil, nil
}

// installed leaves Ref empty, for these payloads tell no default branch.
func installed(in installation, repositories []repository) ([]jobs.Job, error) {
	var work []jobs.Job
	for _, r := range repositories[:min(len(repositories), maxInstalled)] {
		j, err := r.job(in, jobs.Installed)
		if err != nil {
			return nil, err
		}
		work = append(work, j)
	}
	return work, nil
}
