package makefile

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// rule is the rule whose recipe is being read.
type rule struct {
	targets []string
	deps    []string
	step    int
	whole   []string // recipe lines under .ONESHELL
	line    int
}

// makeState is what the lines so far say about how recipes run.
type makeState struct {
	rule     *rule
	define   bool
	prefix   string // of recipe lines
	oneShell bool
	errExit  bool
	pipeFail bool
	ignore   bool
}

var (
	makeAssign = regexp.MustCompile(`^([A-Za-z0-9_.\-]+)[ \t]*(\?=|:{1,3}=|\+=|!=|=)[ \t]*(.*)$`)
	directive  = regexp.MustCompile(`^(ifeq|ifneq|ifdef|ifndef|else|endif|vpath|unexport|undefine|load|-load)\b`)
	including  = regexp.MustCompile(`^(-include|sinclude|include)[ \t]+(.*)$`)
	special    = regexp.MustCompile(`^\.[A-Z_]+$`)
)

func (r *reader) makefile(text string) {
	s := makeState{prefix: "\t", oneShell: oneShell.MatchString(text)}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines) && !r.stopped(); i++ {
		first, line := i, lines[i]
		recipe := s.rule != nil && s.prefix != "" && strings.HasPrefix(line, s.prefix)
		if continued(line) {
			joined := []string{line}
			for continued(lines[i]) && i+1 < len(lines) {
				i++
				joined = append(joined, strings.TrimPrefix(lines[i], s.prefix))
			}
			if recipe {
				line = strings.Join(joined, "\n")
			} else {
				line = unite(joined)
			}
		}
		r.makeLine(&s, line, first+1, recipe)
	}
	r.finish(&s)
}

var oneShell = regexp.MustCompile(`(?m)^\.ONESHELL[ \t]*:`)

