package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// TestFiles reports every invalid file; Default would panic at the first.
func TestFiles(t *testing.T) {
	names, err := filepath.Glob("tools/*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no tool files: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := catalog.Parse(name, data); err != nil {
			t.Error(err)
		}
	}
}

func TestDefault(t *testing.T) {
	tools := catalog.Default().Tools()
	if len(tools) == 0 {
		t.Fatal("no tools")
	}
	for _, tool := range tools {
		if got := catalog.Default().Tool(tool.ID); got != tool {
			t.Errorf("Tool(%q) = %v", tool.ID, got)
		}
	}
}

// TestRolesComplete proves that Roles holds every role roles.go declares.
func TestRolesComplete(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "roles.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []catalog.Role
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Names) == 1 && strings.HasPrefix(spec.Names[0].Name, "Role") {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared = append(declared, catalog.Role(value))
		}
		return true
	})
	if !slices.Equal(declared, catalog.Roles) {
		t.Errorf("roles.go declares %v, Roles holds %v", declared, catalog.Roles)
	}
}

func TestWith(t *testing.T) {
	parse := func(id, call string) *catalog.Tool {
		tool, err := catalog.Parse("dir/"+id+".yml", []byte("id: "+id+`
name: x
home: https://example.org
about: x
match: {track: [{call: `+call+`}]}
examples: {track: [{python: x}]}
near_misses: {track: [{python: y}]}
`))
		if err != nil {
			t.Fatal(err)
		}
		return tool
	}
	base := catalog.Default()
	c, err := base.With(parse("acme", "acme.log"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Tool("acme") == nil || base.Tool("acme") != nil || len(c.Tools()) != len(base.Tools())+1 {
		t.Error("With must add the tool to a copy")
	}
	file := fact.File{Facts: []fact.Fact{fact.Call{Pos: fact.Pos{Line: 3}, Name: "acme.log", Scope: "main"}}}
	uses := c.Uses("a.py", file)
	if len(uses) != 1 {
		t.Fatalf("uses = %v", uses)
	}
	u := uses[0]
	if u.Tool.ID != "acme" || u.Role != catalog.RoleTrack || u.Strength != catalog.Used || u.Path != "a.py" ||
		u.Line != 3 || u.What != "acme.log" || u.Scope != "main" || !reflect.DeepEqual(u.Fact, file.Facts[0]) || u.Match.Pattern != "acme.log" {
		t.Errorf("use = %+v", u)
	}
	if _, err := c.With(parse("acme", "acme.other")); err == nil || !strings.Contains(err.Error(), `"acme" is defined twice`) {
		t.Errorf("a taken id gives %v", err)
	}
	if _, err := c.With(parse("other", "acme.log")); err == nil || !strings.Contains(err.Error(), `both state call acme.log for role track`) {
		t.Errorf("a stated matcher gives %v", err)
	}
}
