package pipeline

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// rule is a Snakemake rule while it is read.
type rule struct {
	stage  fact.Stage
	indent int
	named  map[string]string // "input", "input.name" -> literal path
}

// section is the part of a rule a line belongs to.
type section struct {
	name   string
	indent int
	line   int
	text   strings.Builder
}

// snakefile reads the rules by indentation and takes the string literals out
// of their sections; the Python between them is not read.
func (r *reader) snakefile(src string) {
	s := &snakeReader{reader: r}
	line := 0
	for l := range strings.Lines(src) {
		line++
		s.readLine(strings.TrimRight(l, "\r\n"), line)
	}
	s.endRule()
}

type snakeReader struct {
	*reader
	rule    *rule
	section *section
	quote   string // the triple quote that is open
}

func (s *snakeReader) readLine(l string, line int) {
	if s.quote != "" {
		s.append(l, line)
		return
	}
	body := strings.TrimSpace(l)
	if body == "" || body[0] == '#' {
		return
	}
	indent := len(l) - len(strings.TrimLeft(l, " \t"))
	if s.rule != nil && indent <= s.rule.indent {
		s.endRule()
	}
	if s.section != nil && indent <= s.section.indent {
		s.endSection()
	}
	switch {
	case s.section != nil:
		s.append(l, line)
	case s.rule != nil:
		s.open(body, indent, line)
	default:
		s.topLevel(body, indent, line)
	}
}

func (s *snakeReader) topLevel(body string, indent, line int) {
	if rest, ok := strings.CutPrefix(body, "include:"); ok {
		for _, lit := range literals(rest) {
			s.add(fact.Uses{Pos: fact.Pos{Line: line}, Kind: "include", Ref: lit.text})
		}
		return
	}
	word, rest, _ := strings.Cut(body, " ")
	name, after, ok := strings.Cut(rest, ":")
	if word != "rule" && word != "checkpoint" || !ok || strings.ContainsAny(name, " ()'\"") {
		return
	}
	s.rule = &rule{indent: indent, named: map[string]string{}}
	s.rule.stage = fact.Stage{Pos: fact.Pos{Line: line}, System: "snakemake", Name: name}
	if after = strings.TrimSpace(after); after != "" {
		s.open(after, indent+1, line)
	}
}

var sections = map[string]bool{
	"input": true, "output": true, "params": true, "log": true, "shell": true, "script": true, "notebook": true,
	"conda": true, "container": true, "benchmark": true, "run": true, "threads": true, "resources": true,
	"message": true, "wrapper": true, "envmodules": true, "priority": true, "shadow": true, "wildcard_constraints": true,
}

func (s *snakeReader) open(body string, indent, line int) {
	name, rest, ok := strings.Cut(body, ":")
	if !ok || !sections[name] {
		return
	}
	s.section = &section{name: name, indent: indent}
	s.append(rest, line)
}

// append adds a line to the section and keeps track of triple quotes.
func (s *snakeReader) append(l string, line int) {
	if s.section == nil {
		return
	}
	if s.section.line == 0 && strings.TrimSpace(l) != "" {
		s.section.line = line
	}
	if s.section.line > 0 {
		s.section.text.WriteString(l)
		s.section.text.WriteByte('\n')
	}
	for _, q := range []string{`"""`, `'''`} {
		if (s.quote == "" || s.quote == q) && strings.Count(l, q)%2 == 1 {
			if s.quote == q {
				s.quote = ""
			} else {
				s.quote = q
			}
			return
		}
	}
}

func (s *snakeReader) endSection() {
	sec := s.section
	s.section = nil
	if sec == nil || s.rule == nil || sec.line == 0 {
		return
	}
	found := literals(sec.text.String())
	switch sec.name {
	case "input", "output":
		var all []string
		for _, lit := range found {
			all = append(all, lit.text)
			if lit.name != "" {
				s.rule.named[sec.name+"."+lit.name] = lit.text
			}
		}
		s.rule.named[sec.name] = strings.Join(all, " ")
		if sec.name == "input" {
			s.rule.stage.Deps = all
		} else {
			s.rule.stage.Outs = all
		}
	case "params":
		for _, lit := range found {
			if lit.name != "" {
				s.rule.named["params."+lit.name] = lit.text
			}
		}
	case "conda", "container":
		if len(found) > 0 {
			s.rule.stage.Attrs = append(s.rule.stage.Attrs, text(sec.name, found[0].text))
		}
	case "script", "notebook":
		for _, lit := range found {
			s.add(fact.Uses{Pos: fact.Pos{Line: sec.line}, Kind: "include", Ref: path.Clean(lit.text), Job: s.rule.stage.Name})
		}
	case "shell":
		s.shellSection(sec, found)
	}
}

// shellSection joins the literals as Python does and fills in what the rule
// says literally about its input, output and params.
func (s *snakeReader) shellSection(sec *section, found []literal) {
	var b strings.Builder
	line := sec.line
	for i, lit := range found {
		if i == 0 {
			line += lit.line
		}
		b.WriteString(lit.text)
	}
	src := fillBraces(b.String(), s.rule.named)
	// Snakemake itself sets -e and pipefail.
	s.commands(src, shell.Options{Line: line, Job: s.rule.stage.Name, ErrExit: true, PipeFail: true})
}

func (s *snakeReader) endRule() {
	s.endSection()
	if s.rule != nil && len(s.facts) < 10*maxStages {
		s.add(s.rule.stage)
	}
	s.rule, s.quote = nil, ""
}

// fillBraces replaces "{input.x}" by what named holds, or by "${input.x}" when
// it holds nothing; doubled braces are braces of the shell.
func fillBraces(s string, named map[string]string) string {
	const limit = 64 << 10
	s = strings.NewReplacer("{{", "\x01", "}}", "\x02").Replace(s)
	var b strings.Builder
	for b.Len() < limit {
		start := strings.IndexByte(s, '{')
		if start < 0 {
			break
		}
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:start])
		name := s[start+1 : start+end]
		if v, ok := named[name]; ok && v != "" && !strings.Contains(v, "{") {
			b.WriteString(settings.Cut(v, 1024))
		} else {
			b.WriteString("${" + name + "}")
		}
		s = s[start+end+1:]
	}
	b.WriteString(s)
	return strings.NewReplacer("\x01", "{", "\x02", "}").Replace(settings.Cut(b.String(), limit))
}
