// Package maturity turns verdicts on capabilities into levels. A maturity model
// is a data file: level names, dimensions, and the capabilities each level
// demands. Rows say what is demanded; the few rules in level.go say what a
// level is, and they are the same for every model.
//
// Statuses come in as a map from capability id. An id the map lacks counts as
// missing, so that a report can only earn a level, never be given one.
package maturity

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

// The roles of a row.
const (
	Gate       = "gate"       // blocks the overall level and its dimension's
	Dimension  = "dimension"  // blocks its dimension's level only
	Supporting = "supporting" // scores and suggests, blocks nothing
)

// rest is how many gates of a level must be proven before a level can be rested
// on. A level whose gates do not apply is passed through on the way up.
const rest = 2

// Model is one maturity model. It is immutable.
type Model struct {
	ID      string // the name users write: microsoft, google
	Title   string
	Edition string // date of the model's text, YYYY-MM-DD
	Source  string // where that text is

	levels     []string
	dimensions []dimension
	rows       []Row
	byID       map[string]Row
}

type dimension struct {
	id, title string
	rows      []Row
}

// Row is one capability's place in a model.
type Row struct {
	ID             string
	Dimension      string
	Level          int    // at which the whole repository needs it
	DimensionLevel int    // at which its dimension needs it; mostly the same
	Role           string // Gate, Dimension or Supporting
	AnyOf          string // rows of one name are one gate that any of them opens; "" stands alone

	// After names the capabilities that this one stands on: to work on it before
	// them is to build on nothing. It orders next steps and decides no level.
	After []string
}

//go:embed *.yml
var files embed.FS

// models reads every model file of this folder; to add a model is to add a
// file. The default comes first, the others by name.
var models = sync.OnceValue(func() []*Model {
	var list []*Model
	names, err := fs.Glob(files, "*.yml")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		list = append(list, must(parse(data)))
	}
	slices.SortStableFunc(list, func(a, b *Model) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), cmp.Compare(a.ID, b.ID))
	})
	return list
})

// defaultModel is the name of the model that judges when nobody chooses.
const defaultModel = "microsoft"

func rankOf(m *Model) int {
	if m.ID == defaultModel {
		return 0
	}
	return 1
}

// Microsoft returns Microsoft's MLOps maturity model, levels 0 to 4.
func Microsoft() *Model { return named(defaultModel) }

// Google returns Google's MLOps levels, 0 to 2.
func Google() *Model { return named("google") }

func named(id string) *Model {
	m, ok := ByID(id)
	if !ok {
		panic("maturity: no model file has the id " + id)
	}
	return m
}

// All returns every model; the first is the default.
func All() []*Model { return slices.Clone(models()) }

// ByID returns the model users call by this name.
func ByID(id string) (*Model, bool) {
	for _, m := range models() {
		if m.ID == id {
			return m, true
		}
	}
	return nil, false
}

// OrDefault returns the model of this name, or the default one.
func OrDefault(id string) *Model {
	if m, ok := ByID(id); ok {
		return m
	}
	return named(defaultModel)
}

// Preferring returns every model, this one first.
func Preferring(first *Model) []*Model {
	return append([]*Model{first}, slices.DeleteFunc(All(), func(m *Model) bool { return m.ID == first.ID })...)
}

// Alternatives are the other rows that open the same gate as this one.
func (m *Model) Alternatives(r Row) (ids []string) {
	for _, other := range m.rows {
		if r.AnyOf != "" && other.AnyOf == r.AnyOf && other.ID != r.ID {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

// Rows returns every capability the model speaks of, by dimension.
func (m *Model) Rows() []Row { return append([]Row(nil), m.rows...) }

// Row returns the place of one capability, false if the model does not speak of it.
func (m *Model) Row(id string) (Row, bool) {
	r, ok := m.byID[id]
	return r, ok
}

// Highest returns the model's highest level.
func (m *Model) Highest() int { return len(m.levels) - 1 }

// LevelName returns what the model calls a level, "" for one it has not.
func (m *Model) LevelName(level int) string {
	if level < 0 || level >= len(m.levels) {
		return ""
	}
	return m.levels[level]
}

// must is for embedded files, which a test has read: a failure is a build gone wrong.
func must(m *Model, err error) *Model {
	if err != nil {
		panic(err)
	}
	return m
}

// parse reads a model file and refuses one that contradicts itself.
func parse(data []byte) (*Model, error) {
	var file struct {
		ID, Title, Edition, Source string
		Levels                     []string
		Dimensions                 []struct {
			ID, Title string
			Rows      []struct {
				ID             string
				Level          int
				DimensionLevel int `yaml:"dimension_level"`
				Role           string
				AnyOf          string `yaml:"any_of"`
				After          []string
			}
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("maturity model: %w", err)
	}
	m := &Model{ID: file.ID, Title: file.Title, Edition: file.Edition, Source: file.Source,
		levels: file.Levels, byID: make(map[string]Row)}
	for _, d := range file.Dimensions {
		dim := dimension{id: d.ID, title: d.Title}
		for _, r := range d.Rows {
			row := Row{ID: r.ID, Dimension: d.ID, Level: r.Level, DimensionLevel: r.DimensionLevel, Role: r.Role, AnyOf: r.AnyOf, After: r.After}
			if row.DimensionLevel == 0 {
				row.DimensionLevel = row.Level
			}
			if _, twice := m.byID[row.ID]; twice {
				return nil, fmt.Errorf("maturity model %s: %s is listed twice", m.ID, row.ID)
			}
			if row.Level < 1 || row.Level > m.Highest() || row.DimensionLevel > row.Level {
				return nil, fmt.Errorf("maturity model %s: %s has no such level", m.ID, row.ID)
			}
			if row.Role != Gate && row.Role != Dimension && row.Role != Supporting {
				return nil, fmt.Errorf("maturity model %s: %s has the unknown role %q", m.ID, row.ID, row.Role)
			}
			m.byID[row.ID] = row
			dim.rows = append(dim.rows, row)
			m.rows = append(m.rows, row)
		}
		m.dimensions = append(m.dimensions, dim)
	}
	for _, row := range m.rows {
		for _, id := range row.After {
			if _, ok := m.byID[id]; !ok {
				return nil, fmt.Errorf("maturity model %s: %s stands on %s, which is not listed", m.ID, row.ID, id)
			}
		}
	}
	return m, nil
}
