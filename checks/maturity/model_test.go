package maturity

import (
	"strings"
	"testing"
)

func TestModelsAreComplete(t *testing.T) {
	for _, m := range All() {
		t.Run(m.ID, func(t *testing.T) {
			if m.Edition == "" || m.Title == "" || !strings.HasPrefix(m.Source, "https://") {
				t.Errorf("model lacks its origin: %+v", m)
			}
			for n := 1; n <= m.Highest(); n++ {
				if got := len(gates(m.rows, func(r Row) bool { return r.Role == Gate && r.Level == n })); got < rest {
					t.Errorf("level %d has %d gates: nobody could rest on it", n, got)
				}
				if m.LevelName(n) == "" {
					t.Errorf("level %d has no name", n)
				}
			}
			if m.LevelName(-1) != "" || m.LevelName(m.Highest()+1) != "" {
				t.Error("a level that does not exist has a name")
			}
		})
	}
}

func TestGoogleSpeaksOfMicrosoftsCapabilitiesOnly(t *testing.T) {
	for _, r := range Google().Rows() {
		other, ok := Microsoft().Row(r.ID)
		if !ok {
			t.Errorf("%s is in Google's model only", r.ID)
		} else if other.Dimension != r.Dimension {
			t.Errorf("%s: dimension %s here, %s in Microsoft's model", r.ID, r.Dimension, other.Dimension)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	head := "id: x\nlevels: [a, b]\ndimensions:\n  - id: d\n    rows:\n"
	for name, c := range map[string]struct{ rows, want string }{
		"twice":     {"      - {id: d.a, level: 1, role: gate}\n      - {id: d.a, level: 1, role: gate}\n", "twice"},
		"level":     {"      - {id: d.a, level: 2, role: gate}\n", "no such level"},
		"no level":  {"      - {id: d.a, role: gate}\n", "no such level"},
		"dimension": {"      - {id: d.a, level: 1, dimension_level: 2, role: gate}\n", "no such level"},
		"role":      {"      - {id: d.a, level: 1, role: guard}\n", "unknown role"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parse([]byte(head + c.rows)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
		})
	}
}
