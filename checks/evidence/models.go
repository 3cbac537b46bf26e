package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// versionWord marks an expression that differs from run to run.
var versionWord = pattern.MustCompile(`(?i)(version|timestamp|run_?id|run_?name|\bnow\b|today|date|sha|commit|uuid|strftime|experiment_?id|job_?id|hash|\bv\d)`)

// VersionedSaves returns the live places that write a model, or upload one,
// under a path that holds a version, a time, a run or a commit.
func (v *View) VersionedSaves() []report.Evidence {
	var out []report.Evidence
	for _, u := range v.Live(catalog.RoleModelSave, catalog.RoleArtifactStore) {
		c, ok := u.Fact.(fact.Call)
		if !ok {
			continue
		}
		for _, a := range c.Args {
			if v.versioned(u, a.Value) && (u.Role == catalog.RoleModelSave || strings.Contains(strings.ToLower(a.Value.Text), "model")) {
				out = append(out, v.Show(u))
				break
			}
		}
	}
	for p, c := range fact.All[fact.Command](v.Facts) {
		if place.Of(p) != place.Live || !copies(c.Argv) {
			continue
		}
		for _, a := range c.Argv {
			if strings.Contains(strings.ToLower(a), "model") && (versionInPath.MatchString(a) || versionInVariable(a)) {
				out = append(out, At(p, c.Line, shorten(strings.Join(c.Argv, " "))))
				break
			}
		}
	}
	return out
}

// copies says whether a command moves files to or from object storage.
func copies(argv []string) bool {
	line := strings.Join(argv[:min(3, len(argv))], " ")
	for _, w := range []string{"aws s3", "gsutil", "gcloud storage", "az storage", "rclone", "azcopy", "mc cp"} {
		if strings.HasPrefix(line, w) {
			return true
		}
	}
	return false
}

// versionInPath is a version or date as a part of a path.
var versionInPath = pattern.MustCompile(`(?:^|[/_-])v?\d+\.\d+(?:\.\d+)?|20\d{2}[-._]?[01]\d`)

// versionInVariable says whether a variable of a path is a version, run or
// commit by its name.
func versionInVariable(a string) bool {
	for _, part := range braces(a) {
		if versionWord.MatchString(part) {
			return true
		}
	}
	return false
}

// versioned says whether a path value differs from run to run: an expression
// in the text does, or the variable was built from one.
func (v *View) versioned(u graph.Use, val fact.Value) bool {
	switch val.Kind {
	case fact.Format:
		for _, part := range braces(val.Text) {
			if versionWord.MatchString(part) {
				return true
			}
		}
	case fact.Name:
		for a := range fact.In[fact.Assign](v.Facts, u.Path) {
			if a.Name == val.Text && a.Value.Kind == fact.Format && (a.Scope == u.Scope || a.Scope == "") {
				for _, part := range braces(a.Value.Text) {
					if versionWord.MatchString(part) {
						return true
					}
				}
			}
		}
	}
	return false
}

func braces(text string) []string {
	var out []string
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			return out
		}
		j := strings.IndexByte(text[i:], '}')
		if j < 0 {
			return out
		}
		out = append(out, text[i+1:i+j])
		text = text[i+j+1:]
	}
}

// PinsRevision says whether a hub call names a revision.
func PinsRevision(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok {
		return false
	}
	for _, a := range c.Args {
		if a.Name == "revision" && a.Value.Kind != fact.None && a.Value.Text != "main" {
			return true
		}
	}
	return false
}

// datedModel is a hosted model's name with its date; hostedModel one without.
var (
	datedModel  = pattern.MustCompile(`(?i)\b(gpt|claude|gemini|o[1-9]|text-embedding|mistral|command|chatgpt|deepseek|llama|titan|nova)[\w.:-]*?(20\d{2}-?[01]\d-?[0-3]\d|-\d{4}\b|-00[1-9]\b|-v\d+:\d+)`)
	hostedModel = pattern.MustCompile(`(?i)^["']?(models/)?(gpt-|claude-|gemini-|o[1-9](-|$)|mistral-|command-|deepseek-|llama-?\d|chatgpt)`)
)

