package graph

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// linkStages links a stage to the stages that must run before it: running a
// make target runs its prerequisites, dvc repro runs what makes the inputs.
func (g *Graph) linkStages() {
	for _, f := range g.set.Files() {
		byName, byOut := map[string]fact.Stage{}, map[string]fact.Stage{}
		var list []fact.Stage
		for _, x := range f.Facts {
			s, ok := x.(fact.Stage)
			if !ok {
				continue
			}
			switch s.System {
			case "make", "just", "task", "dvc", "snakemake", "script":
				list = append(list, s)
				byName[s.Name] = s
				for _, o := range append(append([]string{}, s.Outs...), s.Metrics...) {
					byOut[path.Join(s.Dir, o)] = s
				}
			}
		}
		for _, s := range list {
			id := g.stage(f.Path, s.System, s.Name, s.Line)
			for _, d := range s.Deps {
				up, ok := byName[d]
				if !ok || s.System == "dvc" {
					up, ok = byOut[path.Join(s.Dir, d)]
				}
				if !ok {
					up, ok = within(byOut, path.Join(s.Dir, d))
				}
				if ok && up.Name != s.Name {
					g.link(id, Edge{To: g.stage(f.Path, up.System, up.Name, up.Line), Line: s.Line})
				}
			}
			if s.System == "script" && s.Target != "" {
				if up, ok := byName[s.Target]; ok {
					g.link(id, Edge{To: g.stage(f.Path, up.System, up.Name, up.Line), Line: s.Line})
				}
			}
		}
	}
}

// within finds the stage whose output folder holds a path.
func within(byOut map[string]fact.Stage, p string) (fact.Stage, bool) {
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		if s, ok := byOut[d]; ok {
			return s, true
		}
	}
	first := ""
	for o := range byOut {
		if strings.HasPrefix(o, p+"/") && (first == "" || o < first) {
			first = o
		}
	}
	s, ok := byOut[first]
	return s, ok && first != ""
}
