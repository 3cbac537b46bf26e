package terraform

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// readHCL returns one resource for each top-level block, or one for all values
// of a file of values. What could be parsed is returned with the first syntax
// error.
func readHCL(src []byte, values bool) ([]fact.Fact, error) {
	file, diagnostics := hclsyntax.ParseConfig(src, "", hcl.Pos{Line: 1, Column: 1})
	var facts []fact.Fact
	if file != nil {
		if body, ok := file.Body.(*hclsyntax.Body); ok {
			for _, b := range body.Blocks {
				if len(facts) == maxResources || values {
					break
				}
				facts = append(facts, resource(b, src))
			}
			if values && len(body.Attributes) > 0 {
				w := attrWriter{src: src}
				w.body(&hclsyntax.Body{Attributes: body.Attributes}, "", 0)
				facts = append(facts, fact.Resource{Pos: fact.Pos{Line: 1}, System: "terraform", Kind: Values, Attrs: w.attrs})
			}
		}
	}
	slices.SortStableFunc(facts, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
	for _, d := range diagnostics {
		if d.Severity == hcl.DiagError {
			line := 0
			if d.Subject != nil {
				line = d.Subject.Start.Line
			}
			return facts, fmt.Errorf("is not valid HCL: line %d: %s", line, d.Summary)
		}
	}
	return facts, nil
}

func resource(b *hclsyntax.Block, src []byte) fact.Resource {
	r := fact.Resource{Pos: fact.Pos{Line: b.TypeRange.Start.Line}, System: "terraform", Kind: b.Type}
	labels := b.Labels
	switch {
	case b.Type == "resource" && len(labels) > 0:
		r.Kind, labels = labels[0], labels[1:]
	case b.Type == "data" && len(labels) > 0:
		r.Kind, labels = "data."+labels[0], labels[1:]
	}
	if len(labels) > 0 {
		r.Name = labels[0]
	}
	w := attrWriter{src: src}
	w.body(b.Body, "", 0)
	r.Attrs = w.attrs
	slices.SortStableFunc(r.Attrs, func(a, b fact.Attr) int { return cmp.Compare(a.Line, b.Line) })
	return r
}

type attrWriter struct {
	src   []byte
	attrs []fact.Attr
}

func (w *attrWriter) add(line int, key, value string) {
	if len(w.attrs) < settings.MaxAttrs {
		w.attrs = append(w.attrs, fact.Attr{Line: line, Key: settings.Cut(key, 1024), Value: settings.Cut(value, 1024)})
	}
}

// body adds attributes and nested blocks. Blocks that repeat give the same
// keys again; a dynamic block counts as the block it makes.
func (w *attrWriter) body(b *hclsyntax.Body, prefix string, depth int) {
	if depth > settings.MaxDepth {
		return
	}
	names := make([]*hclsyntax.Attribute, 0, len(b.Attributes))
	for _, a := range b.Attributes {
		names = append(names, a)
	}
	slices.SortFunc(names, func(a, b *hclsyntax.Attribute) int { return cmp.Compare(a.SrcRange.Start.Byte, b.SrcRange.Start.Byte) })
	for _, a := range names {
		w.value(a.Expr, prefix+a.Name, a.NameRange.Start.Line, depth)
	}
	for _, inner := range b.Blocks {
		key := prefix + inner.Type
		switch {
		case inner.Type == "dynamic" && len(inner.Labels) > 0:
			key = prefix + inner.Labels[0]
		case inner.Type == "content":
			w.body(inner.Body, prefix, depth+1)
			continue
		case len(inner.Labels) > 0:
			key += "." + inner.Labels[0]
		}
		if len(inner.Body.Attributes)+len(inner.Body.Blocks) == 0 {
			w.add(inner.TypeRange.Start.Line, key, "")
			continue
		}
		w.body(inner.Body, settings.Cut(key, 1024)+".", depth+1)
	}
}

// value adds one expression: lists and objects by their parts.
func (w *attrWriter) value(e hclsyntax.Expression, key string, line, depth int) {
	if depth > settings.MaxDepth || len(w.attrs) >= settings.MaxAttrs {
		return
	}
	key = settings.Cut(key, 1024)
	switch x := e.(type) {
	case *hclsyntax.ExprSyntaxError:
		return
	case *hclsyntax.TupleConsExpr:
		for i, item := range x.Exprs {
			w.value(item, key+"."+strconv.Itoa(i), item.Range().Start.Line, depth+1)
		}
		if len(x.Exprs) > 0 {
			return
		}
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			w.value(item.ValueExpr, key+"."+w.keyName(item.KeyExpr), item.KeyExpr.Range().Start.Line, depth+1)
		}
		if len(x.Items) > 0 {
			return
		}
	case *hclsyntax.FunctionCallExpr:
		// jsonencode({…}) and the like: the literals within say what it is.
		if len(x.Args) == 1 && (x.Name == "jsonencode" || x.Name == "yamlencode" || x.Name == "tolist" || x.Name == "toset" || x.Name == "merge") {
			w.value(x.Args[0], key, line, depth+1)
			return
		}
	}
	w.add(line, key, w.text(e))
}

func (w *attrWriter) keyName(e hclsyntax.Expression) string {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(k); name != "" {
			return name
		}
		return w.text(k.Wrapped)
	}
	return w.text(e)
}

// text is the value of a literal or template, or the source of anything else.
func (w *attrWriter) text(e hclsyntax.Expression) string {
	switch x := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		if x.Val.IsNull() {
			return "null"
		}
		if x.Val.Type() == cty.String {
			return x.Val.AsString()
		}
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			if v, diagnostics := x.Value(nil); !diagnostics.HasErrors() && v.Type() == cty.String {
				return v.AsString()
			}
		}
		if len(x.Parts) == 0 {
			return ""
		}
		r := hcl.RangeBetween(x.Parts[0].Range(), x.Parts[len(x.Parts)-1].Range())
		return w.template(x, r)
	case *hclsyntax.TemplateWrapExpr:
		return "${" + w.source(x.Wrapped.Range()) + "}"
	}
	return w.source(e.Range())
}

// template is the text of a string with expressions in it, without its quotes.
func (w *attrWriter) template(x *hclsyntax.TemplateExpr, parts hcl.Range) string {
	s := w.source(x.Range())
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	if s != "" && s[0] != '<' {
		return s
	}
	return w.source(parts) // a here-document
}

func (w *attrWriter) source(r hcl.Range) string {
	if r.Start.Byte < 0 || r.End.Byte > len(w.src) || r.Start.Byte > r.End.Byte {
		return ""
	}
	return string(w.src[r.Start.Byte:r.End.Byte])
}
