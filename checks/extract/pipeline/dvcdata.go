package pipeline

import (
	"bytes"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// dvcLock reads what each stage last took in and gave out, with the hashes as
// attributes named by path.
func (r *reader) dvcLock(n *settings.Node) {
	stages := n.Get("stages")
	if stages == nil && n.Get("schema") == nil {
		stages = n // the first format had no header
	}
	for i, s := range stages.Each() {
		if i == maxStages {
			return
		}
		stage := fact.Stage{Pos: fact.Pos{Line: s.At()}, System: "dvc-lock", Name: s.Key}
		for _, d := range s.Get("deps").Each() {
			stage.Deps = append(stage.Deps, d.Str("path"))
			stage.Attrs = appendHash(stage.Attrs, d)
		}
		for _, o := range s.Get("outs").Each() {
			stage.Outs = append(stage.Outs, o.Str("path"))
			stage.Attrs = appendHash(stage.Attrs, o)
		}
		for _, file := range s.Get("params").Each() {
			for _, a := range settings.Flatten(file) {
				if len(stage.Params) < settings.MaxAttrs {
					stage.Params = append(stage.Params, file.Key+":"+a.Key)
				}
			}
		}
		r.add(stage)
	}
}

func appendHash(attrs []fact.Arg, n *settings.Node) []fact.Arg {
	for _, key := range []string{"md5", "etag", "checksum"} {
		if h := n.Str(key); h != "" {
			return append(attrs, text(n.Str("path"), h))
		}
	}
	return attrs
}

// dvcFile reads a tracked file or folder, or one imported from elsewhere.
func (r *reader) dvcFile(n *settings.Node) {
	var source []fact.Arg
	var deps []string
	for _, d := range n.Get("deps").Each() {
		if p := d.Str("path"); p != "" {
			deps = append(deps, p)
		}
		for _, key := range []string{"url", "rev", "rev_lock"} {
			if v := d.Str("repo", key); v != "" {
				source = append(source, text("repo."+key, v))
			}
		}
	}
	for _, key := range []string{"frozen", "desc"} {
		if v := n.Get(key); v.IsScalar() {
			source = append(source, argOf(v))
		}
	}
	for _, o := range n.Get("outs").Each() {
		stage := fact.Stage{
			Pos: fact.Pos{Line: o.At()}, System: "dvc-file", Name: o.Str("path"),
			Deps: deps, Outs: []string{o.Str("path")}, Dir: strings.TrimPrefix(n.Str("wdir"), "./"),
		}
		for _, v := range o.Each() {
			switch v.Key {
			case "path":
			case "md5", "etag", "checksum", "hash", "size", "nfiles", "remote", "cache", "push", "desc":
				if v.IsScalar() {
					stage.Attrs = append(stage.Attrs, argOf(v))
				}
			}
		}
		stage.Attrs = append(stage.Attrs, source...)
		r.add(stage)
	}
}

// dvcConfig reads .dvc/config, which indents its keys as git's does. The
// section ['remote "name"'] gives keys "remote.name.url".
func (r *reader) dvcConfig(src []byte) {
	var flat bytes.Buffer
	for l := range bytes.Lines(src) {
		flat.Write(bytes.TrimLeft(l, " \t"))
	}
	var attrs []fact.Attr
	for _, section := range settings.INI(flat.Bytes()).Each() {
		name := strings.NewReplacer("'", "", "\"", "", " ", ".").Replace(section.Key)
		for _, v := range section.Each() {
			if len(attrs) < settings.MaxAttrs && v.IsScalar() {
				attrs = append(attrs, fact.Attr{Line: v.At(), Key: name + "." + v.Key, Value: settings.Cut(v.Text, 1024)})
			}
		}
	}
	r.add(fact.Resource{Pos: fact.Pos{Line: 1}, System: "dvc", Kind: "config", Attrs: attrs})
}
