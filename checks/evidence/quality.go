package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// FrontEndBuilds returns the commands that bundle a web front end.
func (v *View) FrontEndBuilds() []graph.Use {
	var out []graph.Use
	for i := range v.Graph.Nodes {
		n := &v.Graph.Nodes[i]
		if n.Kind != graph.Command || n.Cmd == nil || n.Place != place.Live {
			continue
		}
		line := strings.Join(n.Cmd.Argv, " ")
		for _, w := range []string{"npm run build", "yarn build", "yarn run build", "pnpm build", "pnpm run build", "vite build", "next build", "ng build", "npx expo export"} {
			if strings.HasPrefix(line, w) {
				out = append(out, graph.Use{Use: catalog.Use{Role: catalog.RoleBuild, Strength: catalog.Used, Path: n.Path, Line: n.Line,
					What: n.What, Fact: *n.Cmd}, Node: graph.ID(i), Place: n.Place})
				break
			}
		}
	}
	return out
}

// sources maps the ending of source files to their language.
var sources = map[string]string{
	".py": "python", ".ipynb": "python", ".r": "r", ".rmd": "r", ".qmd": "r", ".jl": "julia", ".go": "go", ".rs": "rust", ".scala": "scala", ".java": "java", ".kt": "java",
	".js": "javascript", ".jsx": "javascript", ".ts": "javascript", ".tsx": "javascript", ".vue": "javascript", ".rb": "ruby", ".cs": "c#", ".cpp": "c++", ".cc": "c++", ".c": "c++", ".h": "c++",
}

// Languages returns the languages that make up a quarter or more of the
// project's live source files.
func (v *View) Languages() []string {
	return Once(v, "languages", func() []string {
		count, total := map[string]int{}, 0
		for _, f := range v.Tree.Files() {
			lang, ok := sources[strings.ToLower(path.Ext(f.Path))]
			if c := place.Of(f.Path); !ok || c != place.Live && c != place.Notebook {
				continue
			}
			count[lang]++
			total++
		}
		var out []string
		for lang, n := range count {
			if 4*n >= total {
				out = append(out, lang)
			}
		}
		slices.Sort(out)
		return out
	})
}

// Linters returns the uses, from configured ones on, of linters, formatters
// and type checkers that read the project's own languages.
func (v *View) Linters() []graph.Use {
	return Once(v, "linters", func() []graph.Use {
		var out []graph.Use
		for _, u := range v.Uses([]catalog.Role{catalog.RoleLint}, Configured, Live) {
			if lang := lints(u); lang == "any" || slices.Contains(v.Languages(), lang) {
				out = append(out, u)
			}
		}
		return out
	})
}

// linterTools are the catalogue's entries whose tools all read one language.
var linterTools = map[string]string{
	"black": "python", "flake8": "python", "isort": "python", "mypy": "python", "pylint": "python", "ruff": "python",
	"python-type-checkers": "python", "python-test-tools": "python", "terraform": "hcl", "helm": "yaml", "ansible": "yaml",
}

// linterWords name a linter's language where one entry holds many.
var linterWords = []struct{ word, language string }{
	{"lintr", "r"}, {"styler", "r"}, {"style-files", "r"}, {"air format", "r"}, {"formatr", "r"}, {"nbqa", "python"}, {"darglint", "python"}, {"pydoclint", "python"}, {"refurb", "python"},
	{"kedro lint", "python"}, {"wemake", "python"}, {"golangci", "go"}, {"gofmt", "go"}, {"go vet", "go"}, {"staticcheck", "go"}, {"clippy", "rust"}, {"cargo fmt", "rust"},
	{"scalafmt", "scala"}, {"scalastyle", "scala"}, {"checkstyle", "java"}, {"julia-format", "julia"}, {"rubocop", "ruby"}, {"dotnet format", "c#"}, {"clang-", "c++"}, {"cpplint", "c++"},
	{"eslint", "javascript"}, {"prettier", "javascript"}, {"biome", "javascript"}, {"tsc ", "javascript"}, {"oxlint", "javascript"},
	{"trunk", "any"}, {"codacy", "any"}, {"sonar", "any"}, {"super-linter", "any"}, {"megalinter", "any"}, {"mega-linter", "any"}, {"pre-commit", "any"}, {"(not followed)", "any"}, {"semgrep", "any"}, {"deepsource", "any"},
}

// lints returns the language a linter reads, "any" for one that reads what it
// finds, "" for one of other files.
func lints(u graph.Use) string {
	if u.Tool != nil {
		if lang, ok := linterTools[u.Tool.ID]; ok {
			return lang
		}
	}
	what := strings.ToLower(u.What)
	if c, ok := u.Fact.(fact.Uses); ok && c.Kind == "hook" {
		what = hookName(c)
	}
	for _, w := range linterWords {
		if strings.Contains(what, w.word) {
			return w.language
		}
	}
	return ""
}

func hookName(u fact.Uses) string {
	for _, a := range u.With {
		if a.Name == "id" {
			return strings.ToLower(a.Value.Text)
		}
	}
	return strings.ToLower(u.Ref)
}

// MayPass says whether a use is a check whose failure changes nothing, or one
// that cannot fail.
func (v *View) MayPass(u graph.Use) bool {
	switch c := u.Fact.(type) {
	case fact.Command:
		return c.Masked || v.nobodyLooks(u) || slices.Contains(c.Argv, "--exit-zero") || slices.Contains(c.Argv, "--exit-code=0")
	case fact.Uses:
		return c.MayFail
	}
	return false
}

// hookFiles are the files whose hooks git runs before a commit.
var hookFiles = map[string]bool{".pre-commit-config.yaml": true, ".pre-commit-config.yml": true, "prek.toml": true}

// Hooked returns those of the uses that a commit hook runs: the hooks
// themselves, and what their commands lead to.
func (v *View) Hooked(uses []graph.Use) []graph.Use {
	forward := Once(v, "hooked", func() map[graph.ID]bool {
		var from []graph.ID
		for i := range v.Graph.Nodes {
			if n := &v.Graph.Nodes[i]; n.Kind == graph.Stage && hookFiles[n.Path] {
				from = append(from, graph.ID(i))
			}
		}
		return v.Graph.Forward(from...)
	})
	var out []graph.Use
	for _, u := range uses {
		c, ok := u.Fact.(fact.Uses)
		hook := ok && c.Kind == "hook" && hookFiles[u.Path]
		if hook || u.Node >= 0 && forward[u.Node] && u.Strength >= catalog.Used {
			out = append(out, u)
		}
	}
	return out
}

// OtherLinters returns the called linters of files that are not the project's
// main source: workflows, infrastructure, spelling.
func (v *View) OtherLinters() []graph.Use {
	var out []graph.Use
	for _, u := range v.Live(catalog.RoleLint) {
		if lang := lints(u); lang != "any" && !slices.Contains(v.Languages(), lang) {
			out = append(out, u)
		}
	}
	return out
}
