// Package model judges how trained models are kept: by version, in a
// registry, with what they were made from.
package model

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Versioning, Registry, ModelCard, Lineage}
