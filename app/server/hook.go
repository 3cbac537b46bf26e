package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/go-github/v62/github"
	"github.com/palantir/go-githubapp/githubapp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/semaphore"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/webhook"
)

const (
	// maxBody is GitHub's own limit for a payload, in bytes.
	maxBody = 25 << 20
	// maxBodies bounds the memory of bodies that are not verified yet.
	maxBodies = 5 * maxBody
	// answerWithin is shorter than the ten seconds GitHub waits.
	answerWithin = 8 * time.Second
)

// hook receives webhooks: bounded, verified, stored, answered.
type hook struct {
	queue   *jobs.Queue
	metrics *metrics
	self    atomic.Pointer[webhook.Self]
	secrets []string // the current one first
	doors   []http.Handler
	bodies  *semaphore.Weighted
}

func newHook(q *jobs.Queue, m *metrics, self webhook.Self, secrets ...string) *hook {
	h := &hook{queue: q, metrics: m, bodies: semaphore.NewWeighted(maxBodies)}
	h.self.Store(&self)
	for _, secret := range secrets {
		if secret == "" {
			continue // go-githubapp would then verify nothing
		}
		h.secrets = append(h.secrets, secret)
		h.doors = append(h.doors, githubapp.NewEventDispatcher([]githubapp.EventHandler{h}, secret,
			githubapp.WithScheduler(h), githubapp.WithErrorCallback(h.onError)))
	}
	return h
}

// ServeHTTP bounds the body, picks the secret that it was signed with and
// leaves the rest to go-githubapp's dispatcher.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	signature := r.Header.Get(github.SHA256SignatureHeader)
	switch {
	case r.ContentLength > maxBody:
		h.refuse(w, r, http.StatusRequestEntityTooLarge, "the body is over 25 MB")
		return
	case signature == "": // go-github would fall back to SHA-1
		h.refuse(w, r, http.StatusBadRequest, "there is no "+github.SHA256SignatureHeader)
		return
	}
	weight := r.ContentLength
	if weight < 0 {
		weight = maxBody
	}
	if err := h.bodies.Acquire(ctx, weight); err != nil {
		h.refuse(w, r, http.StatusServiceUnavailable, "too many large bodies at once")
		return
	}
	defer h.bodies.Release(weight)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			h.refuse(w, r, http.StatusRequestEntityTooLarge, "the body is over 25 MB")
			return
		}
		h.refuse(w, r, http.StatusBadRequest, "the body did not arrive whole")
		return
	}
	r = r.WithContext(ctx)
	r.Body = io.NopCloser(bytes.NewReader(body))
	h.door(signature, body).ServeHTTP(w, r)
}

// door is the dispatcher of the secret that fits, or the current one, which
// will refuse.
func (h *hook) door(signature string, body []byte) http.Handler {
	for i, secret := range h.secrets[1:] {
		if github.ValidateSignature(signature, body, []byte(secret)) == nil {
			return h.doors[i+1]
		}
	}
	return h.doors[0]
}

// Handles names the events for the dispatcher.
func (h *hook) Handles() []string { return webhook.Events() }

// Schedule returns when the event is on disk, so that the answer says so. The
// work itself waits in the queue.
func (h *hook) Schedule(ctx context.Context, d githubapp.Dispatch) error { return d.Execute(ctx) }

// Handle books one verified delivery.
func (h *hook) Handle(ctx context.Context, event, id string, payload []byte) error {
	invalid := func(err error) error {
		return githubapp.ValidationError{EventType: event, DeliveryID: id, Cause: err}
	}
	if !deliveryOK(id) {
		return invalid(errors.New("X-GitHub-Delivery is missing or not an id"))
	}
	work, note, err := webhook.Decode(*h.self.Load(), event, payload)
	if err != nil {
		return invalid(err)
	}
	var seen []jobs.Sighting
	if one, ok := webhook.Learn(event, payload); ok {
		seen = append(seen, one)
	}
	fresh, err := h.queue.Accept(ctx, jobs.Delivery{ID: id, Event: event}, work, seen...)
	if err != nil {
		return err
	}
	outcome := "queued"
	switch {
	case !fresh:
		outcome = "duplicate"
	case len(work) == 0:
		outcome = "ignored"
	}
	h.metrics.deliveries.WithLabelValues(event, outcome).Inc()
	zerolog.Ctx(ctx).Info().Str("outcome", outcome).Str("note", note).Int("jobs", len(work)).Msg("webhook answered")
	return nil
}

// deliveryOK accepts what can be a GUID and nothing that could harm a log.
func deliveryOK(id string) bool {
	if id == "" || len(id) > 100 {
		return false
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// onError answers 400 for what GitHub did not send like this and 500 for what
// could not be stored; GitHub then marks the delivery as failed.
func (h *hook) onError(w http.ResponseWriter, r *http.Request, err error) {
	outcome := "unstored"
	if _, invalid := errors.AsType[githubapp.ValidationError](err); invalid {
		outcome = "refused"
	}
	h.count(r, outcome)
	githubapp.DefaultErrorCallback(w, r, err)
}

func (h *hook) refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	h.count(r, "refused")
	zerolog.Ctx(r.Context()).Warn().Int("status", status).Msg("webhook refused: " + why)
	http.Error(w, why, status)
}

// count keeps anybody's header from becoming a label.
func (h *hook) count(r *http.Request, outcome string) {
	event := r.Header.Get(github.EventTypeHeader)
	for _, known := range webhook.Events() {
		if event == known {
			h.metrics.deliveries.WithLabelValues(event, outcome).Inc()
			return
		}
	}
	h.metrics.deliveries.WithLabelValues("other", outcome).Inc()
}
