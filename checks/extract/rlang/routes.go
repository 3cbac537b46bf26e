package rlang

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// routes returns the routes that plumber reads from comments, as the calls
// they stand for: "#* @post /predict" is plumber.post("/predict").
func routes(src string) []fact.Fact {
	var out []fact.Fact
	line := 0
	for l := range strings.Lines(src) {
		line++
		l = strings.TrimSpace(l)
		if !strings.HasPrefix(l, "#*") && !strings.HasPrefix(l, "#'") {
			continue
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(l[2:]), " ")
		switch word {
		case "@get", "@post", "@put", "@patch", "@delete", "@use":
		default:
			continue
		}
		if rest = strings.TrimSpace(rest); !strings.HasPrefix(rest, "/") || len(out) == maxFacts {
			continue
		}
		out = append(out, fact.Call{Pos: fact.Pos{Line: line}, Name: "plumber." + word[1:], Args: []fact.Arg{{Value: fact.Value{Kind: fact.String, Text: rest[:min(len(rest), maxRoute)]}}}})
	}
	return out
}

// maxRoute bounds a route's text, in bytes.
const maxRoute = 200
