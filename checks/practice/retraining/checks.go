// Package retraining judges whether models are trained again without anybody
// having to think of it.
package retraining

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Scheduled, Triggered, Promotion}
