package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// maxEnvs bounds the environments one list of factors expands to.
const maxEnvs = 32

// tox reads the environments of tox. "testenv" is the base that the others
// take from what they do not state themselves; it is a stage too, since tox
// accepts any name. Environments that a bare "tox" runs carry default=True.
// shift is added to every line, for a file that stands within another.
func (r *reader) tox(n *settings.Node, shift int) {
	base := n.Get("testenv")
	t := toxFile{reader: r, root: n, base: base, shift: shift}
	list := n.Get("tox", "envlist")
	for _, alternative := range [][]string{{"tox", "env_list"}, {"tox:tox", "envlist"}} {
		if list == nil {
			list = n.Get(alternative...)
		}
	}
	listed := map[string]bool{}
	var names []string
	for _, l := range lines(list) {
		for _, name := range expandEnvs(l.Text) {
			if !listed[name] && len(names) < maxEnvs {
				listed[name] = true
				names = append(names, name)
			}
		}
	}
	if base != nil {
		t.env("testenv", base, nil, false)
	}
	done := map[string]bool{}
	for _, section := range n.Each() {
		if name, ok := strings.CutPrefix(section.Key, "testenv:"); ok {
			for _, one := range expandEnvs(name) {
				done[one] = true
				t.env(one, section, base, listed[one])
			}
		}
	}
	for _, name := range names {
		if !done[name] && base != nil {
			t.env(name, base, nil, true)
		}
	}
}

type toxFile struct {
	*reader
	root, base *settings.Node
	shift      int
}

// env adds the stage, dependencies and commands of one environment.
func (t *toxFile) env(name string, section, base *settings.Node, listed bool) {
	get := func(keys ...string) *settings.Node {
		for _, s := range []*settings.Node{section, base} {
			for _, k := range keys {
				if v := s.Get(k); v != nil {
					return v
				}
			}
		}
		return nil
	}
	stage := fact.Stage{Pos: fact.Pos{Line: section.At() + t.shift}, System: "tox", Name: name}
	stage.Dir = relativeDir(get("changedir", "change_dir").Str())
	stage.Deps = nonEmpty(splitOutside(get("depends").Str())...)
	if listed {
		stage.Attrs = []fact.Arg{{Name: "default", Value: fact.Value{Kind: fact.Bool, Text: "True"}}}
	}
	t.add(stage)
	if own := section.Get("deps"); own != nil && (name == "testenv" || base != nil) {
		for _, l := range t.resolve(own, "deps") {
			if text, ok := factorLine(l.Text, name); ok && strings.HasPrefix(text, "-") {
				t.requirementOption(text, l.At()+t.shift, toxGroup(name))
			} else if ok {
				t.spec(stripComment(text), l.At()+t.shift, toxGroup(name))
			}
		}
	}
	for _, key := range []string{"commands_pre", "commands", "commands_post"} {
		t.lines(t.resolve(get(key), key), name, stage.Dir)
	}
}

func toxGroup(name string) string {
	if name == "testenv" || strings.HasPrefix(name, "py") {
		return "test"
	}
	return groupName(name)
}

// rootFrom is the way back to the project's folder from one below it.
func rootFrom(dir string) string {
	if dir == "" {
		return "./"
	}
	return strings.Repeat("../", 1+strings.Count(dir, "/"))
}

func relativeDir(dir string) string {
	return strings.TrimSuffix(strings.TrimPrefix(placeholders(dir, "./"), "./"), "/")
}

// resolve returns the lines of a value; a line "{[section]key}" stands for the
// lines of that key, one level deep.
func (t *toxFile) resolve(n *settings.Node, key string) []*settings.Node {
	var out []*settings.Node
	for _, l := range lines(n) {
		ref, ok := strings.CutPrefix(strings.TrimSpace(l.Text), "{[")
		section, rest, cut := strings.Cut(ref, "]")
		if ok && cut && rest == key+"}" {
			out = append(out, lines(t.root.Get(section, key))...)
			continue
		}
		out = append(out, l)
	}
	return out
}

// lines adds command lines. "-" in front hides a failure.
func (t *toxFile) lines(list []*settings.Node, job, dir string) {
	var joined strings.Builder
	start := 0
	for _, l := range list {
		if joined.Len() == 0 {
			start = l.At()
		}
		body, more := strings.CutSuffix(l.Text, "\\")
		joined.WriteString(body)
		if more {
			joined.WriteByte(' ')
			continue
		}
		if text, ok := factorLine(joined.String(), job); ok {
			command := strings.TrimSpace(strings.TrimLeft(text, "-! "))
			masked := strings.HasPrefix(text, "-")
			t.shell(placeholders(command, rootFrom(dir)), shell.Options{Line: start + t.shift, Job: job, Dir: dir, Masked: masked})
		}
		joined.Reset()
	}
}

// factorLine takes the condition off "factor: text" and says whether it holds
// for an environment. The base environment takes every line.
func factorLine(s, env string) (string, bool) {
	s = strings.TrimSpace(s)
	i := strings.Index(s, ": ")
	if i <= 0 || strings.ContainsAny(s[:i], " \t\"'=/\\[") {
		return s, true
	}
	text := strings.TrimSpace(s[i+1:])
	if env == "testenv" {
		return text, true
	}
	have := map[string]bool{}
	for f := range strings.SplitSeq(env, "-") {
		have[f] = true
	}
	for _, alternative := range expandEnvs(s[:i]) {
		all := true
		for f := range strings.SplitSeq(alternative, "-") {
			name, not := strings.CutPrefix(f, "!")
			all = all && have[name] != not
		}
		if all {
			return text, true
		}
	}
	return "", false
}

// expandEnvs lists the names of "a, py{38,39}-{x,y}", at most maxEnvs.
func expandEnvs(s string) []string {
	var out []string
	for _, word := range splitOutside(s) {
		for _, name := range expandBraces(word) {
			if name != "" && len(out) < maxEnvs {
				out = append(out, name)
			}
		}
	}
	return out
}

// splitOutside splits at commas and blanks that stand outside of braces.
func splitOutside(s string) []string {
	depth := 0
	return strings.FieldsFunc(s, func(c rune) bool {
		switch c {
		case '{':
			depth++
		case '}':
			depth = max(0, depth-1)
		}
		return depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\n')
	})
}

func expandBraces(word string) []string {
	names := []string{""}
	for word != "" {
		start := strings.IndexByte(word, '{')
		end := strings.IndexByte(word, '}')
		if start < 0 || end < start {
			break
		}
		var next []string
		for _, n := range names {
			for choice := range strings.SplitSeq(word[start+1:end], ",") {
				if len(next) < maxEnvs {
					next = append(next, n+word[:start]+strings.TrimSpace(choice))
				}
			}
		}
		names, word = next, word[end+1:]
	}
	for i := range names {
		names[i] += word
	}
	return names
}
