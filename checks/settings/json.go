package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// JSON reads one document. Callers bound the nesting (extract.Limits does).
func JSON(src []byte) (*Node, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	r := jsonTree{dec: dec, src: src, line: 1}
	n, err := r.read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("is not valid JSON: %w", err)
	}
	return n, nil
}

// jsonTree builds the tree from the token stream with a stack of its own.
type jsonTree struct {
	dec  *json.Decoder
	src  []byte
	seen int // bytes whose newlines are counted
	line int
	made int
}

// lineHere is the line of the token read last, which never spans lines.
func (r *jsonTree) lineHere() int {
	at := int(r.dec.InputOffset())
	r.line += bytes.Count(r.src[r.seen:at], []byte("\n"))
	r.seen = at
	return r.line
}

func (r *jsonTree) read() (*Node, error) {
	var root *Node
	var open []*Node
	var key string
	keyLine := 0
	for {
		tok, err := r.dec.Token()
		if err != nil {
			return nil, err
		}
		line := r.lineHere()
		if d, ok := tok.(json.Delim); ok && (d == '}' || d == ']') {
			open = open[:len(open)-1]
			if len(open) == 0 {
				return root, nil
			}
			continue
		}
		inMap := len(open) > 0 && open[len(open)-1].Kind == Map
		if inMap && keyLine == 0 {
			key, _ = tok.(string)
			keyLine = line
			continue
		}
		n := jsonNode(tok, line)
		if inMap {
			n.Key, n.Line = key, keyLine
			keyLine = 0
		}
		if len(open) == 0 {
			root = n
		} else if parent := open[len(open)-1]; r.made < MaxNodes {
			r.made++
			parent.Items = append(parent.Items, n)
		}
		if n.Kind != Scalar {
			open = append(open, n)
		} else if len(open) == 0 {
			return root, nil
		}
	}
}

func jsonNode(tok json.Token, line int) *Node {
	n := &Node{Line: line, Value: line}
	switch t := tok.(type) {
	case json.Delim:
		n.Kind = Map
		if t == '[' {
			n.Kind = List
		}
	case string:
		n.Text = t
	case json.Number:
		n.Text, n.Type = t.String(), Number
	case bool:
		n.Type, n.Text = Bool, "false"
		if t {
			n.Text = "true"
		}
	default:
		n.Type, n.Text = Null, "null"
	}
	return n
}
