package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// acme holds one matcher for each way of matching that the embedded tools'
// examples do not pin down on their own.
const acme = `
id: acme
name: x
home: https://example.org
about: x
match:
  track:
    - {call: acme.*.log}
    - {call: acme.deep.**}
    - {call: acme.first, with: "0=s3://*"}
    - {call: acme.kw, with: mode=fast}
    - {method: run.note, of: acme}
  deploy:
    - {command: acme ship}
    - {command: acme push, with: --env=prod}
    - {command: acme put, with: "s3://*"}
  build:
    - {image: registry.example.org/acme/*}
    - {image: acme/base}
  serve:
    - {resource: kubernetes/Acme*, key: "spec.**.port", value: "80*"}
    - {file: "**/acme/*.yml"}
examples:
  track: [{python: x}]
  deploy: [{python: x}]
  build: [{python: x}]
  serve: [{python: x}]
near_misses: {track: [{python: x}]}
`

func call(name string, args ...fact.Arg) fact.Call { return fact.Call{Name: name, Args: args} }

func text(name, value string) fact.Arg {
	return fact.Arg{Name: name, Value: fact.Value{Kind: fact.String, Text: value}}
}

func TestUses(t *testing.T) {
	tool, err := catalog.Parse("acme.yml", []byte(acme))
	if err != nil {
		t.Fatal(err)
	}
	c, err := new(catalog.Catalog).With(tool)
	if err != nil {
		t.Fatal(err)
	}
	imports := fact.Import{Module: "acme"}
	cmd := func(argv ...string) fact.Fact { return fact.Command{Argv: argv} }
	port := func(v string) fact.Fact {
		return fact.Resource{System: "kubernetes", Kind: "AcmeApp", Attrs: []fact.Attr{{Line: 7, Key: "spec.a.b.port", Value: v}}}
	}
	for _, tc := range []struct {
		name  string
		path  string
		facts []fact.Fact
		want  string
	}{
		{"star is one segment", "a.py", []fact.Fact{call("acme.x.log")}, "[track acme.x.log 0]"},
		{"not two", "a.py", []fact.Fact{call("acme.x.y.log")}, "[]"},
		{"not none", "a.py", []fact.Fact{call("acme.log")}, "[]"},
		{"double star takes the rest", "a.py", []fact.Fact{call("acme.deep.a.b")}, "[track acme.deep.a.b 0]"},
		{"and needs one", "a.py", []fact.Fact{call("acme.deep")}, "[]"},
		{"unresolved names match no call", "a.py", []fact.Fact{fact.Call{Name: "acme.x.log", Unresolved: true}}, "[]"},
		{"a positional value", "a.py", []fact.Fact{call("acme.first", text("", "s3://b"))}, "[track acme.first 0]"},
		{"another value", "a.py", []fact.Fact{call("acme.first", text("", "b"))}, "[]"},
		{"another position", "a.py", []fact.Fact{call("acme.first", text("", "b"), text("", "s3://b"))}, "[]"},
		{"a keyword value", "a.py", []fact.Fact{call("acme.kw", text("mode", "fast"))}, "[track acme.kw 0]"},
		{"an absent keyword", "a.py", []fact.Fact{call("acme.kw")}, "[]"},
		{"a value in a list", "a.py", []fact.Fact{call("acme.kw", fact.Arg{Name: "mode", Value: fact.Value{Kind: fact.List, Items: []fact.Value{{Kind: fact.String, Text: "fast"}}}})}, "[track acme.kw 0]"},
		{"a method in a file with the import", "a.py", []fact.Fact{imports, fact.Call{Name: "run.note", Recv: "run", Unresolved: true}}, "[track run.note 0]"},
		{"a method of an attribute", "a.py", []fact.Fact{imports, fact.Call{Name: "self.run.note", Recv: "self.run", Unresolved: true}}, "[track self.run.note 0]"},
		{"another receiver", "a.py", []fact.Fact{imports, fact.Call{Name: "book.note", Recv: "book", Unresolved: true}}, "[]"},
		{"no import", "a.py", []fact.Fact{fact.Call{Name: "run.note", Recv: "run", Unresolved: true}}, "[]"},
		{"a relative import is another module", "a.py", []fact.Fact{fact.Import{Module: "acme", Level: 1}, fact.Call{Name: "run.note", Recv: "run", Unresolved: true}}, "[]"},
		{"a command in a folder", "a.sh", []fact.Fact{cmd("/opt/bin/acme", "ship", "x")}, "[deploy acme ship x 0]"},
		{"options before the subcommand", "a.sh", []fact.Fact{cmd("acme", "--region", "eu", "-v", "ship")}, "[deploy acme --region eu -v ship 0]"},
		{"an operand before it", "a.sh", []fact.Fact{cmd("acme", "help", "ship")}, "[]"},
		{"a module", "a.sh", []fact.Fact{cmd("python3", "-u", "-m", "acme", "ship")}, "[deploy acme ship 0]"},
		{"a script is no module", "a.sh", []fact.Fact{cmd("python", "x.py", "-m", "acme", "ship")}, "[]"},
		{"an option's value", "a.sh", []fact.Fact{cmd("acme", "push", "--env", "prod")}, "[deploy acme push --env prod 0]"},
		{"joined", "a.sh", []fact.Fact{cmd("acme", "push", "--env=prod")}, "[deploy acme push --env=prod 0]"},
		{"another", "a.sh", []fact.Fact{cmd("acme", "push", "--env=dev")}, "[]"},
		{"a word", "a.sh", []fact.Fact{cmd("acme", "put", "x", "s3://b")}, "[deploy acme put x s3://b 0]"},
		{"an image", "Dockerfile", []fact.Fact{fact.Image{Ref: "registry.example.org/acme/a:1@sha256:0"}}, "[build registry.example.org/acme/a:1@sha256:0 0]"},
		{"a port is no tag", "Dockerfile", []fact.Fact{fact.Image{Ref: "localhost:5000/acme/base"}}, "[]"},
		{"Docker Hub in full", "Dockerfile", []fact.Fact{fact.Image{Ref: "docker.io/acme/base"}}, "[build docker.io/acme/base 0]"},
		{"an attribute gives the line", "a.yml", []fact.Fact{port("8080")}, "[serve AcmeApp 7]"},
		{"another attribute", "a.yml", []fact.Fact{port("9090")}, "[]"},
		{"a file without facts", "x/acme/a.yml", nil, "[serve x/acme/a.yml 0]"},
		{"at the root", "acme/a.yml", nil, "[serve acme/a.yml 0]"},
		{"in a deeper folder", "acme/b/a.yml", nil, "[]"},
		{"once for each fact", "a.sh", []fact.Fact{cmd("acme", "ship"), cmd("acme", "ship")}, "[deploy acme ship 0 deploy acme ship 0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, u := range c.Uses(tc.path, fact.File{Path: tc.path, Facts: tc.facts}) {
				got = append(got, fmt.Sprint(u.Role, " ", u.What, " ", u.Line))
			}
			if fmt.Sprint(got) != tc.want {
				t.Errorf("got %v, want %s", got, tc.want)
			}
		})
	}
}

