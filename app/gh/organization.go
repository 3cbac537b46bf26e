package gh

import (
	"errors"
	"fmt"
	"slices"
)

// Visibility says who may read a repository, in GitHub's words.
type Visibility string

// The visibilities, the widest first.
const (
	Public   Visibility = "PUBLIC"
	Internal Visibility = "INTERNAL" // the members of an enterprise
	Private  Visibility = "PRIVATE"
)

// Narrower says whether fewer people may read v than other. A word that is
// unknown here counts as private for v and as public for other, so that nothing
// is shown for want of a word.
func (v Visibility) Narrower(other Visibility) bool { return v.rank(2) > other.rank(0) }

func (v Visibility) rank(unknown int) int {
	if i := slices.Index([]Visibility{Public, Internal, Private}, v); i >= 0 {
		return i
	}
	return unknown
}

// OrganizationRepository is where an owner keeps what holds for all of the
// owner's repositories.
const OrganizationRepository = ".github"

// Organization is what the owner's .github repository holds on its default
// branch. It is zero when the owner has none, when it has no commit, and when
// it is private and out of the App's reach: GitHub does not tell these apart.
//
// Err is set when GitHub failed to answer for it while it did answer for the
// repository: then nothing is known of it, and it must not be taken for absent.
type Organization struct {
	Commit     string
	Visibility Visibility
	Texts      []Text
	Err        error
}

// organization sorts the answer for the .github repository into there, absent
// and unknown.
func organization(r *repositoryAnswer, fault error, ask Ask) Organization {
	const doing = "read the owner's " + OrganizationRepository + " repository"
	switch {
	case errors.Is(fault, ErrGone), errors.Is(fault, ErrForbidden):
		return Organization{}
	case fault != nil:
		return Organization{Err: fmt.Errorf("%s: %w", doing, fault)}
	case r == nil: // absence has an error of its own; silence is a malformed answer
		return Organization{Err: fmt.Errorf("%s: the answer says nothing of it", doing)}
	case r.Object == nil:
		return Organization{}
	case !objectID(r.Object.OID):
		return Organization{Err: fmt.Errorf("%s: its head is no commit id", doing)}
	}
	return Organization{Commit: r.Object.OID, Visibility: r.Visibility, Texts: r.Object.texts(ask)}
}
