package graph

// First returns, for every node, the lowest position in targets of a node that
// can be reached from it, itself included; -1 where there is none. Ways into
// tests are left out, as in Forward.
//
// It answers for all nodes in one walk what Forward would answer for one: the
// targets are taken in order, and each walks backwards over what no earlier
// one has claimed. Negative targets are passed over.
func (g *Graph) First(targets []ID) []int32 {
	in := g.in()
	first := make([]int32, len(g.Nodes))
	for i := range first {
		first[i] = -1
	}
	var queue []ID
	for rank, t := range targets {
		if t < 0 || first[t] >= 0 {
			continue
		}
		first[t] = int32(rank)
		queue = append(queue[:0], t)
		for len(queue) > 0 {
			n := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, from := range in[n] {
				if first[from] < 0 {
					first[from] = int32(rank)
					queue = append(queue, from)
				}
			}
		}
	}
	return first
}

// incoming returns the edges turned round, those into tests left out.
func (g *Graph) incoming() [][]ID {
	in := make([][]ID, len(g.Nodes))
	for from, edges := range g.out {
		for _, e := range edges {
			if !e.Test {
				in[e.To] = append(in[e.To], ID(from))
			}
		}
	}
	return in
}
