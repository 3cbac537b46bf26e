package javascript

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// imports reads an import statement from its keyword. A file of the project
// itself ("./x", "@/x") binds no names; what only names types is no import.
func (r *reader) imports(i int) int {
	line := r.toks[i].line
	i++
	if r.is(i, "(") || r.is(i, ".") { // import(…), import.meta
		return i
	}
	types := r.is(i, "type") && !r.is(i+1, "from") && !r.is(i+1, ",")
	if types {
		i++
	}
	var found []fact.Import
	for ; i < len(r.toks) && len(found) < maxItems; i++ {
		switch {
		case r.toks[i].kind == tString:
			if !types {
				r.bring(found, r.toks[i].text, line)
			}
			return i + 1
		case r.is(i, "*") && r.is(i+1, "as") && r.ident(i+2):
			found = append(found, fact.Import{As: r.toks[i+2].text})
			i += 2
		case r.is(i, "{"):
			j := r.listed(i+1, "as", &found)
			i = j
		case r.ident(i) && r.toks[i].text != "from":
			found = append(found, fact.Import{Name: r.toks[i].text, As: r.toks[i].text})
		case r.is(i, ","), r.is(i, "from"):
		default:
			return i
		}
	}
	return i
}

// listed reads { a, b as c } or { a, b: c } and returns where it closes.
func (r *reader) listed(i int, as string, found *[]fact.Import) int {
	for ; i < len(r.toks) && !r.is(i, "}") && len(*found) < maxItems; i++ {
		if !r.ident(i) || r.is(i, "type") && r.ident(i+1) {
			continue
		}
		one := fact.Import{Name: r.toks[i].text, As: r.toks[i].text}
		if r.is(i+1, as) && r.ident(i+2) {
			one.As = r.toks[i+2].text
			i += 2
		}
		*found = append(*found, one)
	}
	return i
}

// required reads NAME = require("m") and { a, b: c } = require("m") from the
// token behind const.
func (r *reader) required(i int) (int, bool) {
	line := 0
	if i < len(r.toks) {
		line = r.toks[i].line
	}
	var found []fact.Import
	switch {
	case r.is(i, "{"):
		i = r.listed(i+1, ":", &found)
	case r.ident(i):
		found = append(found, fact.Import{As: r.toks[i].text})
	default:
		return i, false
	}
	i++
	if !r.is(i, "=") || !r.is(i+1, "require") || !r.is(i+2, "(") || i+3 >= len(r.toks) || r.toks[i+3].kind != tString {
		return i, false
	}
	r.bring(found, r.toks[i+3].text, line)
	return i + 4, true
}

// bring notes what is imported from a package.
func (r *reader) bring(found []fact.Import, module string, line int) {
	module = strings.TrimPrefix(module, "node:")
	if module == "" || len(module) > maxName {
		return
	}
	if strings.HasPrefix(module, ".") || strings.HasPrefix(module, "/") || strings.HasPrefix(module, "@/") || strings.HasPrefix(module, "~") {
		r.facts = append(r.facts, fact.Import{Pos: fact.Pos{Line: line}, Module: module})
		return
	}
	if len(found) == 0 {
		found = append(found, fact.Import{})
	}
	for _, one := range found {
		one.Pos, one.Module = fact.Pos{Line: line}, module
		r.facts = append(r.facts, one)
		if one.As == "" {
			continue
		}
		if r.names[one.As] = module; one.Name != "" {
			r.names[one.As] = module + "." + one.Name
		}
	}
}
