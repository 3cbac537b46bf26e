package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// databricksHead and databricksMagic mark notebooks that Databricks keeps as
// Python source: their other languages and magics stand in comments.
const (
	databricksHead  = "# Databricks notebook source"
	databricksMagic = "# MAGIC "
)

// magic reads a logical line that IPython, not Python, understands.
func (l *lexer) magic() bool {
	if len(l.toks) > 0 {
		l.endRow = l.line
		return true // a comment that begin took
	}
	if c := l.text[l.pos]; !l.notebook || c != '%' && c != '!' && c != '?' {
		return false
	}
	l.magicLine()
	return true
}

// magicValue reads "!cmd" or "%magic" behind "=".
func (l *lexer) magicValue() bool {
	n := len(l.toks)
	if !l.notebook || n == 0 || len(l.stack) > 0 || l.toks[n-1].kind != tAssign {
		return false
	}
	l.magicLine()
	return true
}

// magicLine adds the rest of the line, and the lines a backslash joins to it,
// as one token. The line break stays.
func (l *lexer) magicLine() {
	text, i := l.text, l.pos
	for {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			i = len(text)
			break
		}
		i += n
		if i == l.pos || text[i-1] != '\\' {
			break
		}
		i++
	}
	start := l.pos
	l.add(tMagic, start, i)
	l.skipRows(start, i)
	l.endRow = l.line
}

// magicComment reads a "# MAGIC" comment of a Databricks notebook.
func (l *lexer) magicComment() bool {
	if !strings.HasPrefix(l.text[l.pos:], databricksMagic) {
		return false
	}
	start := l.pos + len(databricksMagic)
	l.comment()
	l.add(tMagic, start, l.pos)
	return true
}

// magicLine turns a magic into facts: shell commands, and %run as an import of
// all names of a path.
func (p *reader) magicLine(text string, line int) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\\\n", " "))
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	inShell := p.inShell
	if strings.HasPrefix(text, "%") {
		p.inShell = false
	}
	switch word {
	case "%run":
		path := rest
		if argv, _ := splitWords(rest); len(argv) > 0 {
			path = argv[0]
		}
		if path != "" {
			p.sink.addImport(fact.Import{Pos: fact.Pos{Line: line}, Module: path, Name: "*", Scope: p.scope})
		}
	case "%pip", "%conda", "%mamba", "%uv", "%cd":
		p.shell(word[1:]+" "+rest, line)
	case "%sh", "%bash", "%system", "%sx":
		p.shell(rest, line)
		p.inShell = p.lex.databricks
	default:
		if inShell && p.inShell {
			p.shell(text, line)
		} else if strings.HasPrefix(text, "!") {
			p.shell(strings.TrimLeft(text, "!"), line)
		}
	}
}

// shell adds the simple commands of one line.
func (p *reader) shell(text string, line int) {
	dir := ""
	words, ends := splitWords(text)
	for from, n := 0, 0; n < len(ends); n++ {
		argv := words[from:ends[n]]
		from = ends[n]
		if len(argv) == 0 {
			continue
		}
		c := fact.Command{Pos: fact.Pos{Line: line}, Dir: dir}
		for len(argv) > 0 && isSetting(argv[0]) {
			c.Env, argv = append(c.Env, argv[0]), argv[1:]
		}
		for _, w := range argv {
			c.Guessed = c.Guessed || strings.Contains(w, "${") || strings.Contains(w, "$(") || strings.Contains(w, "`")
		}
		if len(argv) == 2 && argv[0] == "cd" {
			dir = argv[1]
		}
		if c.Argv = argv; len(argv) > 0 {
			p.sink.addCommand(c)
		}
	}
}

func isSetting(w string) bool {
	name, _, ok := strings.Cut(w, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// splitWords splits a command line at blanks outside quotes. ends holds the
// number of words at each ; & | and at the end, so that commands can be told
// apart. IPython's {name} and the shell's $name become ${name}.
func splitWords(text string) (words []string, ends []int) {
	var w strings.Builder
	in := false
	flush := func() {
		if in {
			words = append(words, w.String())
			w.Reset()
			in = false
		}
	}
	var quote byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, in = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			flush()
		case quote == 0 && (c == ';' || c == '&' || c == '|'):
			flush()
			ends = append(ends, len(words))
		case quote == 0 && c == '#' && !in:
			i = len(text)
		case c == '\\' && quote == 0 && i+1 < len(text):
			i++
			w.WriteByte(text[i])
			in = true
		case (c == '{' || c == '$') && quote != '\'':
			n := variable(text[i:])
			if n == 0 {
				w.WriteByte(c)
			} else {
				w.WriteString("${" + strings.Trim(text[i:i+n], "${}") + "}")
				i += n - 1
			}
			in = true
		default:
			w.WriteByte(c)
			in = true
		}
	}
	flush()
	return words, append(ends, len(words))
}

// variable is the length of the {expr}, ${name} or $name that s starts with.
func variable(s string) int {
	if s[0] == '{' || strings.HasPrefix(s, "${") {
		if n := strings.IndexByte(s[:min(len(s), 100)], '}'); n > 1 {
			return n + 1
		}
		return 0
	}
	n := 1
	for n < len(s) && class[s[n]] <= cDigit {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}
