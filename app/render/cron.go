package render

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	scheduled = regexp.MustCompile(`^(schedule:? )(.*)$`)
	// wrapped is how AWS writes a schedule: minutes first, a year last.
	wrapped = regexp.MustCompile(`^cron\((.*)\)$`)
)

// nicknames are schedules that have a word of their own.
var nicknames = map[string]string{
	"@hourly": "hourly", "@daily": "daily", "@midnight": "daily", "@weekly": "weekly", "@monthly": "monthly",
	"@yearly": "yearly", "@annually": "yearly",
}

// inWords says a trigger's schedule in words as well, where there are any:
// "schedule: 0 4 * * 1" is "schedule: weekly (0 4 * * 1)". All other texts are
// returned as they are.
func inWords(what string) string {
	m := scheduled.FindStringSubmatch(what)
	if m == nil || len(m[2]) > 64 {
		return what
	}
	raw := strings.TrimSpace(m[2])
	if word := nicknames[strings.ToLower(raw)]; word != "" {
		return m[1] + word
	}
	if word := cronWords(raw); word != "" {
		return m[1] + word + " (" + raw + ")"
	}
	return what
}

// cronWords says a cron expression in words, "" for one that has none as exact.
// It takes five fields; six or seven as Quartz and Spring have them, seconds
// first; and six as AWS has them, with a year at the end.
func cronWords(raw string) string {
	f := strings.Fields(raw)
	aws := false
	if m := wrapped.FindStringSubmatch(raw); m != nil {
		f, aws = strings.Fields(m[1]), true
	}
	switch {
	case len(f) == 6 && (aws || f[2] == "?" || f[4] == "?"):
		f = dropYear(f, 5)
	case len(f) == 7:
		f = dropYear(f, 6)
	}
	switch {
	case len(f) == 6 && number(f[0], 0, 59):
		f = f[1:]
	case len(f) != 5:
		return ""
	}
	minute, hour, day, month, weekday := f[0], f[1], wild(f[2]), wild(f[3]), wild(f[4])
	if !month {
		return ""
	}
	if day && weekday {
		return withinDay(minute, hour)
	}
	if !number(minute, 0, 59) || !number(hour, 0, 23) {
		return ""
	}
	switch {
	case day && (number(f[4], 0, 7) || weekdays[strings.ToLower(f[4])]):
		return "weekly"
	case weekday && (number(f[2], 1, 28) || f[2] == "L"):
		return "monthly" // the 29th and later are not in every month
	}
	return ""
}

// withinDay says a schedule that is the same every day.
func withinDay(minute, hour string) string {
	if number(minute, 0, 59) {
		switch every := step(hour, 24); {
		case number(hour, 0, 23):
			return "daily"
		case every == 1:
			return "hourly"
		case every > 1:
			return "every " + strconv.Itoa(every) + " hours"
		}
		return ""
	}
	switch every := step(minute, 60); {
	case every < 1 || step(hour, 24) != 1:
		return ""
	case every == 1:
		return "every minute"
	default:
		return "every " + strconv.Itoa(every) + " minutes"
	}
}

var weekdays = map[string]bool{"sun": true, "mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true}

// dropYear takes away a year that is any year.
func dropYear(f []string, at int) []string {
	if wild(f[at]) {
		return f[:at]
	}
	return nil
}

func wild(s string) bool { return s == "*" || s == "?" }

// number says whether a field is one number; Jenkins' H is one of its choice.
func number(s string, least, most int) bool {
	if s == "H" {
		return true
	}
	if s == "" || len(s) > 2 || strings.Trim(s, "0123456789") != "" {
		return false
	}
	n, _ := strconv.Atoi(s)
	return least <= n && n <= most
}

// step is n of a field that is every nth of a whole, 0 for other fields and
// where the last step is shorter than the others.
func step(s string, whole int) int {
	if s == "*" {
		return 1
	}
	from, by, ok := strings.Cut(s, "/")
	if !ok || (from != "*" && from != "0" && from != "H") || !number(by, 1, whole-1) || by == "H" {
		return 0
	}
	n, _ := strconv.Atoi(by)
	if whole%n != 0 {
		return 0
	}
	return n
}
