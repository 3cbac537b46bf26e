package shell

import (
	"strings"
)

// The shells of Windows are read by a splitter of our own: statements, quotes,
// continuations, constant variables and cd, enough to see who is called.
type native struct {
	escape     byte
	operators  []string // longest first
	keywords   map[string]bool
	expand     func(w *walker, text string) (string, bool)
	assignment func(w *walker, s statement) (rest statement, done bool)
}

// token is a word: pieces until its statement's turn comes, then text.
type token struct {
	pieces  []piece
	text    string
	guessed bool
	quoted  bool
}

// piece is a part of a word; variables in it count or do not.
type piece struct {
	text   string
	expand bool
}

// statement is what stands between two operators or line ends.
type statement struct {
	line  int
	words []token
	end   string // the operator behind it, "\n" at a line end
}

func (w *walker) native(src string, d *native) {
	list := d.split(src)
	last := len(list) - 1
	for last >= 0 && (len(list[last].words) == 0 || d.keywords[strings.ToLower(list[last].words[0].raw())]) {
		last--
	}
	w.line = w.opts.Line
	var conds []string
	pending := ""
	for i, s := range list {
		if w.stopped() {
			return
		}
		if len(s.words) > 0 {
			pending = w.nativeStatement(d, s, strings.Join(conds, " && "), i == last || s.end == "||" && rescued(list[i+1:]))
		}
		switch {
		case s.end == "{" && len(conds) < maxNesting:
			conds = append(conds, pending)
			w.state = w.state.child()
			pending = ""
		case s.end == "}" && len(conds) > 0:
			conds = conds[:len(conds)-1]
			branch := w.state
			w.state = branch.parent
			w.state.forget(branch)
		}
	}
}

// rescued says whether what follows an || ends the script with a failure.
func rescued(rest []statement) bool {
	return len(rest) > 0 && len(rest[0].words) > 0 && strings.EqualFold(rest[0].words[0].raw(), "exit")
}

// nativeStatement emits the command of a statement, and returns the condition
// it states for the block behind it.
func (w *walker) nativeStatement(d *native, s statement, cond string, tail bool) string {
	keyword := d.keywords[strings.ToLower(s.words[0].raw())]
	for i := range s.words {
		w.fill(d, &s.words[i])
	}
	if keyword {
		var words []string
		for _, t := range s.words[1:] {
			words = append(words, t.text)
		}
		return cut(strings.Join(words, " "), maxCond)
	}
	s, done := d.assignment(w, s)
	s.words = withoutRedirects(s.words)
	if done || len(s.words) == 0 || d.keywords[strings.ToLower(s.words[0].text)] {
		return ""
	}
	var argv []string
	guessed := false
	for _, t := range s.words {
		text := t.text
		if isPath(text) {
			text = strings.ReplaceAll(text, `\`, "/")
		}
		shown, hidden := w.exprs.show(text)
		argv = append(argv, shown)
		guessed = guessed || t.guessed || hidden
	}
	if !regexpCommand.MatchString(argv[0]) && !strings.HasPrefix(argv[0], "${") {
		return ""
	}
	w.emit(s.line+1, argv, w.state.env, guessed, "", "", flow{tail: tail, masked: w.opts.Masked, cond: strings.Trim(cond, "& ")})
	switch strings.ToLower(argv[0]) {
	case "cd", "chdir", "set-location", "sl", "pushd", "push-location":
		if to := argv[len(argv)-1]; len(argv) > 1 {
			argv = []string{"cd", to}
			if strings.HasPrefix(strings.ToLower(s.words[0].text), "push") {
				argv[0] = "pushd"
			}
			w.builtin(argv)
		}
	case "popd", "pop-location":
		w.builtin([]string{"popd"})
	}
	return ""
}

// withoutRedirects drops > file, 2>nul and their like.
func withoutRedirects(words []token) []token {
	var out []token
	for i := 0; i < len(words); i++ {
		text := strings.TrimLeft(words[i].text, "012*")
		if words[i].quoted || !strings.HasPrefix(text, ">") && !strings.HasPrefix(text, "<") || strings.HasPrefix(text, "<(") {
			out = append(out, words[i])
		} else if strings.Trim(text, "<>") == "" {
			i++ // the file is the next word
		}
	}
	return out
}

// raw is a word's text before variables are filled in.
func (t token) raw() string {
	if len(t.pieces) == 1 {
		return t.pieces[0].text
	}
	return ""
}

func (w *walker) fill(d *native, t *token) {
	var b strings.Builder
	for _, p := range t.pieces {
		text, guessed := p.text, false
		if p.expand {
			text, guessed = d.expand(w, text)
		}
		if b.Len() < maxWord {
			b.WriteString(text)
		}
		t.guessed = t.guessed || guessed
	}
	t.text = b.String()
}

// isPath says whether backslashes in a word separate folders.
func isPath(s string) bool {
	if !strings.Contains(s, `\`) {
		return false
	}
	for _, r := range s {
		if !strings.ContainsRune(`\/.-_: $%{}~`, r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !isHidden(r) {
			return false
		}
	}
	return true
}

// split cuts a script into statements.
func (d *native) split(src string) []statement {
	var list []statement
	var cur statement
	var word token
	open := false
	line := 0
	flush := func() {
		if open {
			cur.words = append(cur.words, word)
		}
		word, open = token{}, false
	}
	end := func(op string) {
		flush()
		cur.end = op
		list = append(list, cur)
		cur = statement{line: line}
	}
	text := func(s string, expand bool) {
		word.pieces = append(word.pieces, piece{s, expand})
		open = true
	}
	for i := 0; i < len(src); {
		c := src[i]
		if !open && len(cur.words) == 0 {
			cur.line = line
		}
		if n := d.skip(src[i:], !open, len(cur.words) == 0); n > 0 {
			line += strings.Count(src[i:i+n], "\n")
			i += n
			continue
		}
		merges := c == '&' && open && i > 0 && src[i-1] == '>' // 2>&1
		prose := (c == '(' || c == ')') && len(cur.words) > 0 && len(cur.words[0].raw()) >= 4 && strings.EqualFold(cur.words[0].raw()[:4], "echo")
		if op := d.operator(src[i:]); op != "" && !merges && !prose {
			i += len(op)
			end(op)
			continue
		}
		switch {
		case c == '\n':
			line++
			i++
			end("\n")
		case c == ' ' || c == '\t' || c == '\r':
			flush()
			i++
		case c == d.escape && i+1 < len(src):
			if src[i+1] == '\n' {
				line++
				flush()
			} else {
				text(src[i+1:i+2], false)
			}
			i += 2
		case c == '"' || c == '\'' && d.escape == '`':
			body, n := quotedText(src[i:], c)
			text(body, c == '"')
			word.quoted = true
			line += strings.Count(src[i:i+n], "\n")
			i += n
		default:
			n := 1 // an operator that counts as text here, or a first letter
			for i+n < len(src) && !strings.ContainsRune(" \t\r\n\"'", rune(src[i+n])) && src[i+n] != d.escape && d.operator(src[i+n:]) == "" {
				n++
			}
			text(src[i:i+n], true)
			i += n
		}
	}
	end("\n")
	return list
}

func (d *native) operator(s string) string {
	for _, op := range d.operators {
		if strings.HasPrefix(s, op) {
			return op
		}
	}
	return ""
}

// quotedText returns the text of a quoted string and the bytes it takes; a
// doubled quote stands for itself.
func quotedText(s string, quote byte) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] == quote {
			if i+1 < len(s) && s[i+1] == quote && i > 1 {
				i++
			} else {
				return b.String(), i + 1
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), len(s)
}
