package render

import (
	"regexp"
	"strings"
)

// shapes are what credentials look like by themselves. A group is kept.
var shapes = []*regexp.Regexp{
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`),
	regexp.MustCompile(`\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|hf_|dapi|npm_|pypi-|dckr_pat_|dop_v1_|sk-)[A-Za-z0-9_-]{16,}`),
	regexp.MustCompile(`\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`),
	regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{30,}`),
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`),
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@]*:[^\s/@]+@`),
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{12,}`),
	regexp.MustCompile(`(?i)(AccountKey=|SharedAccessKey=|[?&]sig=)[A-Za-z0-9%+/=]{12,}`),
	regexp.MustCompile(`(?i)(\bwandb\s+login\s+(?:--relogin\s+)?)[a-z0-9]{16,}`),
	regexp.MustCompile(`(?i)(--[a-z-]*(?:password|secret|token|api-?key|access-?key)\s+["']?)[A-Za-z0-9+/_.~!%^&*-]{8,}`),
}

// named is a value given to something called like a credential.
var named = regexp.MustCompile(`(?i)([a-z0-9_-]*(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|credential)["']?\s*[=:]\s*["']?)([A-Za-z0-9+/_.~!%^&*-]{8,})`)

const masked = "[masked]"

// mask takes what looks like a credential out of a text.
func mask(s string) string {
	for _, re := range shapes {
		if re.NumSubexp() == 0 {
			s = re.ReplaceAllLiteralString(s, masked)
		} else {
			s = re.ReplaceAllString(s, "${1}"+masked)
		}
	}
	return named.ReplaceAllStringFunc(s, func(found string) string {
		m := named.FindStringSubmatch(found)
		// A language model's tokens are words, and so are settings read from
		// elsewhere; a credential's are not.
		if strings.Contains(strings.ToLower(m[1]), "token") && !strings.ContainsAny(m[2], "0123456789") {
			return found
		}
		return m[1] + masked
	})
}
