// Package application judges how the software around the model is built,
// tested and released.
package application

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Tests, CI, Build, Release, CodeQuality, SecurityScanning, IntegrationTests}
