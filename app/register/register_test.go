package register_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/register"
)

const host = "127.0.0.1:9999"

func get(d *register.Desk, path string) (int, string) {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	d.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func stateOf(t *testing.T, d *register.Desk) string {
	t.Helper()
	_, page := get(d, "/")
	m := regexp.MustCompile(`state=([A-Z0-9]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no state in\n%s", page)
	}
	return m[1]
}

// A fault on the way is shown, and the next try may do better; once it is done
// it is done, whoever comes with the same answer.
func TestTheAnswerIsTakenOnce(t *testing.T) {
	t.Parallel()
	var fault error
	kept := 0
	d := register.New(register.Options{WebURL: "https://github.com", PublicURL: "https://x.example", Name: `<b>"Ours"`}, host,
		func(_ context.Context, code string) (gh.Created, error) {
			return gh.Created{ID: 7, Slug: "ours", WebhookSecret: "hunter2", PrivateKey: "hunter3"}, fault
		},
		func(gh.Created) error { kept++; return nil })
	if status, page := get(d, "/"); status != http.StatusOK || strings.Contains(page, "<b>") || !strings.Contains(page, `action="https://github.com/settings/apps/new?state=`) {
		t.Errorf("%d\n%s", status, page)
	}
	answer := "/created?code=c&state=" + stateOf(t, d)
	for _, step := range []struct {
		path   string
		fault  error
		status int
		words  string
	}{
		{"/created?code=c", nil, http.StatusForbidden, "not the answer"},
		{"/created?code=c&state=AAAA", nil, http.StatusForbidden, "not the answer"},
		{answer, gh.ErrGone, http.StatusBadRequest, "lives for an hour"},
		{answer, errors.New("<i>no route"), http.StatusBadGateway, "&lt;i&gt;no route"},
		{answer, nil, http.StatusOK, "ours is registered"},
		{answer, nil, http.StatusConflict, "made already"},
		{"/other", nil, http.StatusNotFound, ""},
	} {
		fault = step.fault
		if status, page := get(d, step.path); status != step.status || !strings.Contains(page, step.words) || strings.Contains(page, "hunter") {
			t.Errorf("%s after %v: %d\n%s", step.path, step.fault, status, page)
		}
	}
	select {
	case app := <-d.Made():
		if app.ID != 7 || kept != 1 {
			t.Errorf("made %+v, kept %d times", app, kept)
		}
	default:
		t.Error("nobody was told")
	}
}
