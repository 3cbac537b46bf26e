package server

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mlops-maturity/mlops-maturity/app/assess"
	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// The bounds of a sweep.
const (
	sweepAfter = time.Minute // the start
	sweepEvery = time.Hour
	// sweepGap is how long a process that starts leaves the work of another.
	sweepGap = 10 * time.Minute
	// sweepAgain is how long a head that a sweep queued is left alone, whatever
	// became of it: one that cannot be judged must not come every hour.
	sweepAgain = 24 * time.Hour
	// sweepJobs bounds what one round queues of an installation. A judgement asks
	// GitHub less than ten times, so that is a tenth of the smallest quota.
	sweepJobs = 50
	// sweepFloor is the share of the quota below which nothing is swept: the
	// rest is for events.
	sweepFloor = 0.5
	// sweepInstallations bounds one round.
	sweepInstallations = 10_000
	// skew is how far our clock and GitHub's may differ.
	skew = 2 * time.Minute
)

// sweepNow sweeps when it is this replica's turn.
func (s *Server) sweepNow(ctx context.Context, gap time.Duration) {
	mine, err := s.store.TakeTurn(ctx, "sweep", gap)
	n := 0
	if err == nil && mine {
		n, err = s.Sweep(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.logger.Error().Err(err).Msg("the sweep of default branches ended early; the next one goes on")
	}
	if n > 0 {
		s.logger.Info().Int("heads", n).Msg("default branches without a verdict of today were queued")
	}
}

// Sweep queues the default branches that have no verdict, whose check run never
// ended, or whose verdict rests on a waiver or an attestation that stands
// otherwise by now, and returns how many. It is what finds a push whose event
// was lost beyond recovery. Whatever waits already is left as it is.
func (s *Server) Sweep(ctx context.Context) (queued int, err error) {
	installations, _, err := s.github.Installations(ctx, sweepInstallations)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, i := range installations {
		if i.Suspended {
			continue
		}
		n, err := s.sweepInstallation(ctx, i.ID)
		queued += n
		switch {
		case ctx.Err() != nil:
			return queued, err
		case errors.Is(err, gh.ErrRateLimited), errors.Is(err, gh.ErrGone), errors.Is(err, gh.ErrSuspended):
			// Its turn comes again, or never.
		case err != nil:
			failed = append(failed, err)
		}
	}
	return queued, errors.Join(failed...)
}

func (s *Server) sweepInstallation(ctx context.Context, id int64) (queued int, err error) {
	known, err := s.store.Swept(ctx, id)
	if err != nil {
		return 0, err
	}
	now := s.now()
	for page := 1; page != 0; {
		p, err := s.github.Heads(ctx, id, assess.CheckRunName, page)
		if err != nil {
			return queued, err
		}
		for _, h := range p.Heads {
			if !owed(h, known[h.RepositoryID], now) {
				continue
			}
			if queued == sweepJobs || p.Left < sweepFloor {
				s.metrics.swept.WithLabelValues("postponed").Inc()
				continue
			}
			if err := s.queueSwept(ctx, id, h, now); err != nil {
				return queued, err
			}
			queued++
		}
		if page = p.Next; queued == sweepJobs || p.Left < sweepFloor {
			break
		}
	}
	return queued, nil
}

// owed says whether a head has no verdict of ours and was not queued for one
// lately, or has one that fell due and was not queued since.
func owed(h gh.RepositoryHead, known store.Swept, now time.Time) bool {
	if !known.Due.IsZero() && !now.Before(known.Due) && known.At.Before(known.Due) {
		return true
	}
	if known.Head == h.Head && now.Sub(known.At) < sweepAgain {
		return false
	}
	return known.Commit != h.Head || h.Run != "completed"
}

func (s *Server) queueSwept(ctx context.Context, installation int64, h gh.RepositoryHead, now time.Time) error {
	seen := store.Sighting{Installation: installation, Repository: h.RepositoryID, FullName: h.Owner + "/" + h.Name,
		Visibility: strings.ToLower(string(h.Visibility)), Branch: h.Branch, At: now.Add(-skew)}
	err := s.queue.Add(ctx, jobs.Job{Installation: installation, RepositoryID: h.RepositoryID, Owner: h.Owner, Repository: h.Name,
		Ref: h.Branch, Head: h.Head, Reason: jobs.Swept})
	if err != nil {
		return err
	}
	s.metrics.swept.WithLabelValues("queued").Inc()
	return s.store.Sweep(ctx, seen, h.Head)
}
