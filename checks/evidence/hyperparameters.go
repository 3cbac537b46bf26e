package evidence

import (
	"maps"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// HyperParameters is where the settings of a learner can be changed.
type HyperParameters struct {
	Files     []report.Evidence // settings files that hold some and that training reads
	Whole     []report.Evidence // options that take all of them at once, as a document
	Options   []report.Evidence // command-line options and typed settings, one for each name
	Constants []report.Evidence // named constants at the top of a file
	Around    []report.Evidence // only split, seed or kind of model can be set
}

// hyperName is how settings of learners are called; aroundName those of what
// stands around a learner.
var (
	hyperName = pattern.MustCompile(`(?i)(^|[._-])(lr|learning[_-]?rate|eta|(n|num|max|train|num_train)?[_-]?epochs?|nb_epochs?|batch[_-]?size|n[_-]?estimators|num[_-]?(boost_round|leaves|layers|heads|iterations|trees)|n[_-]?(layers|neighbors|components|trees|iter|hidden)|max[_-]?(depth|iter|features|leaf_nodes)|min[_-]?(samples_(split|leaf)|child_weight)|subsample|colsample[_a-z]*|reg[_-]?(alpha|lambda)|l1[_-]?ratio|l2|weight[_-]?decay|drop[_-]?out([_-]?(rate|prob|p))?|hidden[_-]?(size|dim|units|layers?)s?|embed(ding)?[_-]?(dim|size)|latent[_-]?dims?|momentum|warm[_-]?up[_a-z]*|optimi[sz]er|lora[_-]?(r|alpha|rank)|gradient[_-]?accumulation[_a-z]*|early[_-]?stopping[_a-z]*|patience|kernel[_-]?size|filters|units|alpha|gamma|beta|iterations|penalty|adapt[_-]?delta|iter[_-]?(warmup|sampling)|loss[_-]?(fn|function)?|max[_-]?steps|seq(uence)?[_-]?len(gth)?|window[_-]?size|lookback|arch(itecture)?([_-]?name)?|backbone|(weekly|yearly|daily)[_-]?seasonality|seasonality[_-]?(mode|prior[_a-z]*)|changepoint[_a-z]*|(img|image|crop)[_-]?size|(n|num)[_-]?(chains|walks)|walk[_-]?length|min[_-]?count|vector[_-]?size|dimensions)$`)
	// weakName are those that mean other things as well.
	weakName   = pattern.MustCompile(`(?i)(^|[._-])(alpha|gamma|beta|units|filters|iterations|penalty|patience|loss|eta|window[_-]?size|l2|optimi[sz]er|dimensions)$`)
	aroundName = pattern.MustCompile(`(?i)(^|[._-])(test[_-]?size|random[_-]?(state|seed)|seed|model[_-]?(type|name)|split[_a-z]*|val(idation)?[_-]?size|features?|target)$`)
	// wholeName is how an option is called that takes them all at once.
	wholeName  = pattern.MustCompile(`^h(yper)?[_-]?param(eter)?s?$`)
	paramsFile = pattern.MustCompile(`(?i)(^|[_-])(hyper)?_?param(eter)?s?\b`)
)

// HyperParameters reads them around the training of the repository.
func (v *View) HyperParameters() HyperParameters {
	return Once(v, "hyper-parameters", func() HyperParameters {
		var h HyperParameters
		main, _ := v.MainFiles()
		around := maps.Clone(v.aroundTraining())
		maps.Copy(around, main)
		seen := map[string]bool{}
		for _, f := range v.Facts.Files() {
			if around[f.Path] && place.Of(f.Path) == place.Live {
				h.code(f, seen)
			}
		}
		if v.readsSettings(around) {
			v.settingsFiles(&h, around)
			v.settingsClasses(&h, around)
		}
		return h
	})
}

// declares are calls that declare an option or parameter of a program.
var declares = map[string]bool{"add_argument": true, "option": true, "Option": true, "argument": true, "Argument": true, "Parameter": true, "add_option": true, "make_option": true,
	"DEFINE_float": true, "DEFINE_integer": true, "DEFINE_string": true, "Input": true, "arg": true, "Arg": true, "widgets.text": true, "text": true}

// wholeFunction are calls that make a command of a function: its parameters
// are the options.
var wholeFunction = map[string]bool{"fire.Fire": true, "typer.run": true, "plac.call": true, "jsonargparse.CLI": true, "tyro.cli": true, "defopt.run": true}

func (h *HyperParameters) code(f fact.File, seen map[string]bool) {
	option := func(line int, name, what string) {
		name = strings.ToLower(strings.TrimLeft(name, "-"))
		key := strings.ReplaceAll(name, "-", "_")
		switch {
		case seen[key] || name == "":
		case wholeName.MatchString(name):
			seen[key] = true
			h.Whole = append(h.Whole, At(f.Path, line, what+" "+name))
		case hyperName.MatchString(name):
			seen[key] = true
			h.Options = append(h.Options, At(f.Path, line, what+" "+name))
		case aroundName.MatchString(name):
			seen[key] = true
			h.Around = append(h.Around, At(f.Path, line, what+" "+name))
		}
	}
	commands := map[string]bool{}
	for _, x := range f.Facts {
		if c, ok := x.(fact.Call); ok && wholeFunction[c.Name] && len(c.Args) > 0 {
			commands[c.Args[0].Value.Text] = true
		}
	}
	for _, x := range f.Facts {
		if d, ok := x.(fact.Define); ok && !d.Class && commands[d.Name] {
			for _, p := range d.Params {
				option(d.Line, p.Name, "option")
			}
		}
		switch c := x.(type) {
		case fact.Call:
			if c.Magic || !declares[lastSegment(c.Name)] {
				continue
			}
			option(c.Line, c.Target, "option")
			for _, a := range c.Args {
				if a.Value.Kind == fact.String && (a.Name == "" || a.Name == "name") {
					option(c.Line, a.Value.Text, "option")
				}
			}
		case fact.Define:
			h.define(c, option)
		case fact.Assign:
			if strings.Contains(c.Value.Text, "sys.argv[") {
				option(c.Line, c.Name, "argument")
			}
			if c.Scope != "" {
				continue
			}
			if c.Value.Kind == fact.Number && hyperName.MatchString(c.Name) {
				h.Constants = append(h.Constants, At(f.Path, c.Line, "constant "+c.Name))
			}
			if c.Value.Kind == fact.Dict && holdsHyper(c.Value) {
				h.Constants = append(h.Constants, At(f.Path, c.Line, "constants "+c.Name))
			}
		}
	}
}

// define reads the options of command functions, and the fields of classes
// that settings are read into.
func (h *HyperParameters) define(d fact.Define, option func(int, string, string)) {
	if d.Class {
		for _, b := range d.Bases {
			if strings.HasSuffix(b, "BaseSettings") || strings.HasSuffix(b, "TrainingArguments") || b == "dagster.Config" || b == "dagster.PermissiveConfig" {
				for _, p := range d.Params {
					option(d.Line, p.Name, "setting")
				}
			}
		}
		return
	}
	command := false
	for _, dec := range d.Decorators {
		switch last := lastSegment(dec.Name); last {
		case "option", "argument":
			for _, a := range dec.Args {
				if a.Value.Kind == fact.String && a.Name == "" {
					option(d.Line, a.Value.Text, "option")
				}
			}
		case "command", "app", "flow", "pipeline", "workflow", "annotations":
			command = true
		case "op", "asset", "multi_asset", "graph_asset": // of Dagster
			for _, a := range dec.Args {
				for i := 0; a.Name == "config_schema" && i+1 < len(a.Value.Items); i += 2 {
					option(d.Line, a.Value.Items[i].Text, "option")
				}
			}
		}
	}
	if command {
		for _, p := range d.Params {
			option(d.Line, p.Name, "option")
		}
	}
}

func holdsHyper(val fact.Value) bool {
	for i := 0; i+1 < len(val.Items); i += 2 {
		if hyperName.MatchString(val.Items[i].Text) {
			return true
		}
	}
	return false
}

// readsSettings says whether one of some files reads a settings file.
func (v *View) readsSettings(files map[string]bool) bool {
	for _, u := range v.Live(catalog.RoleConfig) {
		if files[u.Path] && !strings.Contains(u.What, "env") {
			return true
		}
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !files[p] {
			continue
		}
		switch last := lastSegment(c.Name); last {
		case "safe_load", "load_config", "read_yaml", "load_yaml", "fromfile", "read_toml", "parseTOML", "from_yaml", "yaml.load", "read_config", "RcppTOML", "TrainerCLI", "LightningCLI":
			return true
		case "load":
			if strings.HasPrefix(c.Name, "json.") || strings.HasPrefix(c.Name, "yaml.") || strings.HasPrefix(c.Name, "toml") {
				return true
			}
		}
	}
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if s.System == "dvc" && len(s.Params) > 0 && place.Of(p) == place.Live {
			return true
		}
	}
	return v.Has("kedro") || v.Has("hydra")
}

