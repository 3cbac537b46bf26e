// Package deployment judges how models and the services around them reach the
// people who use them.
package deployment

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{ServingCode, ServingTests, Packaging, InfrastructureAsCode, Automated, Environments, ReleaseValidation, ModelComparison, Rollback}
