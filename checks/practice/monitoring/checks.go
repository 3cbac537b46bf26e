// Package monitoring judges whether anybody would notice that a model or the
// service around it goes wrong.
package monitoring

import "github.com/mlops-maturity/mlops-maturity/checks/capability"

// Checks lists the checks of the area in the rubric's order.
var Checks = []capability.Check{Service, PredictionLogging, ModelQuality, Alerting}