// settingsSystems are the forms of plain settings files, and of definitions
// that hand parameters to a training job.
var settingsSystems = map[string]bool{"yaml": true, "toml": true, "json": true, "ini": true, "azureml": true, "bundle": true, "dbx": true, "properties": true, "cfg": true}

// settingsClasses reads the typed fields that a settings file fills.
func (v *View) settingsClasses(h *HyperParameters, around map[string]bool) {
	for p, d := range fact.All[fact.Define](v.Facts) {
		if !around[p] || !d.Class || place.Of(p) != place.Live {
			continue
		}
		for _, f := range d.Params {
			if hyperName.MatchString(f.Name) && !weakName.MatchString(f.Name) {
				h.Options = append(h.Options, At(p, d.Line, "setting "+d.Name+"."+f.Name))
			}
		}
	}
}

func (v *View) settingsFiles(h *HyperParameters, around map[string]bool) {
	var named map[string]bool
	done := map[string]bool{}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if done[p] || !settingsSystems[r.System] || place.Of(p) != place.Live || notSettings(p) {
			continue
		}
		line, strong, n, numbers, near := 0, 0, 0, 0, 0
		for _, a := range r.Attrs {
			key := settingKey(a.Key)
			if hyperName.MatchString(key) && len(a.Value) < 60 {
				if n++; line == 0 {
					line = a.Line
				}
				if !weakName.MatchString(key) {
					strong++
				}
			} else if aroundName.MatchString(key) {
				near++
			}
			if a.Value != "" && (a.Value[0] >= '0' && a.Value[0] <= '9' || a.Value[0] == '.' || a.Value[0] == '-') {
				numbers++
			}
		}
		base := strings.ToLower(path.Base(p))
		params := paramsFile.MatchString(base) && (n > 0 || numbers >= 3) || numbers >= 3 && n > 0 && strings.HasPrefix(base, "config")
		if strong == 0 && n < 2 && !params && near == 0 {
			continue
		}
		if named == nil {
			named = v.mentions(around)
		}
		if !inConfigFolder(p) && !named[path.Base(p)] && !(params && beside(p, around)) {
			continue
		}
		done[p] = true
		switch {
		case strong > 0 || n >= 2:
			h.Files = append(h.Files, At(p, line, "hyper-parameters"))
		case params:
			h.Files = append(h.Files, At(p, r.Line, "parameters of the model"))
		default:
			h.Around = append(h.Around, At(p, r.Line, "settings around the model"))
		}
	}
}

