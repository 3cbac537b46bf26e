package shell

import (
	"regexp"
	"strings"
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

var powershell = &native{
	escape:    '`',
	operators: []string{"&&", "||", ";", "|", "{", "}"},
	keywords: set("if", "elseif", "else", "while", "foreach", "for", "switch", "until", "do", "param", "function", "catch",
		"try", "finally", "throw", "return", "exit", "begin", "process", "end", "using", "import-module", "write-host", "write-output"),
	expand:     expandPowershell,
	assignment: assignPowershell,
}

var batch = &native{
	escape:    '^',
	operators: []string{"&&", "||", "&", "|", "(", ")"},
	keywords:  set("else", "goto", "rem", "setlocal", "endlocal", "exit", "title", "pause", "color"),
	expand:    expandBatch,

	assignment: assignBatch,
}

// skip returns the length of a comment, or of a here-string's mark, at the
// beginning of s.
func (d *native) skip(s string, wordStart, first bool) int {
	toLineEnd := func() int {
		if n := strings.IndexByte(s, '\n'); n >= 0 {
			return n
		}
		return len(s)
	}
	if d.escape == '`' {
		switch {
		case strings.HasPrefix(s, "<#"):
			if n := strings.Index(s, "#>"); n >= 0 {
				return n + 2
			}
			return len(s)
		case wordStart && s[0] == '#':
			return toLineEnd()
		}
		return 0
	}
	switch {
	case wordStart && first && (strings.HasPrefix(s, ":") || len(s) > 3 && strings.EqualFold(s[:4], "rem ")):
		return toLineEnd()
	case wordStart && first && s[0] == '@':
		return 1
	}
	return 0
}

var powershellVar = regexp.MustCompile(`\$(?:\{(?:env:)?([^}{]+)\}|(?i:env:)?([A-Za-z_][A-Za-z0-9_]*)|\()`)

func expandPowershell(w *walker, text string) (string, bool) {
	text = strings.ReplaceAll(text, "$PSScriptRoot", scriptDir)
	return w.substitute(powershellVar, text, func(m []string) string { return m[1] + m[2] })
}

var batchVar = regexp.MustCompile(`%([A-Za-z_][A-Za-z0-9_]*)%|%(~?[a-z0-9]*[0-9*])|%%(~?[A-Za-z]+)`)

// ownDrive is the folder of a batch file, with the backslash it ends in.
var ownDrive = strings.NewReplacer(`%~dp0\`, scriptDir+"/", "%~dp0", scriptDir+"/")

func expandBatch(w *walker, text string) (string, bool) {
	if strings.Contains(text, "%~dp0") {
		text, _ = w.substitute(batchVar, ownDrive.Replace(text), func(m []string) string { return m[1] + m[2] + m[3] })
		return text, true
	}
	return w.substitute(batchVar, text, func(m []string) string { return m[1] + m[2] + m[3] })
}

// substitute fills in the variables a pattern finds; the names of these shells
// know no case.
func (w *walker) substitute(pattern *regexp.Regexp, text string, name func([]string) string) (string, bool) {
	guessed := strings.Contains(text, scriptDir)
	out := pattern.ReplaceAllStringFunc(text, func(s string) string {
		if s == scriptDir {
			return s
		}
		n := name(pattern.FindStringSubmatch(s))
		v, ok := w.state.lookup(strings.ToUpper(n))
		if !ok {
			v, ok = w.state.lookup(n)
		}
		if ok && len(v.words) == 1 {
			guessed = guessed || v.guessed
			return v.words[0]
		}
		guessed = true
		if n == "" {
			return s
		}
		return "${" + n + "}"
	})
	return cut(out, maxWord), guessed
}

// assignPowershell follows $x = "text", takes the target off $x = command, and
// the call operator off & command.
func assignPowershell(w *walker, s statement) (statement, bool) {
	if len(s.words) >= 2 && s.words[1].text == "=" && !s.words[1].quoted {
		// The target was expanded like any word: undo that.
		name := strings.TrimSuffix(strings.TrimPrefix(s.words[0].text, "${"), "}")
		rest := s.words[2:]
		if len(rest) == 1 && rest[0].quoted && !rest[0].guessed {
			w.state.set(strings.ToUpper(name), value{words: []string{rest[0].text}})
			return s, true
		}
		w.state.set(strings.ToUpper(name), value{unknown: true})
		if !s.words[0].guessed {
			return s, true // a hashtable's key
		}
		s.words = rest
	}
	if n := len(s.words); n > 0 && s.words[0].guessed && (n == 1 || strings.HasPrefix(s.words[1].text, "=")) {
		return s, true // a value, or an assignment of one
	}
	if len(s.words) > 0 && (s.words[0].text == "&" || s.words[0].text == "(") {
		s.words = s.words[1:]
	}
	if n := len(s.words); n > 0 {
		s.words[0].text = strings.TrimPrefix(s.words[0].text, "(")
		s.words[n-1].text = strings.TrimSuffix(s.words[n-1].text, ")")
	}
	return s, len(s.words) == 0
}

// assignBatch follows set NAME=text and takes call, if and for … do off the
// command behind them.
func assignBatch(w *walker, s statement) (statement, bool) {
	for range 8 {
		if len(s.words) == 0 {
			return s, true
		}
		rest := s.words[1:]
		switch strings.ToLower(s.words[0].text) {
		case "set":
			var text []string
			for _, t := range rest {
				text = append(text, t.text)
			}
			name, val, ok := strings.Cut(strings.Join(text, " "), "=")
			if ok && !strings.HasPrefix(name, "/") {
				guessed := strings.ContainsAny(val, "%!") || strings.Contains(val, "${")
				w.state.set(strings.ToUpper(strings.TrimSpace(name)), value{words: []string{cut(val, maxValue)}, guessed: guessed})
			}
			return s, true
		case "call":
			s.words = rest
		case "if":
			s.words = afterCondition(rest)
		case "for", "do":
			i := 0
			for i < len(s.words) && !strings.EqualFold(s.words[i].text, "do") {
				i++
			}
			s.words = s.words[min(i+1, len(s.words)):]
		default:
			return s, false
		}
	}
	return s, false
}

// afterCondition returns the words behind the condition of a batch if.
func afterCondition(words []token) []token {
	for len(words) > 0 && (strings.EqualFold(words[0].text, "not") || strings.EqualFold(words[0].text, "/i")) {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return nil
	case strings.EqualFold(words[0].text, "exist"), strings.EqualFold(words[0].text, "errorlevel"), strings.EqualFold(words[0].text, "defined"):
		return words[min(2, len(words)):]
	case strings.Contains(words[0].text, "=="):
		return words[1:]
	}
	return words[min(3, len(words)):]
}
