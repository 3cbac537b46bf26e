package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
)

const settingsPage = "on the App's settings page, Permissions & events"

// permissions compares what the App asks for with what it needs, and with what
// anything here could use.
func permissions(app gh.Registration) (r Report) {
	for _, n := range Permissions(false) {
		if l := lacks("the App", app.Permissions, n.Permission); l != "" {
			r = append(r, Line{Check: "permissions", Status: Fail, Says: l + ": " + plain(n.Why),
				Mend: fmt.Sprintf("grant %s: %s %s; every installation must then accept it", n.Name, n.Level, settingsPage)})
		}
	}
	usable := map[string]string{}
	for _, n := range Permissions(true) {
		usable[n.Name] = n.Level
	}
	if len(r) == 0 {
		r = append(r, Line{Check: "permissions", Status: OK, Says: "all that are needed: " + list(Permissions(false))})
	}
	for _, name := range slices.Sorted(maps.Keys(app.Permissions)) {
		if level := app.Permissions[name]; !covers(usable[name], level) {
			r = append(r, Line{Check: "permissions", Status: Warn, Says: fmt.Sprintf("the App asks for %s: %s, which nothing here uses", clean(name), clean(level)),
				Mend: "take it away " + settingsPage})
		}
	}
	return r
}

func list(needs []Need) string {
	var all []string
	for _, n := range needs {
		all = append(all, n.Name+": "+n.Level)
	}
	return strings.Join(all, ", ")
}

// lacks says what who lacks of a permission, "" for nothing.
func lacks(who string, granted gh.Rights, p Permission) string {
	has := granted[p.Name]
	switch {
	case covers(has, p.Level):
		return ""
	case has == "":
		return fmt.Sprintf("%s has no %s: %s", who, p.Name, p.Level)
	}
	return fmt.Sprintf("%s has %s: %s and needs %s", who, p.Name, clean(has), p.Level)
}

func events(app gh.Registration) (r Report) {
	var wanted []string
	for _, e := range Events(false) {
		wanted = append(wanted, e.Name)
		if !slices.Contains(app.Events, e.Name) {
			r = append(r, Line{Check: "events", Status: Fail, Says: fmt.Sprintf("the App does not subscribe to %s (%s), so it never comes", e.Name, e.Why),
				Mend: fmt.Sprintf("tick %s %s", words(e.Name), settingsPage)})
		}
	}
	if len(r) == 0 {
		r = append(r, Line{Check: "events", Status: OK, Says: "subscribed to " + strings.Join(wanted, ", ")})
	}
	used := Events(true)
	for _, name := range app.Events {
		if !slices.ContainsFunc(used, func(e Event) bool { return e.Name == name }) {
			r = append(r, Line{Check: "events", Status: Warn, Says: fmt.Sprintf("the App subscribes to %s, which nothing here uses", clean(name)),
				Mend: "untick it " + settingsPage})
		}
	}
	return r
}

func words(event string) string {
	s := strings.ReplaceAll(event, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// optional says of each feature that writes whether it can be used.
func optional(app gh.Registration) (r Report) {
	for _, f := range features {
		if !f.Write {
			continue
		}
		var missing []string
		for _, p := range f.Permissions {
			if !covers(app.Permissions[p.Name], p.Level) {
				missing = append(missing, p.Name+": "+p.Level)
			}
		}
		for _, e := range f.Events {
			if !slices.Contains(app.Events, e.Name) {
				missing = append(missing, "the event "+e.Name)
			}
		}
		says := f.Name + ": the App may"
		if len(missing) > 0 {
			says = f.Name + ": off; it would need " + strings.Join(missing, ", ")
		}
		r = append(r, Line{Check: "optional", Status: OK, Says: says})
	}
	return r
}

const maxNames = 10 // accounts that one line names

// installations compares what each account has granted with what the App needs.
func installations(app gh.Registration, all []gh.Installation, more bool) (r Report) {
	var good []string
	for _, in := range all {
		l := installation(app, in)
		if l.Status == OK {
			good = append(good, clean(in.Account))
			continue
		}
		r = append(r, l)
	}
	switch {
	case len(all) == 0:
		return Report{{Check: "installations", Status: Warn, Says: "the App is installed nowhere, so there is nothing to judge", Mend: "on the App's page: Install App"}}
	case len(good) > 0:
		names := good[:min(len(good), maxNames)]
		says := fmt.Sprintf("%d of %d have granted what is needed: %s", len(good), len(all), strings.Join(names, ", "))
		if n := len(good) - len(names); n > 0 {
			says += fmt.Sprintf(" and %d more", n)
		}
		r = append(Report{{Check: "installations", Status: OK, Says: says}}, r...)
	}
	if more {
		r = append(r, Line{Check: "installations", Status: Warn, Says: fmt.Sprintf("there are more than %d; the others were not looked at", len(all))})
	}
	return r
}

func installation(app gh.Registration, in gh.Installation) Line {
	l := Line{Check: "installation " + clean(in.Account), Status: OK}
	if in.Suspended {
		l.Status, l.Says = Warn, "is suspended: nothing is judged there"
		l.Mend = "an owner of " + clean(in.Account) + " can unsuspend it: " + clean(in.Page)
		return l
	}
	// What the App itself does not ask for is told of the App.
	open := func(p Permission) bool {
		return covers(app.Permissions[p.Name], p.Level) && !covers(in.Permissions[p.Name], p.Level)
	}
	var needed, wished []string
	for _, n := range Permissions(false) {
		if open(n.Permission) {
			needed = append(needed, n.Name+": "+n.Level)
		}
	}
	for _, f := range features {
		for _, p := range f.Permissions {
			if f.Write && open(p) {
				wished = append(wished, fmt.Sprintf("%s: %s, so %s is off there", p.Name, p.Level, f.Name))
			}
		}
	}
	for _, e := range Events(false) {
		if slices.Contains(app.Events, e.Name) && !slices.Contains(in.Events, e.Name) {
			needed = append(needed, "the event "+e.Name)
		}
	}
	mend := "an owner of " + clean(in.Account) + " must accept the App's new permissions: " + clean(in.Page)
	switch {
	case len(needed) > 0:
		l.Status, l.Says, l.Mend = Fail, "has not accepted "+strings.Join(needed, ", "), mend
	case len(wished) > 0:
		l.Status, l.Says, l.Mend = Warn, "has not accepted "+strings.Join(wished, "; "), mend
	}
	return l
}
