package manifest

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// readConda reads an environment file: a list of specs under "dependencies"
// with one more list under "pip". Any other YAML of that name is not one.
func readConda(r *reader, group string, src []byte) error {
	docs, err := settings.YAML(src)
	for _, doc := range docs {
		for _, item := range doc.Get("dependencies").Each() {
			switch {
			case doc.Get("dependencies").Kind != settings.List:
			case item.IsScalar():
				r.condaSpec(item.Text, item.At(), group)
			case item.IsMap():
				for _, p := range item.Get("pip").Each() {
					if p.IsScalar() {
						r.requirementLine(p.Text, p.At(), group, false)
					}
				}
			}
		}
	}
	if errors.Is(err, settings.ErrLarge) || len(docs) == 0 && bytes.Contains(src, []byte("\ndependencies:")) {
		return err
	}
	return nil // not an environment file, whatever its name
}

// condaSpec reads "channel::name[extras]=version=build" or "name >=1,<2".
func (r *reader) condaSpec(s string, line int, group string) {
	if _, after, ok := strings.Cut(s, "::"); ok {
		s = after
	}
	s = strings.TrimSpace(s)
	name, rest := cutName(s)
	if name == "" {
		return
	}
	rest = strings.TrimSpace(rest)
	if inner, ok := strings.CutPrefix(rest, "["); ok { // name[version='>=1']
		_, version, _ := strings.Cut(inner, "version=")
		rest = strings.Trim(strings.TrimSuffix(strings.TrimSpace(version), "]"), "'\"")
	}
	if rest != "" && !strings.ContainsRune("=<>!~*0123456789", rune(rest[0])) {
		return
	}
	r.add(fact.Dependency{
		Pos: fact.Pos{Line: line}, Ecosystem: "conda", Name: normalize(name),
		Spec: rest, Pinned: condaPinned(rest), Group: group,
	})
}

// condaPinned says whether a spec names one full version: "==1", "=1.2" and
// "=1.2.3=build", but not "=1", "=1.2.*" or ">=1.2".
func condaPinned(spec string) bool {
	if strings.ContainsAny(spec, "*,<>!~|") {
		return false
	}
	exact := strings.HasPrefix(spec, "==")
	version, build, _ := strings.Cut(strings.TrimLeft(spec, "= "), "=")
	version = strings.TrimSpace(version)
	if !startsWithDigit(version) || strings.Trim(version, versionBytes) != "" {
		return false
	}
	return exact || build != "" || strings.Contains(version, ".")
}

// pixi reads pixi.toml or [tool.pixi]: conda and pypi tables and tasks, at the
// top, per feature and per platform.
func (r *reader) pixi(n *settings.Node) {
	r.pixiTables(n, "")
	for _, f := range n.Get("feature").Each() {
		r.pixiTables(f, groupName(f.Key))
	}
	for _, t := range n.Get("target").Each() {
		r.pixiTables(t, "")
	}
}

func (r *reader) pixiTables(n *settings.Node, group string) {
	for _, p := range n.Get("dependencies").Each() {
		spec := p.Str()
		if p.IsMap() {
			spec = p.Str("version")
		}
		r.add(fact.Dependency{
			Pos: fact.Pos{Line: p.At()}, Ecosystem: "conda", Name: normalize(p.Key),
			Spec: spec, Pinned: condaPinned(spec), Group: group,
		})
	}
	r.versionTable(n.Get("pypi-dependencies"), group)
	r.scriptTable(n.Get("tasks"))
}

// condaExplicit reads a list of archive urls made by "conda list --explicit".
func (r *reader) condaExplicit(text, group string) error {
	r.eachLine(text, func(line int, l string) {
		if name, spec, ok := condaArchive(l); ok {
			r.add(fact.Dependency{
				Pos: fact.Pos{Line: line}, Ecosystem: "conda", Name: normalize(name),
				Spec: spec, Pinned: true, Group: group, Lock: true,
			})
		}
	})
	return nil
}

// condaExport reads "name=version=build" lines made by "conda list --export".
func (r *reader) condaExport(text, group string) error {
	r.eachLine(text, func(line int, l string) {
		parts := strings.Split(strings.TrimSpace(l), "=")
		if len(parts) != 3 || strings.HasPrefix(parts[0], "#") || !startsWithDigit(parts[1]) {
			return
		}
		d := fact.Dependency{
			Pos: fact.Pos{Line: line}, Ecosystem: "conda", Name: normalize(parts[0]),
			Spec: parts[1], Pinned: true, Group: group, Lock: true,
		}
		if strings.HasPrefix(parts[2], "pypi") {
			d.Ecosystem = "pypi"
		}
		r.add(d)
	})
	return nil
}

// eachLine calls read for every line until the file has given maxLocked facts.
func (r *reader) eachLine(text string, read func(line int, l string)) {
	line := 0
	for l := range strings.Lines(text) {
		line++
		if len(r.facts) >= maxLocked || r.ctx.Err() != nil {
			return
		}
		read(line, strings.TrimRight(l, "\r\n"))
	}
}

// condaArchive splits ".../name-version-build.conda".
func condaArchive(u string) (name, version string, ok bool) {
	u, _, _ = strings.Cut(strings.TrimSpace(u), "#")
	base := path.Base(u)
	stem, found := strings.CutSuffix(base, ".conda")
	if !found {
		stem, found = strings.CutSuffix(base, ".tar.bz2")
	}
	if !found || !isURL(u) {
		return "", "", false
	}
	parts := strings.Split(stem, "-")
	if len(parts) < 3 {
		return "", "", false
	}
	return strings.Join(parts[:len(parts)-2], "-"), parts[len(parts)-2], true
}
