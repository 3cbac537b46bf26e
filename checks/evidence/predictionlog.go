package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// PredictionLogs is what keeps the inputs and predictions of requests.
type PredictionLogs struct {
	Stored []graph.Use // in a store, a file or a tool made for it
	Text   []graph.Use // in the text log, or by a collector that is off
}

// PredictionLogs looks for what serving code keeps of each request, and for
// batch scores stored beside their inputs.
func (v *View) PredictionLogs() PredictionLogs {
	return Once(v, "prediction-logs", func() PredictionLogs {
		var l PredictionLogs
		for _, u := range v.Live(catalog.RolePredictionLog) {
			switch {
			case Code(u) && (!v.InService(u) && !v.asksModel(v.Graph.ScopesOf(u.Path)) || v.watchesModel(u.Path)):
			case strings.Contains(u.What, "ModelDataCollector") && !v.collects():
				l.Text = append(l.Text, u)
			default:
				l.Stored = append(l.Stored, u)
			}
		}
		for _, f := range v.Facts.Files() {
			if place.Of(f.Path) != place.Live || path.Ext(f.Path) != ".py" {
				continue
			}
			stored, text := v.requestLogs(f)
			l.Stored, l.Text = append(l.Stored, stored...), append(l.Text, text...)
			if u, ok := v.storedScores(f); ok {
				if v.serviceFiles()[f.Path] && overwrites(u) {
					l.Text = append(l.Text, u) // each request replaces the file of the last one
				} else {
					l.Stored = append(l.Stored, u)
				}
			}
		}
		return l
	})
}

// collects says whether something switches a platform's collector on.
func (v *View) collects() bool {
	on := pattern.MustCompile(`(?i)(collect_?model_?data|data_?collect(ion|or)[\w.]*enabled|modeldatacollection|model_data_collection)[\w.]*$`)
	for p, r := range fact.All[fact.Resource](v.Facts) {
		for _, a := range r.Attrs {
			if place.Of(p) == place.Live && on.MatchString(a.Key) && strings.EqualFold(a.Value, "true") {
				return true
			}
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		for _, a := range c.Args {
			if place.Of(p) == place.Live && on.MatchString(a.Name) && a.Value.Text == "True" {
				return true
			}
		}
	}
	return false
}

// What a request brings, and what the model makes of it, as people name them.
var (
	inputWords  = pattern.MustCompile(`(?i)(input|feature|request|payload|question|query|prompt|src|source|image|stats|instance|sample|record|text|flow|data|user_message|transaction|columns|values)`)
	outputWords = pattern.MustCompile(`(?i)(pred|y_hat|y_label|label|score|prob|confidence|answer|response|output|result|dst|target|completion|class|is_fraud|generat)`)
	storing     = pattern.MustCompile(`(?i)^_?(log|save|store|record|append|persist|write|insert|add|send|publish|track)_?(\w*_)?(prediction|inference|request|row|transaction|interaction|conversation|query|result|scored|chat|message)s?(_\w+)?$`)
)

// near is how many lines before a store the values it takes are put together.
const near = 25

// requestLogs returns the calls of one file's serving code that keep inputs
// together with predictions.
func (v *View) requestLogs(f fact.File) (stored, text []graph.Use) {
	appends := map[string]bool{} // scopes that open a file to append to it
	joins := map[string]bool{}   // scopes that join frames
	type said struct {
		line int
		text string
	}
	words := map[string][]said{}
	for _, x := range f.Facts {
		switch c := x.(type) {
		case fact.Define:
			var b strings.Builder
			for _, p := range c.Params {
				b.WriteString(p.Name + " ")
			}
			words[c.Name] = append(words[c.Name], said{c.Line, b.String()})
		case fact.Assign:
			if c.Value.Kind == fact.Dict || c.Value.Kind == fact.List {
				words[c.Scope] = append(words[c.Scope], said{c.Line, spell(c.Value)})
			}
		case fact.Call:
			appends[c.Scope] = appends[c.Scope] || opensToAppend(c)
			joins[c.Scope] = joins[c.Scope] || lastSegment(c.Name) == "concat"
			u := v.useOf(catalog.RolePredictionLog, f.Path, c.Line, c.Name, c.Scope, c)
			if c.Scope == "" || !v.InService(u) || !v.serviceFiles()[f.Path] && !v.nearPrediction(u.Node) {
				continue
			}
			to := v.handedTo(u.Node, c)
			joined := joins[c.Scope] && storesFrame(c)
			if !keepsRecord(c, appends[c.Scope]) && !joined && !writesLog(c) && len(to) == 0 {
				continue
			}
			own := spellArgs(c)
			var b strings.Builder
			b.WriteString(own)
			for _, w := range words[c.Scope] {
				if w.line <= c.Line && c.Line-w.line <= near {
					b.WriteString(" " + w.text)
				}
			}
			all := b.String()
			switch {
			case v.keepsHanded(to, f, c) && v.nearPrediction(u.Node):
				stored = append(stored, u)
			case slices.ContainsFunc(to, v.onlyLogs):
				if both(all + v.parameters(to[0])) {
					text = append(text, u)
				}
			case joined:
				if v.answers(u, f, c) {
					stored = append(stored, u)
				}
			case keepsRecord(c, appends[c.Scope]):
				if both(all) {
					stored = append(stored, u)
				}
			case writesLog(c) && both(own):
				text = append(text, u)
			}
		}
	}
	return stored, text
}

// both says whether words name what came in and, in other words, what went
// out.
func both(words string) bool {
	in, out := false, false
	for _, w := range wordsOf(words) {
		switch {
		case outputWords.MatchString(w):
			out = true
		case inputWords.MatchString(w):
			in = true
		}
	}
	return in && out
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" .,()[]{}+*\"'=:", r) })
}

