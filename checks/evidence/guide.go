package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Guide is what the README, CONTRIBUTING and the pages they link to tell a
// newcomer to type. A Path is "" where nothing was found.
type Guide struct {
	Page  report.Evidence // the first page there is
	SetUp report.Evidence
	Run   report.Evidence // a command or script that is in the repository
	Test  report.Evidence
	Good  int // commands whose file or target is there
	Gone  int // commands whose file or target is not
}

// Guide reads what newcomers are told.
func (v *View) Guide() Guide {
	return Once(v, "guide", func() Guide {
		var g Guide
		for i, p := range v.guidePages() {
			if i == 0 {
				g.Page = At(p, 1, "guide")
			}
			v.readGuide(&g, p)
		}
		return g
	})
}

// guidePages returns the README and CONTRIBUTING files that GitHub shows, and
// the pages they link to.
func (v *View) guidePages() []string {
	var pages []string
	for _, f := range v.Tree.Files() {
		dir, base := path.Split(f.Path)
		stem, _, _ := strings.Cut(strings.ToLower(base), ".")
		switch {
		case dir == "" && stem == "readme", slices.Contains([]string{"", ".github/", "docs/"}, dir) && (stem == "contributing" || stem == "contribution_guide" || stem == "development"):
			pages = append(pages, f.Path)
		}
	}
	slices.SortStableFunc(pages, func(a, b string) int { return strings.Compare(strings.ToLower(b), strings.ToLower(a)) })
	first := slices.Clone(pages)
	for _, p := range first {
		for t := range fact.In[fact.Text](v.Facts, p) {
			if t.Kind == "prose" && folder.MatchString(t.Text) {
				pages = append(pages, v.folderGuides(pages)...)
			}
			if to := v.linked(p, t); to != "" && !slices.Contains(pages, to) && len(pages) < maxPages {
				pages = append(pages, to)
			}
		}
	}
	return pages
}

// folderGuides returns the README files of the folders of the root.
func (v *View) folderGuides(known []string) []string {
	var out []string
	for _, f := range v.Tree.Files() {
		if dir, base := path.Split(f.Path); strings.Count(dir, "/") == 1 && strings.EqualFold(base, "readme.md") && !slices.Contains(known, f.Path) {
			out = append(out, f.Path)
		}
	}
	return out[:min(len(out), maxPages)]
}

const maxPages = 60

// linked returns the page of this repository that a link leads to.
func (v *View) linked(from string, t fact.Text) string {
	if t.Kind != "link" {
		return ""
	}
	to, _, _ := strings.Cut(t.Text, "#")
	for _, w := range []string{"/blob/", "/tree/"} {
		if _, rest, ok := strings.Cut(to, w); ok && strings.Contains(to, "://") {
			_, rest, _ = strings.Cut(rest, "/") // the branch
			to, from = rest, ""
		}
	}
	if to == "" || strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
		return ""
	}
	p := path.Join(path.Dir(from), to)
	if strings.HasPrefix(to, "/") {
		p = strings.TrimPrefix(path.Clean(to), "/")
	}
	if v.Tree.HasDir(p) {
		p = path.Join(p, "README.md")
	}
	if _, ok := v.Tree.File(p); !ok || !slices.Contains([]string{".md", ".rst", ".markdown"}, strings.ToLower(path.Ext(p))) {
		return ""
	}
	return p
}

