package structured

import (
	"path"
	"strings"
)

// others are files that another reader owns, or that hold nothing about how a
// system is built and run.
var others = map[string]bool{
	"dvc.yaml": true, "dvc.lock": true, ".pre-commit-config.yaml": true, ".pre-commit-config.yml": true,
	"action.yml": true, "action.yaml": true, ".gitlab-ci.yml": true, ".travis.yml": true, "bitbucket-pipelines.yml": true,
	".drone.yml": true, ".woodpecker.yml": true, "appveyor.yml": true, ".appveyor.yml": true, "cloudbuild.yaml": true, "cloudbuild.yml": true,
	"cloudbuild.json": true, "buildspec.yml": true, "buildspec.yaml": true, ".cirrus.yml": true,
	"conda.yml": true, "conda.yaml": true, "conda-lock.yml": true, "pnpm-lock.yaml": true, "pnpm-workspace.yaml": true,
	"pyproject.toml": true, "pixi.toml": true, "Pipfile": true, "tox.toml": true, "Project.toml": true, "Manifest.toml": true,
	"JuliaProject.toml": true, "JuliaManifest.toml": true, "pylock.toml": true,
	"setup.cfg": true, "tox.ini": true, "desktop.ini": true,
	"package.json": true, "package-lock.json": true, "npm-shrinkwrap.json": true, "composer.json": true, "renovate.json": true,
	".renovaterc.json": true, "tsconfig.json": true, "jsconfig.json": true, ".eslintrc.json": true, ".prettierrc.json": true,
	"angular.json": true, "components.json": true, "tokenizer.json": true, "vocab.json": true, "manifest.webmanifest": true,
}

// skipped folders hold editors' settings, installed code or recorded output.
var skipped = map[string]bool{
	"node_modules": true, ".vscode": true, ".idea": true, "__snapshots__": true, "snapshots": true, "cassettes": true,
	".circleci": true, "ISSUE_TEMPLATE": true, "DISCUSSION_TEMPLATE": true, "site-packages": true, ".ipynb_checkpoints": true,
}

// dataDirs are folders in which JSON is data.
var dataDirs = map[string]bool{
	"data": true, "dataset": true, "datasets": true, "output": true, "outputs": true, "results": true, "fixtures": true,
	"testdata": true, "test_data": true, "test-data": true, "annotations": true, "locales": true, "i18n": true, "logs": true,
}

var names = map[string]string{
	"Procfile": "procfile", "MLmodel": "yaml", ".flake8": "ini", ".coveragerc": "ini", ".pylintrc": "ini",
	"supervisord.conf": "ini",
}

func route(p string) (string, bool) {
	base := path.Base(p)
	if others[base] || strings.HasPrefix(p, ".github/workflows/") || strings.HasPrefix(p, ".github/dependabot.") {
		return "", false
	}
	inData := false
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if skipped[dir] {
			return "", false
		}
		inData = inData || dataDirs[strings.ToLower(dir)]
	}
	if format, ok := names[base]; ok {
		return format + ":" + base, true
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".yml", ".yaml":
		if strings.HasPrefix(base, "azure-pipelines") || strings.HasSuffix(base, ".gitlab-ci.yml") || strings.Contains(base, "conda-lock") {
			return "", false
		}
		return "yaml:" + base, true
	case ".json":
		if inData || strings.HasSuffix(base, ".tf.json") || strings.HasSuffix(base, ".tfvars.json") || strings.HasPrefix(base, "tsconfig.") || strings.HasSuffix(base, ".min.json") {
			return "", false
		}
		return "json:" + base, true
	case ".toml":
		if strings.HasPrefix(base, "pylock.") {
			return "", false
		}
		return "toml:" + base, true
	case ".ini", ".cfg", ".gin":
		return "ini:" + base, true
	}
	return "", false
}
