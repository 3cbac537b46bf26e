package python

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// maxLoopNames bounds the names of a for statement that are kept.
const maxLoopNames = 6

// wrappers hand on the items of their first argument.
var wrappers = map[string]bool{"enumerate": true, "list": true, "tuple": true, "sorted": true, "reversed": true, "tqdm.tqdm": true, "tqdm": true, "rich.progress.track": true}

// loop adds the fact of a for statement whose targets are the tokens [lo, hi),
// when what it goes over is written out or has a name.
func (p *reader) loop(lo, hi int, over result) {
	v := over.value
	counted := false
	if over.prim.kind == pCall && over.prim.suffix == "" {
		c := &p.sink.calls[over.prim.call]
		switch owner, items := strings.CutSuffix(c.Recv+"\x00"+c.Name[strings.LastIndexByte(c.Name, '.')+1:], "\x00items"); {
		case items && owner != "" && len(c.Args) == 0 && !strings.ContainsAny(owner, "{[( "):
			v = fact.Value{Kind: fact.Name, Text: owner}
		case wrappers[c.Name] && len(c.Args) > 0 && c.Args[0].Name == "":
			v, counted = c.Args[0].Value, c.Name == "enumerate"
		}
	}
	if v.Kind != fact.List && v.Kind != fact.Dict && v.Kind != fact.Name {
		return
	}
	var names []string
	for i := lo; i < hi && len(names) <= maxLoopNames; i++ {
		switch t := &p.lex.toks[i]; t.kind {
		case tName:
			names = append(names, cut(p.text(t), maxName))
		case tComma, tLPar, tRPar, tLSqb, tRSqb, tStar:
		default:
			return // an attribute or an index
		}
	}
	if counted && len(names) > 1 {
		names = names[1:]
	}
	if len(names) == 0 || len(names) > maxLoopNames {
		return
	}
	p.sink.addLoop(fact.Loop{Pos: fact.Pos{Line: p.line(lo)}, Names: names, Over: v, Scope: p.scope})
}
