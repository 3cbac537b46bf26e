package repoconfig

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// value is what one place of a file says, as the table reads it: data is a
// bool, an int, a string, a []value or a map[string]value. It is what layers
// are merged as, since each part keeps where it comes from.
type value struct {
	at   position
	data any
}

type position struct {
	source       *Source // nil: nowhere, such as a default
	line, column int     // from 1
}

func (p position) String() string {
	if p.source == nil {
		return "default"
	}
	return fmt.Sprintf("%s:%d", p.source.Path, p.line)
}

func (v value) keys() map[string]value {
	m, _ := v.data.(map[string]value)
	return m
}

func (v value) list() []value {
	l, _ := v.data.([]value)
	return l
}

// get follows a dotted key through mappings.
func (v value) get(key string) (value, bool) {
	for name := range strings.SplitSeq(key, ".") {
		child, ok := v.keys()[name]
		if !ok {
			return value{}, false
		}
		v = child
	}
	return v, true
}

// text is the text at a dotted key, "" if there is none.
func (v value) text(key string) string {
	child, _ := v.get(key)
	s, _ := child.data.(string)
	return s
}

// plain is the value as encoding/json writes it.
func (v value) plain() any {
	switch data := v.data.(type) {
	case []value:
		out := make([]any, 0, len(data))
		for _, x := range data {
			out = append(out, x.plain())
		}
		return out
	case map[string]value:
		out := make(map[string]any, len(data))
		for k, x := range data {
			out[k] = x.plain()
		}
		return out
	}
	return v.data
}

// config is the meaning of a whole file's value: the keys of the table are the
// names that Config's fields have in JSON.
func (v value) config() (Config, error) {
	c := Default()
	data, err := json.Marshal(lean(v.plain()))
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		return Default(), fmt.Errorf("the table of keys and Config disagree: %w", err)
	}
	return c, nil
}

// lean leaves out what is empty, so that an empty list means what none means.
func lean(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = lean(v[i])
		}
	case map[string]any:
		for k, x := range v {
			if l, ok := x.([]any); ok && len(l) == 0 {
				delete(v, k)
				continue
			}
			v[k] = lean(x)
		}
	}
	return v
}

// same says whether two values say the same, wherever they stand.
func same(a, b value) bool {
	switch x := a.data.(type) {
	case []value:
		y, ok := b.data.([]value)
		return ok && slices.EqualFunc(x, y, same)
	case map[string]value:
		y, ok := b.data.(map[string]value)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if other, there := y[k]; !there || !same(x[k], other) {
				return false
			}
		}
		return true
	}
	return a.data == b.data
}
