package repoconfig

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Applies says whether the App acts on the owner's repository of that name,
// and if not, why. Names of repositories know no upper and lower case.
func (o Organization) Applies(name string) (ok bool, why string) {
	for _, pattern := range o.Exclude {
		if doublestar.MatchUnvalidated(strings.ToLower(pattern), strings.ToLower(name)) {
			return false, fmt.Sprintf("organization.exclude of the owner's .github repository has %s", quote(pattern))
		}
	}
	if len(o.Include) == 0 {
		return true, ""
	}
	for _, pattern := range o.Include {
		if doublestar.MatchUnvalidated(strings.ToLower(pattern), strings.ToLower(name)) {
			return true, ""
		}
	}
	return false, "organization.include of the owner's .github repository has no pattern for it"
}
