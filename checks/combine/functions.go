package combine

import (
	"encoding/json"
	"strconv"
	"strings"
)

// call evaluates a function of templates, of those that say what is run, when
// and whether. Of others the result is not known.
func (w *writer) call(name string, args []value) value {
	switch name {
	case "default":
		if len(args) == 2 && args[1].kind != unknown && !args[1].true() {
			return args[0]
		}
		return nth(args, 1)
	case "coalesce":
		for _, a := range args {
			if a.kind == unknown || a.true() {
				return a
			}
		}
		return value{kind: absent}
	case "required", "tpl":
		v := nth(args, min(1, len(args)-1))
		if name == "tpl" {
			v = nth(args, 0)
		}
		if strings.Contains(v.text(), "{{") {
			return value{}
		}
		return v
	case "and", "or":
		for _, a := range args {
			if a.kind != unknown && a.true() == (name == "or") {
				return a
			}
		}
	case "ternary":
		if c := nth(args, 2); c.kind != unknown && len(args) == 3 {
			if c.true() {
				return args[0]
			}
			return args[1]
		}
		return value{}
	}
	size := 0
	for _, a := range args {
		if size += len(a.str); a.kind == unknown || size > maxOutput || *w.chart.left < 0 {
			return value{}
		}
	}
	v := known(name, args)
	*w.chart.left -= len(v.str)
	return v
}

// known evaluates functions whose arguments all are.
func known(name string, args []value) value {
	switch n := len(args); {
	case n == 0:
		return value{}
	case name == "and" || name == "or":
		return args[n-1]
	case name == "not" || name == "empty":
		return truth(!args[0].true())
	case name == "eq" || name == "ne":
		same := false
		for _, a := range args[1:] {
			same = same || a.text() == args[0].text()
		}
		return truth(n > 1 && same == (name == "eq"))
	case name == "hasKey" && n == 2:
		return truth(args[0].node.Get(args[1].text()) != nil)
	}
	last := args[len(args)-1]
	if last.kind == absent || last.kind == root {
		return value{}
	}
	s := last.text()
	switch name {
	case "toYaml":
		if last.node != nil {
			s = block(last.node)
		}
	case "toJson":
		if last.node != nil {
			s = flow(last.node, 0)
		} else {
			s = quoted(s)
		}
	case "quote":
		s = quoted(s)
	case "squote":
		s = "'" + strings.ReplaceAll(s, "'", "''") + "'"
	case "indent", "nindent":
		s = indented(s, nth(args, 0).text())
		if name == "nindent" {
			s = "\n" + s
		}
	case "printf":
		return printf(args)
	case "print":
		s = ""
		for _, a := range args {
			s += a.text()
		}
	case "toString", "int", "int64", "float64":
	case "trim":
		s = strings.TrimSpace(s)
	case "trimSuffix":
		s = strings.TrimSuffix(s, args[0].text())
	case "trimPrefix":
		s = strings.TrimPrefix(s, args[0].text())
	case "lower":
		s = strings.ToLower(s)
	case "upper":
		s = strings.ToUpper(s)
	default:
		return value{}
	}
	if len(s) > maxOutput {
		return value{}
	}
	return value{kind: text, str: s}
}

func nth(args []value, i int) value {
	if i < 0 || i >= len(args) {
		return value{}
	}
	return args[i]
}

func truth(b bool) value { return value{kind: text, str: strconv.FormatBool(b)} }

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func indented(s, by string) string {
	n, _ := strconv.Atoi(by)
	if n <= 0 || n > 100 || strings.Count(s, "\n")*n > maxOutput {
		return s
	}
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
}

// printf knows verbs without flags, each of which prints the next argument.
func printf(args []value) value {
	format := args[0].text()
	var b strings.Builder
	next := 1
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch format[i] {
		case '%':
			b.WriteByte('%')
		case 's', 'd', 'v', 'q':
			if next == len(args) {
				return value{}
			}
			s := args[next].text()
			if format[i] == 'q' {
				s = quoted(s)
			}
			b.WriteString(s)
			next++
		default:
			return value{}
		}
		if b.Len() > maxOutput {
			return value{}
		}
	}
	return value{kind: text, str: b.String()}
}
