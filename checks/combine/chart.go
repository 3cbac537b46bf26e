package combine

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/structured"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// Bounds of the charts of a commit.
const (
	maxTemplates = 500
	maxValues    = 200      // values files
	maxWork      = 16 << 20 // values looked at and bytes made of them
)

// chart is a Helm chart: what its templates may ask for.
type chart struct {
	dir    string
	about  *settings.Node   // Chart.yaml
	values []*settings.Node // the strongest first; the first that says something counts
	set    map[string]bool  // keys that a command sets to what nobody knows
	left   *int             // work that may still be done, for all charts together
}

// helm fills the values of each chart into its templates.
func (c *commit) helm() {
	reader := structured.New()
	var charts map[string]*chart // by folder
	filled := 0
	for _, f := range c.files {
		dir, ok := chartDir(f.Path)
		if !ok {
			continue
		}
		text, ok := c.source(f.Path, "helm")
		if !ok {
			continue
		}
		if charts == nil {
			charts = c.charts()
		}
		ch := charts[dir]
		dialect, routed := reader.Route(f.Path)
		if ch == nil || !routed || filled == maxTemplates {
			continue
		}
		filled++
		c.fillTemplate(f.Path, text, dialect, ch, reader)
	}
}

// chartDir is the folder of the chart that a template belongs to.
func chartDir(p string) (string, bool) {
	if i := strings.LastIndex("/"+p, "/templates/"); i >= 0 {
		return strings.TrimPrefix(("/" + p)[:i], "/"), true
	}
	return "", false
}

// fillTemplate replaces what a template says unfilled. One that cannot be
// filled stays as its reader found it.
func (c *commit) fillTemplate(file, text, dialect string, ch *chart, reader extract.Extractor) {
	plain, lines, err := render(text, ch)
	if err != nil {
		return
	}
	facts, err := extract.Run(c.ctx, reader, dialect, plain)
	if err != nil {
		return
	}
	c.gaps = slices.DeleteFunc(slices.Clone(c.gaps), func(g repo.Gap) bool { return g.Path == file })
	out := slices.DeleteFunc(slices.Clone(c.of(file)), func(f fact.Fact) bool {
		switch f.(type) {
		case fact.Resource, fact.Command, fact.Image, fact.Copy, fact.Source:
			return true
		}
		return false
	})
	for _, f := range facts {
		out = append(out, moved(f, lines))
	}
	slices.SortStableFunc(out, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	c.now[file] = out
}

// moved gives a fact of the filled text the lines of the template.
func moved(f fact.Fact, lines []int) fact.Fact {
	at := func(n int) int {
		if n < 1 || len(lines) == 0 {
			return 1
		}
		return lines[min(n, len(lines))-1]
	}
	switch x := f.(type) {
	case fact.Resource:
		x.Line = at(x.Line)
		x.Attrs = slices.Clone(x.Attrs)
		for i := range x.Attrs {
			x.Attrs[i].Line = at(x.Attrs[i].Line)
		}
		return x
	case fact.Command:
		x.Line = at(x.Line)
		return x
	case fact.Image:
		x.Line = at(x.Line)
		return x
	case fact.Copy:
		x.Line = at(x.Line)
		return x
	}
	return fact.Source{} // nothing else comes of a document; it is taken away at the end
}

// charts finds the charts of the commit with what sets their values: their own
// values.yaml, what the chart above says of them, the other values files that
// are theirs or nobody's, and the commands that set keys.
func (c *commit) charts() map[string]*chart {
	out := map[string]*chart{}
	trees := map[string]*settings.Node{} // values files
	var loose []string
	left := maxWork
	for _, f := range c.files {
		for _, x := range f.Facts {
			r, ok := x.(fact.Resource)
			switch {
			case !ok || r.System != "helm":
			case r.Kind == "chart":
				dir := path.Dir(f.Path)
				if dir == "." {
					dir = ""
				}
				out[dir] = &chart{dir: dir, about: treeOf(r.Attrs), set: c.setKeys(), left: &left}
			case r.Kind == "values" && trees[f.Path] == nil && len(trees) < maxValues:
				trees[f.Path] = treeOf(r.Attrs)
				loose = append(loose, f.Path)
			}
		}
	}
	owner := func(p string) (string, bool) {
		for dir := path.Dir(p); ; dir = path.Dir(dir) {
			if dir == "." {
				dir = ""
			}
			if out[dir] != nil {
				return dir, true
			}
			if dir == "" || dir == "/" {
				return "", false
			}
		}
	}
	for dir, ch := range out {
		above := path.Dir(path.Dir(dir))
		if parent := trees[path.Join(above, "values.yaml")]; path.Base(path.Dir(dir)) == "charts" {
			ch.add(parent.Get(path.Base(dir)))
		}
		ch.add(trees[path.Join(dir, "values.yaml")])
		for _, p := range loose {
			if len(ch.values) == 16 {
				break
			}
			if d, owned := owner(p); path.Base(p) != "values.yaml" && path.Base(path.Dir(p)) != "ci" && owned && d == dir || !owned {
				ch.add(trees[p])
			}
		}
	}
	return out
}

func (ch *chart) add(n *settings.Node) {
	if n != nil {
		ch.values = append(ch.values, n)
	}
}

// setKeys are the keys that helm commands set on the spot.
func (c *commit) setKeys() map[string]bool {
	if c.sets != nil {
		return c.sets
	}
	c.sets = map[string]bool{}
	for _, f := range c.files {
		for _, x := range f.Facts {
			k, ok := x.(fact.Command)
			if !ok || len(k.Argv) == 0 || path.Base(k.Argv[0]) != "helm" {
				continue
			}
			for i, w := range k.Argv {
				pairs := ""
				if name, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(name, "--set") {
					pairs = value
				} else if strings.HasPrefix(w, "--set") && i+1 < len(k.Argv) {
					pairs = k.Argv[i+1]
				}
				for pair := range strings.SplitSeq(pairs, ",") {
					key, _, _ := strings.Cut(pair, "=")
					for len(c.sets) < 1000 && key != "" {
						c.sets[key] = true
						key = key[:max(0, strings.LastIndexByte(key, '.'))]
					}
				}
			}
		}
	}
	return c.sets
}

// treeOf builds the tree again whose leaves a resource lists.
func treeOf(attrs []fact.Attr) *settings.Node {
	root := &settings.Node{Kind: settings.Map}
	index := map[string]*settings.Node{"": root}
	for _, a := range attrs {
		n, key := root, a.Key
		for at, depth := 0, 0; ; depth++ {
			i := strings.IndexByte(key[at:], '.')
			if depth == settings.MaxDepth {
				i = -1 // dots of a key, not levels
			}
			end := len(key)
			if i >= 0 {
				end = at + i
			}
			child := index[key[:end]]
			if child == nil {
				child = &settings.Node{Key: key[at:end], Line: a.Line}
				index[key[:end]] = child
				n.Kind, n.Items = settings.Map, append(n.Items, child)
			}
			n = child
			if i < 0 {
				break
			}
			at = end + 1
		}
		n.Text = a.Value
	}
	return root
}
