package repoconfig

import (
	"fmt"
	"time"
)

// Phase is where a waiver or an attestation is in its life.
type Phase string

// The phases. The first two hold.
const (
	InForce  Phase = "in force"
	Ending   Phase = "ending" // holds, and ends within NoticeDays
	Expired  Phase = "expired"
	NotADate Phase = "not a date" // one of its dates is none; counts as expired
	NotYet   Phase = "not yet"    // its first day is to come
	TooLong  Phase = "too long"   // ends later than the organisation lets waivers end
)

// NoticeDays is how many days before its end there is a warning.
const NoticeDays = 14

// State is a phase on one day.
type State struct {
	Phase Phase
	Days  int // to the last day; of Expired and NotYet, the days since and until
}

// Holds says whether the waiver or attestation counts.
func (s State) Holds() bool { return s.Phase == InForce || s.Phase == Ending }

// Warns says whether people should hear of it: all but what is well.
func (s State) Warns() bool { return s.Phase != InForce }

func (s State) String() string {
	switch s.Phase {
	case Ending:
		if s.Days == 0 {
			return "expires today"
		}
		return "expires in " + days(s.Days)
	case Expired:
		return fmt.Sprintf("expired %s ago", days(s.Days))
	case NotADate:
		return "counts as expired: a date of it is none, write YYYY-MM-DD"
	case NotYet:
		return fmt.Sprintf("holds from a day that is to come, in %s", days(s.Days))
	case TooLong:
		return fmt.Sprintf("does not hold: it ends in %s, later than the organisation allows", days(s.Days))
	}
	return fmt.Sprintf("in force for %s", days(s.Days))
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// State is the waiver's on a day, of which the date in UTC counts.
func (w Waiver) State(on time.Time) State {
	return until(w.Expires, on)
}

// State is the attestation's on a day, of which the date in UTC counts. One
// whose day is still to come does not hold.
func (a Attestation) State(on time.Time) State {
	from, ok := day(a.On)
	if !ok {
		return State{Phase: NotADate}
	}
	if n := between(on, from); n > 0 {
		return State{NotYet, n}
	}
	return until(a.Expires, on)
}

// State is a waiver's on a day under the organisation's bound of its length.
// Every waiver is bound by it, the organisation's own too.
func (o Organization) State(w Waiver, on time.Time) State {
	s := w.State(on)
	if s.Holds() && o.MaxWaiverDays > 0 && s.Days > o.MaxWaiverDays {
		s.Phase = TooLong
	}
	return s
}

func until(expires string, on time.Time) State {
	last, ok := day(expires)
	if !ok {
		return State{Phase: NotADate}
	}
	switch n := between(on, last); {
	case n < 0:
		return State{Expired, -n}
	case n <= NoticeDays:
		return State{Ending, n}
	default:
		return State{InForce, n}
	}
}

// Due is the first midnight (UTC) after an instant from which a waiver or an
// attestation stands otherwise than the day before: it begins, nears its end or
// ends. It is zero when none will. What the configuration decides is decided by
// the day, so until then a verdict on the same files stays as it is.
func (c Config) Due(after time.Time) (due time.Time) {
	consider := func(date string, days int, phase func(time.Time) Phase) {
		at, ok := day(date)
		if at = at.AddDate(0, 0, days); !ok || !at.After(after) || !due.IsZero() && !at.Before(due) {
			return
		}
		if phase(at) != phase(at.AddDate(0, 0, -1)) {
			due = at
		}
	}
	ends := func(expires string, phase func(time.Time) Phase) {
		consider(expires, 1, phase)
		consider(expires, -NoticeDays, phase)
		consider(expires, -c.Organization.MaxWaiverDays, phase)
	}
	for _, w := range c.Waivers {
		ends(w.Expires, func(on time.Time) Phase { return c.Organization.State(w, on).Phase })
	}
	for _, a := range c.Attestations {
		phase := func(on time.Time) Phase { return a.State(on).Phase }
		ends(a.Expires, phase)
		consider(a.On, 0, phase)
	}
	return due
}

// day reads a date as the file has it.
func day(s string) (time.Time, bool) {
	t, err := time.Parse(dateLayout, s)
	return t, err == nil
}

// between is how many days b is after a's date in UTC. A Duration would end
// after 292 years.
func between(a, b time.Time) int {
	const day = 24 * 60 * 60
	return int(b.Unix()/day - a.UTC().Truncate(24*time.Hour).Unix()/day)
}
