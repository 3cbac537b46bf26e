package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestProseGoesAndNamesStay(t *testing.T) {
	t.Parallel()
	const in = `{"description":"d","x-github":1,"enum":["example"],"required":["title"],
		"properties":{"title":{"type":"string","example":"e"},"x-name":{"type":"string","title":"t"}},"items":[{"summary":"s","maxItems":50}]}`
	const want = `{"enum":["example"],"items":[{"maxItems":50}],"properties":{"title":{"type":"string"},"x-name":{"type":"string"}},"required":["title"]}`
	var v any
	if err := json.Unmarshal([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(withoutProse(v))
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestADescriptionThatLacksAnOperationIsRefused(t *testing.T) {
	t.Parallel()
	_, err := trimOpenAPI([]byte(`{"openapi":"3.0.3","paths":{}}`))
	if err == nil || !strings.Contains(err.Error(), "get /app") {
		t.Errorf("got %v", err)
	}
	if _, err := trimGraphQL([]byte(`type Query { id: ID }`)); err == nil || !strings.Contains(err.Error(), "RateLimit") {
		t.Errorf("got %v", err)
	}
	if _, err := trimExamples([]byte(`[{"name":"push","examples":[]}]`)); err == nil || !strings.Contains(err.Error(), "1 of 13") {
		t.Errorf("got %v", err)
	}
}
