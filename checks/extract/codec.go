package extract

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// The cache's form of a result: a version byte, a table of all strings, then
// the facts, each a kind byte and its fields in the order of their declaration
// (fields.go). Numbers are varints; a string is its place in the table; a
// slice is its length and its items. There are two reasons for a form of our
// own: files have hundreds of small facts that share most of their strings,
// and a scan whose files are all known does little else than decode.
//
// One description of the fields serves both ways, so they cannot drift apart:
// fields.go hands each field to a codec, which is either a writer or a reader.
const codecVersion = 6

var errCodec = errors.New("not a cache entry")

// codec writes facts when out is set, and else reads them.
type codec struct {
	out     []byte
	writing bool
	table   map[string]uint64 // writing: where a string is
	strings []string          // in the order of first use
	lengths int               // writing: bytes of all strings

	in    []byte
	bad   bool // reading: what was read is no entry
	depth int
}

// maxDepth bounds the nesting of values; the extractors stay far below.
const maxDepth = 64

func (c *codec) uint(n uint64) { c.out = binary.AppendUvarint(c.out, n) }

func (c *codec) readUint() uint64 {
	n, size := binary.Uvarint(c.in)
	if size <= 0 {
		c.bad, c.in = true, nil
		return 0
	}
	c.in = c.in[size:]
	return n
}

// length is that of a slice; an item takes at least one byte, which bounds
// what a damaged entry can make a reader allocate.
func (c *codec) length(n int) int {
	if c.writing {
		c.uint(uint64(n))
		return n
	}
	size := c.readUint()
	if size > uint64(len(c.in))+1 { // slice adds one
		c.bad, c.in = true, nil
		return 0
	}
	return int(size)
}

func (c *codec) int(p *int) {
	if c.writing {
		c.out = binary.AppendVarint(c.out, int64(*p))
		return
	}
	n, size := binary.Varint(c.in)
	if size <= 0 || n > math.MaxInt || n < math.MinInt {
		c.bad, c.in = true, nil
		return
	}
	c.in, *p = c.in[size:], int(n)
}

func (c *codec) byte(p *uint8) {
	if c.writing {
		c.out = append(c.out, *p)
		return
	}
	if len(c.in) == 0 {
		c.bad = true
		return
	}
	*p, c.in = c.in[0], c.in[1:]
}

// bools packs up to eight flags into one byte.
func (c *codec) bools(flags ...*bool) {
	var b uint8
	for i, p := range flags {
		if *p {
			b |= 1 << i
		}
	}
	c.byte(&b)
	if !c.writing {
		for i, p := range flags {
			*p = b&(1<<i) != 0
		}
	}
}

func (c *codec) string(p *string) {
	if c.writing {
		n, ok := c.table[*p]
		if !ok {
			n = uint64(len(c.strings))
			c.table[*p] = n
			c.strings = append(c.strings, *p)
			c.lengths += len(*p)
		}
		c.uint(n)
		return
	}
	n := c.readUint()
	if n >= uint64(len(c.strings)) {
		c.bad, c.in = true, nil
		return
	}
	*p = c.strings[n]
}

// slice is the items of a slice; nil and empty are told apart.
func slice[T any](c *codec, p *[]T, item func(*codec, *T)) {
	n := 0
	if c.writing && *p != nil {
		n = len(*p) + 1
	}
	if n = c.length(n); n == 0 {
		return
	}
	if !c.writing {
		if n-1 > len(c.in) {
			c.bad, c.in = true, nil
			return
		}
		*p = make([]T, n-1)
	}
	for i := range *p {
		if c.bad {
			return
		}
		item(c, &(*p)[i])
	}
}

// Encode turns a result into the cache's form.
func Encode(r Result) ([]byte, error) {
	c := &codec{writing: true, table: map[string]uint64{}}
	c.string(&r.Gap)
	c.uint(uint64(len(r.Facts)))
	for _, f := range r.Facts {
		if err := c.write(f); err != nil {
			return nil, err
		}
	}
	head := make([]byte, 0, len(c.out)+c.lengths+3*len(c.strings)+16)
	head = append(head, codecVersion)
	head = binary.AppendUvarint(head, uint64(len(c.strings)))
	head = binary.AppendUvarint(head, uint64(c.lengths))
	for _, s := range c.strings {
		head = binary.AppendUvarint(head, uint64(len(s)))
	}
	for _, s := range c.strings {
		head = append(head, s...)
	}
	return append(head, c.out...), nil
}

// Decode reverses Encode. An error means the entry is of no use; the caller
// reads the file again.
func Decode(b []byte) (Result, error) {
	var r Result
	if len(b) == 0 || b[0] != codecVersion {
		return r, errCodec
	}
	c := &codec{in: b[1:]}
	if !c.readTable() {
		return r, errCodec
	}
	c.string(&r.Gap)
	n := c.length(0)
	if n > 0 {
		r.Facts = make([]fact.Fact, 0, n)
	}
	for range n {
		f := c.read()
		if c.bad {
			return Result{}, errCodec
		}
		r.Facts = append(r.Facts, f)
	}
	if c.bad || len(c.in) > 0 {
		return Result{}, errCodec
	}
	return r, nil
}

// readTable reads the strings, which share one piece of memory.
func (c *codec) readTable() bool {
	n, total := c.length(0), c.readUint()
	if c.bad || total > uint64(len(c.in)) {
		return false
	}
	lengths := make([]int, n)
	for i := range lengths {
		lengths[i] = int(min(c.readUint(), total))
	}
	if c.bad || total > uint64(len(c.in)) {
		return false
	}
	all := string(c.in[:total])
	c.in = c.in[total:]
	c.strings = make([]string, n)
	for i, size := range lengths {
		if size > len(all) {
			return false
		}
		c.strings[i], all = all[:size], all[size:]
	}
	return all == ""
}
