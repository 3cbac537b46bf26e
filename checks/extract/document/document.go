// Package document reads what a project writes for people: Markdown and
// reStructuredText. It keeps headings, links, the lines of shell code blocks
// (they show how things are meant to be run) and the beginnings of paragraphs.
//
// Only the block structure of Markdown is parsed by the library. Its inline
// parser takes quadratic time on brackets and link definitions, and links are
// all that is wanted from inside a paragraph.
package document

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

const (
	maxFacts = 600
	maxText  = 400
)

type extractor struct{}

// New returns the reader of documents.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "document" }

// Limits leaves nesting to the reader: prose is full of single brackets.
func (extractor) Limits() extract.Limits { return extract.Limits{Bytes: 512 << 10, Nesting: -1} }

func (extractor) Route(p string) (string, bool) {
	base := strings.ToLower(path.Base(p))
	switch path.Ext(base) {
	case ".md", ".markdown", ".mdx":
		return "markdown", true
	case ".rst":
		return "rst", true
	case "", ".txt":
		if strings.TrimSuffix(base, ".txt") == "readme" {
			return "markdown", true
		}
	}
	return "", false
}

func (extractor) Extract(_ context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	r := &reader{}
	if dialect == "rst" {
		r.rst(string(src))
	} else {
		r.markdown(src)
	}
	slices.SortStableFunc(r.facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	return r.facts, nil
}

// reader collects the facts of one file.
type reader struct{ facts []fact.Fact }

func (r *reader) full() bool { return len(r.facts) >= maxFacts }

func (r *reader) add(kind, text string, line, level int, lang string) {
	text = strings.TrimSpace(text)
	if text != "" && !r.full() {
		r.facts = append(r.facts, fact.Text{
			Pos: fact.Pos{Line: line}, Kind: kind, Level: level, Text: settings.Cut(text, maxText), Lang: lang,
		})
	}
}

// shellWords are the names code blocks of a shell go by.
var shellWords = map[string]string{
	"bash": "bash", "sh": "sh", "shell": "sh", "zsh": "zsh", "console": "console", "shell-session": "console",
	"terminal": "console", "shellscript": "sh", "shell script": "sh", "cmd": "cmd", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh",
}

// code keeps the lines of a shell code block, without prompts. In a console
// session only the lines behind a prompt are typed. A block that names no
// language counts when it begins with a command people type; of it, only such
// lines are kept.
func (r *reader) code(lines []codeLine, language string) {
	lang, known := shellWords[strings.ToLower(strings.TrimSpace(language))]
	if !known {
		if language != "" {
			return
		}
		lang = "sh"
	}
	prompts := false
	for _, l := range lines {
		prompts = prompts || strings.HasPrefix(strings.TrimSpace(l.text), "$ ")
	}
	first := true
	for _, l := range continued(lines) {
		text, prompt := strings.CutPrefix(strings.TrimSpace(l.text), "$ ")
		if text == "" || text[0] == '#' || prompts && lang == "console" && !prompt {
			continue
		}
		if known || prompt || isCommand(text) {
			r.add("code", text, l.line, 0, lang)
		} else if first {
			return
		}
		first = false
	}
}

// continued joins the lines that a backslash continues.
func continued(lines []codeLine) []codeLine {
	out := lines[:0:0]
	open := false
	for _, l := range lines {
		text, more := strings.CutSuffix(strings.TrimRight(l.text, " \t\r\n"), "\\")
		if last := len(out) - 1; open && len(out[last].text)+len(text) < maxCommand {
			out[last].text = strings.TrimRight(out[last].text, " ") + " " + strings.TrimSpace(text)
		} else {
			out = append(out, codeLine{text, l.line})
		}
		open = more
	}
	return out
}

// maxCommand bounds a command of several lines, in bytes.
const maxCommand = 2000

func isCommand(text string) bool {
	word, rest, _ := strings.Cut(text, " ")
	for i := strings.IndexByte(word, '='); i > 0 && strings.Trim(word[:i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == ""; i = strings.IndexByte(word, '=') {
		word, rest, _ = strings.Cut(rest, " ") // NAME=value in front of the command
	}
	return starters[word] || strings.HasPrefix(word, "./")
}

type codeLine struct {
	text string
	line int
}

// starters are the words that commands of a README start with.
var starters = map[string]bool{
	"pip": true, "pip3": true, "python": true, "python3": true, "conda": true, "git": true, "docker": true, "docker-compose": true,
	"make": true, "dvc": true, "mlflow": true, "poetry": true, "uv": true, "cd": true, "export": true, "source": true, "npm": true,
	"kubectl": true, "helm": true, "terraform": true, "aws": true, "gcloud": true, "az": true, "curl": true, "wget": true, "pytest": true,
	"sudo": true, "bash": true, "sh": true, "uvicorn": true, "streamlit": true, "jupyter": true, "kedro": true, "zenml": true, "prefect": true,
	"cp": true, "mkdir": true, "pipenv": true, "brew": true, "apt": true, "apt-get": true, "tox": true, "nox": true, "pre-commit": true,
	"yarn": true, "go": true, "Rscript": true, "bentoml": true, "ray": true, "accelerate": true, "torchrun": true, "pixi": true, "mamba": true,
}

// links keeps the targets of "[text](target)" and bare or bracketed urls.
func (r *reader) links(text string, line int) {
	for i := 0; i < len(text) && !r.full(); i++ {
		switch {
		case text[i] == '\n':
			line++
		case strings.HasPrefix(text[i:], "]("):
			if target, ok := target(window(text[i+2:])); ok {
				r.add("link", strings.Trim(target, "<>"), line, 0, "")
				i += 1 + len(target)
			}
		case text[i] == 'h' && (strings.HasPrefix(text[i:], "http://") || strings.HasPrefix(text[i:], "https://")):
			target := window(text[i:])
			if end := strings.IndexAny(target, " \t\n<>\"'`)]"); end >= 0 {
				target = target[:end]
			}
			r.add("link", strings.TrimRight(target, ".,;:!"), line, 0, "")
			i += len(target) - 1
		}
	}
}

// target cuts a link's destination off at a blank or its closing bracket.
func target(s string) (string, bool) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return s[:i], true
			}
		case ' ':
			return s[:i], i > 0
		case '\n':
			return "", false
		}
	}
	return "", false
}

// window is as much of s as a link may be long.
func window(s string) string { return s[:min(len(s), 1024)] }