// BenchmarkUses measures the matching of facts as they come in a training
// script: most calls are nobody's.
func BenchmarkUses(b *testing.B) {
	facts := []fact.Fact{
		fact.Import{Module: "mlflow"}, fact.Import{Module: "pandas", As: "pd"}, fact.Import{Module: "sklearn.ensemble", Name: "RandomForestClassifier"},
		call("mlflow.log_metric"), call("print"), call("len"), call("pandas.read_csv", text("", "data.csv")), call("range"),
		call("sklearn.ensemble.RandomForestClassifier.fit"), call("pathlib.Path.joinpath"), call("logging.getLogger.info"), call("isinstance"),
		fact.Call{Name: "self.model.predict", Recv: "self.model", Unresolved: true}, fact.Call{Name: "logger.info", Recv: "logger", Unresolved: true},
		fact.Assign{Name: "x"}, fact.Check{Text: "x > 1"}, fact.Define{Name: "train"},
		call("os.path.join"), call("str.format"), fact.Command{Argv: []string{"python", "train.py", "--lr", "0.1"}},
	}
	file := fact.File{Path: "src/train.py", Facts: slices.Repeat(facts, 50)}
	c := catalog.Default()
	b.ReportAllocs()
	for b.Loop() {
		if len(c.Uses(file.Path, file)) == 0 {
			b.Fatal("no uses")
		}
	}
	b.ReportMetric(float64(len(file.Facts))*float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}
