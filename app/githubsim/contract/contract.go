// Package contract holds the stand-in for GitHub, and whoever talks to it,
// against GitHub's own OpenAPI description and GraphQL schema: every request and every answer that
// passes is validated, so the two cannot agree with each other on something
// that GitHub would refuse. Both are excerpts (see the NOTICE
// files below testdata), written by the trim command beside this package. Only tests import this
// package; no program carries the data.
package contract

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed testdata/rest/openapi.json.gz
var packed []byte

// restPrefix is taken off a path before it is looked up.
const restPrefix = "/api/v3"

// Exempt names what neither covers: the path (without the prefix) begins so,
// and why.
var Exempt = map[string]string{
	"/codeload/":      "archives are downloaded from another host, which the description leaves out",
	"/organizations/": "pages of GitHub's web site, to which a browser goes",
	"/settings/":      "likewise",
}

// withSlashes are path parameters whose value may hold slashes, which a path
// template of OpenAPI cannot say. A commit's ref may only as "heads/..." and
// "tags/...", so that what hangs below a commit is not taken for a ref.
var withSlashes = map[string]string{
	"/contents/{path}":      "/contents/{path:.*}",
	"/branches/{branch}":    "/branches/{branch:.+}",
	"/compare/{basehead}":   "/compare/{basehead:.+}",
	"/git/ref/{ref}":        "/git/ref/{ref:.+}",
	"/git/trees/{tree_sha}": "/git/trees/{tree_sha:.+}",
	"/tarball/{ref}":        "/tarball/{ref:.*}",
	"/commits/{ref}":        "/commits/{ref:[^/]+|heads/.+|tags/.+}",
}

// Validator checks requests and answers. It is safe for concurrent use.
type Validator struct {
	schema  *ast.Schema
	router  routers.Router
	refusal *openapi3.Schema // the shape of every error answer
	options *openapi3filter.Options
}

// New reads the description that the package carries.
var New = sync.OnceValues(func() (*Validator, error) {
	schema, err := loadSchema()
	if err != nil {
		return nil, err
	}
	data, err := unpack(packed)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's description: %w", err)
	}
	if err := correct(doc); err != nil {
		return nil, err
	}
	paths := openapi3.NewPaths()
	for path, item := range doc.Paths.Map() {
		for from, to := range withSlashes {
			path = strings.Replace(path, from, to, 1)
		}
		paths.Set(path, item)
	}
	doc.Paths = paths
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true, SkipSettingDefaults: true,
	}
	options.WithCustomSchemaErrorFunc(brief)
	return &Validator{schema: schema, router: router, refusal: doc.Components.Schemas["basic-error"].Value, options: options}, nil
})

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// correct mends what the description says and GitHub does not do: it wants the
// account of a listed installation to be a user and an enterprise at once,
// where the single installation, rightly, says one of them; and it wants the
// refusal of a written file to be one of two shapes of which every refusal has
// both.
func correct(doc *openapi3.T) error {
	item := doc.Paths.Value("/app/installations").Get.Responses.Status(http.StatusOK).Value.Content.Get("application/json").Schema.Value.Items.Value
	account := item.Properties["account"].Value
	if len(account.AllOf) != 2 {
		return errors.New("the account of a listed installation no longer needs mending: remove the correction")
	}
	account.AnyOf, account.AllOf = account.AllOf, nil
	conflict := doc.Paths.Value("/repos/{owner}/{repo}/contents/{path}").Put.Responses.Status(http.StatusConflict).Value.Content.Get("application/json").Schema.Value
	if len(conflict.OneOf) != 2 {
		return errors.New("the conflict of a written file no longer needs mending: remove the correction")
	}
	conflict.AnyOf, conflict.OneOf = conflict.OneOf, nil
	return nil
}

// brief says where a value is wrong and why, without the whole schema.
func brief(e *openapi3.SchemaError) string {
	text := "at /" + strings.Join(e.JSONPointer(), "/") + ": " + e.Reason
	if e.Origin != nil {
		text += ": " + e.Origin.Error()
	}
	return text
}

// exchange is one request with its answer.
type exchange struct {
	v     *Validator
	req   *http.Request // path without the prefix, body unread
	input *openapi3filter.RequestValidationInput
}

