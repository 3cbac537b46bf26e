package practice

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/evidence"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// product finds what others install or generate from to do machine learning,
// without learning itself (clarifications 35 and 85): a published package, a
// project generator, or a server with code of its own in another language,
// whose README opens by speaking of it.
func product(v *evidence.View) (report.Evidence, bool) {
	if _, ok := published(v); !ok && !installable(v) && !elsewhere(v) && !generator(v) && !server(v) {
		return report.Evidence{}, false
	}
	return speaksOf(v, productWords)
}

// elsewhere says whether the project is published in an index of another
// language than those in which machine learning is read here.
func elsewhere(v *evidence.View) bool {
	for _, u := range v.Live(catalog.RolePublish) {
		if u.Tool != nil && packageIndex[u.Tool.ID] {
			return true
		}
	}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.Kind == "npm-package" && r.Name != "" && strings.Count(p, "/") <= 1 && installsNode(v, strings.ToLower(r.Name)) {
			return true
		}
	}
	return false
}

// installsNode says whether the README tells to install a package of Node by
// its name.
func installsNode(v *evidence.View, name string) bool {
	for t := range fact.In[fact.Text](v.Facts, "README.md") {
		words := strings.Fields(strings.ToLower(t.Text))
		for i, w := range words {
			if i < 2 || strings.Trim(w, "`") != name {
				continue
			}
			for _, verb := range words[max(0, i-4):i] {
				if verb == "install" || verb == "i" || verb == "add" || strings.Trim(verb, "`") == "npx" {
					return true
				}
			}
		}
	}
	return false
}

var (
	productWords  = pattern.MustCompile(`(?i)machine[ -]learning|deep[ -]learning|neural networks?\b|data science|model serving|model deployment|\bml models?\b|\bml experiment|mlops|mlflow|models on kubernetes`)
	learningWords = pattern.MustCompile(`(?i)machine[ -]learning|deep[ -]learning|neural net|data science|model (?:serving|deployment)|\bml\b|mlops|language models?\b|\bllms?\b|generative ai|\bai (?:applications?|agents?|models?)\b|classifier|clustering|embeddings?\b|reinforcement learning|predictive model|\bforecasting\b|time[ -]series`)

	languageWords = pattern.MustCompile(`(?i)language models?\b|\bllms?\b|generative ai|\bgen ?ai\b|\b(?:chat)?gpt\b|chat ?bots?\b|\bai[ -](?:\S+ )?(?:applications?|apps?|agents?|models?|assistants?|chat|powered|driven|tools?)\b|\bagents?\b|copilot|\brag\b|retrieval[ -]augmented|prompts?\b|openai|anthropic|\bclaude\b|\bgemini\b|llama`)

	// modelsOfOthers is how a product says that the models are its users'.
	modelsOfOthers = pattern.MustCompile(`(?i)\byour (?:own )?(?:\S+ )?(?:machine[ -]learning |ml |ai )?models?\b|\b(?:serv|deploy|packag|manag|host)(?:e|es|ing)\b[^.]{0,40}\b(?:machine[ -]learning|ml|ai)(?:/\S+)? models\b|\b(?:inference|model) server for\b`)
)

// opening is how many paragraphs, headings and list items of a README are read
// for what the repository says it is.
const opening = 25

// introduction is how many of them say what it is before its features are
// listed.
const introduction = 5

// speaksOf finds where the repository says what it is in words of a kind: in
// the opening of its README, badges and pictures left out, or in the
// description that its package gives.
func speaksOf(v *evidence.View, words *pattern.Pattern) (report.Evidence, bool) {
	return speaksWithin(v, words, opening)
}

// speaksWithin is speaksOf for a shorter opening.
func speaksWithin(v *evidence.View, words *pattern.Pattern, most int) (report.Evidence, bool) {
	for _, name := range []string{"README.md", "README.rst", "readme.md"} {
		n := 0
		for t := range fact.In[fact.Text](v.Facts, name) {
			if t.Kind == "link" || badge(t.Text) {
				continue
			}
			if n++; n > most {
				break
			}
			if w, ok := first(words, t.Text); ok {
				return evidence.At(name, t.Line, "speaks of "+w), true
			}
		}
	}
	for _, file := range []string{"pyproject.toml", "package.json"} {
		for r := range fact.In[fact.Resource](v.Facts, file) {
			for _, a := range r.Attrs {
				switch a.Key {
				case "project.description", "tool.poetry.description", "description":
					if w, ok := first(words, a.Value); ok {
						return evidence.At(file, max(a.Line, 1), "speaks of "+w), true
					}
				}
			}
		}
	}
	return report.Evidence{}, false
}

func first(words *pattern.Pattern, text string) (string, bool) {
	at := words.FindStringIndex(text)
	if at == nil {
		return "", false
	}
	return strings.ToLower(text[at[0]:at[1]]), true
}

// badge says whether a paragraph of a README is a picture, a badge or markup.
func badge(text string) bool {
	t := strings.TrimSpace(text)
	return strings.HasPrefix(t, "<") || strings.HasPrefix(t, "![") || strings.HasPrefix(t, "[![") || strings.HasPrefix(t, "|")
}

// installable says whether the documents tell to install the package from its
// repository.
func installable(v *evidence.View) bool {
	names := v.NestedPackages()
	for p, t := range fact.All[fact.Text](v.Facts) {
		if strings.Count(p, "/") > 1 || len(names) == 0 {
			continue
		}
		low := strings.ToLower(t.Text)
		_, from, ok := strings.Cut(low, "install git+")
		if !ok {
			continue
		}
		for n := range names {
			if strings.Contains(from, "/"+n) || strings.Contains(from, "egg="+n) {
				return true
			}
		}
	}
	return false
}

// generator says whether the repository is a template from which a tool makes
// projects.
func generator(v *evidence.View) bool {
	for _, name := range []string{"cookiecutter.json", "copier.yml", "copier.yaml"} {
		if _, ok := v.Tree.File(name); ok {
			return true
		}
	}
	return false
}

// server says whether there is much code in a language of servers.
func server(v *evidence.View) bool {
	source := 0
	for _, f := range v.Tree.Files() {
		switch f.Path[strings.LastIndexByte(f.Path, '.')+1:] {
		case "go", "java", "scala", "rs", "kt", "cpp":
			source++
		}
	}
	return source >= 20
}
