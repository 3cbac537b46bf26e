package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim/contract"
)

// spy is a test that keeps its failures.
type spy struct{ problems []string }

func (*spy) Helper()                        {}
func (*spy) Cleanup(func())                 {}
func (s *spy) Errorf(f string, args ...any) { s.problems = append(s.problems, fmt.Sprintf(f, args...)) }
func (s *spy) Fatalf(f string, args ...any) { s.Errorf(f, args...) }
func (s *spy) want(t *testing.T, want string) {
	t.Helper()
	switch got := strings.Join(s.problems, "\n"); {
	case want == "" && got != "":
		t.Errorf("a sound exchange was found wrong: %s", got)
	case want != "" && (len(s.problems) != 1 || !strings.Contains(got, want)):
		t.Errorf("got %q, want one failure with %q", got, want)
	}
}

const runs = "/api/v3/repos/acme/churn/check-runs"

func TestRequestsAreValidated(t *testing.T) {
	t.Parallel()
	sha := strings.Repeat("a", 40)
	annotation := `{"path":"a.py","start_line":1,"end_line":1,"annotation_level":"%s","message":"m"}`
	body := func(output string) string {
		return fmt.Sprintf(`{"name":"n","head_sha":"%s","output":{"title":"t","summary":"s",%s}}`, sha, output)
	}
	for name, c := range map[string]struct{ method, path, body, want string }{
		"sound":                {"POST", runs, body(`"annotations":[` + fmt.Sprintf(annotation, "notice") + `]`), ""},
		"no head":              {"POST", runs, `{"name":"n"}`, `property "head_sha" is missing`},
		"annotation level":     {"POST", runs, body(`"annotations":[` + fmt.Sprintf(annotation, "info") + `]`), "annotation_level"},
		"51 annotations":       {"POST", runs, body(`"annotations":[` + strings.Repeat(fmt.Sprintf(annotation, "notice")+",", 50) + fmt.Sprintf(annotation, "notice") + `]`), "maximum number of items is 50"},
		"long text":            {"POST", runs, body(`"text":"` + strings.Repeat("x", 65_536) + `"`), "maximum string length is 65535"},
		"long label":           {"POST", runs, fmt.Sprintf(`{"name":"n","head_sha":"%s","actions":[{"label":"%s","identifier":"i","description":"d"}]}`, sha, strings.Repeat("l", 21)), "maximum string length is 20"},
		"not JSON":             {"POST", runs, `{`, "failed to decode request body"},
		"unknown path":         {"GET", "/repos/acme/churn/check-run/1", "", "not in the description"},
		"unknown method":       {"DELETE", runs + "/1", "", "not in the description"},
		"id is a number":       {"GET", runs + "/one", "", `parameter "check_run_id"`},
		"misspelt parameter":   {"GET", "/repos/acme/churn/pulls?pages=2", "", `query parameter "pages"`},
		"branch with a slash":  {"GET", "/repos/acme/churn/branches/feature/x", "", ""},
		"file in a folder":     {"GET", "/repos/acme/churn/contents/a/b%20c.py?ref=main", "", ""},
		"checks of a ref":      {"GET", "/repos/acme/churn/commits/heads/feature/x/check-runs?check_name=n", "", ""},
		"pulls of a commit":    {"GET", "/repos/acme/churn/commits/" + sha + "/pulls", "", ""},
		"archive link is left": {"GET", "/codeload/acme/churn/legacy.tar.gz/x?token=y", "", ""},
		"comment without body": {"POST", "/repos/acme/churn/issues/1/comments", `{"text":"x"}`, `property "body" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{}
			// The answer says no in the one shape that every refusal has.
			h := contract.Wrap(s, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, err := io.ReadAll(r.Body)
				if err != nil || string(got) != c.body {
					t.Errorf("the handler was given %q, %v", got, err)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusTeapot)
				_, _ = io.WriteString(w, `{"message":"no"}`)
			}))
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			if c.body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			s.want(t, c.want)
		})
	}
}

const comment = `{"id":%s,"node_id":"n","url":"https://x/c","html_url":"https://x/c","issue_url":"https://x/i","user":null,
	"created_at":"%s","updated_at":"2026-01-02T03:04:05Z","author_association":"NONE","body":"b"}`

func TestAnswersAreValidated(t *testing.T) {
	t.Parallel()
	const when = "2026-01-02T03:04:05Z"
	for name, c := range map[string]struct {
		status     int
		kind, body string
		want       string
	}{
		"sound":                  {200, "application/json", fmt.Sprintf(comment, "4", when), ""},
		"id as text":             {200, "application/json", fmt.Sprintf(comment, `"4"`, when), "at /id"},
		"time without zone":      {200, "application/json", fmt.Sprintf(comment, "4", "2026-01-02 03:04"), "at /created_at"},
		"field missing":          {200, "application/json", `{"id":4}`, `"node_id" is missing`},
		"status not described":   {202, "application/json", fmt.Sprintf(comment, "4", when), "status is not supported"},
		"no JSON":                {200, "text/html", "<p>", "Content-Type has unexpected value"},
		"not modified":           {304, "", "", ""},
		"refusal":                {403, "application/json", `{"message":"no"}`, ""},
		"refusal of other shape": {403, "application/json", `{"message":3}`, "must be a string"},
		"refusal without JSON":   {502, "text/html", "<p>", "a refusal is JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, wrap := range []func(contract.TestingT, http.Handler) http.Handler{contract.Wrap, contract.WrapAnswers} {
				s, got := &spy{}, httptest.NewRecorder()
				wrap(s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", c.kind)
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
				})).ServeHTTP(got, httptest.NewRequest(http.MethodGet, "/repos/acme/churn/issues/comments/4", nil))
				if got.Code != c.status || got.Body.String() != c.body || got.Header().Get("Content-Type") != c.kind {
					t.Errorf("the answer did not arrive as it was given: %d %q", got.Code, got.Body)
				}
				if len(s.problems) > 1 { // one answer, one failure, however much is wrong
					t.Errorf("%d failures", len(s.problems))
				}
				s.want(t, c.want)
			}
		})
	}
}

func TestAScriptedFaultIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := &spy{}
	contract.Wrap(s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Githubsim-Fault", "1")
		w.WriteHeader(http.StatusBadGateway)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/app", nil))
	s.want(t, "")
}

func TestQueriesAreValidated(t *testing.T) {
	t.Parallel()
	const blob = `query Q($o: GitObjectID!, $n: Int = 1) { repository(owner: "a", name: "b") {
		object(oid: $o) { oid ... on Blob { text byteSize isBinary } }
		pullRequest(number: $n) { state isDraft comments(first: 2) { nodes { body } } } } }`
	const sound = `{"data":{"repository":{"object":{"oid":"aa","text":null,"byteSize":3,"isBinary":false},
		"pullRequest":{"state":"OPEN","isDraft":false,"comments":{"nodes":[{"body":"b"},null]}}}}}`
	edit := func(old, with string) string { return strings.Replace(sound, old, with, 1) }
	for name, c := range map[string]struct {
		query, variables string
		status           int
		answer, want     string
	}{
		"sound":              {blob, `{"o":"aa"}`, 200, sound, ""},
		"another type":       {blob, `{"o":"aa"}`, 200, edit(`,"text":null,"byteSize":3,"isBinary":false`, ""), ""},
		"refused":            {blob, `{"o":"aa"}`, 403, `{"message":"no"}`, ""},
		"errors":             {blob, `{"o":"aa"}`, 200, `{"data":{"repository":null},"errors":[{"message":"no"}]}`, ""},
		"unknown field":      {`{ repository(owner: "a", name: "b") { stars } }`, `{}`, 200, `{"errors":[{}]}`, `Cannot query field "stars"`},
		"missing argument":   {`{ repository(owner: "a") { id } }`, `{}`, 200, `{"errors":[{}]}`, `"name" of type "String!" is required`},
		"wrong variable":     {blob, `{"o":"aa","n":"one"}`, 200, `{"errors":[{}]}`, "cannot use"},
		"missing variable":   {blob, `{}`, 200, `{"errors":[{}]}`, "must be defined"},
		"no selection":       {`{ repository(owner: "a", name: "b") }`, `{}`, 200, `{"errors":[{}]}`, "must have a selection"},
		"number as text":     {blob, `{"o":"aa"}`, 200, edit(`"byteSize":3`, `"byteSize":"3"`), "data.repository.object.byteSize: 3 (string) is no Int"},
		"null in its place":  {blob, `{"o":"aa"}`, 200, edit(`"isDraft":false`, `"isDraft":null`), "data.repository.pullRequest.isDraft: null where Boolean! belongs"},
		"no such state":      {blob, `{"o":"aa"}`, 200, edit("OPEN", "open"), "data.repository.pullRequest.state: open (string) is no PullRequestState"},
		"field missing":      {blob, `{"o":"aa"}`, 200, edit(`"isDraft":false,`, ""), "data.repository.pullRequest: isDraft is missing"},
		"field not asked":    {blob, `{"o":"aa"}`, 200, edit(`"body":"b"`, `"body":"b","id":"x"`), "nodes[0]: id was not asked for"},
		"object for a list":  {blob, `{"o":"aa"}`, 200, edit(`[{"body":"b"},null]`, `{}`), "where a list belongs"},
		"neither":            {blob, `{"o":"aa"}`, 200, `{}`, "has data or errors"},
		"refused, no reason": {blob, `{"o":"aa"}`, 403, `[]`, "value must be an object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{}
			h := contract.Wrap(s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			}))
			body := fmt.Sprintf(`{"query":%q,"variables":%s}`, c.query, c.variables)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/api/graphql", strings.NewReader(body)))
			s.want(t, c.want)
		})
	}
}