var (
	setsUp = pattern.MustCompile(`(?i)\b(pip3? install|pip3? sync|pip-sync|uv sync|uv pip|uv venv|poetry install|poetry shell|pipenv (install|sync|shell)|pdm install|hatch env|conda (env |--?\w+ )?(create|install|update)|mamba (env )?(create|install)|micromamba|pixi install|virtualenv|python3? -m venv|requirements[\w/-]*\.(txt|in)|environment\.ya?ml|renv::restore|install\.packages|install_github|devtools::install|pak::|Pkg\.(instantiate|add)|make (install|setup|set-up|init|env|venv|requirements|create_environment|virtualenv|bootstrap|dev|local-start|build|docker|[\w-]*(install|venv|setup|build|env))\b|docker[ -]compose[\w./ -]* (up|build)|docker build|npm (install|ci)|yarn install|mise install|mise run install|(task|just) [\w:-]*(install|setup|bootstrap|init)[\w-]*|devbox (shell|install|run)|nix develop|nix-shell|inv(oke)? (install|bootstrap|setup|requirements|dev-requirements)|(bash |sh |source |\./)[\w./-]*(install|setup|bootstrap)[\w-]*\.sh|terraform init|az ml|devcontainer)`)
	tests  = pattern.MustCompile(`(?i)(\bpy\.?test\b|\btox\b|\bnox\b|python3? -m (unittest|pytest)|manage\.py test|\bmake ([\w/-]*[_-])?(tests?|check|unit|unittests?|coverage)\b|\bmake test|devtools::(test|check)|testthat|Pkg\.test|R CMD check|rcmdcheck|npm (run )?test|yarn test|(inv|invoke|just|task|poe|mise run|hatch run|hatch|pdm run|uv run|rye|pixi run|sbt|mvn|go|cargo|dotnet|kedro) test|(bash |sh |\./)[\w./-]*test[\w-]*\.sh|python3? [\w./-]*tests?[\w/-]*\.py|invoke test|python3? setup\.py test)`)
	// itself starts a program in an environment that it makes first.
	itself = pattern.MustCompile(`(?i)^(?:\$ |> )?(uv run|uvx|pixi run)\b`)
	verb   = pattern.MustCompile(`(?i)\b(run|runs|running|execute|executing|invoke|type|call|launch)\b`)
	module = pattern.MustCompile(`\bpython3? -m ([\w.]+)`)
	folder = pattern.MustCompile(`(?i)(folder|director)[^.]{0,80}\breadme|\breadme[^.]{0,80}(folder|director)`)
	spans  = pattern.MustCompile("`([^`\n]{2,200})`")
	// script is a file a reader is told to run.
	script = pattern.MustCompile(`(?:^|[\s"'=(/])((?:[\w.@-]+/)*[\w.-]+\.(?:py|sh|R|ps1|ipynb|jl|r))(?:$|[\s"':,);&|])`)
	target = pattern.MustCompile(`^(?:\$ |> )?(?:make|gmake) (?:-[\w]+ [\w./]+ )?([\w/.-]+)`)
)

// readGuide notes what one page tells to type.
func (v *View) readGuide(g *Guide, page string) {
	note := func(e *report.Evidence, line int, text string) {
		if e.Path == "" {
			*e = At(page, line, shorten(text))
		}
	}
	resolved := v.resolvedCommands(page)
	for t := range fact.In[fact.Text](v.Facts, page) {
		var lines []string
		switch t.Kind {
		case "code":
			lines = []string{t.Text}
		case "prose", "heading":
			lines = typed(t.Text)
		}
		for _, text := range lines {
			if tests.MatchString(text) && !strings.Contains(text, "install") || t.Kind == "code" && v.composeTests(text) {
				note(&g.Test, t.Line, text)
				continue
			}
			if setsUp.MatchString(text) || t.Kind == "code" && itself.MatchString(text) {
				note(&g.SetUp, t.Line, text)
			}
			good, gone := v.named(page, text, t.Kind == "code")
			if good == 0 && t.Kind == "code" && resolved[t.Line] {
				good = 1
			}
			g.Good, g.Gone = g.Good+good, g.Gone+gone
			if good > 0 && (!setsUp.MatchString(text) || strings.Contains(text, " up")) {
				note(&g.Run, t.Line, text)
			}
		}
	}
}

