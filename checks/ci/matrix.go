package ci

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// maxRows bounds the combinations one step is written out for.
const maxRows = 8

// Matrix is a job's matrix: its axes, and the rows added to it.
type Matrix struct {
	axes    map[string][]map[string]string // axis -> values, each a set of "axis" or "axis.key" names
	include []map[string]string
}

// NewMatrix reads a matrix whose values are written out in the file.
func NewMatrix(n *settings.Node) Matrix {
	m := Matrix{axes: map[string][]map[string]string{}}
	for _, axis := range n.Each() {
		switch axis.Key {
		case "exclude":
		case "include":
			for _, row := range axis.Each() {
				m.include = append(m.include, flat("", row))
			}
		default:
			if !axis.IsList() {
				continue
			}
			for _, v := range axis.Items {
				m.axes[axis.Key] = append(m.axes[axis.Key], flat(axis.Key, v))
			}
		}
	}
	return m
}

func flat(name string, n *settings.Node) map[string]string {
	out := map[string]string{}
	if n.Kind == settings.Scalar {
		out[name] = n.Text
		return out
	}
	for _, e := range n.Each() {
		if e.Kind == settings.Scalar {
			out[strings.TrimPrefix(name+"."+e.Key, ".")] = e.Text
		}
	}
	return out
}

// Rows returns the combinations of the names a text uses, each keyed
// "matrix.name". It returns one empty row when nothing is used, or when the
// combinations are unknown or too many.
func (m Matrix) Rows(text string) []map[string]string {
	none := []map[string]string{{}}
	used := Lookups(text, "matrix.")
	if len(used) == 0 {
		return none
	}
	slices.Sort(used)
	used = slices.Compact(used)
	var axes []string
	for _, name := range used {
		axis, _, _ := strings.Cut(name, ".")
		if !slices.Contains(axes, axis) {
			axes = append(axes, axis)
		}
	}
	rows := m.product(axes)
	for _, extra := range m.include {
		row := map[string]string{}
		for _, name := range used {
			if v, ok := extra[name]; ok {
				row["matrix."+name] = v
			}
		}
		if len(row) == len(used) && !slices.ContainsFunc(rows, func(r map[string]string) bool { return equal(r, row) }) {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 || len(rows) > maxRows {
		return none
	}
	return rows
}

func (m Matrix) product(axes []string) []map[string]string {
	rows := []map[string]string{{}}
	for _, axis := range axes {
		values := m.axes[axis]
		if len(rows)*len(values) > maxRows {
			return nil
		}
		var next []map[string]string
		for _, row := range rows {
			for _, v := range values {
				joined := map[string]string{}
				for k, x := range row {
					joined[k] = x
				}
				for k, x := range v {
					joined["matrix."+k] = x
				}
				next = append(next, joined)
			}
		}
		rows = next
	}
	return rows
}

func equal(a, b map[string]string) bool {
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return true
}
