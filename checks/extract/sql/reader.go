package sql

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// reader walks the statements of a text.
type reader struct {
	lexer
	back  []token // tokens that were looked at and are still to come
	facts []fact.Fact
	many  bool
	into  string // what the statement writes, "" for none
}

func (r *reader) token() token {
	if n := len(r.back); n > 0 {
		t := r.back[n-1]
		r.back = r.back[:n-1]
		return t
	}
	return r.next()
}

func (r *reader) unread(t token) { r.back = append(r.back, t) }

// accept takes a keyword if it comes next.
func (r *reader) accept(keyword string) bool {
	t := r.token()
	if t.is(keyword) {
		return true
	}
	r.unread(t)
	return false
}

func (r *reader) add(line int, name string, args ...fact.Arg) {
	if len(r.facts) >= maxFacts {
		r.many = true
		return
	}
	r.facts = append(r.facts, fact.Call{Pos: fact.Pos{Line: line}, Name: name, Args: args})
}

func arg(name, value string) fact.Arg {
	return fact.Arg{Name: name, Value: fact.Value{Kind: fact.String, Text: cut(value)}}
}

func cut(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

func (r *reader) read() {
	start := true // of a statement
	for !r.many {
		t := r.token()
		switch {
		case t.kind == end:
			return
		case t.sign(";"), t.sign("%}"): // of dbt, what stands between two marks is its own
			start, r.into = true, ""
			continue
		case t.sign("{{"):
			r.template()
			continue
		case t.kind == word && start:
			start = false
			if r.statement(t) {
				continue
			}
			r.expression(t)
		case t.kind == word:
			r.expression(t)
		}
	}
}

// statement reads what a statement begins with; false says that the word means
// nothing here.
func (r *reader) statement(t token) bool {
	switch t.low {
	case "create":
		r.create(t.line)
	case "insert":
		r.accept("overwrite")
		r.accept("into")
		r.accept("table")
		r.into = r.name()
		r.query(t.line, "sql.insert_select")
	case "merge":
		r.accept("into")
		r.into = r.name()
		r.add(t.line, "sql.merge", arg("", r.into))
	case "copy":
		r.accept("into")
		r.add(t.line, "sql.copy", arg("", r.name()))
	case "load":
		r.accept("data")
		for r.accept("overwrite") || r.accept("into") || r.accept("table") || r.accept("local") || r.accept("inpath") {
			continue
		}
		r.add(t.line, "sql.copy", arg("", r.name()))
	case "export":
		if !r.accept("model") {
			r.add(t.line, "sql.export_data")
			break
		}
		r.add(t.line, "sql.export_model", arg("", r.name()))
	case "assert":
		r.facts = append(r.facts, fact.Check{Pos: fact.Pos{Line: t.line}, Kind: fact.Assert, Text: r.condition()})
		r.add(t.line, "sql.assert")
	default:
		return false
	}
	return true
}

// condition is the text of the statement from here on, without the words that
// are shown where it does not hold; of a long one, both ends.
func (r *reader) condition() string {
	s := r.src[r.at:min(len(r.src), r.at+4096)]
	s, _, _ = strings.Cut(s, ";")
	if i := strings.LastIndex(strings.ToLower(s), " as '"); i >= 0 {
		s = s[:i]
	} else if i := strings.LastIndex(strings.ToLower(s), "\nas '"); i >= 0 {
		s = s[:i]
	}
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 200 {
		s = s[:90] + " … " + s[len(s)-100:]
	}
	return strings.ToValidUTF8(s, "")
}

// create reads CREATE: a model, a table made of a query, a view.
func (r *reader) create(line int) {
	if r.accept("or") {
		r.accept("replace")
	}
	for r.accept("temp") || r.accept("temporary") || r.accept("transient") || r.accept("external") || r.accept("materialized") || r.accept("dynamic") {
		continue
	}
	t := r.token()
	switch t.low {
	case "model":
		r.exists()
		r.model(line, r.name())
	case "table", "view":
		r.exists()
		r.into = r.name()
		r.query(line, "sql.create_"+t.low+"_as")
	default:
		r.unread(t)
		// CREATE SNOWFLAKE.ML.FORECAST name(…)
		if t.kind == word && t.low == "snowflake" {
			kind := r.name()
			if lower := strings.ToLower(kind); strings.HasPrefix(lower, "snowflake.ml.") {
				r.exists()
				r.add(line, "sql.create_model", arg("", r.name()), arg("model_type", strings.TrimPrefix(lower, "snowflake.ml.")))
			}
		}
	}
}

func (r *reader) exists() {
	if r.accept("if") {
		r.accept("not")
		r.accept("exists")
	}
}

// model reads the rest of CREATE MODEL as far as its options. A model that
// another system holds, or that was trained elsewhere, is not fitted here.
func (r *reader) model(line int, name string) {
	call, args := "sql.create_model", []fact.Arg{arg("", name)}
	depth := 0
scan:
	for range 4000 {
		t := r.token()
		switch {
		case t.kind == end || t.sign(";"):
			r.unread(t)
			break scan
		case t.sign("("):
			depth++
		case t.sign(")"):
			depth--
		case depth == 0 && (t.is("as") || t.is("from")):
			break scan
		case t.is("remote"):
			call = "sql.create_remote_model"
		case t.is("options") || t.is("settings"):
			args = append(args, r.options()...)
		case t.is("function") && depth == 0: // Redshift's name of the model in queries
			args = append(args, arg("function", r.name()))
		}
	}
	for _, a := range args {
		switch low := strings.ToLower(a.Value.Text); {
		case a.Name == "model_type" && (low == "tensorflow" || low == "tensorflow_lite" || low == "onnx" || low == "xgboost"), a.Name == "model_path":
			call = "sql.import_model"
		}
	}
	r.add(line, call, args...)
}

// options reads (name = value, …): of a list the first value.
func (r *reader) options() []fact.Arg {
	if t := r.token(); !t.sign("(") {
		r.unread(t)
		return nil
	}
	var out []fact.Arg
	depth, name, named := 1, "", false
	for range 4000 {
		t := r.token()
		switch {
		case t.kind == end || t.sign(";"):
			r.unread(t)
			return out
		case t.sign("("):
			depth++
		case t.sign(")"):
			if depth--; depth == 0 {
				return out
			}
		case t.sign("="):
			named = true
		case t.sign(","):
			if depth == 1 {
				named = false
			}
		case !named && t.kind == word:
			name = t.low
		case named && (t.kind == text || t.kind == word) && name != "" && len(out) < maxArgs:
			out = append(out, arg(name, t.text))
			name = ""
		}
	}
	return out
}

// query looks whether a query follows, past a list of columns and options, and
// adds the call that says so.
func (r *reader) query(line int, call string) {
	var seen []token
	depth := 0
	for range 400 {
		t := r.token()
		seen = append(seen, t)
		switch {
		case t.kind == end || t.sign(";") || t.sign("{{"):
		case t.sign("("):
			depth++
			continue
		case t.sign(")"):
			depth--
			continue
		case depth <= 1 && (t.is("select") || t.is("with")):
			r.add(line, call, arg("", r.into))
		default:
			continue
		}
		break
	}
	for i := len(seen) - 1; i >= 0; i-- {
		r.unread(seen[i])
	}
}

// name reads a dotted name.
func (r *reader) name() string {
	var b strings.Builder
	for b.Len() < maxText {
		t := r.token()
		if t.kind != word {
			r.unread(t)
			break
		}
		b.WriteString(t.text)
		dot := r.token()
		if !dot.sign(".") && !dot.sign("-") { // a project's name may have dashes
			r.unread(dot)
			break
		}
		b.WriteString(dot.text)
	}
	return cut(b.String())
}

// expression reads what a word of a query begins: a call in a namespace, or a
// call of a model of Snowflake's.
func (r *reader) expression(t token) {
	if t.is("select") || t.is("from") {
		return
	}
	r.unread(t)
	name := r.name()
	if name == "" {
		r.token()
		return
	}
	sign := r.token()
	switch {
	case sign.sign("!"):
		if method := r.token(); method.kind == word {
			r.called(t.line, "sql.model."+method.low, name)
		} else {
			r.unread(method)
		}
	case sign.sign("(") && strings.Contains(name, ".") && !strings.HasSuffix(name, "."):
		r.called(t.line, "sql."+strings.ToLower(name), r.modelArgument())
	default:
		r.unread(sign)
	}
}

// modelArgument is the model that a function is given first: MODEL name, or
// its name as a text.
func (r *reader) modelArgument() string {
	t := r.token()
	switch {
	case t.is("model"):
		return r.name()
	case t.kind == text:
		return t.text
	}
	r.unread(t)
	return ""
}

func (r *reader) called(line int, name, model string) {
	args := []fact.Arg{arg("", model)}
	if r.into != "" {
		args = append(args, arg("into", r.into))
	}
	r.add(line, cut(name), args...)
}

// template reads {{ ref('x') }} and its like: what dbt makes of a query.
func (r *reader) template() {
	t := r.token()
	if t.kind != word {
		r.unread(t)
		return
	}
	switch t.low {
	case "config":
		r.add(t.line, "dbt.config", r.options()...)
	case "ref", "source":
		value := ""
		if open := r.token(); !open.sign("(") {
			r.unread(open)
			return
		}
		if s := r.token(); s.kind == text {
			value = s.text
		} else {
			r.unread(s)
		}
		r.add(t.line, "dbt."+t.low, arg("", value))
	}
}