// composeTests says whether a command starts a service of a compose file that
// runs tests.
func (v *View) composeTests(text string) bool {
	words := strings.Fields(text)
	at := slices.IndexFunc(words, func(w string) bool { return w == "up" || w == "run" })
	if at < 0 || !strings.Contains(text, "compose") {
		return false
	}
	services := Once(v, "compose-tests", func() map[string]bool {
		m := map[string]bool{}
		for p, c := range fact.All[fact.Command](v.Facts) {
			if strings.Contains(path.Base(p), "compose") && tests.MatchString(strings.Join(c.Argv, " ")) {
				m[c.Job] = true
			}
		}
		return m
	})
	return slices.ContainsFunc(words[at+1:], func(w string) bool { return services[w] })
}

// typed returns what a paragraph tells to type: its code spans, and the
// paragraph itself when it opens with a command.
func typed(text string) []string {
	var out []string
	for _, m := range spans.FindAllStringSubmatchIndex(text, -1) {
		span := text[m[2]:m[3]]
		// A tool named alone is an instruction only after a verb.
		if !strings.ContainsAny(strings.TrimSpace(span), " /.") && !strings.HasSuffix(span, ")") && !verb.MatchString(text[max(0, m[0]-40):m[0]]) {
			continue
		}
		out = append(out, span)
	}
	if at := setsUp.FindStringIndex(text); at != nil && at[0] == 0 {
		first, _, _ := strings.Cut(text, "\n")
		out = append(out, first)
	}
	return out
}

// resolvedCommands returns the lines of a page whose commands lead to
// something of the repository.
func (v *View) resolvedCommands(page string) map[int]bool {
	all := Once(v, "documented", func() map[string]map[int]bool {
		out := map[string]map[int]bool{}
		for i := range v.Graph.Nodes {
			n := &v.Graph.Nodes[i]
			if n.Kind != graph.Command {
				continue
			}
			for _, e := range v.Graph.Out(graph.ID(i)) {
				if !e.Test && v.Graph.Node(e.To).Kind != graph.Broken {
					if out[n.Path] == nil {
						out[n.Path] = map[int]bool{}
					}
					out[n.Path][n.Line] = true
				}
			}
		}
		return out
	})
	return all[page]
}

// named counts the scripts and targets a line names that are there, and those
// that are not. Only a whole command can name what is gone.
func (v *View) named(page, text string, command bool) (good, gone int) {
	for _, m := range script.FindAllStringSubmatch(text, -1) {
		switch {
		case v.holds(page, m[1]):
			good++
		case command && runs(text) && !strings.ContainsAny(text, "<>{}$") && !strings.Contains(text, "path/to"):
			gone++
		}
	}
	if m := module.FindStringSubmatch(text); m != nil && v.holds(page, strings.ReplaceAll(m[1], ".", "/")+".py") {
		good++
	}
	if m := target.FindStringSubmatch(text); m != nil {
		if v.hasTarget(m[1]) {
			good++
		} else if command {
			gone++
		}
	}
	return good, gone
}

func runs(text string) bool {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "$ "), "> ")
	for _, w := range []string{"python", "bash ", "sh ", "./", "Rscript", "uv run", "poetry run", "pipenv run"} {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// holds says whether a script a page names is there: from the root, from the
// page's folder, or under any folder the reader may have changed to.
func (v *View) holds(page, name string) bool {
	name = strings.TrimPrefix(path.Clean(name), "./")
	for _, dir := range []string{"", path.Dir(page)} {
		if _, ok := v.Tree.File(path.Join(dir, name)); ok {
			return true
		}
	}
	for _, f := range v.Tree.Files() {
		if strings.HasSuffix(f.Path, "/"+name) {
			return true
		}
	}
	return false
}

func (v *View) hasTarget(name string) bool {
	targets := Once(v, "targets", func() map[string]bool {
		m := map[string]bool{}
		for _, s := range fact.All[fact.Stage](v.Facts) {
			if s.System == "make" {
				m[s.Name] = true
			}
		}
		return m
	})
	return targets[name]
}

// HasRealTests says whether application.tests is met: tests that assert
// something about the project's own code.
func (v *View) HasRealTests() bool {
	return slices.ContainsFunc(v.TestFiles(), func(t TestFile) bool { return t.Asserts > 0 && t.Own })
}
