package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// types are the GraphQL types that the App's queries walk through. Enums and
// scalars come along with the fields that need them.
var types = []string{
	"Query", "RateLimit", "Repository", "Ref", "GitObject", "Commit", "CommitHistoryConnection", "Tree", "TreeEntry", "Blob", "Tag",
	"PullRequest", "PullRequestCommitConnection", "PullRequestCommit", "IssueCommentConnection", "IssueComment",
	"CheckSuiteConnection", "CheckSuiteFilter", "CheckSuite", "CheckRunConnection", "CheckRunFilter", "CheckRun", "App",
	"Actor", "User", "Bot", "Organization", "Mannequin", "EnterpriseUserAccount", "PageInfo",
}

func trimGraphQL(raw []byte) ([]byte, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "schema.graphql", Input: string(raw)})
	if err != nil {
		return nil, err
	}
	kinds := map[string]ast.DefinitionKind{}
	for _, d := range doc.Definitions {
		kinds[d.Name] = d.Kind
	}
	for _, name := range types {
		if kinds[name] == "" {
			return nil, fmt.Errorf("the schema has no type %s", name)
		}
	}
	usable := func(t *ast.Type) bool {
		name := t.Name()
		return slices.Contains(types, name) || kinds[name] == "" || kinds[name] == ast.Scalar || kinds[name] == ast.Enum
	}
	needed := map[string]bool{}
	var kept ast.DefinitionList
	for _, d := range doc.Definitions {
		if !slices.Contains(types, d.Name) {
			continue
		}
		d.Interfaces = slices.DeleteFunc(d.Interfaces, func(i string) bool { return !slices.Contains(types, i) })
		d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool { return !usable(f.Type) })
		for _, f := range d.Fields {
			f.Directives, needed[f.Type.Name()] = nil, true
			f.Arguments = slices.DeleteFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return !usable(a.Type) })
			for _, a := range f.Arguments {
				a.Directives, needed[a.Type.Name()] = nil, true
			}
		}
		d.Directives = nil
		kept = append(kept, d)
	}
	for _, d := range doc.Definitions {
		if needed[d.Name] && (d.Kind == ast.Scalar || d.Kind == ast.Enum) {
			d.Directives = nil
			for _, v := range d.EnumValues {
				v.Directives = nil
			}
			kept = append(kept, d)
		}
	}
	var out bytes.Buffer
	format := formatter.NewFormatter(&out, formatter.WithoutDescription(), formatter.WithIndent(""))
	format.FormatSchemaDocument(&ast.SchemaDocument{Definitions: kept})
	again, err := parser.ParseSchemas(validator.Prelude, &ast.Source{Name: "kept", Input: out.String()})
	if err != nil {
		return nil, err
	}
	if _, err := validator.ValidateSchemaDocument(again); err != nil {
		return nil, fmt.Errorf("what is left is no schema: %w", err)
	}
	return out.Bytes(), nil
}
