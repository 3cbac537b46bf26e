package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Manifest is one file of declared requirements.
type Manifest struct {
	Path   string
	Line   int
	Lock   bool
	Direct int // packages declared for running, test and lint tools left out
	Pinned int // of them with one exact version
	Bound  int // of them with any version constraint
	names  map[string]bool
}

// languages are the ecosystems a training environment is made of.
var languages = map[string]bool{"pypi": true, "conda": true, "cran": true, "julia": true}

// tools do not count among the direct dependencies (clarification 101).
var devTools = map[string]bool{
	"pytest": true, "pytest-cov": true, "black": true, "flake8": true, "pylint": true, "mypy": true, "ruff": true, "isort": true,
	"pre-commit": true, "tox": true, "nox": true, "coverage": true, "ipykernel": true, "jupyter": true, "jupyterlab": true,
	"notebook": true, "pip": true, "setuptools": true, "wheel": true, "python": true, "sphinx": true, "mkdocs": true, "twine": true, "build": true,
	"pytest-mock": true, "pytest-xdist": true, "autopep8": true, "bandit": true, "safety": true, "ipython": true,
	"uv": true, "poetry": true, "pdm": true, "pipenv": true, "hatch": true, "hatchling": true, "pip-tools": true, "virtualenv": true, "conda-lock": true, "poetry-core": true,
}

// Manifests returns the manifests of the languages models are trained in.
func (v *View) Manifests() []Manifest {
	return Once(v, "manifests", func() []Manifest {
		var out []Manifest
		for _, f := range v.Facts.Files() {
			c := place.Of(f.Path)
			if c != place.Live && c != place.Notebook {
				continue
			}
			m, any := Manifest{Path: f.Path}, false
			for _, x := range f.Facts {
				d, ok := x.(fact.Dependency)
				if !ok || !languages[d.Ecosystem] {
					continue
				}
				if d.Lock {
					if m.names == nil {
						m.names = map[string]bool{}
					}
					if d.Name != "" {
						m.names[d.Name] = true
					}
					m.Lock, any = true, true
					m.Line = max(m.Line, 1)
					continue
				}
				if d.Group != "" && d.Group != "main" || d.Via != "" || d.Name == "" || devTools[d.Name] {
					continue
				}
				any = true
				if m.Line == 0 {
					m.Line = d.Line
				}
				m.Direct++
				if d.Pinned {
					m.Pinned++
				}
				if d.Spec != "" {
					m.Bound++
				}
			}
			if any {
				out = append(out, m)
			}
		}
		return out
	})
}

// TrainingManifests returns the manifests that training uses: those that the
// job or image around it installs by name, else those of the nearest folder
// above the code.
func (v *View) TrainingManifests() []Manifest {
	return Once(v, "training-manifests", func() []Manifest {
		files := v.trainingFiles()
		if named := v.installed(files); len(named) > 0 {
			return named
		}
		for _, f := range files {
			for dir := path.Dir(f); ; dir = path.Dir(dir) {
				if dir == "." {
					dir = ""
				}
				var here []Manifest
				for _, m := range v.Manifests() {
					d := path.Dir(m.Path)
					if d == "." {
						d = ""
					}
					if d == dir || dir == "" && (path.Base(d) == "requirements" || d == "conda" || d == "envs" || d == "environment") || path.Dir(d) == dir && path.Base(d) == "requirements" {
						here = append(here, m)
					}
				}
				here = v.relevant(here, f)
				if len(here) > 0 {
					return here
				}
				if dir == "" {
					break
				}
			}
		}
		return nil
	})
}

// trainingFiles orders the files that train: those a trigger reaches first.
func (v *View) trainingFiles() []string {
	var first, rest []string
	for _, u := range v.Training() {
		if slices.Contains(first, u.Path) || slices.Contains(rest, u.Path) {
			continue
		}
		if _, ok := v.Graph.Reached(u.Node, graph.Triggered...); ok {
			first = append(first, u.Path)
		} else {
			rest = append(rest, u.Path)
		}
	}
	for _, u := range v.TrainingInNotebooks() {
		rest = append(rest, u.Path)
	}
	return append(first, rest...)
}

