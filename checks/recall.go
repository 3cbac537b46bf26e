package checks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Recall returns the report that Remember kept of the very same snapshot and
// options, if the cache still has it. The engine is deterministic, so nothing
// need be read or judged again; any other file, gap, option or build makes
// another key. Sizes are not asked for: a blob's id names its contents.
func Recall(ctx context.Context, snap *repo.Snapshot, o Options) (*report.Report, bool) {
	key, ok := reportKey(snap, o)
	if !ok {
		return nil, false
	}
	found, err := o.Cache.Load(ctx, []string{key})
	if err != nil || found[key] == nil {
		return nil, false
	}
	var r report.Report
	if json.Unmarshal(found[key], &r) != nil || r.Schema != report.Schema {
		return nil, false
	}
	return &r, true
}

// Remember keeps a report for Recall. One with a gap that a busy machine may
// have made is not kept.
func Remember(ctx context.Context, snap *repo.Snapshot, o Options, r *report.Report) error {
	key, ok := reportKey(snap, o)
	if !ok {
		return nil
	}
	for _, g := range r.Gaps {
		if strings.Contains(g.Reason, extract.ErrTimeout.Error()) {
			return nil
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return o.Cache.Store(ctx, map[string][]byte{key: b})
}

// reportKey names all that a report depends on; false where that cannot be
// named: a catalogue of one's own has no name.
func reportKey(snap *repo.Snapshot, o Options) (string, bool) {
	if o.Cache == nil || o.Catalog != nil && o.CatalogName == "" {
		return "", false
	}
	h := sha256.New()
	head, err := json.Marshal(struct {
		Kind, Version, Repository, Commit, Options string
		Gaps                                       []repo.Gap
		History                                    repo.History
		Linked                                     []Linked
	}{"report", o.Version, o.Repository, o.Commit, o.Hash(), snap.Gaps(), snap.History(), o.Linked})
	if err != nil {
		return "", false
	}
	h.Write(head)
	var line []byte
	for _, f := range snap.Tree.Files() {
		line = append(line[:0], '0'+byte(f.Mode))
		line = append(append(append(append(line, f.Blob...), ' '), f.Path...), 0)
		h.Write(line)
	}
	return hex.EncodeToString(h.Sum(nil)[:20]), true
}