// spell is the text of a value with that of its parts.
func spell(x fact.Value) string {
	var b strings.Builder
	b.WriteString(x.Text)
	for _, i := range x.Items {
		b.WriteString(" " + i.Text)
	}
	return b.String()
}

// keepsRecord says whether a call adds a record to something that lasts, by
// what it calls or, where that is a function nobody can look into, by its name.
func keepsRecord(c fact.Call, appends bool) bool {
	return addsRecord(c, appends) || c.Recv == "" && storing.MatchString(lastSegment(c.Name))
}

// addsRecord says whether a call adds a record to a store or to a file.
func addsRecord(c fact.Call, appends bool) bool {
	switch lastSegment(c.Name) {
	case "insert_one", "insert_many", "insert_rows", "insert_rows_json", "put_item", "put_record", "put_records", "bulk_create", "index_document", "xadd",
		"bulk_save_objects", "bulk_insert_mappings", "execute_values":
		return true
	case "create", "get_or_create", "update_or_create":
		return strings.HasSuffix(c.Recv, ".objects")
	case "add", "add_all":
		return strings.Contains(c.Recv, "session") || c.Recv == "db" || strings.HasSuffix(c.Recv, ".db")
	case "execute", "executemany":
		return len(c.Args) > 0 && inserts(c.Args[0].Value)
	case "send", "produce":
		return strings.Contains(strings.ToLower(c.Recv), "producer")
	case "put_object", "upload_from_string", "upload_blob":
		return true
	case "to_csv", "to_sql":
		return slices.ContainsFunc(c.Args, func(a fact.Arg) bool {
			return (a.Name == "mode" || a.Name == "if_exists") && strings.HasPrefix(a.Value.Text, "a")
		})
	case "writerow", "write", "dump", "writelines":
		return appends
	}
	return false
}

// inserts says whether a statement, written out or built by a library, adds
// rows.
func inserts(x fact.Value) bool {
	low := strings.ToLower(x.Text)
	return strings.Contains(low, "insert into") || x.Kind == fact.CallOf && slices.Contains(strings.Split(low, "."), "insert")
}

func writesLog(c fact.Call) bool {
	switch lastSegment(c.Name) {
	case "info", "debug", "warning", "log":
		return strings.Contains(strings.ToLower(c.Recv), "log") || strings.HasPrefix(c.Name, "logging.")
	case "print":
		return c.Recv == ""
	}
	return false
}

// nearPrediction says whether a scope predicts itself, or is called by one
// that does.
func (v *View) nearPrediction(n graph.ID) bool {
	if n < 0 {
		return false
	}
	if v.asksModel([]graph.ID{n}) {
		return true
	}
	for _, c := range v.callers()[n] {
		if v.Graph.Node(c).Kind == graph.Scope && v.asksModel([]graph.ID{c}) {
			return true
		}
	}
	return false
}

