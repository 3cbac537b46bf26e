package catalog

import (
	"slices"
	"strings"
	"testing"
)

// slowPath is what globPath must do, written without care for time.
func slowPath(pattern, name []string) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == "**" && len(pattern) == 1:
		return len(name) > 0
	case pattern[0] == "**":
		return slowPath(pattern[1:], name) || len(name) > 0 && slowPath(pattern, name[1:])
	}
	return len(name) > 0 && slowWord(pattern[0], name[0]) && slowPath(pattern[1:], name[1:])
}

func slowWord(pattern, s string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return slowWord(pattern[1:], s) || s != "" && slowWord(pattern, s[1:])
	}
	return s != "" && pattern[0] == s[0] && slowWord(pattern[1:], s[1:])
}

// words lists every string of at most n signs of an alphabet.
func words(alphabet string, n int) []string {
	all, last := []string{""}, []string{""}
	for range n {
		var next []string
		for _, w := range last {
			for _, c := range alphabet {
				next = append(next, w+string(c))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

func TestGlobsExhaustively(t *testing.T) {
	names := words("ab.", 6)
	for _, pattern := range words("a*.", 6) {
		parts := strings.Split(pattern, ".")
		stars := func(s string) bool { return s != "**" && strings.Contains(s, "**") }
		if slices.Contains(parts, "") || slices.ContainsFunc(parts, stars) {
			continue // checkSegments refuses it
		}
		for _, name := range names {
			if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") || name == "" {
				continue
			}
			if got, want := globPath(pattern, name, '.'), slowPath(parts, strings.Split(name, ".")); got != want {
				t.Errorf("globPath(%q, %q) = %v", pattern, name, got)
			}
			if got, want := globWord(pattern, name), slowWord(pattern, name); got != want {
				t.Errorf("globWord(%q, %q) = %v", pattern, name, got)
			}
		}
	}
}

func TestGlobsTakeLinearTime(t *testing.T) {
	long := strings.Repeat("a.", 200_000) + "b"
	if globPath("**.a.c", long, '.') || globWord("*a*c", long) {
		t.Error("matched what is not there")
	}
}

// TestTrieAgrees proves that the index finds what the patterns say.
func TestTrieAgrees(t *testing.T) {
	var root trie
	var patterns []*Matcher
	for _, p := range []string{"a", "a.b", "a.*", "a.**", "a.*.c", "a.b*.c", "b.*.*", "b.**", "a.b.c.d"} {
		m := &Matcher{Kind: KindCall, Pattern: p}
		if err := m.check(); err != nil {
			t.Fatal(err)
		}
		root.add(p, '.', m)
		patterns = append(patterns, m)
	}
	for _, name := range words("abc.", 7) {
		if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") || name == "" {
			continue
		}
		found := root.find(nil, name, 0, '.', false)
		for _, m := range patterns {
			if got, want := slices.Contains(found, m), globPath(m.Pattern, name, '.'); got != want {
				t.Fatalf("%q in %q: the index says %v", m.Pattern, name, got)
			}
		}
	}
}
