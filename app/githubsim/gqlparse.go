package githubsim

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
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

// gqlParser reads the part of GraphQL that the queries of the App need:
// aliases, arguments, variables, input objects, inline fragments. Named
// fragments, directives and lists are not in it.
type gqlParser struct {
	tokens    []string
	variables map[string]any
}

// maxDepth bounds how deep a query nests.
const maxDepth = 20

var errQuery = errors.New("the query is not of the shape that the stand-in for GitHub understands")

func parseQuery(query string, variables map[string]any) ([]selection, error) {
	tokens, err := gqlTokens(query)
	if err != nil {
		return nil, err
	}
	p := &gqlParser{tokens: tokens, variables: variables}
	if p.peek() == "query" {
		for p.peek() != "" && p.peek() != "{" {
			p.next() // the name and the declared variables
		}
	}
	fields, err := p.fields(0)
	if err != nil {
		return nil, err
	}
	if rest := p.peek(); rest != "" {
		return nil, fmt.Errorf("%w: %q after the end", errQuery, rest)
	}
	return fields, nil
}

// gqlTokens cuts a query into names, numbers, strings (kept in their quotes),
// and single signs; "..." is one token.
func gqlTokens(q string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(q); {
		switch ch := q[i]; {
		case strings.IndexByte(" \t\r\n,", ch) >= 0:
			i++
		case ch == '#':
			for i < len(q) && q[i] != '\n' {
				i++
			}
		case ch == '"':
			end := i + 1
			for end < len(q) && q[end] != '"' {
				if q[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(q) {
				return nil, fmt.Errorf("%w: a string does not end", errQuery)
			}
			tokens = append(tokens, q[i:end+1])
			i = end + 1
		case strings.HasPrefix(q[i:], "..."):
			tokens = append(tokens, "...")
			i += 3
		case strings.IndexByte("{}():!$=[]", ch) >= 0:
			tokens = append(tokens, q[i:i+1])
			i++
		case wordByte(ch):
			end := i
			for end < len(q) && wordByte(q[end]) {
				end++
			}
			tokens = append(tokens, q[i:end])
			i = end
		default:
			return nil, fmt.Errorf("%w: sign %q", errQuery, ch)
		}
	}
	return tokens, nil
}

func wordByte(b byte) bool {
	return b == '_' || b == '-' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func (p *gqlParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *gqlParser) next() string {
	t := p.peek()
	if t != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *gqlParser) expect(token string) error {
	if got := p.next(); got != token {
		return fmt.Errorf("%w: %q where %q belongs", errQuery, got, token)
	}
	return nil
}

func (p *gqlParser) fields(depth int) ([]selection, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested too deep", errQuery)
	}
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	var list []selection
	for p.peek() != "}" {
		f, err := p.field(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	p.next()
	return list, nil
}

func (p *gqlParser) field(depth int) (f selection, err error) {
	if p.peek() == "..." {
		p.next()
		if err := p.expect("on"); err != nil {
			return f, err
		}
		f.on = p.next()
		f.fields, err = p.fields(depth + 1)
		return f, err
	}
	f.name = p.next()
	if f.name == "" || !wordByte(f.name[0]) {
		return f, fmt.Errorf("%w: %q where a field belongs", errQuery, f.name)
	}
	if p.peek() == ":" {
		p.next()
		f.alias, f.name = f.name, p.next()
	}
	if p.peek() == "(" {
		if f.args, err = p.args(); err != nil {
			return f, err
		}
	}
	if p.peek() == "{" {
		f.fields, err = p.fields(depth + 1)
	}
	return f, err
}

func (p *gqlParser) args() (map[string]any, error) {
	p.next()
	return p.named(")", 0)
}

// named reads "name: value" up to an end, which is taken too.
func (p *gqlParser) named(end string, depth int) (map[string]any, error) {
	args := map[string]any{}
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested too deep", errQuery)
	}
	for p.peek() != end {
		name := p.next()
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		value, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		args[name] = value
	}
	p.next()
	return args, nil
}

func (p *gqlParser) value(depth int) (any, error) {
	t := p.next()
	switch {
	case t == "{":
		return p.named("}", depth+1)
	case t == "$":
		name := p.next()
		v, ok := p.variables[name]
		if !ok {
			return nil, fmt.Errorf("%w: variable $%s has no value", errQuery, name)
		}
		return v, nil
	case strings.HasPrefix(t, `"`):
		text, err := strconv.Unquote(t)
		if err != nil {
			return nil, fmt.Errorf("%w: string %s", errQuery, t)
		}
		return text, nil
	case t == "true" || t == "false":
		return t == "true", nil
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: value %q", errQuery, t)
	}
	return n, nil
}
