package manifest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// readDescription reads an R package's DESCRIPTION: "Field: value" lines with
// indented continuations.
func readDescription(r *reader, _ string, src []byte) error {
	groups := map[string]string{"Imports": "", "Depends": "", "LinkingTo": "build", "Suggests": "suggests"}
	n := settings.INI(src)
	r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: "dcf", Kind: "description", Name: n.Str("Package"), Attrs: settings.Flatten(n)})
	for _, field := range n.Each() {
		group, ok := groups[field.Key]
		if !ok {
			continue
		}
		for _, l := range lines(field) {
			for item := range strings.SplitSeq(l.Text, ",") {
				name, rest := cutName(strings.TrimSpace(item))
				if name == "" || name == "R" {
					continue
				}
				spec := strings.Trim(strings.TrimSpace(rest), "()")
				pinned := strings.HasPrefix(spec, "==")
				r.add(fact.Dependency{
					Pos: fact.Pos{Line: l.At()}, Ecosystem: "cran", Name: normalize(name),
					Spec: spec, Pinned: pinned, Group: group,
				})
			}
		}
	}
	return nil
}

// juliaProject reads [deps] with the versions of [compat], and the name of a
// package: one that has an identity of its own.
func (r *reader) juliaProject(n *settings.Node) {
	if name := n.Str("name"); name != "" && n.Str("uuid") != "" {
		r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: "toml", Kind: "julia-project", Name: name})
	}
	test := map[string]bool{}
	for _, name := range n.Get("targets", "test").Strings() {
		test[name] = true
	}
	for _, table := range []struct{ key, group string }{{"deps", ""}, {"extras", "extras"}, {"weakdeps", "weak"}} {
		for _, p := range n.Get(table.key).Each() {
			spec, group := n.Str("compat", p.Key), table.group
			if group == "extras" && test[p.Key] {
				group = "test"
			}
			r.add(fact.Dependency{
				Pos: fact.Pos{Line: p.At()}, Ecosystem: "julia", Name: normalize(p.Key),
				Spec: spec, Pinned: strings.HasPrefix(spec, "="), Group: group,
			})
		}
	}
}

// readGoMod reads the require directives; module versions are exact.
func readGoMod(r *reader, _ string, src []byte) error {
	block := false
	r.eachLine(string(src), func(line int, l string) {
		body, comment, _ := strings.Cut(l, "//")
		f := strings.Fields(body)
		switch {
		case len(f) == 2 && f[0] == "require" && f[1] == "(":
			block = true
			return
		case len(f) == 1 && f[0] == ")":
			block = false
			return
		case len(f) == 3 && f[0] == "require":
			f = f[1:]
		case !block:
			return
		}
		if len(f) != 2 || !strings.HasPrefix(f[1], "v") {
			return
		}
		d := fact.Dependency{Pos: fact.Pos{Line: line}, Ecosystem: "go", Name: strings.ToLower(f[0]), Spec: f[1], Pinned: true}
		if strings.Contains(comment, "indirect") {
			d.Group = "indirect"
		}
		r.add(d)
	})
	return nil
}

// readPom reads Maven's dependency elements; names are "group:artifact".
func readPom(r *reader, _ string, src []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(src))
	dec.Strict = false
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // already valid UTF-8
	var d map[string]string
	field, line := "", 0
	for len(r.facts) < maxLocked {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not valid XML: %w", err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			field = t.Name.Local
			if field == "dependency" {
				d = map[string]string{}
				line, _ = dec.InputPos()
			}
		case xml.CharData:
			if d != nil && field != "" && d[field] == "" {
				d[field] = strings.TrimSpace(string(t))
			}
		case xml.EndElement:
			field = ""
			if t.Name.Local == "dependency" && d != nil {
				r.maven(line, d["groupId"], d["artifactId"], d["version"], d["scope"])
				d = nil
			}
		}
	}
	return nil
}

func (r *reader) maven(line int, group, artifact, version, scope string) {
	if group == "" || artifact == "" {
		return
	}
	if scope == "compile" || scope == "runtime" {
		scope = ""
	}
	r.add(fact.Dependency{
		Pos: fact.Pos{Line: line}, Ecosystem: "maven", Name: strings.ToLower(group + ":" + artifact),
		Spec: version, Pinned: startsWithDigit(version), Group: scope,
	})
}

var (
	sbtModule = regexp.MustCompile(`"([\w.-]+)"\s*%%?%?\s*"([\w.-]+)"\s*%\s*("[^"]*"|[\w.]+)(?:\s*%\s*"?(\w+))?`)
	gemLine   = regexp.MustCompile(`^\s*gem\s+['"]([\w.-]+)['"](?:\s*,\s*['"]([^'"]*)['"])?`)
)

// readSbt reads "group" %% "artifact" % "version".
func readSbt(r *reader, _ string, src []byte) error {
	r.eachLine(string(src), func(line int, l string) {
		for _, m := range sbtModule.FindAllStringSubmatch(l, -1) {
			r.maven(line, m[1], m[2], strings.Trim(m[3], "\""), strings.ToLower(m[4]))
		}
	})
	return nil
}

// readGemfile reads the gem lines.
func readGemfile(r *reader, _ string, src []byte) error {
	r.eachLine(string(src), func(line int, l string) {
		if m := gemLine.FindStringSubmatch(l); m != nil {
			r.add(fact.Dependency{
				Pos: fact.Pos{Line: line}, Ecosystem: "gem", Name: strings.ToLower(m[1]),
				Spec: m[2], Pinned: startsWithDigit(m[2]),
			})
		}
	})
	return nil
}
