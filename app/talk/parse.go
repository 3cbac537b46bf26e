package talk

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
)

// Verb is what a command asks for.
type Verb string

// The verbs.
const (
	Recheck Verb = "recheck"
	Explain Verb = "explain"
	Waive   Verb = "waive"
	Snooze  Verb = "snooze"
	Help    Verb = "help"
)

// form is how a command is written.
type form struct {
	verb  Verb
	usage string // after the word
	does  string
}

// forms is the one list of commands, in the order they are shown.
var forms = []form{
	{Recheck, "recheck", "judges this pull request again"},
	{Explain, "explain ID", "says what a capability asks for, and what this pull request has of it"},
	{Waive, "waive ID --reason TEXT --until YYYY-MM-DD", "proposes a waiver, as a pull request on the configuration"},
	{Snooze, "snooze 30d", "writes no comments here for 1 to 90 days; checks go on"},
	{Help, "help", "lists the commands"},
}

// The bounds of what a command may say.
const (
	MaxSnooze = 90  // days
	maxReason = 300 // characters
)

// Command is one command as it was understood.
type Command struct {
	Verb   Verb
	ID     string // of a capability
	Reason string
	Until  string // YYYY-MM-DD, the last day a waiver holds
	Days   int    // of a snooze
}

// Mistake is why a line is no command, and the nearest form that is one.
type Mistake struct {
	What string // a sentence
	Form string // a whole command
}

func (m *Mistake) Error() string { return m.What }

// Parse reads a line that Find found. The error is a *Mistake.
func Parse(line string) (Command, error) {
	if len(line) > maxLine {
		return Command{}, wrong(Help, "The command is longer than %d bytes.", maxLine)
	}
	words := strings.Fields(strings.TrimPrefix(line, Word))
	if len(words) == 0 {
		return Command{}, wrong(Help, "The command is missing.")
	}
	f, ok := formOf(strings.ToLower(words[0]))
	if !ok {
		return Command{}, wrong(nearestVerb(words[0]), "There is no command %q.", words[0])
	}
	c := Command{Verb: f.verb}
	args, flags, err := split(f.verb, words[1:])
	if err != nil {
		return Command{}, err
	}
	switch f.verb {
	case Explain:
		err = c.explain(args)
	case Waive:
		err = c.waive(args, flags)
	case Snooze:
		err = c.snooze(args)
	default:
		if len(args) > 0 {
			err = wrong(f.verb, "%s takes nothing behind it, not %q.", f.verb, strings.Join(args, " "))
		}
	}
	if err != nil {
		return Command{}, err
	}
	return c, nil
}

func formOf(verb string) (form, bool) {
	for _, f := range forms {
		if string(f.verb) == verb {
			return f, true
		}
	}
	return form{}, false
}

// wrong makes a mistake that shows the form of a verb.
func wrong(verb Verb, format string, args ...any) *Mistake {
	f, _ := formOf(string(verb))
	return &Mistake{What: fmt.Sprintf(format, args...), Form: Word + " " + f.usage}
}

func nearestVerb(word string) Verb {
	best, at := Help, 3
	for _, f := range forms {
		if d := distance(word, string(f.verb)); d < at {
			best, at = f.verb, d
		}
	}
	return best
}

func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	return levenshtein.Distance(strings.ToLower(a), b, nil)
}

// option is "--reason", "--reason=text", and what telephones make of two hyphens.
var option = regexp.MustCompile(`^(?:--|—|–)([a-z]+)(?:=(.*))?$`)

// split parts flags from the rest. A flag's value goes on to the next flag, or
// to the end of its quotation.
func split(verb Verb, words []string) (args []string, flags map[string]string, err error) {
	flags = map[string]string{}
	at := ""
	for _, w := range words {
		m := option.FindStringSubmatch(w)
		switch {
		case m == nil && at == "":
			args = append(args, w)
		case m == nil || quoting(flags[at]):
			flags[at] = strings.TrimSpace(flags[at] + " " + w)
		case verb != Waive || m[1] != "reason" && m[1] != "until":
			return nil, nil, wrong(verb, "%s takes no --%s.", verb, m[1])
		default:
			if _, twice := flags[m[1]]; twice {
				return nil, nil, wrong(verb, "--%s is there twice.", m[1])
			}
			at = m[1]
			flags[at] = m[2]
		}
	}
	return args, flags, nil
}