// continued says whether a line ends in an odd number of backslashes.
func continued(line string) bool {
	n := len(line) - len(strings.TrimRight(line, `\`))
	return n%2 == 1
}

// unite joins continued lines outside of recipes, where blanks collapse.
func unite(lines []string) string {
	parts := make([]string, len(lines))
	for i, l := range lines {
		parts[i] = strings.TrimSpace(strings.TrimSuffix(l, `\`))
	}
	return strings.Join(parts, " ")
}

func (r *reader) makeLine(s *makeState, line string, number int, recipe bool) {
	bare := strings.TrimSpace(line)
	switch {
	case s.define:
		s.define = bare != "endef"
		return
	case recipe:
		r.recipe(s, strings.TrimPrefix(line, s.prefix), number)
		return
	case bare == "" || bare[0] == '#':
		return
	}
	line = uncomment(bare)
	if directive.MatchString(line) {
		return
	}
	exported := false
	for _, word := range []string{"export ", "override ", "private "} {
		if rest, ok := strings.CutPrefix(line, word); ok {
			exported = exported || word == "export "
			line = strings.TrimSpace(rest)
		}
	}
	if strings.HasPrefix(line, "define ") {
		s.define = true
		return
	}
	if m := including.FindStringSubmatch(line); m != nil {
		for _, ref := range strings.Fields(r.expand(m[2], nil, 0)) {
			r.facts = append(r.facts, fact.Uses{Pos: fact.Pos{Line: number}, Kind: "include", Ref: ref})
		}
		return
	}
	if m := makeAssign.FindStringSubmatch(line); m != nil {
		r.finish(s)
		r.assign(s, m[1], m[2], m[3], exported)
		return
	}
	r.ruleLine(s, line, number)
}

// assign follows an assignment, and the variables make itself looks at.
func (r *reader) assign(s *makeState, name, op, text string, exported bool) {
	r.set(name, op, text)
	value := r.expand("$("+name+")", nil, 0)
	switch name {
	case ".RECIPEPREFIX":
		s.prefix = value[:min(1, len(value))]
	case ".SHELLFLAGS":
		for _, a := range strings.Fields(value) {
			s.errExit = s.errExit || strings.HasPrefix(a, "-") && strings.Contains(a, "e")
			s.pipeFail = s.pipeFail || a == "pipefail"
		}
	}
	if exported && len(r.exports) < 48 {
		r.exports = append(r.exports, name+"="+value[:min(len(value), 1024)])
	}
}

// ruleLine reads "targets: deps | order-only ; recipe".
func (r *reader) ruleLine(s *makeState, line string, number int) {
	colon := colonOf(line)
	if colon < 0 {
		return
	}
	r.finish(s)
	names := strings.Fields(strings.TrimSuffix(r.expand(line[:colon], nil, 0), "&"))
	rest := strings.TrimLeft(line[colon:], ":")
	bare := strings.TrimSpace(rest)
	for _, word := range []string{"export ", "override ", "private "} {
		bare = strings.TrimSpace(strings.TrimPrefix(bare, word))
	}
	if m := makeAssign.FindStringSubmatch(bare); m != nil {
		// A variable of this target only: known unless another has it.
		if _, ok := r.vars[m[1]]; !ok {
			r.set(m[1], m[2], m[3])
		}
		return
	}
	rest, inline, hasInline := strings.Cut(rest, ";")
	if i := colonOf(rest); i >= 0 {
		rest = rest[i+1:] // a static pattern rule
	}
	var deps []string
	for _, d := range strings.Fields(r.expand(rest, nil, 0)) {
		if d != "|" && len(deps) < 200 {
			deps = append(deps, d)
		}
	}
	if len(names) > 0 && special.MatchString(names[0]) {
		s.ignore = s.ignore || names[0] == ".IGNORE" && len(deps) == 0
		return
	}
	s.rule = &rule{targets: names[:min(len(names), maxShared)], deps: deps, line: number}
	for _, name := range names[:min(len(names), 64)] {
		r.stage(fact.Stage{Pos: fact.Pos{Line: number}, System: "make", Name: name, Deps: deps})
	}
	if hasInline {
		r.recipe(s, inline, number)
	}
}

// colonOf finds the colon of a rule outside of references.
func colonOf(line string) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '(', '{':
			depth++
		case ')', '}':
			depth = max(0, depth-1)
		case ':':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// uncomment cuts a comment off a line outside of recipes.
func uncomment(line string) string {
	for i := 1; i < len(line); i++ {
		if line[i] == '#' && line[i-1] != '\\' {
			return strings.TrimSpace(line[:i])
		}
	}
	return line
}

func (r *reader) recipe(s *makeState, text string, number int) {
	if s.oneShell {
		if s.rule.whole == nil {
			s.rule.line = number
		}
		for len(s.rule.whole) < number-s.rule.line {
			s.rule.whole = append(s.rule.whole, "")
		}
		s.rule.whole = append(s.rule.whole, strings.Split(text, "\n")...)
		return
	}
	r.run(s, s.rule, text, number)
	s.rule.step++
}

// finish hands over the recipe of a rule under .ONESHELL.
func (r *reader) finish(s *makeState) {
	if s.rule != nil && len(s.rule.whole) > 0 {
		r.run(s, s.rule, strings.Join(s.rule.whole, "\n"), s.rule.line)
	}
	s.rule = nil
}

func (r *reader) run(s *makeState, u *rule, text string, number int) {
	text, masked := marks(text)
	for _, target := range u.targets {
		o := shell.Options{Line: number, Job: target, Step: u.step, Env: r.exports, ErrExit: s.errExit, PipeFail: s.pipeFail, Masked: masked || s.ignore}
		expanded := r.expand(text, &automatic{target: target, deps: u.deps}, 0)
		if strings.HasPrefix(expanded, "#!") {
			r.interpreted(expanded, o)
		} else {
			r.script(expanded, o)
		}
	}
}

// marks takes @, - and + off a recipe line; "-" ignores its failure.
func marks(text string) (string, bool) {
	masked := false
	for {
		text = strings.TrimLeft(text, " \t")
		if text == "" || !strings.ContainsRune("@-+", rune(text[0])) {
			return text, masked
		}
		masked = masked || text[0] == '-'
		text = text[1:]
	}
}
