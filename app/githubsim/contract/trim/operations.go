package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// operations are what the App calls, and so what the stand-in serves.
var operations = []string{
	"get /app",
	"get /app/installations",
	"get /app/installations/{installation_id}",
	"post /app/installations/{installation_id}/access_tokens",
	"get /app/hook/config",
	"get /app/hook/deliveries",
	"get /app/hook/deliveries/{delivery_id}",
	"post /app/hook/deliveries/{delivery_id}/attempts",
	"post /app-manifests/{code}/conversions",
	"get /installation/repositories",
	"get /rate_limit",
	"get /repos/{owner}/{repo}",
	"get /repos/{owner}/{repo}/installation",
	"get /repos/{owner}/{repo}/branches/{branch}",
	"get /repos/{owner}/{repo}/commits/{ref}",
	"get /repos/{owner}/{repo}/commits/{ref}/check-runs",
	"get /repos/{owner}/{repo}/commits/{ref}/check-suites",
	"get /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
	"get /repos/{owner}/{repo}/compare/{basehead}",
	"get /repos/{owner}/{repo}/git/ref/{ref}",
	"get /repos/{owner}/{repo}/git/commits/{commit_sha}",
	"get /repos/{owner}/{repo}/git/trees/{tree_sha}",
	"get /repos/{owner}/{repo}/git/blobs/{file_sha}",
	"get /repos/{owner}/{repo}/contents/{path}",
	"put /repos/{owner}/{repo}/contents/{path}",
	"post /repos/{owner}/{repo}/git/refs",
	"get /repos/{owner}/{repo}/collaborators/{username}/permission",
	"get /repos/{owner}/{repo}/tarball/{ref}",
	"get /repos/{owner}/{repo}/pulls",
	"post /repos/{owner}/{repo}/pulls",
	"get /repos/{owner}/{repo}/pulls/{pull_number}",
	"get /repos/{owner}/{repo}/pulls/{pull_number}/files",
	"post /repos/{owner}/{repo}/check-runs",
	"get /repos/{owner}/{repo}/check-runs/{check_run_id}",
	"patch /repos/{owner}/{repo}/check-runs/{check_run_id}",
	"get /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
	"get /repos/{owner}/{repo}/check-suites/{check_suite_id}",
	"get /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs",
	"get /repos/{owner}/{repo}/issues",
	"post /repos/{owner}/{repo}/issues",
	"get /repos/{owner}/{repo}/issues/{issue_number}",
	"patch /repos/{owner}/{repo}/issues/{issue_number}",
	"get /repos/{owner}/{repo}/properties/values",
	"patch /repos/{owner}/{repo}/properties/values",
	"get /repos/{owner}/{repo}/issues/{issue_number}/comments",
	"post /repos/{owner}/{repo}/issues/{issue_number}/comments",
	"get /repos/{owner}/{repo}/issues/comments/{comment_id}",
	"patch /repos/{owner}/{repo}/issues/comments/{comment_id}",
	"delete /repos/{owner}/{repo}/issues/comments/{comment_id}",
	"get /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
	"post /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
}

// events are the webhook events the App takes, those it could be sent beside
// them, and three it has nothing to do with.
var events = []string{
	"check_run", "check_suite", "installation", "installation_repositories", "issue_comment", "merge_group", "ping",
	"pull_request", "push", "repository",
	"label", "star", "watch",
}

