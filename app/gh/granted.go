package gh

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// Granted says which level of a permission the installation gave us, in
// GitHub's words: "read", "write", "" for none. It is what the token says that
// is in use, at most an hour old, and costs no request beside it.
func (c *Client) Granted(ctx context.Context, permission string) (string, error) {
	if c.token == nil {
		return "", errors.New("not the App's own token")
	}
	if _, err := c.token(ctx); err != nil {
		return "", c.app.explain("get a token", err)
	}
	c.seen.mu.Lock()
	defer c.seen.mu.Unlock()
	if c.seen.permissions == nil {
		return "", errors.New("the token does not say what it permits")
	}
	return c.seen.permissions[permission], nil
}

// permissions reads from the answer to a token exchange what the token permits,
// and puts the answer back as it was.
func permissions(req *http.Request, resp *http.Response) map[string]string {
	if resp.StatusCode != http.StatusCreated || !strings.HasSuffix(req.URL.Path, "/access_tokens") {
		return nil
	}
	const most = 1 << 20
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	rest := resp.Body
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), rest}
	var answer struct {
		Permissions map[string]string `json:"permissions"`
	}
	if err != nil || json.Unmarshal(body, &answer) != nil {
		return nil
	}
	return answer.Permissions
}
