package githubsim

import (
	"io"
	"net/http"
	"strings"
)

// restPrefix is where the REST interface lives on GitHub Enterprise Server,
// which is what go-githubapp expects; it is served without it too.
const restPrefix = "/api/v3"

// maxRequest is the largest request body taken, in bytes.
const maxRequest = 32 << 20

// auth is who may call an endpoint.
type auth int

const (
	asInstallation auth = iota // an installation token
	asApp                      // the App's own token
	asLink                     // the secret is in the link
)

// endpoint is one call the Sim knows. needs lists permissions ("checks:write"),
// any one of which is enough.
type endpoint struct {
	pattern string
	auth    auth
	needs   []string
	handle  func(*call) error
}

// call is one request on its way.
type call struct {
	s     *Sim
	w     http.ResponseWriter
	r     *http.Request
	body  []byte
	token *token // nil for the App itself
	repo  *Repo  // of paths below /repos/{owner}/{repo}
	quota *quota
}

// Handler serves REST under /api/v3/ and under /, GraphQL under /api/graphql
// and /graphql, and the archive links.
func (s *Sim) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trimmed := http.StripPrefix(restPrefix, http.HandlerFunc(s.serve))
		if strings.HasPrefix(r.URL.Path, restPrefix+"/") {
			trimmed.ServeHTTP(w, r)
			return
		}
		s.serve(w, r)
	})
}

// serve records the request, plays a fault if one is due, and hands over.
func (s *Sim) serve(w http.ResponseWriter, r *http.Request) {
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	defer func() { s.record(r, rec.status) }()
	if s.playFault(rec, r) {
		return
	}
	s.mux.ServeHTTP(rec, r)
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (s *Sim) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, e := range endpoints() {
		mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) { s.answer(&call{s: s, w: w, r: r}, e) })
	}
	unknown := func(w http.ResponseWriter, r *http.Request) {
		c := &call{s: s, w: w, r: r}
		c.fail(c.unknown())
	}
	for _, e := range endpoints() {
		// Without this the mux would redirect /tarball to /tarball/.
		if bare := e.pattern[:strings.LastIndex(e.pattern, "/")]; strings.HasSuffix(e.pattern, "...}") {
			mux.HandleFunc(bare, unknown)
		}
	}
	mux.HandleFunc("/", unknown)
	return mux
}

// unknown keeps the call in Unexpected and gives the answer to it.
func (c *call) unknown() error {
	what := c.r.Method + " " + c.r.URL.Path
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.unexpected = append(c.s.unexpected, what)
	return &apiError{status: http.StatusNotFound, message: "Not Found: the stand-in for GitHub does not serve " + what}
}

// answer runs one endpoint: who calls, may they, within the limit, and then
// the work.
func (s *Sim) answer(c *call, e endpoint) {
	err := func() error {
		if c.r.UserAgent() == "" {
			return forbidden("Request forbidden by administrative rules. Please make sure your request has a User-Agent header.")
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxRequest))
		if err != nil {
			return &apiError{status: http.StatusRequestEntityTooLarge, message: err.Error()}
		}
		c.body = body
		if err := s.identify(c, e.auth); err != nil {
			return err
		}
		if err := s.spend(c, e.auth); err != nil {
			return err
		}
		if err := s.permit(c, e); err != nil {
			return err
		}
		return e.handle(c)
	}()
	if err != nil {
		c.fail(err)
	}
}

// identify checks the credentials of a call.
func (s *Sim) identify(c *call, need auth) error {
	if need == asLink {
		return nil
	}
	scheme, secret, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if secret == "" || !strings.EqualFold(scheme, "bearer") && !strings.EqualFold(scheme, "token") {
		return unauthorized("Requires authentication")
	}
	if need == asApp {
		return s.checkAppToken(secret)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[secret]
	if t == nil || !t.expires.After(s.opts.AuthClock()) {
		return unauthorized("Bad credentials")
	}
	if t.installation.suspended {
		return forbidden("This installation has been suspended")
	}
	c.token = t
	return nil
}

// permit finds the repository of the path and checks visibility and rights:
// what the token cannot see does not exist (404), what it may not do is 403.
func (s *Sim) permit(c *call, e endpoint) error {
	if e.auth != asInstallation {
		return nil
	}
	if owner := c.r.PathValue("owner"); owner != "" {
		repo, err := s.visible(c.token, owner, c.r.PathValue("repo"))
		if err != nil {
			return err
		}
		c.repo = repo
	}
	return s.mayOn(c.token, c.repo, e.needs)
}

func (s *Sim) visible(t *token, owner, name string) (*Repo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.repos[strings.ToLower(owner+"/"+name)]
	if r == nil || r.private && !t.reaches(r) {
		return nil, notFound()
	}
	return r, nil
}

// mayOn checks that the token has one of the needed permissions on a
// repository. Reading a public repository needs none.
func (s *Sim) mayOn(t *token, r *Repo, needs []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, need := range needs {
		name, level, _ := strings.Cut(need, ":")
		if r != nil && !r.private && level == "read" {
			return nil
		}
		if allows(t.permissions, name, level) && (r == nil || t.reaches(r)) {
			return nil
		}
	}
	if len(needs) == 0 {
		return nil
	}
	return forbidden("Resource not accessible by integration")
}