// installed returns the manifests that commands of the jobs and images around
// training install.
func (v *View) installed(files []string) []Manifest {
	around := map[string]bool{}
	for _, u := range v.Training() {
		if p, ok := v.Graph.Reached(u.Node, graph.Triggered...); ok {
			for _, n := range p.Nodes {
				switch x := v.Graph.Node(n); x.Kind {
				case graph.Job, graph.Image, graph.Service:
					around[x.Path] = true
				}
			}
		}
	}
	if len(around) == 0 {
		return nil
	}
	var out []Manifest
	for p, c := range fact.All[fact.Command](v.Facts) {
		if around[p] && installsProject(c.Argv) {
			return nil // the project's own manifest decides, not what comes beside it
		}
		if !around[p] || !slices.Contains(c.Argv, "install") {
			continue
		}
		if m, ok := inline(p, c); ok {
			out = append(out, m)
		}
		for i, a := range c.Argv {
			if (a == "-r" || a == "--requirement") && i+1 < len(c.Argv) {
				base := path.Base(c.Argv[i+1])
				for _, m := range v.Manifests() {
					if path.Base(m.Path) == base && (m.Path == path.Join(c.Dir, c.Argv[i+1]) || path.Dir(m.Path) == path.Dir(p) || strings.HasSuffix(m.Path, strings.TrimPrefix(path.Clean(c.Argv[i+1]), "./"))) && !slices.ContainsFunc(out, func(x Manifest) bool { return x.Path == m.Path }) {
						out = append(out, m)
					}
				}
			}
		}
	}
	return out
}

// installsProject says whether a command installs what the project's own
// manifest or lock file declares.
func installsProject(argv []string) bool {
	if len(argv) < 2 {
		return false
	}
	switch path.Base(argv[0]) {
	case "uv", "pdm", "rye", "pixi":
		return argv[1] == "sync" || argv[1] == "install"
	case "poetry", "pipenv":
		return argv[1] == "install" || argv[1] == "sync"
	case "Rscript", "R":
		return slices.ContainsFunc(argv, func(a string) bool {
			return strings.HasPrefix(a, "renv::restore") || strings.HasPrefix(a, "packrat::restore")
		})
	}
	return false
}

// inline reads the packages a pip install names itself.
func inline(p string, c fact.Command) (Manifest, bool) {
	m := Manifest{Path: p, Line: c.Line}
	pip, skip := false, false
	for _, a := range c.Argv {
		switch {
		case skip:
			skip = false
		case a == "pip" || a == "pip3":
			pip = true
		case a == "-r" || a == "-e" || a == "-c" || a == "--extra-index-url" || a == "--index-url" || a == "-i" || a == "-f":
			skip = true
		case strings.HasPrefix(a, "-") || a == "install" || a == "." || strings.ContainsAny(a, "/$") || strings.HasPrefix(a, "python"):
		case pip:
			name := strings.ToLower(strings.FieldsFunc(a, func(r rune) bool { return strings.ContainsRune("=<>~![;", r) })[0])
			if devTools[name] {
				continue
			}
			m.Direct++
			if strings.Contains(a, "==") {
				m.Pinned++
			}
			if strings.ContainsAny(a, "=<>~") {
				m.Bound++
			}
		}
	}
	return m, pip && m.Direct > 0
}

// distributions maps the module a file imports to the package that holds it.
var distributions = map[string]string{
	"sklearn": "scikit-learn", "torch": "torch", "tensorflow": "tensorflow", "keras": "keras", "xgboost": "xgboost", "lightgbm": "lightgbm",
	"catboost": "catboost", "transformers": "transformers", "statsmodels": "statsmodels", "pytorch_lightning": "pytorch-lightning",
	"prophet": "prophet", "spacy": "spacy", "river": "river", "ultralytics": "ultralytics", "pyspark": "pyspark",
}

// relevant drops lock files that hold none of the frameworks a training file
// imports: they lock some other environment. What no manifest beside them
// declares either is only undeclared (clarification 74).
func (v *View) relevant(list []Manifest, file string) []Manifest {
	var want []string
	for i := range fact.In[fact.Import](v.Facts, file) {
		head, _, _ := strings.Cut(i.Module, ".")
		if d := distributions[head]; d != "" {
			want = append(want, d)
		}
	}
	plain := slices.DeleteFunc(slices.Clone(list), func(m Manifest) bool { return m.Lock })
	declared := slices.ContainsFunc(plain, func(m Manifest) bool {
		for d := range fact.In[fact.Dependency](v.Facts, m.Path) {
			if slices.Contains(want, d.Name) {
				return true
			}
		}
		return false
	})
	if len(want) == 0 || len(plain) > 0 && !declared {
		return list
	}
	return slices.DeleteFunc(list, func(m Manifest) bool {
		if !m.Lock || len(m.names) == 0 {
			return false
		}
		return !slices.ContainsFunc(want, func(d string) bool { return m.names[d] })
	})
}