// settingKey is the last part of a dotted key that is no list position, with
// the usual words for a value left out.
func settingKey(key string) string {
	parts := strings.Split(key, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		w := parts[i]
		if w == "" || w[0] >= '0' && w[0] <= '9' || w == "value" || w == "default" || w == "values" || w == "min" || w == "max" {
			continue
		}
		return w
	}
	return key
}

// notSettings are structured files that belong to something else.
func notSettings(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch base {
	case "package.json", "package-lock.json", "pyproject.toml", "dvc.lock", "tokenizer.json", "tokenizer_config.json", "mlproject", "setup.cfg", "tox.ini", "cargo.toml", "docker-compose.yml", "docker-compose.yaml":
		return true
	}
	low := "/" + strings.ToLower(p)
	for _, w := range []string{"/.github/", "/metrics", "/reports/", "/results/", "/output", "lock", "/data/", "/.vscode/"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func inConfigFolder(p string) bool {
	for _, s := range strings.Split(strings.ToLower(path.Dir(p)), "/") {
		if strings.HasPrefix(s, "conf") || s == "params" || s == "settings" || s == "hparams" || s == "experiments" {
			return true
		}
	}
	return false
}

// mentions returns the base names of files that some code, or any command,
// names.
func (v *View) mentions(around map[string]bool) map[string]bool {
	out := map[string]bool{}
	note := func(text string) {
		if len(text) > 300 {
			return
		}
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" =,;:'\"()[]", r) }) {
			if b := path.Base(w); strings.Contains(b, ".") {
				out[b] = true
			}
		}
	}
	for _, f := range v.Facts.Files() {
		for _, x := range f.Facts {
			switch x.(type) {
			case fact.Command, fact.Stage:
			default:
				if !around[f.Path] {
					continue
				}
			}
			switch c := x.(type) {
			case fact.Call:
				for _, a := range c.Args {
					note(a.Value.Text)
				}
			case fact.Assign:
				note(c.Value.Text)
			case fact.Define:
				for _, p := range c.Params {
					note(p.Default.Text)
				}
			case fact.Command:
				for _, a := range c.Argv {
					note(a)
				}
			case fact.Stage:
				for _, a := range append(append([]string{}, c.Deps...), c.Params...) {
					note(a)
				}
			}
		}
	}
	return out
}

// beside says whether a file lies in the folder of one of some files, or in
// the folder above.
func beside(p string, files map[string]bool) bool {
	dir := path.Dir(p)
	for f := range files {
		if d := path.Dir(f); d == dir || path.Dir(d) == dir {
			return true
		}
	}
	return false
}
