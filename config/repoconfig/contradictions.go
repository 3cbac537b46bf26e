package repoconfig

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
)

// contradictions are mistakes that no single key shows.
func contradictions(root value) []Error {
	errs := bounds(root)
	errs = append(errs, nestedProjects(root)...)
	errs = append(errs, namesakes(root)...)
	errs = append(errs, reversedDays(root)...)
	slices.SortStableFunc(errs, func(a, b Error) int { return a.Line - b.Line })
	return errs[:min(len(errs), maxErrors)]
}

// level is one bound, wherever it is set.
type level struct {
	key string
	value
}

func (l level) number() int { n, _ := l.data.(int); return n }

// pair is a target and a minimum that go together; either may be inherited.
type pair struct{ target, minimum *level }

// pairs are all bounds of a file: of the repository, of its dimensions, and of
// its projects, where a project that sets none inherits the repository's.
func pairs(root value) []pair {
	top := pairOf(root, "", pair{})
	out := []pair{top}
	add := func(v value, prefix string) {
		named, _ := v.get("dimensions")
		for _, name := range slices.Sorted(maps.Keys(named.keys())) {
			out = append(out, pairOf(named.keys()[name], join(prefix, "dimensions."+name), pair{}))
		}
	}
	add(root, "")
	all, _ := root.get("projects")
	for _, p := range all.list() {
		prefix := "projects[" + p.text("path") + "]"
		out = append(out, pairOf(p, prefix, top))
		add(p, prefix)
	}
	return out
}

func pairOf(v value, prefix string, inherited pair) pair {
	out := inherited
	if x, ok := v.keys()[targetKey]; ok {
		out.target = &level{join(prefix, targetKey), x}
	}
	if x, ok := v.keys()[minimumKey]; ok {
		out.minimum = &level{join(prefix, minimumKey), x}
	}
	return out
}

// bounds are minimums above targets, and levels that the model has not.
func bounds(root value) (errs []Error) {
	model := maturity.All()[0]
	chosen, _ := root.get("model")
	if m, ok := maturity.ByID(root.text("model")); ok {
		model = m
	}
	inherited := pair{}
	for i, p := range pairs(root) {
		for _, l := range []*level{p.target, p.minimum} {
			if l == nil || i > 0 && (l == inherited.target || l == inherited.minimum) || l.number() <= model.Highest() {
				continue
			}
			at := later(l.at, chosen.at)
			errs = append(errs, at.error(l.key, fmt.Sprintf("%s is %d%s, and the levels of the model %s%s are 0 to %d",
				l.key, l.number(), elsewhere(l.at, at), model.ID, elsewhere(chosen.at, at), model.Highest()), false))
		}
		again := i > 0 && p.target == inherited.target && p.minimum == inherited.minimum
		if p.target != nil && p.minimum != nil && p.minimum.number() > p.target.number() && !again {
			at := later(p.minimum.at, p.target.at)
			errs = append(errs, at.error(p.minimum.key, fmt.Sprintf("%s %d%s is above %s %d%s: lower the one or raise the other", p.minimum.key,
				p.minimum.number(), elsewhere(p.minimum.at, at), p.target.key, p.target.number(), elsewhere(p.target.at, at)), false))
		}
		if i == 0 {
			inherited = p
		}
	}
	return errs
}

// later is the place to mend a contradiction of two: that of the layer with
// the last word, in one file the first.
func later(a, b position) position {
	if b.source != nil && b.source != a.source && b.source.Origin > a.source.Origin {
		return b
	}
	return a
}

// elsewhere names the place of what is said in another file than the message is about.
func elsewhere(p, message position) string {
	if p.source == nil || p.source == message.source {
		return ""
	}
	return " (" + p.String() + ")"
}

// nestedProjects are projects inside of projects: a file belongs to one.
func nestedProjects(root value) (errs []Error) {
	all, _ := root.get("projects")
	for _, inner := range all.list() {
		for _, outer := range all.list() {
			if strings.HasPrefix(inner.text("path"), outer.text("path")+"/") {
				place, _ := inner.get("path")
				errs = append(errs, place.at.error("projects["+inner.text("path")+"].path", fmt.Sprintf("projects: %s is inside of %s%s, and a file belongs to one project: name folders beside each other",
					quote(inner.text("path")), quote(outer.text("path")), elsewhere(outer.at, place.at)), false))
				break
			}
		}
	}
	return errs
}

// namesakes are projects of one name: check runs and reports go by it.
func namesakes(root value) (errs []Error) {
	all, _ := root.get("projects")
	first := make(map[string]value)
	for _, p := range all.list() {
		name, ok := p.get("name")
		if !ok {
			continue
		}
		if other, taken := first[p.text("name")]; taken {
			errs = append(errs, name.at.error("projects["+p.text("path")+"].name", fmt.Sprintf("projects: the name %s is that of %s%s: give each its own",
				quote(p.text("name")), quote(other.text("path")), elsewhere(other.at, name.at)), false))
			continue
		}
		first[p.text("name")] = p
	}
	return errs
}

// reversedDays are attestations that end before they begin.
func reversedDays(root value) (errs []Error) {
	all, _ := root.get("attestations")
	for i, a := range all.list() {
		on, good := day(a.text("on"))
		end, sound := day(a.text("expires"))
		if good && sound && end.Before(on) {
			key := fmt.Sprintf("attestations[%d].expires", i)
			at, _ := a.get("expires")
			errs = append(errs, at.at.error(key, fmt.Sprintf("%s %s is before the day it was said, %s", key, a.text("expires"), a.text("on")), false))
		}
	}
	return errs
}

// idleTarget is a repository's fail_on that speaks of a target nobody set.
func idleTarget(root value) (Error, bool) {
	v, ok := root.get(failKey)
	if !ok || v.at.source.Origin != RepositoryFile {
		return Error{}, false
	}
	named := slices.ContainsFunc(v.list(), func(x value) bool { return x.data == string(FailBelowTarget) })
	if _, more := root.get("extends"); more { // the target may be there, where Read does not look
		return Error{}, false
	}
	if !named || slices.ContainsFunc(pairs(root), func(p pair) bool { return p.target != nil }) {
		return Error{}, false
	}
	return v.at.error(failKey, fmt.Sprintf("%s has %s, and %s is not set: add %s, or drop %s", failKey, FailBelowTarget, targetKey, targetKey, FailBelowTarget), false), true
}
