package shell

import "mvdan.cc/sh/v3/syntax"

// succeeds says whether a statement behind || always ends with status zero,
// so that it hides the failure that led there.
func succeeds(s *syntax.Stmt) bool {
	if s == nil || s.Negated {
		return false
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return false
		}
		switch c.Args[0].Lit() {
		case "true", ":", "echo", "printf", "sleep", "continue", "break", "logger", "date", "/bin/true":
			return true
		case "exit", "return":
			return len(c.Args) > 1 && c.Args[1].Lit() == "0"
		}
	case *syntax.Block:
		return len(c.Stmts) > 0 && !gives(c.Stmts) && succeeds(c.Stmts[len(c.Stmts)-1])
	case *syntax.Subshell:
		return len(c.Stmts) > 0 && !gives(c.Stmts) && succeeds(c.Stmts[len(c.Stmts)-1])
	}
	return false
}

// gives says whether somewhere in a branch the script is ended with a failure.
func gives(list []*syntax.Stmt) bool {
	found := false
	for _, s := range list {
		syntax.Walk(s, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
				switch c.Args[0].Lit() {
				case "exit", "return":
					found = found || len(c.Args) > 1 && c.Args[1].Lit() != "0"
				case "false":
					found = true
				}
			}
			return !found
		})
	}
	return found
}
