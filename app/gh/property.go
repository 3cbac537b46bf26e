package gh

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-github/v62/github"
)

// ErrNoProperty means that the organisation has not defined a custom property,
// or does not let it have this value, or that the owner is no organisation.
var ErrNoProperty = errors.New("the custom property is not defined, or does not take this value")

// Property reads a custom property of the repository, "" for none.
func (c *Client) Property(ctx context.Context, name string) (string, error) {
	values, _, err := c.api.Repositories.GetAllCustomPropertyValues(ctx, c.owner, c.name)
	if err = c.app.explain("read the custom properties", err); errors.Is(err, ErrGone) {
		return "", fmt.Errorf("%w (%w)", ErrNoProperty, err)
	}
	for _, v := range values {
		if v.PropertyName == name && v.Value != nil {
			return *v.Value, nil
		}
	}
	return "", err
}

// SetProperty writes a custom property of the repository; "" takes the value
// away.
func (c *Client) SetProperty(ctx context.Context, name, value string) error {
	type property struct {
		Name  string  `json:"property_name"`
		Value *string `json:"value"` // go-github leaves a null out, which GitHub wants
	}
	body := map[string]any{"properties": []property{{name, optional(value)}}}
	req, err := c.api.NewRequest(http.MethodPatch, fmt.Sprintf("repos/%s/%s/properties/values", c.owner, c.name), body)
	if err != nil {
		return fmt.Errorf("write the custom property: %w", err)
	}
	_, err = c.api.Do(ctx, req, nil)
	refused, ok := errors.AsType[*github.ErrorResponse](err)
	undefined := ok && refused.Response != nil && refused.Response.StatusCode == http.StatusUnprocessableEntity
	if err = c.app.explain("write the custom property "+name, err); undefined || errors.Is(err, ErrGone) {
		return fmt.Errorf("%w (%w)", ErrNoProperty, err)
	}
	return err
}
