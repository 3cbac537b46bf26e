package manifest

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// poetry reads the tables poetry had before and beside PEP 621.
func (r *reader) poetry(n *settings.Node) {
	r.versionTable(n.Get("dependencies"), "")
	r.versionTable(n.Get("dev-dependencies"), "dev")
	for _, g := range n.Get("group").Each() {
		r.versionTable(g.Get("dependencies"), groupName(g.Key))
	}
	r.entryPoints(n.Get("scripts"), "console_scripts")
	for _, plugin := range n.Get("plugins").Each() {
		r.entryPoints(plugin, plugin.Key)
	}
}

// pipfile reads the two tables of pipenv and its scripts.
func (r *reader) pipfile(n *settings.Node) {
	r.versionTable(n.Get("packages"), "")
	r.versionTable(n.Get("dev-packages"), "dev")
	for _, category := range n.Each() {
		switch category.Key {
		case "packages", "dev-packages", "source", "requires", "scripts", "pipenv":
		default:
			r.versionTable(category, groupName(category.Key))
		}
	}
	r.scriptTable(n.Get("scripts"))
}

// versionTable reads a table whose keys are packages and whose values are
// versions or tables, as poetry, pipenv and pixi's pypi tables have it. The
// interpreter itself is no package.
func (r *reader) versionTable(n *settings.Node, group string) {
	for _, p := range n.Each() {
		if strings.EqualFold(p.Key, "python") {
			continue
		}
		name, rest := cutName(p.Key)
		if name == "" || rest != "" {
			continue
		}
		d := fact.Dependency{Pos: fact.Pos{Line: p.At()}, Ecosystem: "pypi", Name: normalize(name), Group: group}
		switch p.Kind {
		case settings.Scalar:
			d.Spec = p.Text
			d.Pinned = exactVersion(p.Text)
		case settings.Map:
			tableSpec(&d, p)
		case settings.List: // several constraints with markers
			for i, one := range p.Items {
				if i == 0 && one.IsMap() {
					tableSpec(&d, one)
				}
			}
		}
		r.add(d)
	}
}

func tableSpec(d *fact.Dependency, p *settings.Node) {
	d.Spec = p.Str("version")
	d.Pinned = exactVersion(d.Spec)
	if git := p.Str("git"); git != "" {
		ref := p.Str("rev") + p.Str("ref")
		d.Spec, d.Pinned = git, isCommit(ref)
		if ref += p.Str("tag"); ref != "" {
			d.Spec += "@" + ref
		}
	}
	if u := p.Str("url") + p.Str("file"); u != "" {
		d.Spec, d.Pinned = u, pinnedURL(u)
	}
	if dir := p.Str("path"); dir != "" {
		d.Via = "file:" + dir
	}
}

// exactVersion says whether a version of poetry's or npm's kind admits one
// version only: "1.2.3" or "==1.2.3", but not "^1.2", "~1.2", "1.*" or "*".
func exactVersion(s string) bool {
	s = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(s), "="))
	if !startsWithDigit(s) || strings.Trim(s, versionBytes) != "" {
		return false
	}
	return !strings.ContainsAny(s, "*!") && !strings.Contains(s, ".x")
}
