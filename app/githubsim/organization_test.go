package githubsim_test

import (
	"fmt"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// One query may ask for several repositories: what fails of one leaves the
// others as they are.
func TestRepositoriesOfOneQueryFailApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a": "1"})
	other := githubsim.Must(w.AddRepo("acme/.github", githubsim.FromFiles(map[string]string{"b": "2"})))
	const query = `query Two($owner: String!, $name: String!) {
		repository(owner: $owner, name: $name) { visibility }
		other: repository(owner: $owner, name: ".github") { visibility }
	}`
	vars := map[string]any{"owner": "acme", "name": "churn"}
	get := func() (string, string) {
		data, problems := ask(t, w, query, vars)
		return fmt.Sprint(data["repository"], data["other"]), problems
	}
	for _, step := range []struct {
		do             func()
		want, problems string
	}{
		{func() {}, "map[visibility:PRIVATE] map[visibility:PRIVATE]", ""},
		{other.MakeInternal, "map[visibility:PRIVATE] map[visibility:INTERNAL]", ""},
		{other.MakePublic, "map[visibility:PRIVATE] map[visibility:PUBLIC]", ""},
		{func() { w.BreakPart("acme/.github", "SERVICE_UNAVAILABLE", "later") }, "map[visibility:PRIVATE] <nil>", "SERVICE_UNAVAILABLE later"},
		{w.ClearFaults, "map[visibility:PRIVATE] map[visibility:PUBLIC]", ""},
	} {
		step.do()
		got, problems := get()
		expect(t, got, step.want)
		expect(t, problems, step.problems)
	}
}

// An annotated tag is an object of its own, and the history of a file leaves
// out commits that do not touch it.
func TestTagsAndHistories(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{"a": "1"})
	r := w.Repo("acme/churn")
	first := r.Head("main")
	if err := r.Tag("v1", "main"); err != nil {
		t.Fatal(err)
	}
	githubsim.Must(r.Commit("main", map[string]string{"b": "1"}, "Other"))
	last := githubsim.Must(r.Commit("main", map[string]string{"a": "2"}, "Again"))
	if err := r.Tag("v2", "nowhere"); err == nil {
		t.Error("nothing can be tagged")
	}
	data, problems := ask(t, w, `query Named($owner: String!, $name: String!, $ref: String!, $path: String!) {
		repository(owner: $owner, name: $name) {
			tag: object(expression: "refs/tags/v1") { __typename ... on Tag { target { oid } } }
			head: object(expression: $ref) { ... on Commit { history(first: 10, path: $path) { totalCount nodes { oid } } } }
		}
	}`, map[string]any{"owner": "acme", "name": "churn", "ref": "main", "path": "a"})
	expect(t, problems, "")
	expect(t, fmt.Sprint(data["repository"]), fmt.Sprintf("map[head:map[history:map[nodes:[map[oid:%s] map[oid:%s]] totalCount:2]] tag:map[__typename:Tag target:map[oid:%s]]]", last, first, first))
}
