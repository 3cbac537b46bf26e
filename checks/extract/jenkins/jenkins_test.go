package jenkins

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"Jenkinsfile":              "jenkins",
		"ci/Jenkinsfile":           "jenkins",
		"Jenkinsfile.train":        "jenkins",
		"Jenkinsfile-deploy":       "jenkins",
		"train.Jenkinsfile":        "jenkins",
		"Jenkinsfile_gpu.groovy":   "jenkins",
		"Jenkinsfile.md":           "no",
		"jenkins/Dockerfile":       "no",
		"src/main/groovy/X.groovy": "no",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{dialect},
		"stage('a') {\n", "pipeline {", "sh 'x'\n", "sh(", "node { sh 'x' }\n", "/*", "'''", "\"\"\"", "a b c d e f ", "cron('x') ", "parallel {", "when { branch 'x' }\n",
		"x = 'y'\n", "environment { A = 'b'\n", "stage('a') { sh 'x' }\n", "expression { a ", "input ",
		"when{expression 0!!", "expression{", "stage('a') { when { branch 'x' }\n")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{dialect}) }
