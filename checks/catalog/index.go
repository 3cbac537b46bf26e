package catalog

import "strings"

// index finds the matchers for a fact by its first words, so that the cost of
// a fact does not grow with the catalogue.
type index struct {
	calls, decorators, bases, imports *trie
	methods                           map[string][]*Matcher // by method name
	commands                          map[string][]*Matcher // by program
	actions, hooks, images, deps      *trie
	resources, stages                 map[string][]*Matcher // by system
	files                             map[string][]*Matcher // by base name, "" for globs
}

// trie holds dotted or slashed patterns by segment.
type trie struct {
	words map[string]*trie
	globs []globEdge
	ends  []*Matcher // the pattern ends here
	rest  []*Matcher // the pattern ends in "**" here
}

type globEdge struct {
	pattern string
	to      *trie
}

func (t *trie) add(pattern string, sep byte, m *Matcher) {
	for i := 0; i < len(pattern); {
		var word string
		word, i = segment(pattern, i, sep)
		if word == "**" {
			t.rest = append(t.rest, m)
			return
		}
		t = t.child(word)
	}
	t.ends = append(t.ends, m)
}

func (t *trie) child(word string) *trie {
	if strings.Contains(word, "*") {
		for _, g := range t.globs {
			if g.pattern == word {
				return g.to
			}
		}
		t.globs = append(t.globs, globEdge{word, &trie{}})
		return t.globs[len(t.globs)-1].to
	}
	if t.words == nil {
		t.words = map[string]*trie{}
	}
	if t.words[word] == nil {
		t.words[word] = &trie{}
	}
	return t.words[word]
}

// find appends the matchers whose pattern matches name from position i on. With
// prefixes, a pattern also matches every longer name.
func (t *trie) find(found []*Matcher, name string, i int, sep byte, prefixes bool) []*Matcher {
	if i >= len(name) {
		return append(found, t.ends...)
	}
	if prefixes {
		found = append(found, t.ends...)
	}
	found = append(found, t.rest...)
	if t.words == nil && t.globs == nil {
		return found
	}
	word, next := segment(name, i, sep)
	if to := t.words[word]; to != nil {
		found = to.find(found, name, next, sep, prefixes)
	}
	for _, g := range t.globs {
		if globWord(g.pattern, word) {
			found = g.to.find(found, name, next, sep, prefixes)
		}
	}
	return found
}

func buildIndex(tools []*Tool) index {
	x := index{
		calls: &trie{}, decorators: &trie{}, bases: &trie{}, imports: &trie{},
		actions: &trie{}, hooks: &trie{}, images: &trie{}, deps: &trie{},
		methods: map[string][]*Matcher{}, commands: map[string][]*Matcher{},
		resources: map[string][]*Matcher{}, stages: map[string][]*Matcher{}, files: map[string][]*Matcher{},
	}
	for _, t := range tools {
		for i := range t.Match {
			x.add(&t.Match[i])
		}
	}
	return x
}

func (x *index) add(m *Matcher) {
	bucket := func(by map[string][]*Matcher, key string) { by[key] = append(by[key], m) }
	switch m.Kind {
	case KindCall:
		x.calls.add(m.Pattern, '.', m)
	case KindDecorator:
		x.decorators.add(m.Pattern, '.', m)
	case KindBase:
		x.bases.add(m.Pattern, '.', m)
	case KindImport:
		x.imports.add(m.Pattern, '.', m)
	case KindMethod:
		bucket(x.methods, m.method())
	case KindCommand:
		bucket(x.commands, m.words[0])
	case KindAction:
		x.actions.add(strings.ToLower(m.Pattern), '/', m)
	case KindHook:
		x.hooks.add(strings.ToLower(m.Pattern), '/', m)
	case KindImage:
		x.images.add(m.Pattern, '/', m)
	case KindDependency:
		for _, name := range dependencyNames(m.Pattern) {
			x.deps.add(name, '/', m)
		}
	case KindResource:
		bucket(x.resources, m.Pattern[:strings.IndexByte(m.Pattern, '/')])
	case KindStage:
		bucket(x.stages, m.Pattern[:strings.IndexByte(m.Pattern, '/')])
	case KindFile:
		base := m.Pattern[strings.LastIndexByte(m.Pattern, '/')+1:]
		if strings.Contains(base, "*") {
			base = ""
		}
		bucket(x.files, base)
	}
}

// dependencyNames is a pattern with its ecosystem; without one it means the
// two that hold Python packages.
func dependencyNames(pattern string) []string {
	switch eco, _, _ := strings.Cut(pattern, "/"); eco {
	case "pypi", "conda", "cran", "julia", "npm", "maven", "go", "apt", "action":
		return []string{pattern}
	}
	return []string{"pypi/" + pattern, "conda/" + pattern}
}
