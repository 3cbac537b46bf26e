package server

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/store"
	"github.com/mlops-maturity/mlops-maturity/app/webhook"
)

const (
	// redeliverable is how long GitHub keeps a delivery for sending again.
	redeliverable = 3 * 24 * time.Hour
	// maxRedeliveries bounds one round; the next takes more.
	maxRedeliveries = 200

	reconcileEvery = 5 * time.Minute
	evictEvery     = 6 * time.Hour
)

// GitHub is what the server itself asks of GitHub; *gh.App is one.
type GitHub interface {
	Slug(ctx context.Context) (string, error)
	FailedDeliveries(ctx context.Context, since time.Time) ([]gh.Delivery, error)
	Redeliver(ctx context.Context, d gh.Delivery) error
	Installations(ctx context.Context, most int) (list []gh.Installation, more bool, err error)
	Heads(ctx context.Context, installationID int64, run string, page int) (gh.Page, error)
}

// housekeep learns who we are, gets back what was missed and throws away what
// is old: at once, and then on a timer.
func (s *Server) housekeep(ctx context.Context) {
	every(ctx, reconcileEvery, func() {
		if err := s.learnSlug(ctx); err != nil && ctx.Err() == nil {
			s.logger.Warn().Err(err).Msg("the App's own events cannot be told from others yet")
		}
		n, err := s.Reconcile(ctx)
		if err != nil && ctx.Err() == nil {
			s.logger.Error().Err(err).Msg("looking for missed deliveries failed")
		}
		if n > 0 {
			s.logger.Info().Int("deliveries", n).Msg("missed deliveries were asked for again")
		}
	})
}

func (s *Server) evict(ctx context.Context) {
	every(ctx, evictEvery, func() {
		n, err := s.store.Evict(ctx, s.keep())
		s.metrics.evicted.Add(float64(n))
		if err != nil && ctx.Err() == nil {
			s.logger.Error().Err(err).Msg("throwing away old rows failed")
		} else if n > 0 {
			s.logger.Info().Int64("rows", n).Msg("old rows were thrown away")
		}
	})
}

// keep is how much the settings let the database hold.
func (s *Server) keep() store.Keep {
	const day = 24 * time.Hour
	return store.Keep{Deliveries: store.DefaultKeep.Deliveries,
		Facts: time.Duration(s.cfg.KeepFactsDays) * day, FactBytes: int64(s.cfg.MaxFactsMB) << 20,
		Reports: time.Duration(s.cfg.KeepReportsDays) * day, ReportBytes: int64(s.cfg.MaxReportsMB) << 20}
}

// sweep looks for default branches without a verdict: a minute after the start,
// so that what GitHub sends again comes first, unless another process did so
// just now; and then on a timer.
func (s *Server) sweep(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(sweepAfter):
	}
	gap := sweepGap
	every(ctx, sweepEvery, func() {
		s.sweepNow(ctx, gap)
		gap = sweepEvery - sweepGap
	})
}

// every calls f now and then at each tick until ctx ends.
func every(ctx context.Context, d time.Duration, f func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		f()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) learnSlug(ctx context.Context) error {
	self := *s.hook.self.Load()
	if self.Slug != "" {
		return nil
	}
	slug, err := s.github.Slug(ctx)
	if err != nil {
		return err
	}
	self.Slug = slug
	s.hook.self.Store(&self)
	return nil
}

// Reconcile asks GitHub to send again what never reached the database, and
// returns how many deliveries that were. GitHub itself never tries twice.
func (s *Server) Reconcile(ctx context.Context) (asked int, err error) {
	failed, err := s.github.FailedDeliveries(ctx, time.Now().Add(-redeliverable))
	if err != nil {
		return 0, err
	}
	for _, d := range failed {
		if !slices.Contains(webhook.Events(), d.Event) || asked == maxRedeliveries {
			continue
		}
		// It may be on disk though the answer got lost.
		_, booked, err := s.store.Delivered(ctx, d.GUID)
		if err != nil {
			return asked, err
		}
		if booked {
			continue
		}
		if err := s.github.Redeliver(ctx, d); err != nil {
			if errors.Is(err, gh.ErrRateLimited) || ctx.Err() != nil {
				return asked, err
			}
			s.logger.Warn().Err(err).Str("event", d.Event).Msg("a delivery cannot be had again")
			continue
		}
		asked++
		s.metrics.redelivered.Inc()
	}
	return asked, nil
}
