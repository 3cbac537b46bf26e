package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// importNames reads "import a.b as c, d"; lo is the keyword.
func (p *reader) importNames(lo, hi int) {
	line := p.line(lo)
	for lo++; lo < hi; {
		end := p.seek(lo, hi, tComma)
		module, next := p.dottedText(lo, end)
		as := p.alias(next, end)
		if module != "" {
			p.sink.addImport(fact.Import{Pos: fact.Pos{Line: line}, Module: module, As: as, Scope: p.scope})
			if as != "" {
				p.bind(as, binding{origin: imported, target: module})
			} else {
				first, _, _ := strings.Cut(module, ".")
				p.bind(first, binding{origin: imported, target: first})
			}
		}
		lo = end + 1
	}
}

// fromImport reads "from .m import a as b, c"; lo is the keyword.
func (p *reader) fromImport(lo, hi int) {
	toks := p.lex.toks
	line, level := p.line(lo), 0
	i := lo + 1
	for ; i < hi; i++ {
		if toks[i].kind == tDot {
			level++
		} else if toks[i].kind == tEllipsis {
			level += 3
		} else {
			break
		}
	}
	module, i := p.dottedText(i, hi)
	if i >= hi || toks[i].kind != kImport {
		p.expr(i, hi, false)
		return
	}
	i++
	if i < hi && toks[i].kind == tLPar {
		hi = min(hi, int(toks[i].match))
		i++
	}
	prefix := ""
	if level <= maxDots {
		prefix = dots[:level] + module
	}
	if module != "" {
		prefix += "."
	}
	for i < hi {
		end := p.seek(i, hi, tComma)
		if k := toks[i].kind; i < end && (isWord(k) || k == tStar) {
			name, as := p.text(&toks[i]), p.alias(i+1, end)
			p.sink.addImport(fact.Import{
				Pos: fact.Pos{Line: line}, Module: module, Name: name, As: as, Level: level, Scope: p.scope,
			})
			if as == "" {
				as = name
			}
			if k != tStar && level <= maxDots && len(prefix)+len(name) <= maxName {
				p.bind(as, binding{origin: imported, target: prefix + name})
			}
		}
		i = end + 1
	}
}

// dots are the leading dots of relative imports; more of them than maxDots
// resolve to nothing.
const (
	maxDots = 16
	dots    = "................"
)

// dottedText is the dotted name at token i, without blanks, and the token
// behind it.
func (p *reader) dottedText(i, hi int) (string, int) {
	toks := p.lex.toks
	lo := i
	for i < hi && toks[i].kind != kImport && (isWord(toks[i].kind) && toks[i].kind != kAs || toks[i].kind == tDot) {
		i++
	}
	name := p.slice(lo, i, maxName)
	if strings.ContainsAny(name, " \t\\\n") {
		name = strings.Map(func(r rune) rune {
			if r == ' ' || r == '\t' || r == '\\' || r == '\n' {
				return -1
			}
			return r
		}, name)
	}
	return name, i
}

// alias is the name behind "as" at token i, or "".
func (p *reader) alias(i, hi int) string {
	if i+1 < hi && p.lex.toks[i].kind == kAs && isWord(p.lex.toks[i+1].kind) {
		return p.text(&p.lex.toks[i+1])
	}
	return ""
}
