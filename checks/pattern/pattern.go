// Package pattern is regexp for the question that checks ask most: does a name,
// most often not, speak of one of forty things? Before the expression is run,
// the text is searched for letters that every match must hold, which decides
// nearly all texts in a few nanoseconds a byte. The answers are regexp's own.
package pattern

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"
)

// Pattern is a regular expression whose MatchString is quick to say no. It is
// compiled when it is first asked: the process of a scan that recalls its report
// asks none of some hundred.
type Pattern struct {
	expr    string
	compile sync.Once
	re      *regexp.Regexp
	// ends are the last two, three and four letters of the words of which every
	// match holds one; nil when there are no such words.
	ends *[3]bits
	memo memo
}

// bits is a set of hashes.
type bits [1 << 6]uint64

func (b *bits) set(h uint32)      { b[h>>26] |= 1 << (h >> 20 & 63) }
func (b *bits) has(h uint32) bool { return b[h>>26]&(1<<(h>>20&63)) != 0 }

// hash of some letters, the last in the lowest byte, is good in its high bits.
func hash(letters uint32) uint32 { return letters * 0x9e3779b1 }

// MustCompile is regexp.MustCompile, except that an expression which is none
// panics when it is first asked.
func MustCompile(expr string) *Pattern { return &Pattern{expr: expr} }

// compiled fills in what the first question needs.
func (p *Pattern) compiled() *Pattern {
	p.compile.Do(func() {
		p.re = regexp.MustCompile(p.expr)
		if parsed, err := syntax.Parse(p.expr, syntax.Perl); err == nil { // else regexp took it; run it always
			p.ends = ends(parsed.Simplify())
		}
	})
	return p
}

// ends are those of the words of which every match holds one, nil for none.
func ends(re *syntax.Regexp) *[3]bits {
	words, ok := required(re)
	if !ok {
		return nil
	}
	e := new([3]bits)
	for _, w := range words {
		n, letters := min(len(w), 4), uint32(0)
		for i := len(w) - n; i < len(w); i++ {
			letters = letters<<8 | uint32(w[i])
		}
		e[n-2].set(hash(letters))
	}
	return e
}

// never says, quickly, that nothing in s matches.
func (p *Pattern) never(s string) bool {
	p.compiled()
	return p.ends != nil && !p.maybe(s)
}

// The methods below are regexp's.

// MatchString says whether s holds a match.
func (p *Pattern) MatchString(s string) bool { return !p.never(s) && p.memo.match(p.re, s) }

// FindStringIndex returns where the first match is, nil for none.
func (p *Pattern) FindStringIndex(s string) []int {
	if p.never(s) {
		return nil
	}
	return p.re.FindStringIndex(s)
}

// FindStringSubmatch returns the first match and its groups, nil for none.
func (p *Pattern) FindStringSubmatch(s string) []string {
	if p.never(s) {
		return nil
	}
	return p.re.FindStringSubmatch(s)
}

// FindAllStringSubmatch returns the first n matches, all for -1.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	if p.never(s) {
		return nil
	}
	return p.re.FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex returns where the first n matches are, all for -1.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if p.never(s) {
		return nil
	}
	return p.re.FindAllStringSubmatchIndex(s, n)
}

// Split cuts s at the matches into n pieces at most, into all for -1.
func (p *Pattern) Split(s string, n int) []string { return p.compiled().re.Split(s, n) }

// maybe says whether s holds letters that a match needs. A text that is not
// plain ASCII is not decided here: (?i) folds letters of other alphabets too.
func (p *Pattern) maybe(s string) bool {
	letters := uint32(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return true
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		letters = letters<<8 | uint32(c)
		if p.ends[2].has(hash(letters)) || p.ends[1].has(hash(letters&0xffffff)) || p.ends[0].has(hash(letters&0xffff)) {
			return true
		}
	}
	return false
}

// maxWords bounds the words; with more, nearly every text holds one.
const maxWords = 200

// required returns words in lower case, of two bytes at least, of which every
// match holds one; false when there are none to be found.
func required(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		w := strings.ToLower(string(re.Rune))
		return []string{w}, len(w) >= 2 && ascii(w)
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		return best(re.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words, ok := required(sub)
			if !ok || len(all)+len(words) > maxWords {
				return nil, false
			}
			all = append(all, words...)
		}
		return all, true
	}
	return nil, false
}

// best chooses the part whose shortest word is longest, and of those the one
// with the fewest words. Parts that stand beside each other and have few forms
// are one word: regexp takes common beginnings out of alternatives, and leaves
// them in pieces of a letter.
func best(parts []*syntax.Regexp) ([]string, bool) {
	var (
		chosen []string
		grade  int
	)
	consider := func(words []string) {
		shortest := 5 // longer ones are hardly rarer
		for _, w := range words {
			shortest = min(shortest, len(w))
		}
		if g := shortest*2*maxWords - len(words); shortest >= 2 && len(words) <= maxWords && (chosen == nil || g > grade) {
			chosen, grade = words, g
		}
	}
	run := []string{""}
	for _, sub := range parts {
		forms, ok := finite(sub)
		if ok && len(run)*len(forms) <= maxWords {
			run = product(run, forms)
		} else {
			consider(run)
			run = []string{""}
			if ok {
				run = forms
			}
		}
		if words, ok := required(sub); ok {
			consider(words)
		}
	}
	consider(run)
	return chosen, chosen != nil
}

// finite lists all texts a part matches, in lower case, when they are few.
// What matches between letters, such as \b, adds nothing.
func finite(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}, true
	case syntax.OpLiteral:
		w := strings.ToLower(string(re.Rune))
		return []string{w}, ascii(w)
	case syntax.OpCapture:
		return finite(re.Sub[0])
	case syntax.OpQuest:
		forms, ok := finite(re.Sub[0])
		return append([]string{""}, forms...), ok
	case syntax.OpCharClass:
		return letters(re.Rune)
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			forms, ok := finite(sub)
			if !ok || len(all)*len(forms) > maxWords {
				return nil, false
			}
			all = product(all, forms)
		}
		return all, true
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			forms, ok := finite(sub)
			if !ok || len(all)+len(forms) > maxWords {
				return nil, false
			}
			all = append(all, forms...)
		}
		return all, true
	}
	return nil, false
}

// letters lists a small class of ASCII characters.
func letters(ranges []rune) ([]string, bool) {
	var out []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if r >= utf8.RuneSelf {
				// A folded k or s has a form outside ASCII, which maybe leaves
				// to the expression; a class of others is not listed.
				if r == 'ſ' || r == 'K' {
					continue
				}
				return nil, false
			}
			if len(out) >= 8 {
				return nil, false
			}
			out = append(out, strings.ToLower(string(r)))
		}
	}
	return out, len(out) > 0
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
