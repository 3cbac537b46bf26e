package render

import (
	"regexp"
	"strings"
)

// shape is what a credential looks like by itself. Without one of its hints, in
// lower case, there is none to look for. A group is what is kept.
type shape struct {
	hints []string
	re    *regexp.Regexp
}

var shapes = []shape{
	{[]string{"-----begin"}, regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`)},
	{[]string{"gh", "glpat-", "xox", "hf_", "dapi", "npm_", "pypi-", "dckr_pat_", "dop_v1_", "sk-"},
		regexp.MustCompile(`\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|hf_|dapi|npm_|pypi-|dckr_pat_|dop_v1_|sk-)[A-Za-z0-9_-]{16,}`)},
	{[]string{"akia", "asia", "aroa", "aida"}, regexp.MustCompile(`\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`)},
	{[]string{"aiza"}, regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{30,}`)},
	{[]string{"eyj"}, regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`)},
	{[]string{"://"}, regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@]*:[^\s/@]+@`)},
	{[]string{"bearer", "basic"}, regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{12,}`)},
	{[]string{"accesskey=", "accountkey=", "sig="}, regexp.MustCompile(`(?i)(AccountKey=|SharedAccessKey=|[?&]sig=)[A-Za-z0-9%+/=]{12,}`)},
	{[]string{"wandb"}, regexp.MustCompile(`(?i)(\bwandb\s+login\s+(?:--relogin\s+)?)[a-z0-9]{16,}`)},
	{[]string{"--"}, regexp.MustCompile(`(?i)(--[a-z-]*(?:password|secret|token|api-?key|access-?key)\s+["']?)[A-Za-z0-9+/_.~!%^&*-]{8,}`)},
}

// cut are the same in a text that was cut short within one, so that its shape
// is not whole: what stands there up to the end may be the most of it.
var cut = []*regexp.Regexp{
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@]*:[^\s/@]*…$`),
	regexp.MustCompile(`\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|hf_|npm_|pypi-|dckr_pat_|dop_v1_|sk-|AKIA|ASIA|AIza|eyJ)[A-Za-z0-9_.-]*…$`),
	regexp.MustCompile(`(?i)([a-z0-9_-]*(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|credential)["']?(?:\s*[=:]\s*|\s+)["']?)[A-Za-z0-9+/_.~!%^&*-]+…$`),
	regexp.MustCompile(`(?i)(\b(?:bearer|basic|wandb\s+login)\s+)[A-Za-z0-9._~+/=-]+…$`),
}

// named is a value given to something called like a credential.
var named = shape{[]string{"passw", "secret", "token", "key", "credential"},
	regexp.MustCompile(`(?i)([a-z0-9_-]*(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|credential)["']?\s*[=:]\s*["']?)([A-Za-z0-9+/_.~!%^&*-]{8,})`)}

const masked = "[masked]"

// mask takes what looks like a credential out of a text.
func mask(s string) string {
	if strings.HasSuffix(s, "…") {
		for _, re := range cut {
			s = re.ReplaceAllString(s, "${1}"+masked+"…")
		}
	}
	lower := strings.ToLower(s)
	for _, x := range shapes {
		if x.in(lower) {
			s = x.re.ReplaceAllString(s, "${1}"+masked) // a group that is not there is empty
		}
	}
	if !named.in(lower) {
		return s
	}
	return named.re.ReplaceAllStringFunc(s, func(found string) string {
		m := named.re.FindStringSubmatch(found)
		// A language model's tokens are words, and so are settings read from
		// elsewhere; a credential's are not.
		if strings.Contains(strings.ToLower(m[1]), "token") && !strings.ContainsAny(m[2], "0123456789") {
			return found
		}
		return m[1] + masked
	})
}

func (x shape) in(lower string) bool {
	for _, hint := range x.hints {
		if strings.Contains(lower, hint) {
			return true
		}
	}
	return false
}