var (
	scoreColumn = pattern.MustCompile(`(?i)\[["'][^"']*(pred|score|prob|label|forecast|output)[^"']*["']\]$`)
	scoreFile   = pattern.MustCompile(`(?i)(predict|scor|infer|batch)`)
	testSet     = pattern.MustCompile(`(?i)((^|_)(x|y|df)_test$|^test_(data|df|set)|(^|_)y_true)`)
	offline     = pattern.MustCompile(`(?i)(train|eval|submission|test|backtest|experiment)`)
)

// storedScores returns where a batch job writes a frame that holds the inputs
// and, in a column of its own, the prediction.
func (v *View) storedScores(f fact.File) (graph.Use, bool) {
	trains := Once(v, "training-paths", func() map[string]bool {
		m := map[string]bool{}
		for _, u := range v.Training() {
			m[u.Path] = true
		}
		return m
	})
	if trains[f.Path] || offline.MatchString(path.Base(f.Path)) {
		return graph.Use{}, false
	}
	scored, held := false, false
	var write fact.Call
	for _, x := range f.Facts {
		switch c := x.(type) {
		case fact.Define:
			for _, p := range c.Params {
				held = held || testSet.MatchString(p.Name)
			}
		case fact.Assign:
			held = held || testSet.MatchString(c.Name)
			scored = scored || scoreColumn.MatchString(c.Name) && (strings.Contains(c.Value.Text, "predict") || strings.Contains(c.Value.Text, "pred") || strings.Contains(c.Value.Text, "score"))
		case fact.Call:
			method := lastSegment(c.Name)
			if (method == "score_batch" || method == "transform" && strings.Contains(c.Recv, "model") || method == "withColumn" && len(c.Args) > 0 && outputWords.MatchString(c.Args[0].Value.Text)) && !c.Magic {
				scored = true
			}
			if scored && write.Line == 0 && storesFrame(c) && !intoMemory(f, c) {
				write = c
			}
		}
	}
	if write.Line == 0 || held {
		return graph.Use{}, false
	}
	u := v.useOf(catalog.RolePredictionLog, f.Path, write.Line, "scores stored with their inputs by "+lastSegment(write.Name), write.Scope, write)
	_, reached := v.Graph.Reached(u.Node, append([]graph.Event{graph.Serving}, graph.Triggered...)...)
	// A scoring program that a person runs will do; a function nobody calls will not.
	_, byHand := v.Graph.Reached(u.Node, graph.Hand)
	return u, reached || v.serviceFiles()[f.Path] || byHand && scoreFile.MatchString(path.Base(f.Path))
}

// overwrites says whether a frame is written to one local file by name.
func overwrites(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok || !strings.HasPrefix(lastSegment(c.Name), "to_") || len(c.Args) == 0 {
		return false
	}
	a := c.Args[0].Value
	return a.Kind == fact.String && !strings.Contains(a.Text, "://")
}

// intoMemory says whether a frame is written nowhere but into a buffer or the
// text that the call returns: the answer to a request, not a store.
func intoMemory(f fact.File, c fact.Call) bool {
	method := lastSegment(c.Name)
	if method != "to_csv" && method != "to_json" && method != "to_parquet" {
		return false
	}
	var to fact.Value
	for i, a := range c.Args {
		if i == 0 && a.Name == "" || strings.HasPrefix(a.Name, "path") {
			to = a.Value
		}
	}
	if to.Kind == fact.NoValue || buffer(to.Text) {
		return true
	}
	return to.Kind == fact.Name && slices.ContainsFunc(f.Facts, func(x fact.Fact) bool {
		made, ok := x.(fact.Call)
		return ok && made.Target == to.Text && made.Scope == c.Scope && buffer(made.Name)
	})
}

// buffer says whether a name is that of a file in memory.
func buffer(name string) bool {
	last := lastSegment(name)
	return last == "StringIO" || last == "BytesIO"
}

func storesFrame(c fact.Call) bool {
	switch lastSegment(c.Name) {
	case "to_parquet", "to_sql", "to_gbq", "saveAsTable", "insertInto", "write_deltalake", "to_delta", "to_csv", "to_json":
	case "parquet", "save", "csv", "json", "jdbc":
		if !strings.Contains(c.Recv, "write") {
			return false
		}
	default:
		return false
	}
	for _, a := range c.Args {
		if strings.Contains(a.Value.Text, "submission") {
			return false
		}
	}
	return true
}
