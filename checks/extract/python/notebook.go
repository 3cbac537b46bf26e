package python

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// cell is a code cell; rows are the lines of the file on which its lines stand.
type cell struct {
	text string
	rows []int32
}

var errNotebook = errors.New("is no notebook")

// notebook reads the code cells of Jupyter's JSON, each as a piece of its own
// that knows the names of those before. A kernel other than Python's gives no
// facts.
func (p *reader) notebook(ctx context.Context, src []byte) error {
	if len(bytes.TrimSpace(src)) == 0 {
		return nil // an empty file says nothing, and is not broken
	}
	d := notebookDecoder{dec: json.NewDecoder(bytes.NewReader(src)), src: src, line: 1}
	err := d.file()
	if d.language != "" && !strings.Contains(strings.ToLower(d.language), "python") {
		return nil
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", errNotebook, err)
	}
	p.lex.notebook, p.sink.magic = true, true
	for _, c := range d.cells {
		text, rows, ok := p.cellMagic(c)
		if !ok {
			continue
		}
		if e := p.read(ctx, text, rows); e != nil {
			return errors.Join(e, err)
		}
	}
	return err
}

// cellMagic deals with a cell that begins with %%: a shell's lines are commands,
// a timer's are Python, any other language's are nothing.
func (p *reader) cellMagic(c cell) (text string, rows []int32, ok bool) {
	lines := strings.SplitAfter(c.text, "\n")
	at := 0
	for at < len(lines) && strings.TrimSpace(lines[at]) == "" {
		at++
	}
	if at == len(lines) || !strings.HasPrefix(lines[at], "%%") {
		return c.text, c.rows, at < len(lines)
	}
	word := strings.TrimPrefix(strings.Fields(lines[at])[0], "%%")
	rest := lines[at+1:]
	switch word {
	case "time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "pyspark", "debug", "local":
		skipped := len(lines) - len(rest)
		return strings.Join(rest, ""), c.rows[min(skipped, len(c.rows)-1):], true
	case "bash", "sh", "script", "system", "sx", "!":
		for i, l := range rest {
			p.shell(l, int(c.rows[min(at+1+i, len(c.rows)-1)]))
		}
	}
	return "", nil, false
}
