// Package examples holds real webhook payloads that GitHub's users contributed
// (npm @octokit/webhooks-examples, see testdata/NOTICE): of the events that the
// App takes, and of a few that it must let pass. It is apart from githubsim so
// that only tests carry the data.
package examples

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

//go:embed testdata/examples.json.gz
var packed []byte

// Example is one payload. Name tells examples of an event apart: the number
// within the event, and the action when there is one.
type Example struct {
	Event, Action, Name string
	Payload             []byte
}

// load unpacks the data once; it is part of the program, so damage is a bug.
var load = sync.OnceValue(func() map[string][]json.RawMessage {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err)
	}
	var all map[string][]json.RawMessage
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		panic(err)
	}
	return all
})

// Events names the events there are examples of, sorted.
func Events() []string { return slices.Sorted(maps.Keys(load())) }

// Of gives the examples of an event in the order of the source, none for an
// event that is not there.
func Of(event string) []Example {
	var found []Example
	for i, payload := range load()[event] {
		var named struct {
			Action string `json:"action"`
		}
		if err := json.Unmarshal(payload, &named); err != nil {
			panic(err)
		}
		name := fmt.Sprintf("%02d", i)
		if named.Action != "" {
			name += "-" + named.Action
		}
		found = append(found, Example{Event: event, Action: named.Action, Name: name, Payload: slices.Clone(payload)})
	}
	return found
}
