package repoconfig

import (
	"regexp"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// form is text of a given form. The pattern means the same to Go and to JSON
// Schema.
type form struct {
	what    string // what the message asks for
	pattern *regexp.Regexp
	most    int // in characters
}

func (k form) read(p *parser, n *yaml.Node, key string) (value, bool) {
	text, ok := text(n)
	switch {
	case !ok:
		return p.wrong(n, key, k, "")
	case utf8.RuneCountInString(text) > k.most:
		return value{}, p.fail(n, key, "%s is longer than %d characters", key, k.most)
	case !k.pattern.MatchString(text):
		return p.wrong(n, key, k, "")
	}
	return p.value(n, text), true
}

func (k form) schema() map[string]any {
	return map[string]any{"type": "string", "maxLength": k.most, "pattern": k.pattern.String()}
}

func (k form) takes() string { return k.what }

// segment is one name of a path, neither "." nor "..", without what patterns are made of.
const segment = `\.{0,2}[^./\\*?\[\]{}\x00-\x1f\x7f][^/\\*?\[\]{}\x00-\x1f\x7f]*`

const (
	ownerForm = `[A-Za-z0-9][A-Za-z0-9-]{0,38}`
	nameForm  = `\.{0,2}[A-Za-z0-9_-][A-Za-z0-9._-]{0,97}`
)

var (
	// line is text on one line, prose may be of several; neither is blank.
	line  = form{"text on one line", regexp.MustCompile(`^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$`), 100}
	prose = form{"text", regexp.MustCompile(`[^\x00-\x20\x7f]`), 1000}

	link = form{"an https address", regexp.MustCompile(`^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][!-~]*)?$`), 500}

	folder = form{"a folder such as services/churn, from the repository's root and without a slash at either end",
		regexp.MustCompile(`^` + segment + `(/` + segment + `)*$`), 256}

	repository = form{"a repository, as NAME or OWNER/NAME", regexp.MustCompile(`^(` + ownerForm + `/)?` + nameForm + `$`), 140}

	// A tag has a digit, so that the usual names of branches are no tags; that
	// it is one is found out by who fetches it.
	extends = form{"OWNER/NAME@REF or OWNER/NAME@REF:PATH, where REF is pinned: a full commit id, or a tag such as v3",
		regexp.MustCompile(`^(` + ownerForm + `)/(` + nameForm + `)@((?:[0-9]|[A-Za-z][A-Za-z0-9._/+-]*[0-9])[A-Za-z0-9._/+-]*)(?::(` + segment + `(?:/` + segment + `)*))?$`), 400}

	repositoryGlob = form{"a pattern of repository names such as ml-*", regexp.MustCompile(`^[A-Za-z0-9._*?-]+$`), 100}

	property = form{"the name of a custom property: letters, digits, _, -, $ and #", regexp.MustCompile(`^[A-Za-z0-9_$#-]+$`), 75}
)

const (
	dateLayout = "2006-01-02"
	dateForm   = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
)

// date is a day. One that is none is warned of and kept as it is written, for
// it must not spoil the file: what rests on it does not hold.
type date struct{}

func (k date) read(p *parser, n *yaml.Node, key string) (value, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return p.wrong(n, key, k, "")
	}
	if _, err := time.Parse(dateLayout, n.Value); err != nil {
		p.warn(n, key, "%s takes %s, not %s: until it is one, the entry counts as expired", key, k.takes(), describe(n))
		return p.value(n, cut(n.Value)), true
	}
	return p.value(n, n.Value), true
}

func (date) schema() map[string]any {
	return map[string]any{"type": "string", "format": "date", "pattern": dateForm}
}

func (date) takes() string { return "a day as YYYY-MM-DD" }
