package manifest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// locked adds one entry of a lock file.
func (r *reader) locked(line int, ecosystem, name, version, group string) {
	if name == "" || version == "" || len(r.facts) >= maxLocked {
		return
	}
	r.add(fact.Dependency{
		Pos: fact.Pos{Line: line}, Ecosystem: ecosystem, Name: normalize(name),
		Spec: version, Pinned: true, Lock: true, Group: group,
	})
}

// present says that a lock file is here and how many packages it pins.
func (r *reader) present(ecosystem string, count int) {
	if count > 0 {
		r.add(fact.Dependency{
			Pos: fact.Pos{Line: 1}, Ecosystem: ecosystem, Pinned: true, Lock: true,
			Spec: fmt.Sprintf("%d packages", count),
		})
	}
}

// readTomlLock reads poetry.lock, uv.lock, pdm.lock and pylock.toml by line:
// each [[package]] has its name and version at the left margin. The project
// itself, which uv lists too, is left out.
func readTomlLock(r *reader, _ string, src []byte) error {
	var name, version, group string
	start, open, own := 0, false, false
	flush := func() {
		if open && !own {
			r.locked(start, "pypi", name, version, group)
		}
		name, version, group, own = "", "", "", false
	}
	r.eachLine(string(src), func(line int, l string) {
		if strings.HasPrefix(l, "[") {
			flush()
			open = l == "[[package]]" || l == "[[packages]]"
			start = line
			return
		}
		key, value, ok := strings.Cut(l, " = ")
		if !ok {
			return
		}
		switch key {
		case "name":
			name = strings.Trim(value, "\"'")
		case "version":
			version = strings.Trim(value, "\"'")
		case "category":
			if group = strings.Trim(value, "\"'"); group == "main" {
				group = ""
			}
		case "source":
			own = strings.Contains(value, "editable =") || strings.Contains(value, "virtual =")
		}
	})
	flush()
	return nil
}

// readPipfileLock reads the two tables of Pipfile.lock.
func readPipfileLock(r *reader, _ string, src []byte) error {
	n, err := lockTree(src)
	for _, table := range n.Each() {
		group := ""
		switch table.Key {
		case "_meta":
			continue
		case "develop":
			group = "dev"
		}
		for _, p := range table.Each() {
			r.locked(p.At(), "pypi", p.Key, strings.TrimLeft(p.Str("version"), "="), group)
		}
	}
	return err
}

// readRenvLock reads the packages that renv pins.
func readRenvLock(r *reader, _ string, src []byte) error {
	n, err := lockTree(src)
	for _, p := range n.Get("Packages").Each() {
		r.locked(p.At(), "cran", p.Key, p.Str("Version"), "")
	}
	return err
}

// lockTree reads a JSON lock; its nesting is bounded though its size is not.
func lockTree(src []byte) (*settings.Node, error) {
	if err := (extract.Limits{Bytes: lockBytes}).Guard(src); err != nil {
		return nil, err
	}
	return settings.JSON(src)
}

// readCondaLock reads conda-lock.yml and pixi.lock by line. Entries are list
// items with name and version, or "- conda: url" lines whose file name has
// both.
func readCondaLock(r *reader, _ string, src []byte) error {
	var name, version, ecosystem string
	start := 0
	seen := map[string]bool{}
	flush := func() {
		if key := ecosystem + name + version; !seen[key] {
			seen[key] = true
			r.locked(start, ecosystem, name, version, "")
		}
		name, version = "", ""
	}
	r.eachLine(string(src), func(line int, l string) {
		body := strings.TrimSpace(l)
		if item, ok := strings.CutPrefix(body, "- "); ok {
			if strings.Contains(item, ": ") {
				flush()
				start, ecosystem = line, "conda"
				body = item
			}
		}
		key, value, _ := strings.Cut(body, ": ")
		value = strings.Trim(value, "\"'")
		switch key {
		case "name":
			name = value
		case "version":
			version = value
		case "manager", "kind":
			if value == "pip" || value == "pypi" {
				ecosystem = "pypi"
			}
		case "pypi":
			ecosystem = "pypi"
		case "conda":
			if n, v, ok := condaArchive(value); ok {
				name, version = n, v
			}
		}
	})
	flush()
	return nil
}

// readNpmLock counts the packages of npm's, yarn's and pnpm's locks.
func readNpmLock(r *reader, _ string, src []byte) error {
	r.present("npm", max(bytes.Count(src, []byte("\"integrity\":")),
		bytes.Count(src, []byte("\n  resolved ")), bytes.Count(src, []byte("resolution:")), 1))
	return nil
}

// readGemLock counts the gems of Gemfile.lock.
func readGemLock(r *reader, _ string, src []byte) error {
	r.present("gem", max(bytes.Count(src, []byte("\n    "))-bytes.Count(src, []byte("\n      ")), 1))
	return nil
}

// readJuliaLock reads Manifest.toml of both formats: tables [[Name]] or
// [[deps.Name]] with a version.
func readJuliaLock(r *reader, _ string, src []byte) error {
	name, start := "", 0
	r.eachLine(string(src), func(line int, l string) {
		if header, ok := strings.CutPrefix(l, "[["); ok {
			name, start = strings.TrimPrefix(strings.TrimSuffix(header, "]]"), "deps."), line
			return
		}
		if version, ok := strings.CutPrefix(l, "version = "); ok {
			r.locked(start, "julia", name, strings.Trim(version, "\""), "")
			name = ""
		}
	})
	return nil
}
