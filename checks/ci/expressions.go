package ci

import (
	"regexp"
	"strings"
)

// Expression is one ${{ name }} that only looks something up.
var lookup = regexp.MustCompile(`\$\{\{\s*([A-Za-z_][A-Za-z0-9_.\-]*|[a-z]+\[['"][A-Za-z0-9_.\-]+['"]\])\s*\}\}`)

// Fill replaces each ${{ name }} whose value is known. Values keep to one line,
// so that line numbers stay right.
func Fill(text string, known map[string]string) string {
	if len(known) == 0 || !strings.Contains(text, "${{") {
		return text
	}
	return lookup.ReplaceAllStringFunc(text, func(s string) string {
		if v, ok := known[normal(lookup.FindStringSubmatch(s)[1])]; ok && len(v) <= 1024 {
			return strings.ReplaceAll(v, "\n", " ")
		}
		return s
	})
}

// Lookups returns the names a text looks up below a prefix: "os" for
// ${{ matrix.os }} and also for matrix.os within a longer expression.
func Lookups(text, prefix string) []string {
	var out []string
	for {
		i := strings.Index(text, "${{")
		if i < 0 {
			return out
		}
		expr, rest, closed := strings.Cut(text[i+3:], "}}")
		if !closed {
			return out // and none that begins later is closed
		}
		text = rest
		for _, m := range names.FindAllString(expr, 32) {
			if rest, ok := strings.CutPrefix(normal(m), prefix); ok && rest != "" && len(out) < 32 {
				out = append(out, rest)
			}
		}
	}
}

var names = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_.\-]*(?:\[['"][A-Za-z0-9_.\-]+['"]\])?`)

// normal writes variables['x'] as variables.x.
func normal(name string) string {
	if i := strings.IndexByte(name, '['); i >= 0 {
		return name[:i] + "." + strings.Trim(name[i:], `[]'"`)
	}
	return name
}
