package catalog

import (
	"fmt"
	"strings"
)

// globWord matches s against a pattern in which "*" stands for any run of
// characters. It takes time linear in len(s) for each "*".
func globWord(pattern, s string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// globPath matches a name segment by segment. "*" stays within a segment; a
// segment "**" stands for any number of segments, at least one if it is last.
func globPath(pattern, name string, sep byte) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(name) {
		if p < len(pattern) {
			word, next := segment(pattern, p, sep)
			if word == "**" {
				if next >= len(pattern) {
					return true
				}
				star, mark, p = next, i, next
				continue
			}
			if s, after := segment(name, i, sep); globWord(word, s) {
				p, i = next, after
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, mark = segment(name, mark, sep)
		p, i = star, mark
	}
	return p >= len(pattern)
}

// segment returns the segment of s that starts at i and where the next starts;
// len(s)+1 after the last, so that an empty last segment is still seen.
func segment(s string, i int, sep byte) (string, int) {
	if n := strings.IndexByte(s[i:], sep); n >= 0 {
		return s[i : i+n], i + n + 1
	}
	return s[i:], len(s) + 1
}

// checkSegments refuses patterns that could not be indexed or would match too
// much: empty segments, "**" inside a segment, more than two "**", and, unless
// free, a first segment that is not a plain word.
func checkSegments(pattern string, sep byte, free bool) error {
	doubles := 0
	for i, s := range strings.Split(pattern, string(sep)) {
		switch {
		case s == "":
			return fmt.Errorf("%q has an empty part", pattern)
		case strings.ContainsAny(s, "?[]{}()|^$\\ \t\n"):
			return fmt.Errorf("%q: only * is special, and %q holds another sign", pattern, s)
		case !free && i == 0 && strings.Contains(s, "*"):
			return fmt.Errorf("%q must begin with a plain name", pattern)
		case s == "**":
			doubles++
		case strings.Contains(s, "**"):
			return fmt.Errorf("%q: ** must stand alone between separators", pattern)
		}
	}
	if doubles > 2 {
		return fmt.Errorf("%q has more than two **", pattern)
	}
	return nil
}

// check says what is wrong with the pattern of a matcher.
func (m *Matcher) check() error {
	switch m.Kind {
	case KindCall, KindDecorator, KindBase, KindImport:
		if strings.HasPrefix(m.Pattern, "**") || strings.Contains(m.Pattern, ".**.") {
			return fmt.Errorf("%q: ** may only end a dotted name", m.Pattern)
		}
		return checkSegments(m.Pattern, '.', false)
	case KindMethod:
		if strings.Count(m.Pattern, ".") > 1 || strings.Contains(m.method(), "*") {
			return fmt.Errorf("%q must be method or receiver.method, the method without *", m.Pattern)
		}
		return checkSegments(m.Pattern, '.', true)
	case KindCommand:
		if m.words = strings.Fields(m.Pattern); len(m.words) == 0 || strings.Contains(m.words[0], "*") {
			return fmt.Errorf("%q must begin with a plain command name", m.Pattern)
		}
		if name := commandName(m.words[0]); name != m.words[0] {
			return fmt.Errorf("%q: write %q for %q", m.Pattern, name, m.words[0])
		}
		return nil
	case KindResource, KindStage:
		if strings.Count(m.Pattern, "/") != 1 {
			return fmt.Errorf("%q must be system/kind", m.Pattern)
		}
		if m.Key != "" {
			if err := checkSegments(m.Key, '.', true); err != nil {
				return err
			}
		}
		return checkSegments(m.Pattern, '/', false)
	case KindDependency, KindHook, KindAction, KindImage:
		if strings.Contains(m.Pattern, "**") && !strings.HasSuffix(m.Pattern, "/**") {
			return fmt.Errorf("%q: ** may only end it", m.Pattern)
		}
		return checkSegments(m.Pattern, '/', false)
	}
	return checkSegments(m.Pattern, '/', true)
}

// method is the last part of a method pattern, and receiver the part before
// it, "" when any receiver will do.
func (m *Matcher) method() string {
	return m.Pattern[strings.LastIndexByte(m.Pattern, '.')+1:]
}

func (m *Matcher) receiver() string {
	if i := strings.LastIndexByte(m.Pattern, '.'); i >= 0 {
		return m.Pattern[:i]
	}
	return ""
}
