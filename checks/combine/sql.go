package combine

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/sql"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxQueries bounds the texts of SQL in programs that are read, of a commit.
const maxQueries = 5000

// warehouse finds texts that are SQL about models. Other queries say nothing
// that the call which runs them does not.
var warehouse = regexp.MustCompile(`(?i)\bcreate\s+(or\s+replace\s+)?(model|snowflake\.ml\.\w+)\b|\bml\.[a-z_]+\s*\(|\bpgml\.[a-z_]+\s*\(|\w![a-z_]+\s*\(`)

// queries reads the SQL that programs hold as text: what it does is done where
// the text stands.
func (c *commit) queries() {
	left := maxQueries
	for _, f := range c.files {
		var found []fact.Fact
		for _, x := range f.Facts {
			switch v := x.(type) {
			case fact.Call:
				if strings.HasPrefix(v.Name, "sql.") {
					continue
				}
				for _, a := range v.Args {
					found = append(found, inQuery(a.Value, v.Line, v.Scope, &left, 0)...)
				}
			case fact.Assign:
				found = append(found, inQuery(v.Value, v.Line, v.Scope, &left, 0)...)
			}
		}
		if len(found) == 0 {
			continue
		}
		list := c.now[f.Path]
		if list == nil {
			list = slices.Clone(f.Facts)
		}
		list = append(list, found...)
		slices.SortStableFunc(list, func(a, b fact.Fact) int { return cmp.Compare(a.At(), b.At()) })
		c.now[f.Path] = list
	}
}

// inQuery is what the SQL in a value says, at the value's place.
func inQuery(v fact.Value, line int, scope string, left *int, depth int) []fact.Fact {
	var out []fact.Fact
	if (v.Kind == fact.String || v.Kind == fact.Format) && mayQuery(v.Text) && warehouse.MatchString(v.Text) && *left > 0 {
		*left--
		facts, _ := sql.Read(v.Text)
		for _, f := range facts {
			if call, ok := f.(fact.Call); ok {
				call.Line, call.Scope = line, scope
				out = append(out, call)
			}
		}
	}
	for _, item := range v.Items {
		if depth < 4 {
			out = append(out, inQuery(item, line, scope, left, depth+1)...)
		}
	}
	return out
}

// mayQuery leaves out almost all texts before an expression is tried on them.
func mayQuery(s string) bool {
	if !strings.Contains(s, "(") {
		return false
	}
	for _, word := range [...]string{"SELECT", "select", "Select", "CALL", "call", "MODEL", "model"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
