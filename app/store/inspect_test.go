package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/store/storetest"
)

func TestInspectTellsHowFarADatabaseIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, url string) {
		before, err := store.Inspect(t.Context(), url)
		if err != nil || before.Current() || before.Version != 0 || before.New != (before.Engine == store.SQLite) {
			t.Errorf("of an empty one it says %+v, %v", before, err)
		}
		if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
				t.Errorf("looking left %v behind, %v", left, err)
			}
		}
		st := storetest.Open(t, url)
		if _, err := st.NoteProblem(t.Context(), 7, "tracking issue", "No."); err != nil {
			t.Fatal(err)
		}
		after, err := store.Inspect(t.Context(), url)
		if err != nil || !after.Current() || after.New || after.Version != after.Want || after.Want == 0 || len(after.Problems) != 1 || after.Problems[0].Installation != 7 {
			t.Errorf("of one in use it says %+v, %v", after, err)
		}
		if _, err := st.Exec(t.Context(), `DELETE FROM schema_version WHERE version_id = $1`, after.Want); err != nil {
			t.Fatal(err)
		}
		old, err := store.Inspect(t.Context(), url)
		if err != nil || old.Current() || old.Version >= old.Want {
			t.Errorf("of an old one it says %+v, %v", old, err)
		}
	})
}

func TestInspectTellsWhatCannotBeReached(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(file, []byte(strings.Repeat("these are notes and no database\n", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, url := range map[string]string{
		"another file":      "sqlite:" + file,
		"below a file":      "sqlite:" + filepath.Join(file, "x", "y.db"),
		"nobody listens":    "postgres://maturity:hunter22@127.0.0.1:1/maturity",
		"no database's URL": "mysql://maturity:hunter22@host/db",
	} {
		if found, err := store.Inspect(t.Context(), url); err == nil || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}
