package combine

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/terraform"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// Bounds of Terraform's references.
const (
	maxReferences = 8      // from one to the next
	maxResolved   = 50_000 // of a commit
	maxSpread     = 64     // leaves of an object that a reference stands for
)

// module is a folder of Terraform files: what its variables and locals are.
type module struct {
	defaults map[string]*settings.Node // of variables
	locals   map[string]*settings.Node
	files    []valuesFile          // files of values that are of it, in path order
	calls    map[string][]argument // what modules that call it give its variables
}

// valuesFile is one file of values.
type valuesFile struct {
	path string
	tree *settings.Node
}

// argument is a value that stands in another module's folder.
type argument struct {
	dir   string
	value *settings.Node
}

// terraform fills in what variables and locals are, where nothing but the
// files here says it: defaults, files of values, and what a module is called
// with. Where two places differ, the reference stays as it is written.
func (c *commit) terraform() {
	var modules map[string]*module
	for _, f := range c.files {
		if !terraformFile(f.Path) {
			continue
		}
		if modules == nil {
			modules = c.modules()
		}
		r := resolver{modules: modules, left: &c.references}
		for i, x := range f.Facts {
			res, ok := x.(fact.Resource)
			if !ok || res.System != "terraform" {
				continue
			}
			if res.Kind == terraform.Values {
				c.set(f, i, nil)
				continue
			}
			if attrs, changed := r.attrs(folder(f.Path), res); changed {
				res.Attrs = attrs
				c.set(f, i, res)
			}
		}
	}
	for p, list := range c.now {
		if terraformFile(p) {
			c.now[p] = slices.DeleteFunc(list, func(f fact.Fact) bool { return f == nil })
		}
	}
}

// set puts a fact, or nothing, in the place of one that a reader gave.
func (c *commit) set(f fact.File, i int, x fact.Fact) {
	if c.now[f.Path] == nil {
		c.now[f.Path] = slices.Clone(f.Facts)
	}
	c.now[f.Path][i] = x
}

func terraformFile(p string) bool {
	for _, ext := range []string{".tf", ".tf.json", ".tfvars", ".tfvars.json"} {
		if strings.HasSuffix(p, ext) {
			return true
		}
	}
	return false
}

func folder(p string) string {
	if d := path.Dir(p); d != "." {
		return d
	}
	return ""
}

// modules gathers what the folders say.
func (c *commit) modules() map[string]*module {
	out := map[string]*module{}
	at := func(dir string) *module {
		if out[dir] == nil {
			out[dir] = &module{defaults: map[string]*settings.Node{}, locals: map[string]*settings.Node{}, calls: map[string][]argument{}}
		}
		return out[dir]
	}
	var files []valuesFile
	for _, f := range c.files {
		if !terraformFile(f.Path) {
			continue
		}
		dir := folder(f.Path)
		for _, x := range f.Facts {
			r, ok := x.(fact.Resource)
			if !ok || r.System != "terraform" {
				continue
			}
			switch r.Kind {
			case "variable":
				at(dir).defaults[r.Name] = treeOf(r.Attrs).Get("default")
			case "locals":
				for _, n := range treeOf(r.Attrs).Items {
					at(dir).locals[n.Key] = n
				}
			case "module":
				tree := treeOf(r.Attrs)
				if source := tree.Str("source"); strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") {
					called := at(strings.TrimPrefix(path.Join("/", dir, source), "/"))
					for _, n := range tree.Items {
						called.calls[n.Key] = append(called.calls[n.Key], argument{dir, n})
					}
				}
			case terraform.Values:
				files = append(files, valuesFile{f.Path, treeOf(r.Attrs)})
			}
		}
	}
	// A file of values is of the nearest folder above it that has variables.
	for _, v := range files {
		dir := folder(v.path)
		for dir != "" && (out[dir] == nil || len(out[dir].defaults) == 0) {
			dir = folder(dir)
		}
		if m := out[dir]; m != nil && len(m.defaults) > 0 {
			m.files = append(m.files, v)
		}
	}
	return out
}

// auto says whether Terraform reads a file of values without being told to.
func (v valuesFile) auto() bool {
	base := strings.TrimSuffix(path.Base(v.path), ".json")
	return base == "terraform.tfvars" || strings.HasSuffix(base, ".auto.tfvars")
}

// resolver follows references.
type resolver struct {
	modules map[string]*module
	left    *int
}

var (
	reference = regexp.MustCompile(`^(var|local)((?:\.[A-Za-z_][\w-]*|\["[^"\[\]]+"\]|\[\d+\])+)$`)
	step      = regexp.MustCompile(`[A-Za-z_0-9][\w-]*|"[^"]+"`)
	embedded  = regexp.MustCompile(`\$\{\s*([^{}]*?)\s*\}`)
)

