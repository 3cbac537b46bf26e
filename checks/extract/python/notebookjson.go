package python

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// notebookDecoder walks the JSON token by token, so that outputs are skipped
// and the place of each source line is known.
type notebookDecoder struct {
	dec      *json.Decoder
	src      []byte
	cells    []cell
	language string
	at       int // offset up to which line is counted
	line     int32
}

// here is the line of the file on which the last token ended.
func (d *notebookDecoder) here() int32 {
	if to := int(d.dec.InputOffset()); to > d.at && to <= len(d.src) {
		d.line += int32(bytes.Count(d.src[d.at:to], []byte("\n")))
		d.at = to
	}
	return d.line
}

// object calls field for each member of the object that follows; any other
// value is skipped.
func (d *notebookDecoder) object(field func(key string) error) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return d.rest(t)
	}
	for d.dec.More() {
		key, err := d.dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := field(name); err != nil {
			return err
		}
	}
	_, err = d.dec.Token()
	return err
}

// array calls item before each element of the array that follows.
func (d *notebookDecoder) array(item func() error) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return d.rest(t)
	}
	for d.dec.More() {
		if err := item(); err != nil {
			return err
		}
	}
	_, err = d.dec.Token()
	return err
}

// rest skips what is left of a value whose first token was t.
func (d *notebookDecoder) rest(t json.Token) error {
	for depth := 0; ; {
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth <= 0 {
			return nil
		}
		var err error
		if t, err = d.dec.Token(); err != nil {
			return err
		}
	}
}

func (d *notebookDecoder) skip() error {
	var raw json.RawMessage
	return d.dec.Decode(&raw)
}

func (d *notebookDecoder) str(to *string) error {
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	if s, ok := t.(string); ok {
		*to = s
		return nil
	}
	return d.rest(t)
}

func (d *notebookDecoder) file() error {
	err := d.object(func(key string) error {
		switch key {
		case "cells":
			return d.array(d.cell)
		case "worksheets": // format 3
			return d.array(func() error {
				return d.object(func(key string) error {
					if key == "cells" {
						return d.array(d.cell)
					}
					return d.skip()
				})
			})
		case "metadata":
			return d.metadata()
		}
		return d.skip()
	})
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// metadata takes the language from language_info.name, else from the kernel.
func (d *notebookDecoder) metadata() error {
	var info, kernel, name string
	err := d.object(func(key string) error {
		switch key {
		case "language_info":
			return d.object(func(key string) error {
				if key == "name" {
					return d.str(&info)
				}
				return d.skip()
			})
		case "kernelspec":
			return d.object(func(key string) error {
				switch key {
				case "language":
					return d.str(&kernel)
				case "name":
					return d.str(&name)
				}
				return d.skip()
			})
		}
		return d.skip()
	})
	for _, l := range []string{info, kernel, name} {
		if l != "" {
			d.language = l
			break
		}
	}
	// Kernels named after an environment run Python as a rule.
	if info == "" && kernel == "" && !foreignKernel(name) {
		d.language = ""
	}
	return err
}

func foreignKernel(name string) bool {
	name = strings.ToLower(name)
	for _, k := range []string{"ir", "julia", "scala", "spylon", "bash", "octave", "javascript", "deno", "rust", "gophernotes", ".net"} {
		if name == k || len(k) > 2 && strings.HasPrefix(name, k) {
			return true
		}
	}
	return false
}

func (d *notebookDecoder) cell() error {
	var c cell
	kind := ""
	err := d.object(func(key string) error {
		switch key {
		case "cell_type":
			return d.str(&kind)
		case "source", "input":
			return d.source(&c)
		}
		return d.skip()
	})
	if kind == "code" && c.text != "" {
		d.cells = append(d.cells, c)
	}
	return err
}

// source reads a cell's text: one string, or one a line.
func (d *notebookDecoder) source(c *cell) error {
	var b strings.Builder
	defer func() { c.text = b.String() }()
	add := func(s string) {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
		line := d.here()
		fresh := b.Len() == 0 || strings.HasSuffix(b.String(), "\n")
		if fresh && s != "" {
			c.rows = append(c.rows, line)
		}
		for n := strings.Count(strings.TrimSuffix(s, "\n"), "\n"); n > 0; n-- {
			c.rows = append(c.rows, line)
		}
		b.WriteString(s)
	}
	t, err := d.dec.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case string:
		add(v)
	case json.Delim:
		if v == '{' {
			return d.rest(t)
		}
		for d.dec.More() {
			t, err := d.dec.Token()
			if err != nil {
				return err
			}
			if s, ok := t.(string); ok {
				add(s)
			} else if err := d.rest(t); err != nil {
				return err
			}
		}
		if _, err := d.dec.Token(); err != nil {
			return err
		}
	}
	return nil
}
