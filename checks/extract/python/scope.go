package python

import (
	"strings"
)

// maxName bounds a resolved or qualified name. Longer ones stay as written, so
// that names built on names cannot grow with the square of the file.
const maxName = 256

// origin says what a name stands for.
type origin uint8

const (
	unbound  origin = iota // never bound in this file: a builtin, or from elsewhere
	unknown                // a variable or parameter nothing is known of
	imported               // target is the module or the name in it
	typed                  // holds the result of the call, or an instance, named by target
	literal                // holds a literal of the builtin type named by target
	local                  // a function or class of this file; target is its name
	self                   // the instance a method was called on
	cls                    // the class a class method was called on
	outer                  // declared global
)

type binding struct {
	origin origin
	target string
	class  int32 // for self and cls
}

// env is what names mean at one point of the reading. Functions stack their
// names over the module's and take them away when they end.
type env struct {
	globals map[string]binding
	locals  map[string]int32 // name -> its top entry in stack
	stack   []localName
	depth   int  // of functions
	off     bool // resolve nothing; tests compare names as written
}

type localName struct {
	name  string
	under int32 // the entry it hides, -1 for none
	depth int
	binding
}

func (e *env) reset() {
	clear(e.globals)
	clear(e.locals)
	if e.globals == nil {
		e.globals, e.locals = map[string]binding{}, map[string]int32{}
	}
	e.stack, e.depth = e.stack[:0], 0
}

func (e *env) enter() (mark int) { e.depth++; return len(e.stack) }

func (e *env) leave(mark int) {
	e.depth--
	for i := len(e.stack) - 1; i >= mark; i-- {
		if s := &e.stack[i]; s.under >= 0 {
			e.locals[s.name] = s.under
		} else {
			delete(e.locals, s.name)
		}
	}
	e.stack = e.stack[:mark]
}

// bind sets a name of the innermost function, or of the module outside any.
func (e *env) bind(name string, b binding) {
	if len(b.target) > maxName {
		b = binding{origin: unknown}
	}
	if e.depth == 0 {
		e.globals[name] = b
		return
	}
	at, ok := e.locals[name]
	if ok && e.stack[at].depth == e.depth {
		if e.stack[at].origin == outer {
			// Another function may run in between: only what is known counts.
			if b.origin != unknown || e.globals[name].origin == unbound {
				e.globals[name] = b
			}
			return
		}
		e.stack[at].binding = b
		return
	}
	if !ok {
		at = -1
	}
	e.stack = append(e.stack, localName{name: name, under: at, depth: e.depth, binding: b})
	e.locals[name] = int32(len(e.stack) - 1)
}

// lookup returns what a name means; global tells that the module bound it, or
// nobody.
func (e *env) lookup(name string) (b binding, global bool) {
	if len(e.stack) > 0 {
		if at, ok := e.locals[name]; ok && e.stack[at].origin != outer {
			return e.stack[at].binding, false
		}
	}
	return e.globals[name], true
}

// classBody is a class whose body is being read, or was.
type classBody struct {
	name    string
	bases   []string
	attrs   map[string]binding // self.x, class fields
	methods map[string]bool
	define  int32
	later   int // where its entries in reader.later start
}

func (c *classBody) bind(name string, b binding) {
	if c.attrs == nil {
		c.attrs = map[string]binding{}
	}
	if b.origin == unknown && c.attrs[name].origin != unbound || len(b.target) > maxName {
		return
	}
	c.attrs[name] = b
}

// waiting is a call whose first name is settled only when its class or the
// file has been read: methods may use what a later one sets.
type waiting struct {
	call  int32
	class int32 // -1 for a name of the module
	name  string
	rest  string // what follows the name, from its dot
}

// settleClass completes the calls through self of a class that has ended.
func (p *reader) settleClass(ci int32) {
	c := &p.classes[ci]
	for _, w := range p.later[c.later:] {
		if w.class != ci {
			continue
		}
		call := &p.sink.calls[w.call]
		b := c.attrs[w.name]
		switch {
		case w.rest == "" && c.methods[w.name]:
		case b.origin > unknown && len(b.target)+len(w.rest) <= maxName:
			call.Name, call.Unresolved = b.target+w.rest, false
		case w.rest == "" && len(c.bases) == 1 && b.origin == unbound:
			// Not its own: inherited.
			if base := c.bases[0]; base != "object" && len(base)+len(w.name) < maxName {
				call.Name = base + "." + w.name
			}
		}
	}
	p.later = p.later[:c.later]
}

// settleFile completes calls inside functions through names that the module
// bound after them.
func (p *reader) settleFile() {
	for _, w := range p.laterGlobal {
		b := p.env.globals[w.name]
		if b.origin <= unknown || len(b.target)+len(w.rest) > maxName {
			continue
		}
		call := &p.sink.calls[w.call]
		call.Name, call.Unresolved = b.target+w.rest, false
	}
	p.laterGlobal = p.laterGlobal[:0]
}

// builtinTypes are names of builtins whose attributes are known without an
// import.
var builtinTypes = map[string]bool{
	"str": true, "bytes": true, "bytearray": true, "int": true, "float": true, "complex": true, "bool": true,
	"list": true, "tuple": true, "dict": true, "set": true, "frozenset": true, "object": true, "type": true,
	"range": true, "memoryview": true, "slice": true, "property": true, "super": true, "Exception": true,
}

// find returns what a name means here, class bodies included.
func (p *reader) find(name string) (b binding, global bool) {
	if p.env.off {
		return binding{origin: unknown}, false
	}
	if p.body >= 0 {
		if b, ok := p.classes[p.body].attrs[name]; ok {
			return b, false
		}
	}
	return p.env.lookup(name)
}

// bind gives a name a meaning in the current scope.
func (p *reader) bind(name string, b binding) {
	if p.body >= 0 {
		p.classes[p.body].bind(name, b)
		return
	}
	p.env.bind(name, b)
}

// dotted resolves a dotted name as written; ok is false when its first part is
// a variable of unknown origin.
func (p *reader) dotted(name string) (string, bool) {
	first, _, _ := strings.Cut(name, ".")
	rest := name[len(first):]
	b, _ := p.find(first)
	switch b.origin {
	case imported, typed, literal:
		if len(b.target)+len(rest) <= maxName {
			return b.target + rest, true
		}
	case unbound, local:
		return name, true
	case self, cls:
		if rest == "" {
			return p.classes[b.class].name, true
		}
	}
	return name, false
}
