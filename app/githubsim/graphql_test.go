package githubsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-github/v62/github"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// ask posts a GraphQL query and gives data and errors.
func ask(t *testing.T, w world, query string, variables map[string]any) (data map[string]any, problems string) {
	t.Helper()
	body := githubsim.Must(json.Marshal(map[string]any{"query": query, "variables": variables}))
	resp := githubsim.Must(w.gh.Client().Post(w.GraphQLURL(), "application/json", bytes.NewReader(body)))
	defer resp.Body.Close()
	var answer struct {
		Data   map[string]any `json:"data"`
		Errors []struct{ Type, Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	for _, e := range answer.Errors {
		problems += e.Type + " " + e.Message
	}
	return answer.Data, problems
}

func oid(t *testing.T, w world, path string) string {
	t.Helper()
	f, _, _, err := w.gh.Repositories.GetContents(context.Background(), "acme", "churn", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f.GetSHA()
}

func TestBlobsComeInBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{
		"text": "x = 1\n", "binary": "\x00\x01", "latin": "caf\xe9\n", "long": strings.Repeat("0123456789", 60_000),
		"wide": "x" + strings.Repeat("é", 300_000), "empty": "",
	})
	query := `query Blobs($owner: String!, $name: String!, $o0: GitObjectID!) {
		rateLimit { cost remaining }
		repository(owner: $owner, name: $name) {
			nameWithOwner
			a0: object(oid: $o0) { ...F }
		}
	}`
	fields := `... on Blob { oid text isBinary isTruncated byteSize }`
	vars := map[string]any{"owner": "acme", "name": "churn", "o0": oid(t, w, "text")}
	data, problems := ask(t, w, strings.Replace(query, "...F", fields, 1), vars)
	expect(t, problems, "")
	repo := data["repository"].(map[string]any)
	blob := repo["a0"].(map[string]any)
	expect(t, blob["text"].(string), "x = 1\n")
	expect(t, blob["oid"].(string), oid(t, w, "text"))
	expect(t, blob["byteSize"].(float64), 6)

	var b strings.Builder
	names := []string{"binary", "latin", "long", "wide", "empty"}
	for i, name := range names {
		fmt.Fprintf(&b, "a%d: object(oid: %q) { __typename %s }\n", i, oid(t, w, name), fields)
	}
	tree := w.repo.Head("main")
	fmt.Fprintf(&b, "missing: object(oid: %q) { __typename }\n tree: object(oid: %q) { __typename %s }", strings.Repeat("0", 40), tree, fields)
	data, problems = ask(t, w, `{ repository(owner: "acme", name: "churn") {`+b.String()+`} }`, nil)
	expect(t, problems, "")
	got := data["repository"].(map[string]any)
	for i, want := range []struct {
		text               any
		binary, cut        bool
		size, lengthOfText int
	}{
		{nil, true, false, 2, 0}, {"caf\uFFFD\n", false, false, 5, 7}, {nil, false, true, 600_000, 512_000},
		{nil, false, true, 600_001, 511_999}, {"", false, false, 0, 0},
	} {
		o := got[fmt.Sprintf("a%d", i)].(map[string]any)
		expect(t, o["isBinary"].(bool), want.binary)
		expect(t, o["isTruncated"].(bool), want.cut)
		expect(t, int(o["byteSize"].(float64)), want.size)
		text, isText := o["text"].(string)
		expect(t, isText, !want.binary)
		expect(t, len(text), want.lengthOfText)
		if want.text != nil {
			expect(t, o["text"], want.text)
		}
	}
	if got["missing"] != nil {
		t.Errorf("a missing object: %v", got["missing"])
	}
	expect(t, fmt.Sprint(got["tree"]), "map[__typename:Commit]")
	expect(t, len(w.Unexpected()), 0)
}

func TestOtherQueriesAreRefused(t *testing.T) {
	t.Parallel()
	w := newSloppyWorld(t)
	_, problems := ask(t, w, `{ repository(owner: "rival", name: "secret") { id } }`, nil)
	expect(t, problems, "NOT_FOUND Could not resolve to a Repository with the name 'rival/secret'.")
	expect(t, len(w.Unexpected()), 0)
	queries := []string{
		`{ viewer { login } }`, `{ repository(owner: "acme", name: "churn") { stargazerCount } }`, `mutation { x }`, ``, `{`,
		`{ repository(owner: "acme", name: "churn") { object(expression: "main:a.txt") { oid } } }`, `{ a @skip(if: true) }`,
		`{ repository(owner: $nobody, name: "churn") { id } }`, `{ repository(owner: "acme", name: "churn") { object(oid: "` + strings.Repeat("0", 40) + `") `,
		strings.Repeat("{a", 30) + strings.Repeat("}", 30), `{ repository(owner: "acme`,
	}
	for i, q := range queries {
		if data, problems := ask(t, w, q, nil); problems == "" {
			t.Errorf("%s: answered %v", q, data)
		}
		expect(t, len(w.Unexpected()), i+1)
	}
	w.inst.Grant(githubsim.Permissions{})
	w.gh = w.client(w.inst)
	_, problems = ask(t, w, `{ repository(owner: "acme", name: "churn") { id } }`, nil)
	expect(t, problems, "FORBIDDEN Resource not accessible by integration")
}

func TestHeadsComeWithWhatIsBesideThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]string{".mlops-maturity.yml": "version: 1\n", "a.txt": "a\n"})
	w.FailOnUnexpected(t)
	pr, sha := w.feature(t, map[string]string{"b.txt": "b\n"})
	pr.AddComment("mona", "from a person")
	if _, _, err := w.gh.Checks.CreateCheckRun(context.Background(), "acme", "churn", github.CreateCheckRunOptions{Name: "n", HeadSHA: sha, Status: github.String("in_progress")}); err != nil {
		t.Fatal(err)
	}
	data, problems := ask(t, w, `query($number: Int!, $app: Int!) {
		repository(owner: "acme", name: "churn") {
			defaultBranchRef { name }
			object(expression: "refs/heads/feature") { oid }
			none: object(expression: "refs/heads/none") { oid }
			pullRequest(number: $number) {
				state isDraft isCrossRepository headRefOid
				baseRef { target { ... on Commit { config: file(path: ".mlops-maturity.yml") { object { ... on Blob { text } } } other: file(path: "x") { oid } } } }
				commits(last: 1) { nodes { commit { checkSuites(first: 1, filterBy: {appId: $app}) {
					nodes { checkRuns(first: 1, filterBy: {checkName: "n"}) { totalCount nodes { status } } } } } } }
				comments(last: 1) { nodes { author { __typename login } body } }
			}
		}
	}`, map[string]any{"number": pr.Number(), "app": w.AppID()})
	expect(t, problems, "")
	got := string(githubsim.Must(json.Marshal(data["repository"])))
	expect(t, got, `{"defaultBranchRef":{"name":"main"},"none":null,"object":{"oid":"`+sha+`"},"pullRequest":{`+
		`"baseRef":{"target":{"config":{"object":{"text":"version: 1\n"}},"other":null}},`+
		`"comments":{"nodes":[{"author":{"__typename":"User","login":"mona"},"body":"from a person"}]},`+
		`"commits":{"nodes":[{"commit":{"checkSuites":{"nodes":[{"checkRuns":{"nodes":[{"status":"IN_PROGRESS"}],"totalCount":1}}]}}}]},`+
		`"headRefOid":"`+sha+`","isCrossRepository":false,"isDraft":false,"state":"OPEN"}}`)
	_, problems = ask(t, w, `{ repository(owner: "acme", name: "churn") { pullRequest(number: 99) { state } } }`, nil)
	expect(t, problems, "NOT_FOUND Could not resolve to a PullRequest with the number of 99.")
}
