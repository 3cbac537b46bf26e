package contract

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

//go:embed testdata/graphql/schema.graphql.gz
var packedSchema []byte

// loadSchema reads the excerpt of GitHub's GraphQL schema.
var loadSchema = sync.OnceValues(func() (*ast.Schema, error) {
	data, err := unpack(packedSchema)
	if err != nil {
		return nil, err
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(data)})
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's GraphQL schema: %w", err)
	}
	return schema, nil
})

// query is one GraphQL request that fits the schema.
type query struct {
	v         *Validator
	operation *ast.OperationDefinition
}

// query validates a GraphQL request and its variables.
func (v *Validator) query(body []byte) (*query, error) {
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	numbers := json.NewDecoder(bytes.NewReader(body))
	numbers.UseNumber()
	if err := numbers.Decode(&in); err != nil {
		return nil, err
	}
	doc, problems := gqlparser.LoadQueryWithRules(v.schema, in.Query, nil)
	if len(problems) > 0 {
		return nil, problems
	}
	if len(doc.Operations) != 1 {
		return nil, fmt.Errorf("%d operations in one request", len(doc.Operations))
	}
	q := &query{v: v, operation: doc.Operations[0]}
	_, err := validator.VariableValues(v.schema, q.operation, in.Variables)
	return q, err
}

// response validates the answer to a query, or that it is a refusal.
func (q *query) response(status int, _ http.Header, body []byte) error {
	if status != http.StatusOK {
		return q.v.refused(body)
	}
	return q.answer(body)
}

// answer validates the answer to a query: what was asked and nothing else is
// there, and each value is of its field's type. Where the answer names errors,
// a null may stand for anything.
func (q *query) answer(body []byte) error {
	var out struct {
		Data   map[string]any    `json:"data"`
		Errors []json.RawMessage `json:"errors"`
	}
	numbers := json.NewDecoder(bytes.NewReader(body))
	numbers.UseNumber()
	if err := numbers.Decode(&out); err != nil {
		return err
	}
	if out.Data == nil {
		if len(out.Errors) == 0 {
			return errors.New("an answer has data or errors")
		}
		return nil
	}
	w := &walker{schema: q.v.schema, nulls: len(out.Errors) > 0}
	w.object("data", q.operation.SelectionSet, out.Data)
	return errors.Join(w.problems...)
}

// walker compares an answer with what was asked.
type walker struct {
	schema   *ast.Schema
	nulls    bool
	problems []error
}

func (w *walker) wrong(at, format string, args ...any) {
	w.problems = append(w.problems, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

func (w *walker) object(at string, asked ast.SelectionSet, got map[string]any) {
	known := map[string]bool{}
	w.fields(at, asked, got, known, true)
	for name := range got {
		if !known[name] {
			w.wrong(at, "%s was not asked for", name)
		}
	}
}

// fields checks the fields asked for; those of a fragment may be missing, since
// the object may be of another type.
func (w *walker) fields(at string, asked ast.SelectionSet, got map[string]any, known map[string]bool, must bool) {
	for _, one := range asked {
		switch one := one.(type) {
		case *ast.InlineFragment:
			w.fields(at, one.SelectionSet, got, known, false)
		case *ast.Field:
			known[one.Alias] = true
			value, ok := got[one.Alias]
			if !ok {
				if must {
					w.wrong(at, "%s is missing", one.Alias)
				}
				continue
			}
			w.value(at+"."+one.Alias, one.Definition.Type, one.SelectionSet, value)
		}
	}
}

func (w *walker) value(at string, t *ast.Type, asked ast.SelectionSet, got any) {
	if got == nil {
		if t.NonNull && !w.nulls {
			w.wrong(at, "null where %s belongs", t)
		}
		return
	}
	if t.Elem != nil {
		list, ok := got.([]any)
		if !ok {
			w.wrong(at, "%T where a list belongs", got)
		}
		for i, sub := range list {
			w.value(fmt.Sprintf("%s[%d]", at, i), t.Elem, asked, sub)
		}
		return
	}
	d := w.schema.Types[t.NamedType]
	switch fits := scalar(d, got); {
	case d.Kind == ast.Scalar || d.Kind == ast.Enum:
		if !fits {
			w.wrong(at, "%v (%T) is no %s", got, got, d.Name)
		}
	default:
		o, ok := got.(map[string]any)
		if !ok {
			w.wrong(at, "%T where %s belongs", got, d.Name)
			return
		}
		w.object(at, asked, o)
	}
}

// scalar tells whether a value can be of a scalar type or an enum. GitHub's own
// scalars (ids, times, addresses) all travel as text.
func scalar(d *ast.Definition, got any) bool {
	switch d.Name {
	case "Int":
		n, ok := got.(json.Number)
		_, err := n.Int64()
		return ok && err == nil
	case "Float":
		_, ok := got.(json.Number)
		return ok
	case "Boolean":
		_, ok := got.(bool)
		return ok
	}
	text, ok := got.(string)
	return ok && (d.Kind != ast.Enum || slices.ContainsFunc(d.EnumValues, func(v *ast.EnumValueDefinition) bool { return v.Name == text }))
}
