package rlang

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// readChunks reads the code of R Markdown and Quarto. Chunks of one language
// make one program, with blank lines where there is prose, so that lines keep
// their numbers. Chunks with eval=FALSE are shown, not run, and are left out.
func readChunks(ctx context.Context, src string) ([]fact.Fact, error) {
	var r, julia strings.Builder
	var facts []fact.Fact
	var body strings.Builder
	language, fence, line, start := "", "", 0, 0
	for l := range strings.Lines(src) {
		line++
		text := strings.TrimSpace(l)
		inside := fence != ""
		switch {
		case !inside:
			fence, language = openFence(text)
			body.Reset()
			start = line + 1
		case strings.HasPrefix(text, fence) && strings.Trim(text, "`~") == "":
			if language == "bash" && !hidden(body.String()) {
				commands, _ := shell.Parse(ctx, body.String(), shell.Options{Line: start})
				for _, c := range commands {
					facts = append(facts, c)
				}
			}
			fence, inside = "", false
		default:
			body.WriteString(l)
			if strings.HasPrefix(text, "#|") && hidden(text) {
				language = ""
			}
		}
		keep := inside && fence != ""
		for _, target := range []struct {
			out  *strings.Builder
			name string
		}{{&r, "r"}, {&julia, "julia"}} {
			if keep && language == target.name {
				target.out.WriteString(l)
			} else {
				target.out.WriteByte('\n')
			}
		}
	}
	inR, err := readCode(r.String(), false, true)
	inJulia, errJulia := readCode(julia.String(), true, true)
	return slices.Concat(facts, inR, inJulia), cmp.Or(err, errJulia)
}

// openFence returns the fence that a line opens and the language of the chunk,
// "" when it is not run.
func openFence(l string) (fence, language string) {
	rest := strings.TrimLeft(l, "`")
	if len(l)-len(rest) < 3 {
		return "", ""
	}
	fence = l[:len(l)-len(rest)]
	inner, ok := strings.CutPrefix(strings.TrimSpace(rest), "{")
	inner, _, closed := strings.Cut(inner, "}")
	if !ok || !closed || hidden(inner) {
		return fence, ""
	}
	language = strings.ToLower(strings.TrimRight(firstWord(inner), ","))
	if language == "sh" {
		language = "bash"
	}
	return fence, language
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

// hidden says whether chunk options turn evaluation off.
func hidden(options string) bool {
	s := strings.ReplaceAll(options, " ", "")
	return strings.Contains(s, "eval=FALSE") || strings.Contains(s, "eval=F,") || strings.HasSuffix(s, "eval=F") || strings.Contains(s, "eval:false")
}