// attrs returns the attributes of a block with what is known filled in.
func (r resolver) attrs(dir string, res fact.Resource) ([]fact.Attr, bool) {
	if res.Kind == "variable" || res.Kind == "locals" || res.Kind == "output" {
		return nil, false
	}
	var out []fact.Attr
	for i, a := range res.Attrs {
		n := r.value(dir, a.Value, 0)
		if n != nil && out == nil {
			out = slices.Clone(res.Attrs[:i])
		}
		switch {
		case n == nil:
			if out != nil {
				out = append(out, a)
			}
		case n.Kind == settings.Scalar:
			out = append(out, fact.Attr{Line: a.Line, Key: a.Key, Value: settings.Cut(n.Text, 1024)})
		default:
			out = append(out, spread(a, n)...)
		}
		if len(out) > settings.MaxAttrs {
			return nil, false
		}
	}
	return out, out != nil
}

// spread writes an object or list as the leaves it has.
func spread(a fact.Attr, n *settings.Node) []fact.Attr {
	leaves := settings.Flatten(n)
	if len(leaves) > maxSpread {
		return []fact.Attr{a}
	}
	for i := range leaves {
		leaves[i].Key, leaves[i].Line = settings.Cut(a.Key+"."+leaves[i].Key, 1024), a.Line
	}
	return leaves
}

// value is what a text says with its references filled in, nil when it has none
// or one of them is not known.
func (r resolver) value(dir, text string, depth int) *settings.Node {
	if !strings.Contains(text, "var.") && !strings.Contains(text, "local.") {
		return nil
	}
	if *r.left++; *r.left > maxResolved || depth > maxReferences {
		return nil
	}
	inner := text
	if m := embedded.FindStringSubmatch(text); m != nil && m[0] == text {
		inner = m[1]
	}
	if m := reference.FindStringSubmatch(inner); m != nil {
		return r.follow(dir, m[1] == "var", step.FindAllString(m[2], -1), depth)
	}
	known := strings.Contains(text, "${")
	filled := embedded.ReplaceAllStringFunc(text, func(s string) string {
		if m := reference.FindStringSubmatch(embedded.FindStringSubmatch(s)[1]); m != nil {
			if n := r.follow(dir, m[1] == "var", step.FindAllString(m[2], -1), depth); n.IsScalar() && n.Text != "" {
				return n.Text
			}
		}
		known = false
		return s
	})
	if !known || len(filled) > 4096 {
		return nil
	}
	return &settings.Node{Text: filled}
}

// follow looks a variable or local up and goes down to a part of it.
func (r resolver) follow(dir string, variable bool, steps []string, depth int) *settings.Node {
	m := r.modules[dir]
	if m == nil || len(steps) == 0 {
		return nil
	}
	var n *settings.Node
	if variable {
		n, dir = m.variable(dir, steps[0])
	} else {
		n = m.locals[steps[0]]
	}
	for _, s := range steps[1:] {
		if n != nil && n.Kind == settings.Scalar && n.Text != "" {
			n = r.value(dir, n.Text, depth+1)
		}
		n = n.Get(strings.Trim(s, `"`))
	}
	if n == nil || n.Kind != settings.Scalar {
		return n
	}
	if strings.Contains(n.Text, "var.") || strings.Contains(n.Text, "local.") {
		return r.value(dir, n.Text, depth+1)
	}
	if !literal(n.Text) {
		return nil
	}
	return n
}

// variable is what a variable of a module is, and the folder whose words that
// is said in: what all who call the module give it, else a file of values, else
// its default.
func (m *module) variable(dir, name string) (*settings.Node, string) {
	if calls := m.calls[name]; len(calls) > 0 {
		for _, c := range calls[1:] {
			if c.dir != calls[0].dir || !same(c.value, calls[0].value) {
				return nil, dir
			}
		}
		return calls[0].value, calls[0].dir
	}
	var told *settings.Node
	for _, v := range m.files {
		n := v.tree.Get(name)
		switch {
		case n == nil:
		case v.auto():
			return n, dir
		case told == nil:
			told = n
		case !same(told, n):
			return nil, dir
		}
	}
	if told != nil {
		return told, dir
	}
	return m.defaults[name], dir
}

func same(a, b *settings.Node) bool {
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Items {
		if a.Items[i].Key != b.Items[i].Key || !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return true
}

// literal says whether a value stands for itself: expressions and the marks
// that a release tool replaces do not.
func literal(s string) bool {
	if strings.ContainsAny(s, "${}#()[]?") && !scheduleWords.MatchString(s) {
		return false
	}
	for _, prefix := range []string{"module.", "data.", "each.", "path.", "aws_", "google_", "azurerm_"} {
		if strings.HasPrefix(s, prefix) {
			return false
		}
	}
	_, err := strconv.Unquote(s)
	return err != nil // a quoted text in a text is a piece of an expression
}

// scheduleWords are expressions that a scheduler reads.
var scheduleWords = regexp.MustCompile(`^(cron|rate|at)\([^(){}$]*\)$`)
