package manifest

import (
	"path"
	"strings"
)

// fixed maps base names to dialects.
var fixed = map[string]string{
	"pyproject.toml":       "pyproject",
	"setup.cfg":            "setup.cfg",
	"tox.ini":              "tox",
	"tox.toml":             "tox.toml",
	"Pipfile":              "pipfile",
	"Pipfile.lock":         "pipfile.lock",
	"poetry.lock":          "toml.lock",
	"uv.lock":              "toml.lock",
	"pdm.lock":             "toml.lock",
	"pylock.toml":          "toml.lock",
	"pixi.toml":            "pixi",
	"pixi.lock":            "conda.lock",
	"conda-lock.yml":       "conda.lock",
	"conda-lock.yaml":      "conda.lock",
	"mise.toml":            "mise",
	".mise.toml":           "mise",
	"package.json":         "package.json",
	"package-lock.json":    "npm.lock",
	"npm-shrinkwrap.json":  "npm.lock",
	"yarn.lock":            "npm.lock",
	"pnpm-lock.yaml":       "npm.lock",
	"renv.lock":            "renv.lock",
	"DESCRIPTION":          "description",
	"Project.toml":         "julia",
	"JuliaProject.toml":    "julia",
	"Manifest.toml":        "julia.lock",
	"JuliaManifest.toml":   "julia.lock",
	"go.mod":               "go.mod",
	"pom.xml":              "pom",
	"build.sbt":            "sbt",
	"Gemfile":              "gemfile",
	"Gemfile.lock":         "gem.lock",
	"constraints.txt":      "requirements:constraints",
	"test-constraints.txt": "requirements:constraints",
}

func route(p string) (string, bool) {
	if strings.HasPrefix(p, "node_modules/") || strings.Contains(p, "/node_modules/") {
		return "", false
	}
	base := path.Base(p)
	if d, ok := fixed[base]; ok {
		return d, true
	}
	ext := path.Ext(base)
	stem := strings.ToLower(strings.TrimSuffix(base, ext))
	parent := strings.ToLower(path.Base(path.Dir(p)))
	switch ext {
	case ".txt", ".in", ".pip":
		if strings.HasPrefix(stem, "constraints") {
			return "requirements:constraints", true
		}
		if strings.Contains(stem, "requirement") || parent == "requirements" || parent == "reqs" ||
			strings.HasPrefix(stem, "reqs") || strings.HasPrefix(stem, "conda-") || strings.HasPrefix(stem, "spec-file") {
			return "requirements:" + groupOf(stem), true
		}
	case ".yml", ".yaml":
		if strings.HasSuffix(stem, "conda-lock") || strings.HasSuffix(stem, ".conda-lock") {
			return "conda.lock", true
		}
		if strings.Contains(stem, "env") || strings.Contains(stem, "conda") {
			return "conda:" + groupWords[groupOf(stem)], true // other words are the environment's name
		}
	case ".toml":
		if strings.HasPrefix(base, "pylock.") {
			return "toml.lock", true
		}
	}
	return "", false
}

// groupWords maps words of a file name to the group they announce; "" means
// the word says nothing.
var groupWords = map[string]string{
	"requirements": "", "requirement": "", "reqs": "", "req": "", "environment": "", "env": "", "conda": "",
	"base": "", "common": "", "core": "", "main": "", "prod": "", "production": "", "all": "", "pip": "", "python": "",
	"yml": "", "yaml": "", "lock": "", "linux": "", "osx": "", "win": "", "64": "", "spec": "", "file": "",
	"dev": "dev", "develop": "dev", "development": "dev", "local": "dev",
	"test": "test", "tests": "test", "testing": "test", "ci": "test",
	"doc": "docs", "docs": "docs", "documentation": "docs", "rtd": "docs",
	"lint": "lint", "build": "build",
}

// groupOf reads the dependency group off a lower-case file name without its
// extension: the first word that says something.
func groupOf(stem string) string {
	words := strings.FieldsFunc(stem, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	first := ""
	for _, w := range words {
		g, known := groupWords[w]
		if known && g != "" {
			return g
		}
		if !known && first == "" {
			first = w
		}
	}
	return first
}
