package repoconfig

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWaiverState(t *testing.T) {
	moscow := time.FixedZone("MSK", 3*60*60)
	day := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	noon := day("2026-11-23T12:00:00Z")
	for _, c := range []struct {
		expires string
		on      time.Time
		want    string
	}{
		{"2027-11-23", noon, "true false in force for 365 days"},
		{"2026-12-08", noon, "true false in force for 15 days"},
		{"2026-12-07", noon, "true true expires in 14 days"},
		{"2026-11-24", noon, "true true expires in 1 day"},
		{"2026-11-23", noon, "true true expires today"},
		{"2026-11-23", day("2026-11-23T23:59:59Z"), "true true expires today"},
		{"2026-11-23", day("2026-11-24T00:00:00Z"), "false true expired 1 day ago"},
		{"2026-11-23", day("2026-11-24T01:00:00Z").In(moscow), "false true expired 1 day ago"},
		{"2026-11-23", day("2026-11-24T01:00:00+03:00"), "true true expires today"}, // still the 23rd in UTC
		{"2026-11-22", noon, "false true expired 1 day ago"},
		{"2025-11-23", noon, "false true expired 365 days ago"},
		{"9999-12-31", noon, "true false in force for 2912116 days"},
		{"", noon, "false true counts as expired: a date of it is none, write YYYY-MM-DD"},
		{"2027-3-1", noon, "false true counts as expired: a date of it is none, write YYYY-MM-DD"},
		{"2027-02-29", noon, "false true counts as expired: a date of it is none, write YYYY-MM-DD"},
		{"2027-03-01T00:00:00Z", noon, "false true counts as expired: a date of it is none, write YYYY-MM-DD"},
	} {
		s := Waiver{Expires: c.expires}.State(c.on)
		if got := fmt.Sprintf("%t %t %s", s.Holds(), s.Warns(), s); got != c.want {
			t.Errorf("%q on %s: %s, want %s", c.expires, c.on, got, c.want)
		}
	}
}

func TestAttestationState(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		on, expires string
		want        Phase
	}{
		{"2026-11-23", "2027-11-23", InForce},
		{"2026-11-24", "2027-11-23", NotYet},
		{"2026-11-01", "2026-11-30", Ending},
		{"2025-11-01", "2026-11-22", Expired},
		{"2026", "2027-11-23", NotADate},
		{"2026-11-23", "soon", NotADate},
	} {
		if s := (Attestation{On: c.on, Expires: c.expires}).State(noon); s.Phase != c.want || s.Holds() != (c.want == InForce || c.want == Ending) {
			t.Errorf("%s to %s is %s", c.on, c.expires, s)
		}
	}
}

func TestDue(t *testing.T) {
	waiver := func(expires string) Config { return Config{Waivers: []Waiver{{Expires: expires}}} }
	attested := func(on, expires string) Config {
		return Config{Attestations: []Attestation{{On: on, Expires: expires}}}
	}
	bounded := waiver("2026-12-31")
	bounded.Organization.MaxWaiverDays = 30
	both := waiver("2027-03-01")
	both.Attestations = attested("2026-01-01", "2026-12-01").Attestations
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"nothing":                {Config{}, ""},
		"a waiver":               {waiver("2027-03-01"), "2027-02-15"}, // the warning
		"one that ends":          {waiver("2026-12-01"), "2026-12-02"},
		"today is its last day":  {waiver("2026-11-23"), "2026-11-24"},
		"over":                   {waiver("2026-11-22"), ""},
		"no date":                {waiver("next spring"), ""},
		"an attestation":         {attested("2026-01-01", "2027-03-01"), "2027-02-15"},
		"one to come":            {attested("2026-11-30", "2027-03-01"), "2026-11-30"},
		"that was signed no day": {attested("soon", "2027-03-01"), ""},
		"the organisation's":     {bounded, "2026-12-01"},
		"the nearer of two":      {both, "2026-12-02"},
	} {
		for _, now := range []time.Time{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 24, 9, 0, 0, 0, time.FixedZone("", 10*60*60))} {
			got := ""
			if due := c.config.Due(now); !due.IsZero() {
				got = due.Format(time.DateOnly)
			}
			if got != c.want {
				t.Errorf("%s: due %q, want %q", name, got, c.want)
			}
		}
	}
}

func TestOrganizationBoundsWaivers(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		most    int
		expires string
		want    Phase
	}{
		{0, "2040-01-01", InForce},
		{30, "2026-12-23", InForce},
		{30, "2026-12-24", TooLong},
		{7, "2026-12-01", TooLong},
		{7, "2026-11-30", Ending},
		{7, "2026-11-22", Expired},
		{7, "never", NotADate},
	} {
		if s := (Organization{MaxWaiverDays: c.most}).State(Waiver{Expires: c.expires}, noon); s.Phase != c.want {
			t.Errorf("%s with at most %d days is %s", c.expires, c.most, s)
		}
	}
}

// A date that is none does not spoil the file, is kept within bounds, and is
// said with its place.
func TestDatesThatAreNone(t *testing.T) {
	for _, written := range []string{"next spring", "2027-13-01", "2027-3-1", "20270301", "2027-03", "1", "true", "2027-03-01T00:00:00Z", `"\u202e\n@everyone"`, longText} {
		text := "version: 1\ncomment: never\nwaivers:\n  - {capability: monitoring.alerting, reason: r, owner: o, expires: " + written + "}\n"
		c, errs, warnings := ParseAll("x.yml", []byte(text))
		if len(errs) > 0 || len(warnings) != 1 || warnings[0].Line != 4 || !warnings[0].Warning || c.Comment != CommentNever || len(c.Waivers) != 1 {
			t.Errorf("%.40s: %+v, %v, %v", written, c, errs, warnings)
			continue
		}
		if len(c.Waivers[0].Expires) > 300 || c.Waivers[0].State(time.Now()).Phase != NotADate {
			t.Errorf("%.40s: kept as %q", written, c.Waivers[0].Expires)
		}
		if plain, errs := Parse("x.yml", []byte(text)); len(errs) > 0 || plain.Hash() != c.Hash() {
			t.Errorf("%.40s: Parse has %v", written, errs)
		}
	}
}

var longText = strings.Repeat("9", 50_000)
