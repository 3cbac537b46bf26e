package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/app/gh"
	"github.com/mlops-maturity/mlops-maturity/app/store"
)

// maxLacking bounds the lines about features.
const maxLacking = 50

// lacking says which features a team has configured and cannot have, as the
// server booked it when it came to use them. list may be a part of the
// installations, or nil when GitHub could not be asked.
func lacking(problems []store.Problem, app gh.Registration, list []gh.Installation) (r Report) {
	for _, p := range problems[:min(len(problems), maxLacking)] {
		where, page := fmt.Sprintf("installation %d", p.Installation), ""
		granted := gh.Rights{}
		if i := slices.IndexFunc(list, func(in gh.Installation) bool { return in.ID == p.Installation }); i >= 0 {
			where, page, granted = clean(list[i].Account), clean(list[i].Page), list[i].Permissions
		}
		r = append(r, Line{Check: "features", Status: Warn,
			Says: fmt.Sprintf("%s is configured on %s and off there since %s: %s", clean(p.Feature), where, p.Since.UTC().Format("2006-01-02"), clean(p.Problem)),
			Mend: mendFeature(p.Feature, app, granted, page)})
	}
	if n := len(problems) - maxLacking; n > 0 {
		r = append(r, Line{Check: "features", Status: Warn, Says: fmt.Sprintf("%d more features are configured and off", n), Mend: "mend those above and run doctor again"})
	}
	return r
}

// mendFeature says who must do what, from what is granted now: the App asks
// first, then an owner accepts, then the owner does what the problem says.
func mendFeature(feature string, app gh.Registration, granted gh.Rights, page string) string {
	var ask, accept []string
	for _, f := range features {
		if f.Name != feature {
			continue
		}
		for _, p := range f.Permissions {
			switch {
			case !covers(app.Permissions[p.Name], p.Level):
				ask = append(ask, p.Name+": "+p.Level)
			case !covers(granted[p.Name], p.Level):
				accept = append(accept, p.Name+": "+p.Level)
			}
		}
	}
	const orNot = "; or take the feature out of .mlops-maturity.yml"
	switch {
	case len(ask) > 0:
		return "grant " + strings.Join(ask, ", ") + " " + settingsPage + ", and let an owner accept it" + orNot
	case len(accept) > 0 && page != "":
		return "an owner must accept " + strings.Join(accept, ", ") + ": " + page + orNot
	case len(accept) > 0:
		return "an owner must accept " + strings.Join(accept, ", ") + orNot
	}
	return "do what it says, if it is not done; this line ends when the default branch is judged again"
}
