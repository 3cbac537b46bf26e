package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
)

// OwnerRule is one rule of CODEOWNERS that names owners.
type OwnerRule struct {
	Path    string
	Line    int
	Pattern string
	Owners  []string
}

// ownerFiles are where GitHub and GitLab look, in the order they do: the first
// that exists counts.
var ownerFiles = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}

// OwnerRules returns the rules of the CODEOWNERS file that counts.
func (v *View) OwnerRules() []OwnerRule {
	for _, p := range ownerFiles {
		if _, ok := v.Tree.File(p); !ok {
			continue
		}
		var out []OwnerRule
		for t := range fact.In[fact.Text](v.Facts, p) {
			words := strings.Fields(t.Text)
			if t.Kind != "owner" || len(words) < 2 {
				continue
			}
			r := OwnerRule{Path: p, Line: t.Line, Pattern: words[0]}
			for _, w := range words[1:] {
				if strings.HasPrefix(w, "#") {
					break
				}
				if strings.Contains(w, "@") {
					r.Owners = append(r.Owners, w)
				}
			}
			if len(r.Owners) > 0 {
				out = append(out, r)
			}
		}
		return out
	}
	return nil
}

// OwnedApart returns two rules that give different areas of the system (data,
// training, serving) to different teams.
func (v *View) OwnedApart() (a, b OwnerRule, ok bool) {
	rules := v.OwnerRules()
	areas := make([]string, len(rules))
	for i, r := range rules {
		areas[i] = v.areaOf(r.Pattern)
	}
	for i, r := range rules {
		for j, s := range rules[:i] {
			if areas[i] != "" && areas[j] != "" && areas[i] != areas[j] && team(r) && team(s) && !slices.ContainsFunc(r.Owners, func(o string) bool { return slices.Contains(s.Owners, o) }) {
				return s, r, true
			}
		}
	}
	return a, b, false
}

// team says whether a rule's owners are a team rather than one person.
func team(r OwnerRule) bool {
	return len(r.Owners) > 1 || strings.Contains(r.Owners[0], "/")
}

// areaOf tells from what lies under a pattern which area it is.
func (v *View) areaOf(pattern string) string {
	prefix := strings.Trim(strings.TrimRight(pattern, "*"), "/")
	if prefix == "" || strings.Contains(prefix, "*") {
		return ""
	}
	under := func(p string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }
	any := func(uses []graph.Use) bool {
		return slices.ContainsFunc(uses, func(u graph.Use) bool { return under(u.Path) })
	}
	switch {
	case any(v.Training()):
		return "training"
	case any(v.Serving()), any(v.Rollouts()):
		return "serving"
	case any(v.Preparation()):
		return "data"
	}
	return ""
}
