package graph

// index finds the node of a thing. It is kept by file, since nearly all
// questions in a row are about one file, and to hash its path each time would
// take longer than all the rest of the answer.
type index struct {
	byFile map[string]map[key]ID
	path   string // of the last question
	nodes  map[key]ID
	sealed bool // then several ask at a time, and the last question is not kept
}

func (x *index) seal() { x.sealed = true }

// key names a node within its file.
type key struct {
	kind Kind
	name string
	line int
}

// of returns the nodes of a file, nil when it has none.
func (x *index) of(path string) map[key]ID {
	if x.sealed {
		return x.byFile[path]
	}
	if x.nodes == nil || x.path != path {
		x.path, x.nodes = path, x.byFile[path]
	}
	return x.nodes
}

func (x *index) make(path string) map[key]ID {
	x.path, x.nodes = path, map[key]ID{}
	x.byFile[path] = x.nodes
	return x.nodes
}
