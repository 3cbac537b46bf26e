package ci

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// Bounds of what one step is written out for: all combinations up to maxRows,
// else each value once, of axes of at most maxValues.
const (
	maxRows   = 8
	maxValues = 64
)

// LongScript is the size in bytes beyond which a script is written out for
// maxRows legs at most.
const LongScript = 4 << 10

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
// "matrix.name"; of many, enough for each value to be seen. It returns one empty
// row when nothing is used, or when the values are unknown or too many.
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
	if len(rows) == 0 || len(rows) > maxValues || len(rows) > maxRows && len(text) > LongScript {
		return none
	}
	return rows
}

// product joins the values of axes: all combinations where they are few, else
// as many rows as it takes for each value to stand in one.
func (m Matrix) product(axes []string) []map[string]string {
	var lengths []int
	for _, axis := range axes {
		lengths = append(lengths, len(m.axes[axis]))
	}
	var rows []map[string]string
	for _, places := range Combinations(lengths) {
		row := map[string]string{}
		for i, axis := range axes {
			for k, x := range m.axes[axis][places[i]] {
				row["matrix."+k] = x
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Combinations lists, for axes of some lengths, which value of each a leg of a
// matrix has: all legs where there are at most 8, else as many as it takes for
// each value to have one, at most 64. It returns none when an axis is empty or
// longer.
func Combinations(lengths []int) [][]int {
	total, longest := 1, 0
	for _, n := range lengths {
		if n == 0 || n > maxValues {
			return nil
		}
		total, longest = min(total*n, maxRows+1), max(longest, n)
	}
	all := total <= maxRows
	if !all {
		total = longest
	}
	rows := make([][]int, total)
	for r := range rows {
		rest := r
		for i := len(lengths) - 1; i >= 0; i-- {
			if all {
				rows[r] = append(rows[r], rest%lengths[i])
				rest /= lengths[i]
			} else {
				rows[r] = append(rows[r], r%lengths[i])
			}
		}
		slices.Reverse(rows[r])
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
