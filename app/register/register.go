// Package register makes the GitHub App out of the table of what it needs, by
// GitHub's manifest flow: a page on this machine sends the browser to GitHub
// with the manifest, GitHub asks its owner and sends the browser back with a
// code, and the code is exchanged, once, for the App's id and secrets. Nobody
// copies a key or forgets a permission.
//
// The page listens on this machine alone, takes only the answer to its own
// question (state), and shows no secret.
package register

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/app/doctor"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
)

// Options say which App is made. WebURL is GitHub's, PublicURL this server's,
// both without a slash at the end; Owner is an organisation, "" for the account
// that is signed in; Name is "" for the usual one; Write adds the features that
// write.
type Options struct {
	WebURL, PublicURL, Owner, Name string
	Write                          bool
}

// Desk is one registration. Exchange turns the code into the App, and Keep
// puts the App's secrets away; an error of either is shown and the code is
// lost.
type Desk struct {
	o        Options
	host     string // host:port that browsers reach the page at
	state    string
	exchange func(ctx context.Context, code string) (gh.Created, error)
	keep     func(gh.Created) error

	mu   sync.Mutex
	done bool
	made chan gh.Created
}

// New returns a registration whose page is reached at host:port.
func New(o Options, host string, exchange func(context.Context, string) (gh.Created, error), keep func(gh.Created) error) *Desk {
	return &Desk{o: o, host: host, state: rand.Text(), exchange: exchange, keep: keep, made: make(chan gh.Created, 1)}
}

// Made gives the App once it is made and kept.
func (d *Desk) Made() <-chan gh.Created { return d.made }

// Handler serves the page and takes GitHub's answer.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.ask)
	mux.HandleFunc("GET /created", d.created)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action "+d.o.WebURL)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if r.Host != d.host { // a foreign name that leads here
			http.Error(w, "this page is only at http://"+d.host+"/", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"plain": func(markdown string) string { return strings.ReplaceAll(markdown, "`", "") },
}).Parse(pageHTML))

// view is what the page shows.
type view struct {
	Problem, Name, Owner, Hook string
	Action, Manifest           string
	Needs                      []doctor.Need
	Created                    string // the slug
}

func (d *Desk) ask(w http.ResponseWriter, _ *http.Request) {
	form := doctor.NewForm(d.o.PublicURL, "http://"+d.host+"/created", d.o.Write)
	if d.o.Name != "" {
		form.Name = d.o.Name
	}
	manifest, err := json.Marshal(form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	path := "/settings/apps/new"
	if d.o.Owner != "" {
		path = "/organizations/" + url.PathEscape(d.o.Owner) + path
	}
	show(w, http.StatusOK, view{Name: form.Name, Owner: d.o.Owner, Hook: form.Hook.URL, Manifest: string(manifest), Needs: doctor.Permissions(d.o.Write),
		Action: d.o.WebURL + path + "?" + url.Values{"state": {d.state}}.Encode()})
}

func (d *Desk) created(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(d.state)) != 1 {
		show(w, http.StatusForbidden, view{Problem: "This is not the answer to the question that this page asked. Open the page anew, and go to GitHub from it."})
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		show(w, http.StatusConflict, view{Problem: "The App was made already. The terminal says what comes next."})
		return
	}
	app, err := d.exchange(r.Context(), q.Get("code"))
	if err == nil {
		err = d.keep(app)
	}
	switch {
	case errors.Is(err, gh.ErrGone):
		show(w, http.StatusBadRequest, view{Problem: "GitHub does not know this code: it lives for an hour and is good for one exchange. Delete the App that was made on GitHub's page, and begin anew."})
		return
	case err != nil:
		show(w, http.StatusBadGateway, view{Problem: err.Error()})
		return
	}
	d.done = true
	show(w, http.StatusOK, view{Created: app.Slug})
	d.made <- app
}

func show(w http.ResponseWriter, status int, v view) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, v) // the browser has gone away otherwise
}
