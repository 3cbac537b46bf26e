package assess

import (
	"context"

	"github.com/mlops-maturity/mlops-maturity/app/jobs"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// WriteProperty is the step that writes the custom property, by itself.
func (a *Assessor) WriteProperty(ctx context.Context, j jobs.Job, name string, r *report.Report) error {
	return a.work(j).property(ctx, name, r)
}