// checker validates the answer to a request.
type checker func(status int, header http.Header, body []byte) error

// request validates a request whose body is given, since a body can be read
// only once, and gives what checks its answer: nil when nothing can be said.
func (v *Validator) request(r *http.Request, body []byte) (checker, error) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), restPrefix)
	if path == "/graphql" || path == "/api/graphql" {
		q, err := v.query(body)
		if err != nil {
			return nil, err
		}
		return q.response, nil
	}
	for prefix := range Exempt {
		if strings.HasPrefix(path, prefix) {
			return nil, nil
		}
	}
	u, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	u.RawQuery = r.URL.RawQuery
	if string(bytes.TrimSpace(body)) == "null" {
		body = nil // ghinstallation's way to ask for a token without limits, which GitHub takes
	}
	req := r.Clone(context.WithoutCancel(r.Context()))
	req.URL, req.Body = u, io.NopCloser(bytes.NewReader(body))
	route, params, err := v.router.FindRoute(req)
	if err != nil {
		return nil, fmt.Errorf("not in the description: %w", err)
	}
	if value, ok := params["path"]; ok && value == "" {
		params["path"] = "." // the root folder: a parameter without a value is taken for a missing one
	}
	x := &exchange{v: v, req: req, input: &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route, Options: v.options,
	}}
	return x.response, errors.Join(unknownQuery(route, u.Query()), openapi3filter.ValidateRequest(req.Context(), x.input))
}

// unknownQuery finds query parameters that the operation does not have; GitHub
// ignores them, so a misspelt one would go unnoticed.
func unknownQuery(route *routers.Route, query url.Values) error {
	var problems []error
	for name := range query {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil && route.PathItem.Parameters.GetByInAndName("query", name) == nil {
			problems = append(problems, fmt.Errorf("query parameter %q is not in the description", name))
		}
	}
	return errors.Join(problems...)
}

// response validates the answer to a request.
func (x *exchange) response(status int, header http.Header, body []byte) error {
	described := x.input.Route.Operation.Responses.Status(status) != nil
	switch {
	case status == http.StatusNotModified || strings.Contains(header.Get("Content-Type"), "vnd.github.raw"):
		return nil // without a body, or the bytes of a file
	case !described && status >= 400:
		return x.v.refused(body) // the description names few refusals of an operation
	}
	return openapi3filter.ValidateResponse(x.req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: x.input, Status: status, Header: header, Options: x.v.options,
		Body: io.NopCloser(bytes.NewReader(body)),
	})
}

// refused validates a refusal; all of them have one shape.
func (v *Validator) refused(body []byte) error {
	var refusal any
	if err := json.Unmarshal(body, &refusal); err != nil {
		return fmt.Errorf("a refusal is JSON: %w", err)
	}
	return v.refusal.VisitJSON(refusal, openapi3.MultiErrors())
}

// TestingT is the part of *testing.T that Wrap needs.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// faultHeader is githubsim.FaultHeader: the answer was made up by the test.
const faultHeader = "X-Githubsim-Fault"

// Wrap puts the validator around a stand-in's handler. The test fails on every
// request that GitHub's description does not allow, and on every answer that
// does not fit it. Answers made by a scripted fault are left alone.
func Wrap(t TestingT, next http.Handler) http.Handler {
	t.Helper()
	return wrap(t, next, true)
}

// WrapAnswers is Wrap for tests that send wrong requests on purpose: it
// validates the answers alone.
func WrapAnswers(t TestingT, next http.Handler) http.Handler {
	t.Helper()
	return wrap(t, next, false)
}

func wrap(t TestingT, next http.Handler, strict bool) http.Handler {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatalf("contract: %v", err)
	}
	var mu sync.Mutex
	over := false
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	})
	report := func(r *http.Request, what string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if !over { // a client may outlive the test by a moment
			t.Errorf("contract: %s %s: %s: %v", r.Method, r.URL.Path, what, err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		check, wrong := v.request(r, body)
		if wrong != nil && strict {
			report(r, "the request", wrong)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if check != nil && answer.Header().Get(faultHeader) == "" {
			if err := check(answer.Code, answer.Header(), answer.Body.Bytes()); err != nil {
				report(r, fmt.Sprintf("the answer %d", answer.Code), err)
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // the caller has gone away otherwise
	})
}
