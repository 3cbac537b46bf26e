package githubsim

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// selection is one field of a GraphQL query, or an inline fragment (on is then
// the type, and name is empty).
type selection struct {
	alias, name, on string
	args            map[string]any // string, int64, bool, an object of them, or what JSON gave
	fields          []selection
}

// key is the name the answer carries the field under.
func (f selection) key() string {
	if f.alias != "" {
		return f.alias
	}
	return f.name
}

// maxTokens and maxDepth bound a query.
const (
	maxTokens = 200_000
	maxDepth  = 20
)

var errQuery = errors.New("the query is not of the shape that the stand-in for GitHub understands")

// parseQuery reads one query. Named fragments and directives are not served.
func parseQuery(query string, variables map[string]any) ([]selection, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, maxTokens)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errQuery, err)
	}
	if len(doc.Operations) != 1 || len(doc.Fragments) > 0 || doc.Operations[0].Operation != ast.Query {
		return nil, fmt.Errorf("%w: it must be one query without named fragments", errQuery)
	}
	return selections(doc.Operations[0].SelectionSet, variables, 0)
}

func selections(set ast.SelectionSet, variables map[string]any, depth int) ([]selection, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested too deep", errQuery)
	}
	var list []selection
	for _, one := range set {
		var f selection
		var below ast.SelectionSet
		var directives ast.DirectiveList
		switch one := one.(type) {
		case *ast.Field:
			f.alias, f.name, below, directives = one.Alias, one.Name, one.SelectionSet, one.Directives
			f.args = map[string]any{}
			for _, a := range one.Arguments {
				v, err := argument(a.Value, variables)
				if err != nil {
					return nil, err
				}
				f.args[a.Name] = v
			}
		case *ast.InlineFragment:
			f.on, below, directives = one.TypeCondition, one.SelectionSet, one.Directives
		}
		if len(directives) > 0 || f.name == "" && f.on == "" {
			return nil, fmt.Errorf("%w: directives and named fragments are not served", errQuery)
		}
		var err error
		if f.fields, err = selections(below, variables, depth+1); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// argument gives a value with its variables filled in; one without a value is
// an error.
func argument(v *ast.Value, variables map[string]any) (any, error) {
	if v.Kind == ast.Variable {
		if _, ok := variables[v.Raw]; !ok {
			return nil, fmt.Errorf("%w: variable $%s has no value", errQuery, v.Raw)
		}
	}
	for _, child := range v.Children {
		if _, err := argument(child.Value, variables); err != nil {
			return nil, err
		}
	}
	return v.Value(variables)
}
