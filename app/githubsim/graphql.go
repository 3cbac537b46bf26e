package githubsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxBlobText is where GraphQL cuts the text of a blob, in bytes, and maxNodes
// the number of objects of one query.
const (
	maxBlobText = 512_000
	maxNodes    = 500_000
)

// gqlError is one entry of the errors list of an answer.
type gqlError struct {
	kind, message string
	path          []any
}

func (e *gqlError) Error() string { return e.message }

// graphQL answers queries for objects of a repository by id. Anything else is
// kept in Unexpected and answered with an error, as GitHub answers a field it
// does not have.
func graphQL(c *call) error {
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	data, problems := fields{}, []any{}
	top, err := parseQuery(in.Query, in.Variables)
	for _, f := range top {
		var value any
		if value, err = c.gqlTop(f); err != nil {
			var known *gqlError
			if !errors.As(err, &known) || known.kind == "" {
				break
			}
			problems = append(problems, fields{"type": known.kind, "path": known.path, "message": known.message})
			err = nil
		}
		data[f.key()] = value
	}
	if err != nil { // not understood: no data at all
		c.s.mu.Lock()
		c.s.unexpected = append(c.s.unexpected, "POST /graphql: "+err.Error())
		c.s.mu.Unlock()
		c.json(http.StatusOK, fields{"errors": []any{fields{"message": err.Error()}}})
		return nil
	}
	answer := fields{"data": data}
	if len(problems) > 0 {
		answer["errors"] = problems
	}
	c.json(http.StatusOK, answer)
	return nil
}

func (c *call) gqlTop(f selection) (any, error) {
	switch f.name {
	case "rateLimit":
		return c.gqlRateLimit(f)
	case "repository":
		return c.gqlRepository(f)
	}
	return nil, fmt.Errorf("field %s is not served on Query", f.name)
}

func (c *call) gqlRateLimit(f selection) (any, error) {
	c.s.quotaMu.Lock()
	defer c.s.quotaMu.Unlock()
	all := fields{"cost": 1, "limit": c.quota.limit, "remaining": c.quota.limit - c.quota.used, "used": c.quota.used, "resetAt": stamp(c.quota.reset)}
	return pick(all, f)
}

// pick takes the selected fields out of all of them.
func pick(all fields, f selection) (fields, error) {
	out := fields{}
	for _, sub := range f.fields {
		v, ok := all[sub.name]
		if !ok || len(sub.fields) > 0 {
			return nil, fmt.Errorf("field %s is not served on %s", sub.name, f.name)
		}
		out[sub.key()] = v
	}
	return out, nil
}

func (c *call) gqlRepository(f selection) (any, error) {
	owner, _ := f.args["owner"].(string)
	name, _ := f.args["name"].(string)
	if fault := c.s.brokenPart(owner + "/" + name); fault != nil {
		fault.path = []any{f.key()}
		return nil, fault
	}
	r, err := c.s.visible(c.token, owner, name)
	if err != nil {
		return nil, &gqlError{kind: "NOT_FOUND", path: []any{f.key()}, message: fmt.Sprintf("Could not resolve to a Repository with the name '%s/%s'.", owner, name)}
	}
	if err := c.s.mayOn(c.token, r, []string{"contents:read"}); err != nil {
		return nil, &gqlError{kind: "FORBIDDEN", path: []any{f.key()}, message: "Resource not accessible by integration"}
	}
	var oids []string
	for _, sub := range f.fields {
		if _, byName := sub.args["expression"]; byName || sub.name != "object" {
			continue
		}
		oid, _ := sub.args["oid"].(string)
		if !fullSHA.MatchString(oid) || len(sub.args) != 1 {
			return nil, fmt.Errorf("object(%v) on Repository: only oid with a full id is served", sub.args)
		}
		oids = append(oids, oid)
	}
	if len(oids) > maxNodes {
		return nil, &gqlError{kind: "MAX_NODE_LIMIT_EXCEEDED", path: []any{f.key()}, message: "This query requests too many nodes"}
	}
	found, err := readAll(c.r.Context(), r, oids)
	if err != nil {
		return nil, err
	}
	out := fields{}
	for _, sub := range f.fields {
		_, byName := sub.args["expression"]
		switch {
		case sub.name == "object" && !byName:
			if out[sub.key()], err = gqlObject(sub, found[0]); err != nil {
				return nil, err
			}
			found = found[1:]
		case sub.name == "nameWithOwner":
			out[sub.key()] = r.FullName()
		case sub.name == "id":
			out[sub.key()] = nodeID("Repository", r.id)
		case sub.name == "databaseId":
			out[sub.key()] = r.id
		case sub.name == "visibility":
			c.s.mu.Lock()
			out[sub.key()] = strings.ToUpper(r.visibility())
			c.s.mu.Unlock()
		case sub.name == "__typename":
			out[sub.key()] = "Repository"
		default:
			if out[sub.key()], err = c.gqlHead(r, sub); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func readAll(ctx context.Context, r *Repo, oids []string) ([]object, error) {
	if len(oids) == 0 {
		return nil, nil
	}
	return r.dir.objects(ctx, oids...)
}

// gqlObject writes one object: null when it is missing, and of the fragments
// only the one for its kind.
func gqlObject(f selection, o object) (any, error) {
	if o.Kind == "" {
		return nil, nil
	}
	kind := strings.ToUpper(o.Kind[:1]) + o.Kind[1:]
	all := fields{"oid": o.OID, "abbreviatedOid": o.OID[:7], "id": nodeID(kind, o.OID), "__typename": kind}
	common := selection{name: "GitObject"}
	out := fields{}
	for _, sub := range f.fields {
		if sub.on == "" {
			common.fields = append(common.fields, sub)
			continue
		}
		if sub.on != "Blob" && sub.on != "GitObject" {
			return nil, fmt.Errorf("fragment on %s is not served", sub.on)
		}
		if sub.on != kind && sub.on != "GitObject" {
			continue
		}
		if kind == "Blob" {
			blobFields(all, o.Data)
		}
		sub.name = sub.on
		part, err := pick(all, sub)
		if err != nil {
			return nil, err
		}
		for name, v := range part {
			out[name] = v
		}
	}
	part, err := pick(all, common)
	for name, v := range part {
		out[name] = v
	}
	return out, err
}

// blobFields adds what only a blob has. Text is null for a binary blob, cut at
// maxBlobText, and not the bytes of the file when these are no UTF-8.
func blobFields(all fields, data []byte) {
	binary := bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0
	all["byteSize"], all["isBinary"] = len(data), binary
	all["isTruncated"], all["text"] = len(data) > maxBlobText && !binary, nil
	if binary {
		return
	}
	end := min(len(data), maxBlobText)
	for end < len(data) && end > maxBlobText-utf8.UTFMax && !utf8.RuneStart(data[end]) {
		end-- // a cut leaves no half character behind
	}
	all["text"] = strings.ToValidUTF8(string(data[:end]), "\uFFFD")
}
