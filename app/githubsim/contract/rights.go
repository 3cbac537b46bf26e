package contract

import (
	"encoding/json"
	"errors"
	"sync"
)

// excerpt is what the description says beside its operations.
var excerpt = sync.OnceValues(func() (doc struct {
	Subscriptions map[string]string `json:"x-subscriptions"`
	Components    struct {
		Schemas struct {
			Permissions struct {
				Properties map[string]struct {
					Enum []string `json:"enum"`
				} `json:"properties"`
			} `json:"app-permissions"`
		} `json:"schemas"`
	} `json:"components"`
}, err error) {
	data, err := unpack(packed)
	if err != nil {
		return doc, err
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return doc, err
	}
	if len(doc.Subscriptions) == 0 || len(doc.Components.Schemas.Permissions.Properties) == 0 {
		return doc, errors.New("the description tells of no permissions or of no events: run the trim command")
	}
	return doc, nil
})

// PermissionLevels returns the permissions that GitHub knows, by key, with the
// levels each can have.
func PermissionLevels() (map[string][]string, error) {
	doc, err := excerpt()
	levels := map[string][]string{}
	for name, p := range doc.Components.Schemas.Permissions.Properties {
		levels[name] = p.Enum
	}
	return levels, err
}

// Subscriptions returns for each webhook event the key of the permission that
// GitHub asks for before it takes a subscription, where it is one.
func Subscriptions() (map[string]string, error) {
	doc, err := excerpt()
	return doc.Subscriptions, err
}
