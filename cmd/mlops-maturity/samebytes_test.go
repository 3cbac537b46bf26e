package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	server "github.com/mlops-maturity/mlops-maturity/app/assess"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// keeper is a store that shows what was saved last.
type keeper struct {
	*store.Store
	saved *report.Report
}

func (k *keeper) SaveReport(ctx context.Context, installation, repositoryID int64, ref, hash string, r *report.Report) error {
	k.saved = r
	return k.Store.SaveReport(ctx, installation, repositoryID, ref, hash, r)
}

// The App and scan say the same of a commit, byte for byte, also under a
// configuration with bounds, decisions and a project.
func TestScanAndServeGiveTheSameBytes(t *testing.T) {
	files := map[string]string{".mlops-maturity.yml": `version: 1
target_level: 2
minimum_level: 1
dimensions: {training: {target_level: 2}}
waivers:
  - {capability: application.release, reason: nothing is released yet, owner: "@acme/ml", expires: 2999-01-01}
  - {capability: monitoring.service, reason: this one is over, owner: "@acme/ml", expires: 2020-01-01}
attestations:
  - {capability: data.versioning, statement: the lake keeps every version, by: ada, on: 2026-01-01, expires: 2999-01-01}
`}
	for k, v := range project {
		files[k] = v
	}
	dir := gitFolder(t, "acme/churn", "v1", files)
	want := sameAsServed(t, onSim(t, dir), dir, nil)
	for _, s := range []string{`"waived"`, `"attested"`, `"expired"`, `"bounds"`} {
		if !bytes.Contains(want, []byte(s)) {
			t.Errorf("no %s in the report: nothing was compared", s)
		}
	}
}

// sameAsServed holds what scan says of acme/churn, as the subject and over the
// API, against what the App says; words, if any, puts the App's into scan's.
func sameAsServed(t *testing.T, sim *githubsim.Sim, subject string, words func([]byte) []byte) []byte {
	t.Helper()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	app, err := gh.New(gh.Options{AppID: sim.AppID(), PrivateKey: sim.PrivateKeyPEM(), V3URL: sim.APIURL(), V4URL: sim.GraphQLURL()})
	if err != nil {
		t.Fatal(err)
	}
	kept := &keeper{Store: st}
	served := server.New(server.Options{GitHub: app, Store: kept, Version: version(), WebURL: sim.URL()})
	repo := sim.Repo("acme/churn")
	job := jobs.Job{Installation: sim.Install("acme", nil).ID(), RepositoryID: repo.ID(), Owner: "acme", Repository: "churn", Ref: "main", Head: repo.Head("main"), Reason: jobs.Push}
	if err := served.Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := render.JSON(&want, kept.saved); err != nil {
		t.Fatal(err)
	}
	said := want.Bytes()
	if words != nil {
		said = words(said)
	}
	for _, subject := range []string{subject, "acme/churn"} {
		got, _, err := runScan(t, subject, "--format", "json", "--no-cache")
		if exitStatusOf(err) > exitPolicy || got != string(said) {
			t.Errorf("%s: %v; scan says\n%.1500s\nthe App says\n%.1500s", subject, err, got, said)
		}
	}
	return said
}