func trimExamples(raw []byte) ([]byte, error) {
	var all []struct {
		Name     string `json:"name"`
		Examples any    `json:"examples"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	kept := map[string]any{}
	for _, event := range all {
		if slices.Contains(events, event.Name) {
			kept[event.Name] = event.Examples
		}
	}
	if len(kept) != len(events) {
		return nil, fmt.Errorf("%d of %d events found", len(kept), len(events))
	}
	return json.Marshal(kept)
}

// object is a JSON object.
type object = map[string]any

func trimOpenAPI(raw []byte) ([]byte, error) {
	var doc object
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	from, _ := doc["paths"].(object)
	paths := object{}
	for _, op := range operations {
		method, path, _ := strings.Cut(op, " ")
		item, _ := from[path].(object)
		if item[method] == nil {
			return nil, fmt.Errorf("the description has no %s", op)
		}
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path].(object)[method] = withoutProse(item[method])
	}
	out := object{
		"openapi": doc["openapi"], "info": object{"title": "GitHub REST, excerpt", "version": version(doc)},
		"paths": paths, "components": object{}, "x-subscriptions": subscriptions(doc),
	}
	keep := &keeper{from: doc, to: out["components"].(object)}
	// Named by no operation for every status, but the shape of every refusal.
	keep.ref("#/components/schemas/basic-error")
	keep.walk(paths)
	if keep.err != nil {
		return nil, keep.err
	}
	return json.Marshal(out) // with its keys sorted
}

// asks is the sentence in which the description of an event says which
// permission a subscriber must have.
var asks = regexp.MustCompile(`To subscribe to this event, a GitHub App must have at least read-level access for the "([A-Za-z ]+)" (?:repository )?permission`)

// subscriptions returns for each webhook event the key of the permission that
// GitHub asks for before it takes a subscription. Events that ask for none, or
// for one of several, are left out.
func subscriptions(doc object) map[string]string {
	found := map[string]string{}
	events, _ := doc["x-webhooks"].(object)
	for _, item := range events {
		post, _ := item.(object)["post"].(object)
		id, _ := post["operationId"].(string)
		summary, _ := post["summary"].(string)
		description, _ := post["description"].(string)
		event, _, _ := strings.Cut(id, "/")
		if m := asks.FindStringSubmatch(summary + "\n" + description); m != nil {
			found[strings.ReplaceAll(event, "-", "_")] = strings.ReplaceAll(strings.ToLower(m[1]), " ", "_")
		}
	}
	return found
}

func version(doc object) any {
	info, _ := doc["info"].(object)
	return info["version"]
}

// keeper copies the components that the kept paths refer to.
type keeper struct {
	from, to object
	err      error
}

func (k *keeper) walk(v any) {
	switch v := v.(type) {
	case object:
		for name, sub := range v {
			if ref, ok := sub.(string); ok && name == "$ref" {
				k.ref(ref)
				continue
			}
			k.walk(sub)
		}
	case []any:
		for _, sub := range v {
			k.walk(sub)
		}
	}
}

func (k *keeper) ref(ref string) {
	parts := strings.Split(strings.TrimPrefix(ref, "#/components/"), "/")
	if len(parts) != 2 {
		k.err = fmt.Errorf("reference %s", ref)
		return
	}
	if k.to[parts[0]] == nil {
		k.to[parts[0]] = object{}
	}
	section := k.to[parts[0]].(object)
	if section[parts[1]] != nil {
		return
	}
	components, _ := k.from["components"].(object)
	kind, _ := components[parts[0]].(object)
	if kind[parts[1]] == nil {
		k.err = fmt.Errorf("the description has no %s", ref)
		return
	}
	section[parts[1]] = withoutProse(kind[parts[1]])
	k.walk(section[parts[1]])
}

// prose are the keys that say nothing to a validator.
var prose = []string{"description", "summary", "title", "example", "examples", "externalDocs", "tags", "links", "operationId", "deprecated"}

// withoutProse copies a value without prose and extensions. The keys below
// "properties" are names, and kept whatever they are.
func withoutProse(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for name, sub := range v {
			switch {
			case name == "properties":
				names := object{}
				for property, schema := range sub.(object) {
					names[property] = withoutProse(schema)
				}
				out[name] = names
			case name == "enum" || name == "default" || name == "required":
				out[name] = sub
			case slices.Contains(prose, name) || strings.HasPrefix(name, "x-"):
			default:
				out[name] = withoutProse(sub)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, sub := range v {
			out[i] = withoutProse(sub)
		}
		return out
	}
	return v
}
