package repoconfig

import (
	"context"
	"strings"
	"testing"
)

// ownTool is a file with one tool; its example is line 12, its near miss 15.
const ownTool = `version: 1
tools:
  - id: acme-trainer
    name: Acme trainer
    home: https://wiki.acme.example/trainer
    about: Starts training jobs on our cluster.
    match:
      training-job:
        - {command: acme-train submit}
    examples:
      training-job:
        - shell: acme-train submit --config churn.yml
    near_misses:
      training-job:
        - shell: acme-train logs churn
`

func TestTryTools(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     []string // line and column, then words of the message
	}{
		"as it should be":      {"", "", nil},
		"no tools":             {ownTool, "version: 1\n", nil},
		"a file with mistakes": {"version: 1", "version: 7", nil},
		"an example":           {"shell: acme-train submit --config", "shell: acme-train start --config", []string{"x.yml:12:11: ", `the tool "acme-trainer": the example `, "does not show training-job"}},
		"a near miss":          {"acme-train logs churn", "acme-train submit --dry-run", []string{"x.yml:15:11: ", `the tool "acme-trainer": the near miss `, "shows training-job, which it must not; line 1 shows training-job of acme-trainer"}},
		"in flow style":        {"- shell: acme-train submit --config churn.yml", "- {shell: acme-train start}", []string{"x.yml:12:11: ", "does not show training-job"}},
		"one of a second tool": {"tools:\n", "tools:\n  - {id: other, name: Other, home: 'https://other.example', about: It is another., match: {track: [{command: other log}]}, examples: {track: [{shell: other run}]}, near_misses: {track: [{shell: another log}]}}\n",
			[]string{"x.yml:3:", `the tool "other": the example `}},
	} {
		failed := TryTools(t.Context(), File{"x.yml", []byte(strings.Replace(ownTool, c.old, c.new, 1))})
		if (len(failed) > 0) != (c.want != nil) || len(failed) > 1 {
			t.Errorf("%s: %v", name, failed)
			continue
		}
		for _, want := range c.want {
			if e := failed[0]; !strings.Contains(e.Error(), want) || !e.Warning || len(e.Message) > 500 {
				t.Errorf("%s: %s\nlacks %s", name, e, want)
			}
		}
	}
}

// However many examples a file has, the time and the messages end.
func TestTryToolsIsBounded(t *testing.T) {
	file := File{"x.yml", []byte(strings.Replace(ownTool, "        - shell: acme-train logs churn\n", strings.Repeat("        - shell: acme-train submit\n", 1500), 1))}
	if failed := TryTools(t.Context(), file); len(failed) != maxTried {
		t.Errorf("%d failures", len(failed))
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if failed := TryTools(over, file); len(failed) != maxTried || !strings.Contains(failed[0].Message, "was not tried: the time for examples is over") {
		t.Errorf("%d failures, %v", len(failed), failed)
	}
}