// quotes are the pairs that may stand around a reason.
var quotes = [][2]string{{`"`, `"`}, {"'", "'"}, {"“", "”"}}

// quoting says whether a value opens a quotation that it does not close.
func quoting(value string) bool {
	for _, q := range quotes {
		if inner, ok := strings.CutPrefix(value, q[0]); ok {
			return !strings.HasSuffix(inner, q[1])
		}
	}
	return false
}

func (c *Command) explain(args []string) error {
	if len(args) != 1 {
		return wrong(Explain, "explain takes the ID of one capability.")
	}
	return c.capability(Explain, args[0])
}

// capability takes an ID, as it is or in code marks.
func (c *Command) capability(verb Verb, word string) error {
	id := strings.ToLower(strings.Trim(word, "`"))
	if _, ok := maturity.Microsoft().Row(id); ok {
		c.ID = id
		return nil
	}
	m := wrong(verb, "There is no capability %q.", word)
	switch near := nearestIDs(id); len(near) {
	case 0:
	case 1:
		m.Form = strings.Replace(m.Form, "ID", near[0], 1)
	default:
		m.What += " There are " + strings.Join(near, ", ") + "."
	}
	return m
}

// nearestIDs are the capabilities that were most likely meant, none when none
// is near. A part of an id, such as the word behind the dot, is near.
func nearestIDs(id string) (best []string) {
	at := 2 + len(id)/4
	for _, row := range maturity.Microsoft().Rows() {
		d := distance(id, row.ID)
		if _, behind, _ := strings.Cut(row.ID, "."); behind != "" {
			d = min(d, distance(id, behind)+1)
		}
		switch {
		case d < at:
			best, at = []string{row.ID}, d
		case d == at && len(best) > 0:
			best = append(best, row.ID)
		}
	}
	return best
}

func (c *Command) waive(args []string, flags map[string]string) error {
	if len(args) != 1 {
		return wrong(Waive, "waive takes the ID of one capability, a reason and a date.")
	}
	if err := c.capability(Waive, args[0]); err != nil {
		return err
	}
	m := func(format string, args ...any) error {
		w := wrong(Waive, format, args...)
		w.Form = strings.Replace(w.Form, "ID", c.ID, 1)
		return w
	}
	c.Reason, c.Until = clean(flags["reason"]), flags["until"]
	switch {
	case c.Reason == "":
		return m("A waiver needs a reason: --reason TEXT.")
	case utf8.RuneCountInString(c.Reason) > maxReason:
		return m("The reason is longer than %d characters.", maxReason)
	case c.Until == "":
		return m("A waiver needs the last day it holds: --until YYYY-MM-DD.")
	}
	if _, err := time.Parse(time.DateOnly, c.Until); err != nil {
		return m("--until takes a date as YYYY-MM-DD, not %q.", c.Until)
	}
	return nil
}

// clean takes quotation marks off a text, and makes one line without controls
// of it.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	for _, q := range quotes {
		if inner, ok := strings.CutPrefix(s, q[0]); ok {
			if inner, ok = strings.CutSuffix(inner, q[1]); ok {
				return strings.TrimSpace(inner)
			}
		}
	}
	return s
}

// term is "30d", "30 days" or "30".
var term = regexp.MustCompile(`^(\d{1,4})\s*(?:d|days?)?$`)

func (c *Command) snooze(args []string) error {
	m := term.FindStringSubmatch(strings.ToLower(strings.Join(args, " ")))
	if m == nil {
		return wrong(Snooze, "snooze takes a number of days.")
	}
	c.Days, _ = strconv.Atoi(m[1]) // digits
	if c.Days < 1 || c.Days > MaxSnooze {
		return wrong(Snooze, "snooze takes 1 to %d days, not %d.", MaxSnooze, c.Days)
	}
	return nil
}
