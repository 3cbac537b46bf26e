package python

import "strings"

// annotation reads a type in the tokens [lo, hi): its text, a dotted name
// resolved, and what a variable of that type stands for.
func (p *reader) annotation(lo, hi int) (text string, b binding) {
	if lo >= hi {
		return "", b
	}
	r := p.expr(lo, hi, false)
	if r.prim.kind == pName {
		text, _ = p.resolve(&r.prim, nil)
	} else {
		text = p.slice(lo, hi, maxOther)
	}
	return text, p.instance(lo, hi)
}

// instance is what a variable annotated with the tokens [lo, hi) stands for. It
// looks through Optional[X], Annotated[X, …], "X | None" and quotes, a few deep.
func (p *reader) instance(lo, hi int) binding {
	toks := p.lex.toks
	none := binding{origin: unknown}
	for range maxDepth {
		if lo >= hi {
			return none
		}
		if hi == lo+1 && toks[lo].kind == tString {
			return p.typedAs(decode(p.text(&toks[lo])))
		}
		if bar := p.seek(lo, hi, tPipe); bar < hi {
			switch {
			case bar == hi-2 && toks[hi-1].kind == kNone:
				hi = bar
			case bar == lo+1 && toks[lo].kind == kNone:
				lo = bar + 1
			default:
				return none
			}
			continue
		}
		end := lo
		for end < hi && (isWord(toks[end].kind) || toks[end].kind == tDot) {
			end++
		}
		name := p.slice(lo, end, maxName)
		if end == hi {
			return p.typedAs(name)
		}
		if end == lo || toks[end].kind != tLSqb || int(toks[end].match) != hi-1 {
			return none
		}
		switch name[strings.LastIndexByte(name, '.')+1:] {
		case "Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired":
			lo, hi = end+1, p.seek(end+1, hi-1, tComma)
		case "Union", "Literal", "Callable", "Type", "type":
			return none
		default:
			return p.typedAs(name)
		}
	}
	return none
}

// typedAs is an instance of the class with that dotted name.
func (p *reader) typedAs(name string) binding {
	name = strings.TrimSpace(name)
	if inner, ok := strings.CutPrefix(name, "Optional["); ok {
		name = strings.TrimSuffix(inner, "]")
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "None | "), " | None")
	if name == "" || len(name) > maxName {
		return binding{origin: unknown}
	}
	for i := 0; i < len(name); i++ {
		if class[name[i]] > cDigit && name[i] != '.' {
			return binding{origin: unknown}
		}
	}
	switch name {
	case "Any", "object", "None", "int", "float", "bool", "callable", "Callable":
		return binding{origin: unknown}
	case "str", "bytes", "list", "dict", "set", "tuple", "frozenset":
		return binding{origin: literal, target: name}
	}
	full, ok := p.dotted(name)
	if !ok || full == "typing.Any" || full == "typing.Callable" || full == "collections.abc.Callable" {
		return binding{origin: unknown}
	}
	return binding{origin: typed, target: full}
}
