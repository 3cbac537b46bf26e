package gh

import (
	"slices"
	"strings"
	"testing"
)

func TestAddedLines(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		patch string
		want  []LineRange
	}{
		"one hunk":           {"@@ -1,3 +1,4 @@ def f():\n a\n+b\n+c\n-d\n e", []LineRange{{2, 3}}},
		"two hunks":          {"@@ -1 +1,2 @@\n a\n+b\n@@ -10,2 +11,3 @@\n x\n+y\n z", []LineRange{{2, 2}, {12, 12}}},
		"split by a context": {"@@ -1,2 +1,4 @@\n+a\n b\n+c\n d", []LineRange{{1, 1}, {3, 3}}},
		"new file":           {"@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file", []LineRange{{1, 2}}},
		"deleted file":       {"@@ -1,2 +0,0 @@\n-a\n-b", nil},
		"plus in content":    {"@@ -1 +1,2 @@\n a\n+++ b", []LineRange{{2, 2}}},
		"none":               {"", nil},
		"no header":          {"+a\n+b", nil},
		"bad header":         {"@@ -1 + @@\n+a", nil},
		"overflow":           {"@@ -1 +99999999999999999999 @@\n+a", nil},
		"garbage":            {"@@ -1 +1 @@\n+a\n?\n+b", []LineRange{{1, 1}}},
	} {
		if got := addedLines(test.patch); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func FuzzAddedLines(f *testing.F) {
	f.Add("@@ -1,3 +1,4 @@\n a\n+b\n+c\n-d\n e")
	f.Fuzz(func(t *testing.T, patch string) {
		last := -1
		for _, r := range addedLines(patch) {
			if r.From > r.To || (r.From <= last && !strings.Contains(patch[1:], "@@ ")) {
				t.Errorf("%q gives %v", patch, r)
			}
			last = r.To
		}
	})
}
