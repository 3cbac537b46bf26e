package gh

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v62/github"
)

// query posts a GraphQL query and decodes its data into out. Our queries ask
// for one repository, so any error that GraphQL reports fails the call, unless
// partial is set: then errors beside data are left to the caller, who sees
// nulls.
func (c *Client) query(ctx context.Context, doing, text string, variables map[string]any, partial bool, out any) error {
	faults, err := c.parts(ctx, doing, text, variables, out)
	if err == nil && len(faults) > 0 && !partial {
		err = fmt.Errorf("%s: %w", doing, faults.explain(c.app.o.Clock))
	}
	return err
}

// parts is query for one that asks for several things: what GraphQL says of
// those that failed, beside data, is returned for the caller to sort.
func (c *Client) parts(ctx context.Context, doing, text string, variables map[string]any, out any) (graphqlErrors, error) {
	body, err := json.Marshal(map[string]any{"query": text, "variables": variables})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.app.v4.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", c.app.o.UserAgent)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.app.explain(doing, err)
	}
	defer resp.Body.Close()
	if err := github.CheckResponse(resp); err != nil {
		return nil, c.app.explain(doing, err)
	}
	text2, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors graphqlErrors   `json:"errors"`
	}
	if err := json.Unmarshal(text2, &answer); err != nil {
		return nil, fmt.Errorf("%s: the answer is not JSON: %w", doing, err)
	}
	if noData(answer.Data) {
		if len(answer.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", doing, answer.Errors.explain(c.app.o.Clock))
		}
		return nil, fmt.Errorf("%s: the answer holds no data", doing)
	}
	if err := json.Unmarshal(answer.Data, out); err != nil {
		return nil, fmt.Errorf("%s: the answer has another shape: %w", doing, err)
	}
	return answer.Errors, nil
}

func noData(data json.RawMessage) bool {
	return len(data) == 0 || string(data) == "null"
}

type graphqlErrors []struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Path    []any  `json:"path"`
}

// of returns what failed one top-level field of the query, nil for nothing. An
// error that names no field concerns them all.
func (e graphqlErrors) of(clock Clock, field string) error {
	var mine graphqlErrors
	for _, x := range e {
		if len(x.Path) == 0 || x.Path[0] == field {
			mine = append(mine, x)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	return mine.explain(clock)
}

// explain picks the error a caller can act on. GraphQL answers 200 even then.
func (e graphqlErrors) explain(clock Clock) error {
	for _, x := range e {
		switch x.Type {
		case "RATE_LIMITED":
			return limitedFor(clock, time.Minute, "graphql")
		case "NOT_FOUND":
			return fmt.Errorf("%w (%s)", ErrGone, x.Message)
		case "FORBIDDEN":
			return fmt.Errorf("%w (%s)", ErrForbidden, x.Message)
		}
	}
	messages := make([]string, 0, 3)
	for _, x := range e[:min(3, len(e))] {
		messages = append(messages, x.Message)
	}
	return fmt.Errorf("GraphQL: %s", strings.Join(messages, "; "))
}
