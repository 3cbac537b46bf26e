package gitlabci

import (
	"context"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// Part is one file of a pipeline.
type Part struct {
	Text   string
	Inputs []fact.Arg // what the include gives it
}

// maxNodes bounds the values of all parts of a pipeline.
const maxNodes = 4 * settings.MaxNodes

// Join reads the parts of one pipeline in the order in which GitLab merges
// them: a file after those that it includes, since it overrides them. It
// returns the facts of each part, in line order, with the first error.
//
// A job stands in the part that says the last word on it. What it takes from
// another part stands where it says so: at its extends, or at its first line.
func Join(ctx context.Context, parts []Part) ([][]fact.Fact, error) { return read(ctx, parts) }

// read puts the sources one below the other, so that one line number tells part
// and line, and gives each part its facts back.
func read(ctx context.Context, parts []Part) ([][]fact.Fact, error) {
	r := &reader{root: &settings.Node{Kind: settings.Map}}
	var all []string
	var roots []*settings.Node
	var err error
	nodes := 0
	for _, p := range parts {
		docs, e := settings.YAML([]byte(p.Text))
		if err == nil {
			err = e
		}
		var root *settings.Node
		if len(docs) > 0 && docs[len(docs)-1].IsMap() {
			root = docs[len(docs)-1] // a header of inputs may stand in front
			nodes += place(root, r.height, values(docs[0], p.Inputs))
		}
		r.bases = append(r.bases, r.height)
		r.height += strings.Count(p.Text, "\n") + 1
		all = append(all, p.Text)
		if root != nil && nodes <= maxNodes {
			roots = append(roots, root)
		}
	}
	facts := make([][]fact.Fact, len(parts))
	if len(roots) == 0 {
		return facts, err
	}
	r.File = ci.NewFile(ctx, []byte(strings.Join(all, "\n")))
	for _, root := range roots {
		r.includes(root.Get("include"), "")
		for _, n := range root.Items {
			r.starts = append(r.starts, n.Line)
		}
		r.root = merge(r.root, root, 0)
	}
	slices.Sort(r.starts)
	r.read()
	joined, scriptErr := r.Facts()
	if r.tooMany {
		err = errTooMany
	}
	if err == nil {
		err = scriptErr
	}
	for _, f := range joined {
		r.share(facts, f)
	}
	for _, list := range facts {
		slices.SortStableFunc(list, func(a, b fact.Fact) int { return a.At() - b.At() })
	}
	return facts, err
}

// merge lays one map over another, as GitLab does: maps key by key, everything
// else as a whole.
func merge(under, over *settings.Node, depth int) *settings.Node {
	if len(under.Items) == 0 {
		return over
	}
	out := *over
	out.Items = slices.Clone(under.Items)
	at := make(map[string]int, len(out.Items))
	for i, n := range out.Items {
		at[n.Key] = i
	}
	for _, n := range over.Items {
		i, ok := at[n.Key]
		switch {
		case !ok:
			out.Items = append(out.Items, n)
		case n.IsMap() && out.Items[i].IsMap() && depth < settings.MaxDepth:
			out.Items[i] = merge(out.Items[i], n, depth+1)
		default:
			out.Items[i] = n
		}
	}
	return &out
}

// place moves a tree down by a number of lines and fills its inputs in. It
// returns the number of values.
func place(n *settings.Node, down int, inputs map[string]string) int {
	n.Line, n.Value = n.Line+down, n.Value+down
	n.Key, n.Text = fill(n.Key, inputs), fill(n.Text, inputs)
	count := 1
	for _, c := range n.Items {
		count += place(c, down, inputs)
	}
	return count
}

// share gives a fact to the part its job stands in.
func (r *reader) share(facts [][]fact.Fact, f fact.Fact) {
	line, home := f.At(), f.At()
	if j, ok := r.at[jobOf(f)]; ok {
		home = j
	}
	part := r.part(home)
	if r.part(line) != part {
		line = home
	}
	line -= r.bases[part]
	switch x := f.(type) {
	case fact.Job:
		x.Line, x.End = line, max(line, x.End-r.bases[part])
		f = x
	case fact.Trigger:
		x.Line = line
		f = x
	case fact.Command:
		x.Line = line
		f = x
	case fact.Uses:
		x.Line = line
		f = x
	case fact.Image:
		x.Line = line
		f = x
	}
	facts[part] = append(facts[part], f)
}

// part is the number of the part that a line is of.
func (r *reader) part(line int) int {
	return max(0, sort.SearchInts(r.bases, line)-1)
}

// end is the last line of what begins at a line of the top level.
func (r *reader) end(line int) int {
	last := r.height
	if p := r.part(line); p+1 < len(r.bases) {
		last = r.bases[p+1]
	}
	if i := sort.SearchInts(r.starts, line+1); i < len(r.starts) {
		last = min(last, r.starts[i]-1)
	}
	return last
}

func jobOf(f fact.Fact) string {
	switch x := f.(type) {
	case fact.Job:
		return x.Name
	case fact.Trigger:
		return x.Job
	case fact.Command:
		return x.Job
	case fact.Uses:
		return x.Job
	case fact.Image:
		return x.Stage
	}
	return ""
}

// inputs are written $[[ inputs.x ]].
var inputs = regexp.MustCompile(`\$\[\[\s*([^\[\]]*?)\s*\]\]`)

// fill replaces the inputs that are known by their values, and the others by
// an expression that nobody resolves.
func fill(s string, known map[string]string) string {
	n := strings.Count(s, "$[[")
	if n == 0 {
		return s
	}
	if n > 64 {
		known = nil // a text that would grow many times over
	}
	return inputs.ReplaceAllStringFunc(s, func(m string) string {
		name := inputs.FindStringSubmatch(m)[1]
		if v, ok := known[strings.TrimPrefix(name, "inputs.")]; ok {
			return v
		}
		return "${{ " + name + " }}"
	})
}

// values are the inputs of a file: what is given, else the default that its
// header names.
func values(header *settings.Node, given []fact.Arg) map[string]string {
	out := map[string]string{}
	note := func(name, value string) {
		if len(value) <= 1024 && !strings.Contains(value, "\n") && !strings.Contains(value, "$[[") {
			out[name] = value
		}
	}
	for _, in := range header.Get("spec", "inputs").Each() {
		if d := in.Get("default"); d.IsScalar() {
			note(in.Key, d.Text)
		}
	}
	for _, a := range given {
		if len(a.Value.Items) == 0 {
			note(a.Name, a.Value.Text)
		}
	}
	return out
}

// Includes lists what a file takes in, for all its jobs.
func Includes(src []byte) []fact.Uses {
	docs, _ := settings.YAML(src)
	if len(docs) == 0 {
		return nil
	}
	r := &reader{File: ci.NewFile(context.Background(), nil)}
	r.includes(docs[len(docs)-1].Get("include"), "")
	facts, _ := r.Facts()
	var out []fact.Uses
	for _, f := range facts {
		if u, ok := f.(fact.Uses); ok {
			out = append(out, u)
		}
	}
	return out
}