// modelVersion is how an infrastructure definition calls the version of a
// hosted model that it deploys, which it gives apart from the name;
// datedVersion is one with a date.
var (
	modelVersion = pattern.MustCompile(`(?i)(?:model|(?:chat|gpt|llm|openai|completion)[_-]?(?:model)?[_-]?deployment)[._-]?version(?:\.value|\.default(?:value)?)?$`)
	datedVersion = pattern.MustCompile(`\b20\d{2}-[01]\d-[0-3]\d\b`)
)

// HostedModels returns where live code or settings name a hosted model, with a
// dated version and without.
func (v *View) HostedModels() (pinned, floating []report.Evidence) {
	note := func(p string, line int, text string) {
		switch {
		case datedModel.MatchString(text):
			pinned = append(pinned, At(p, line, shorten(text)))
		case hostedModel.MatchString(text):
			floating = append(floating, At(p, line, shorten(text)))
		}
	}
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		for _, x := range f.Facts {
			switch c := x.(type) {
			case fact.Call:
				for _, a := range c.Args {
					if a.Value.Kind == fact.String {
						note(f.Path, c.Line, a.Value.Text)
					}
				}
			case fact.Assign:
				if c.Value.Kind == fact.String {
					note(f.Path, c.Line, c.Value.Text)
				}
			case fact.Define:
				for _, p := range c.Params {
					if p.Default.Kind == fact.String {
						note(f.Path, c.Line, p.Default.Text)
					}
				}
			case fact.Resource:
				for _, a := range c.Attrs {
					switch {
					case modelVersion.MatchString(a.Key) && datedVersion.MatchString(a.Value):
						pinned = append(pinned, At(f.Path, a.Line, shorten(a.Key+": "+a.Value)))
					case strings.Contains(strings.ToLower(a.Key), "model"):
						note(f.Path, a.Line, a.Value)
					}
				}
			}
		}
	}
	return pinned, floating
}

// LogsModel says whether what a run keeps is a model: an artifact call must
// say so in its arguments.
func LogsModel(u graph.Use) bool {
	if c, ok := u.Fact.(fact.Call); ok {
		switch lastSegment(c.Name) {
		case "autolog": // keeps the model unless told not to
			return !slices.ContainsFunc(c.Args, func(a fact.Arg) bool {
				return a.Name == "log_models" && a.Value.Text == "False" || a.Name == "disable" && a.Value.Text == "True"
			})
		case "WandbLogger":
			return slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Name == "log_model" && a.Value.Text != "False" })
		}
	}
	if !strings.Contains(lastSegment(u.What), "log_artifact") {
		return true
	}
	c, ok := u.Fact.(fact.Call)
	if !ok {
		return true
	}
	for _, a := range c.Args {
		switch t := strings.ToLower(a.Value.Text); strings.ToLower(pathExt(t)) {
		case ".png", ".json", ".csv", ".txt", ".html", ".yaml", ".yml", ".svg", ".log", ".pdf", ".jpg", ".md", ".parquet":
			return false
		}
	}
	return true
}

func pathExt(p string) string {
	if i := strings.LastIndexByte(p, '.'); i >= 0 {
		return p[i:]
	}
	return ""
}

// SavesIgnored says whether every save that names its path names one that git
// ignores (clarification 98).
func (v *View) SavesIgnored(saves []graph.Use) bool {
	ignored := false
	for _, u := range saves {
		c, ok := u.Fact.(fact.Call)
		if !ok {
			return false
		}
		for _, a := range c.Args {
			if a.Value.Kind != fact.String || pathExt(a.Value.Text) == "" {
				continue
			}
			if !v.GitIgnored(strings.TrimPrefix(a.Value.Text, "./")) {
				return false
			}
			ignored = true
		}
	}
	return ignored
}
