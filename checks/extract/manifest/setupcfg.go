package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// setupCfg reads setuptools' declarative file, and tox's sections in it.
func (r *reader) setupCfg(n *settings.Node) {
	name := n.Str("metadata", "name")
	r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: "ini", Kind: "setup.cfg", Name: name, Attrs: settings.Flatten(n)})
	options := n.Get("options")
	r.lineSpecs(options.Get("install_requires"), "")
	r.lineSpecs(options.Get("setup_requires"), "build")
	r.lineSpecs(options.Get("tests_require"), "test")
	for _, extra := range n.Get("options.extras_require").Each() {
		r.lineSpecs(extra, normalize(extra.Key))
	}
	for _, group := range n.Get("options.entry_points").Each() {
		for _, l := range lines(group) {
			name, target, ok := strings.Cut(l.Text, "=")
			if ok {
				r.entryPoint(strings.TrimSpace(name), target, group.Key, l.At())
			}
		}
	}
	r.tox(n, 0)
}

// lines are the lines of a value: of its continuation, or the one it has.
func lines(n *settings.Node) []*settings.Node {
	if n.IsScalar() && n.Text != "" {
		return []*settings.Node{n}
	}
	return n.Each()
}

// lineSpecs reads requirements one a line; "file:" refers to a file of them.
func (r *reader) lineSpecs(n *settings.Node, group string) {
	for _, l := range lines(n) {
		if files, ok := strings.CutPrefix(l.Text, "file:"); ok {
			for f := range strings.SplitSeq(files, ",") {
				r.add(fact.Dependency{Pos: fact.Pos{Line: l.At()}, Ecosystem: "pypi", Group: group, Via: "-r " + strings.TrimSpace(f)})
			}
			continue
		}
		if text := strings.TrimSpace(stripComment(l.Text)); text != "" {
			r.spec(text, l.At(), group)
		}
	}
}
