package checks_test

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks"
	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Every row is judged under every model, and its place is that model's: a row
// that the model does not speak of blocks nothing.
func TestRowsStandWhereTheModelPutsThem(t *testing.T) {
	t.Parallel()
	snap := commit(map[string]string{"requirements.txt": "scikit-learn==1.5.2\n",
		"train.py": "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit(X, y)\n"})
	rows := maturity.Microsoft().Rows()
	for _, m := range maturity.All() {
		r := judged(t, snap, checks.Options{Model: m.ID})
		if len(r.Capabilities) != len(rows) {
			t.Fatalf("%s: %d capabilities, want %d", m.ID, len(r.Capabilities), len(rows))
		}
		got := map[string]report.Status{}
		for i, c := range r.Capabilities {
			row, ok := m.Row(c.ID)
			if !ok {
				row = maturity.Row{Dimension: rows[i].Dimension, Role: maturity.Supporting}
			}
			if c.ID != rows[i].ID || c.Level != row.Level || c.Role != row.Role || c.Dimension != row.Dimension {
				t.Errorf("%s: %s is %s, level %d, %s; want %s, %d, %s", m.ID, c.ID, c.Dimension, c.Level, c.Role, row.Dimension, row.Level, row.Role)
			}
			got[c.ID] = c.Status
		}
		for i, d := range m.Dimensions(got) {
			if r.Dimensions[i].ID != d.ID || r.Dimensions[i].Met != d.Met || r.Dimensions[i].Of != d.Of {
				t.Errorf("%s: dimension %+v, want %+v", m.ID, r.Dimensions[i], d)
			}
		}
	}
}
