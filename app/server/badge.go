package server

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/semaphore"

	"github.com/mlops-maturity/mlops-maturity/app/render"
	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// badges serves badges from the store; no request for one asks GitHub. A badge
// of a repository that is not public needs a signed link, and without it looks
// as if there were no such repository.
type badges struct {
	store   *store.Store
	metrics *metrics
	base    string // address of the badges, "" when people cannot reach us
	key     []byte // signs links; nil when no secret is set
	turns   *semaphore.Weighted
}

const (
	// maxBadges is how many are looked up at once, of a database that jobs need
	// more.
	maxBadges = 8
	// badgeWait is how long one waits for its turn.
	badgeWait = 2 * time.Second
	// maxBadgeName bounds "owner/name".
	maxBadgeName = 201

	badgeRoute = "/badge/"
)

func newBadges(st *store.Store, m *metrics, publicURL, secret string) *badges {
	b := &badges{store: st, metrics: m, turns: semaphore.NewWeighted(maxBadges)}
	if publicURL != "" {
		b.base = strings.TrimSuffix(publicURL, "/") + badgeRoute
	}
	if secret != "" { // one key for one use, whatever else the secret is used for
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = io.WriteString(mac, "mlops-maturity badge v1") // never fails
		b.key = mac.Sum(nil)
	}
	return b
}

// sign is the signature of a repository's badge. GitHub's names are the same in
// any case, and so are their signatures.
func (b *badges) sign(fullName string) string {
	mac := hmac.New(sha256.New, b.key)
	_, _ = io.WriteString(mac, strings.ToLower(fullName)) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signed says whether the link proves that its maker knew the secret.
func (b *badges) signed(fullName, signature string) bool {
	return b.key != nil && hmac.Equal([]byte(b.sign(fullName)), []byte(signature))
}

// address is the badge's link for a README, "" when there can be none.
func (b *badges) address(owner, name string, public bool) string {
	switch {
	case b.base == "" || !public && b.key == nil:
		return ""
	case public:
		return b.base + url.PathEscape(owner) + "/" + url.PathEscape(name) + ".svg"
	}
	return b.base + url.PathEscape(owner) + "/" + url.PathEscape(name) + ".svg?sig=" + b.sign(owner+"/"+name)
}

// ServeHTTP answers GET /badge/{owner}/{file}, where file is NAME.svg or, for
// shields.io's endpoint badge, NAME.json.
func (b *badges) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), badgeWait)
	defer cancel()
	file := r.PathValue("file")
	name, kind := strings.TrimSuffix(file, ".svg"), "svg"
	if name == file {
		name, kind = strings.TrimSuffix(file, ".json"), "json"
	}
	fullName := r.PathValue("owner") + "/" + name
	if name == file || name == "" || len(fullName) > maxBadgeName {
		b.none(w)
		return
	}
	if err := b.turns.Acquire(ctx, 1); err != nil {
		b.busy(w)
		return
	}
	level, known, err := b.store.Level(ctx, fullName)
	b.turns.Release(1)
	signed := b.signed(fullName, r.URL.Query().Get("sig")) // for unknown ones too, which take as long then
	switch {
	case err != nil:
		zerolog.Ctx(r.Context()).Error().Err(err).Msg("no badge")
		b.busy(w)
		return
	case !known || level.Visibility != store.Public && !signed:
		b.none(w)
		return
	}
	badge := render.Badge{Judged: level.Judged, Kind: level.Kind, Level: level.Level}
	body, mime := badge.SVG(), "image/svg+xml; charset=utf-8"
	if kind == "json" {
		body, mime = badge.JSON(), "application/json; charset=utf-8"
	}
	sum := sha256.Sum256(body)
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	// GitHub's image proxy keeps pictures as long as this says, and for a long
	// time when nothing does.
	h.Set("Cache-Control", "public, max-age=300, s-maxage=300")
	if level.Visibility != store.Public {
		h.Set("Cache-Control", "private, max-age=300")
	}
	b.metrics.badges.WithLabelValues("served").Inc()
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body)) // answers If-None-Match
}

// none is one answer for all that is not to be seen: unknown, private and
// unsigned, and misspelt.
func (b *badges) none(w http.ResponseWriter) {
	b.metrics.badges.WithLabelValues("not_found").Inc()
	w.Header().Set("Cache-Control", "no-cache")
	http.Error(w, "there is no such badge", http.StatusNotFound)
}

func (b *badges) busy(w http.ResponseWriter) {
	b.metrics.badges.WithLabelValues("busy").Inc()
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Retry-After", "5")
	http.Error(w, "too many badges at once", http.StatusServiceUnavailable)
}
