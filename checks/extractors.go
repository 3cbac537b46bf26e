package checks

import (
	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/azurepipelines"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/circleci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/dockerfile"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/document"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/gitlabci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/javascript"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/jenkins"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/makefile"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/manifest"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/othersci"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/pipeline"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/python"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/rlang"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/scala"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/script"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/sql"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/structured"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/terraform"
	"github.com/mlops-maturity/mlops-maturity/checks/extract/workflow"
)

// Extractors is the one list of file formats, in the order in which the facts
// of one file are put together.
func Extractors() []extract.Extractor {
	return []extract.Extractor{
		python.New(),
		workflow.New(),
		script.New(),
		makefile.New(),
		dockerfile.New(),
		manifest.New(),
		pipeline.New(),
		azurepipelines.New(),
		circleci.New(),
		gitlabci.New(),
		jenkins.New(),
		othersci.New(),
		rlang.New(),
		scala.New(),
		javascript.New(),
		sql.New(),
		structured.New(),
		terraform.New(),
		document.New(),
	}
}
