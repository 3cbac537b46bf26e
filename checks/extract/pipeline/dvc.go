package pipeline

import (
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// maxItems bounds the stages one foreach or matrix expands to, maxStages those
// of a file.
const (
	maxItems  = 32
	maxStages = 500
)

// dvcYAML reads the stages and artifacts of dvc.yaml.
func (r *reader) dvcYAML(n *settings.Node) {
	stages, metrics := 0, paths(n.Get("metrics"))
	for _, s := range n.Get("stages").Each() {
		for _, item := range dvcItems(s) {
			if stages++; stages > maxStages {
				break
			}
			r.dvcStage(s, item, metrics)
		}
	}
	for _, a := range n.Get("artifacts").Each() {
		r.add(fact.Resource{
			Pos: fact.Pos{Line: a.At()}, System: "dvc", Kind: "artifact", Name: a.Key, Attrs: settings.Flatten(a),
		})
	}
}

// dvcItem is one instance of a stage: the suffix of its name and what its
// "${…}" of item and key stand for.
type dvcItem struct {
	suffix string
	fill   *strings.Replacer
}

var noItem = []dvcItem{{fill: strings.NewReplacer()}}

// dvcItems expands foreach and matrix. When the items come from a parameter
// file the stage is kept once, with its expressions as written.
func dvcItems(s *settings.Node) []dvcItem {
	if m := s.Get("matrix"); m.IsMap() {
		return matrixItems(m)
	}
	each := s.Get("foreach")
	if each == nil || each.Kind == settings.Scalar {
		return noItem
	}
	var out []dvcItem
	for i, item := range each.Each() {
		if len(out) == maxItems {
			break
		}
		suffix := item.Key
		if each.IsList() {
			if suffix = item.Str(); item.Kind != settings.Scalar {
				suffix = strconv.Itoa(i)
			}
		}
		pairs := []string{"${key}", suffix, "${item}", item.Str()}
		for _, a := range settings.Flatten(item) {
			pairs = append(pairs, "${item."+a.Key+"}", a.Value)
		}
		out = append(out, dvcItem{suffix: "@" + suffix, fill: strings.NewReplacer(pairs...)})
	}
	return out
}

func matrixItems(m *settings.Node) []dvcItem {
	type partial struct {
		suffix string
		pairs  []string
	}
	all := []partial{{}}
	for _, axis := range m.Each() {
		if axis.Kind == settings.Scalar {
			return noItem
		}
		var next []partial
		for _, p := range all {
			for i, v := range axis.Each() {
				if len(next) == maxItems {
					break
				}
				label := v.Str()
				if v.Kind != settings.Scalar {
					label = axis.Key + strconv.Itoa(i)
				}
				pairs := append(p.pairs[:len(p.pairs):len(p.pairs)], "${item."+axis.Key+"}", label)
				for _, a := range settings.Flatten(v) {
					pairs = append(pairs, "${item."+axis.Key+"."+a.Key+"}", a.Value)
				}
				next = append(next, partial{p.suffix + "-" + label, pairs})
			}
		}
		all = next
	}
	var out []dvcItem
	for _, p := range all {
		out = append(out, dvcItem{suffix: "@" + strings.TrimPrefix(p.suffix, "-"), fill: strings.NewReplacer(p.pairs...)})
	}
	return out
}

// dvcStage reads one stage. metrics are the paths declared for the whole file:
// each belongs to the stage that writes it, or the folder it lies in.
func (r *reader) dvcStage(s *settings.Node, item dvcItem, metrics []string) {
	body := s
	if do := s.Get("do"); do.IsMap() {
		body = do
	}
	fill := func(list []string) []string {
		for i := range list {
			list[i] = item.fill.Replace(list[i])
		}
		return list
	}
	stage := fact.Stage{
		Pos: fact.Pos{Line: s.At()}, System: "dvc", Name: s.Key + item.suffix,
		Deps:    fill(paths(body.Get("deps"))),
		Outs:    fill(append(append(paths(body.Get("outs")), paths(body.Get("outs_persist"))...), paths(body.Get("plots"))...)),
		Metrics: fill(paths(body.Get("metrics"))),
		Params:  fill(params(body.Get("params"))),
		Dir:     item.fill.Replace(strings.TrimPrefix(body.Str("wdir"), "./")),
	}
	for _, m := range metrics {
		for _, o := range stage.Outs {
			if m == o || strings.HasPrefix(m, strings.TrimSuffix(o, "/")+"/") {
				stage.Metrics = append(stage.Metrics, m)
				break
			}
		}
	}
	for _, key := range []string{"frozen", "always_changed", "desc"} {
		if v := body.Get(key); v.IsScalar() {
			stage.Attrs = append(stage.Attrs, argOf(v))
		}
	}
	r.add(stage)
	cmd := body.Get("cmd")
	scripts := cmd.Each()
	if cmd.IsScalar() {
		scripts = []*settings.Node{cmd}
	}
	for i, c := range scripts {
		if c.IsScalar() {
			r.commands(item.fill.Replace(c.Text), shell.Options{Line: c.ScriptLine(), Job: stage.Name, Step: i, Dir: stage.Dir})
		}
	}
}

// paths lists the entries of deps or outs: plain, or a map whose key is the
// path and whose value holds options.
func paths(n *settings.Node) []string {
	if n.IsScalar() || n.IsMap() {
		return n.Strings()
	}
	var out []string
	for _, item := range n.Each() {
		switch {
		case item.IsScalar():
			out = append(out, item.Text)
		case item.IsMap() && len(item.Items) > 0:
			out = append(out, item.Items[0].Key)
		}
	}
	return out
}

// params lists parameter names; those of a named file are "file:name".
func params(n *settings.Node) []string {
	var out []string
	for _, item := range n.Each() {
		if item.IsScalar() {
			out = append(out, item.Text)
			continue
		}
		for _, file := range item.Each() {
			names := file.Strings()
			if len(names) == 0 {
				out = append(out, file.Key+":")
			}
			for _, name := range names {
				out = append(out, file.Key+":"+name)
			}
		}
	}
	return out
}
