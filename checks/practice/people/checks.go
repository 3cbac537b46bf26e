// Package people judges how the people around a model work together, as far as
// the repository and its history show it.
package people

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{ContributionGuide, CodeOwnership, ReviewRequired, CrossFunctional}
