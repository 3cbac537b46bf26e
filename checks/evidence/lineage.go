package evidence

import (
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Lineage is what leads from a model back to code and to data.
type Lineage struct {
	Code, Data []report.Evidence
	Whole      []report.Evidence // one record that names both
	Apart      bool              // the released model names no run: what runs record does not lead to it
}

// committers are the trackers that note the commit of a run by themselves.
var committers = map[string]bool{"mlflow": true, "wandb": true, "azure-ml": true, "comet": true, "neptune": true, "clearml": true, "dvclive": true, "zenml": true, "sacred": true, "aim": true}

// Lineage collects what records the code and the data of a model.
func (v *View) Lineage() Lineage {
	return Once(v, "model/lineage", func() Lineage {
		locked, code := v.lockedModels()
		l := Lineage{Whole: append(locked, v.modelManifests()...)}
		l.Code = append(v.codeRecords(), code...)
		l.Data = v.dataRecords()
		if len(l.Code) > 0 {
			l.Data = append(l.Data, v.committedInputs()...)
		}
		l.Apart = v.releasedApart()
		return l
	})
}

// codeRecords returns where a run that keeps the model, or from which it is
// registered, carries the commit: by a tracker that notes it, or written out.
func (v *View) codeRecords() []report.Evidence {
	var out []report.Evidence
	for _, u := range v.Live(catalog.RoleTrackModel, catalog.RoleRegister) {
		if u.Tool != nil && committers[u.Tool.ID] && v.keepsModel(u) {
			out = append(out, v.Show(u))
		}
	}
	for _, u := range v.Live(catalog.RoleTrack) {
		// A tracker that logs by itself keeps the model too.
		if u.Tool != nil && u.Tool.ID == "mlflow" && strings.HasSuffix(u.What, "autolog") {
			out = append(out, v.Show(u))
		}
	}
	around := v.aroundTraining()
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !around[p] && !v.registers(p) || c.Magic {
			continue
		}
		if line, ok := recorded(c, commitKey); ok {
			out = append(out, At(p, line, "records the commit"))
		}
	}
	return out
}

// keepsModel says whether a use keeps the model itself rather than a plot or a
// table beside it.
func (v *View) keepsModel(u graph.Use) bool {
	c, ok := u.Fact.(fact.Call)
	if !ok || u.Role == catalog.RoleRegister {
		return true
	}
	switch lastSegment(c.Name) {
	case "log_artifact", "log_artifacts", "Artifact", "log_file":
		for _, a := range c.Args {
			low := strings.ToLower(a.Value.Text)
			if strings.Contains(low, "model") || strings.Contains(low, "adapter") || strings.Contains(low, "checkpoint") || strings.Contains(low, "weights") {
				return true
			}
		}
		return false
	}
	return true
}

func (v *View) registers(file string) bool {
	files := Once(v, "model/registering-files", func() map[string]bool {
		m := map[string]bool{}
		for _, u := range v.Live(catalog.RoleRegister, catalog.RoleTrackModel) {
			m[u.Path] = true
		}
		return m
	})
	return files[file]
}

var (
	commitKey = pattern.MustCompile(`(?i)^(git|code|source)?[._-]?(commit|sha|revision|rev)([._-]?(sha|hash|id))?$|^git[._-](hash|version)$|^code[._-]version$`)
	dataKey   = pattern.MustCompile(`(?i)^(train(ing)?[._-]|input[._-])?(data(set)?|dvc|snapshot)[._-]?(version|hash|md5|sha\d*|digest|rev(ision)?|commit|checksum|fingerprint|tag|snapshot|etag)$|^(dvc|dataset)[._-]?(rev|hash|md5)$|^snapshot[._-](id|date|version)$`)
	pathKey   = pattern.MustCompile(`(?i)^(train(ing)?|input|source)?[._-]?(data(set)?)([._-]?(path|file|uri|url|source|name))?$|^(train(ing)?|val(idation)?|test(ing)?)[._-]data$`)
)

// recorders are the methods that write a name and its value to a run, model or
// registry.
var recorders = map[string]bool{"log_param": true, "log_params": true, "set_tag": true, "set_tags": true, "set_model_version_tag": true, "set_registered_model_tag": true,
	"log_dict": true, "log_metadata": true, "add_tags": true, "add_metadata": true, "log_parameter": true, "log_parameters": true, "update": true, "log_other": true, "register_model": true,
	"register": true, "create_model_version": true, "init": true, "dump": true, "save_model": true, "Model": true, "log_model": true, "dumps": true, "Artifact": true}

// recorded says whether a call records a value under a name that matches.
func recorded(c fact.Call, key *pattern.Pattern) (int, bool) {
	if !recorders[lastSegment(c.Name)] {
		return 0, false
	}
	for i, a := range c.Args {
		if a.Name == "key" && key.MatchString(a.Value.Text) || a.Name == "" && i <= 1 && a.Value.Kind == fact.String && key.MatchString(a.Value.Text) {
			return c.Line, true
		}
		if a.Value.Kind == fact.Dict {
			for j := 0; j+1 < len(a.Value.Items); j += 2 {
				if k := a.Value.Items[j]; k.Kind == fact.String && key.MatchString(k.Text) {
					return c.Line, true
				}
			}
		}
	}
	return 0, false
}

// dataRecords returns where the version of the training data is recorded: as
// an input or parameter of the run, or pinned by DVC or LFS at the commit that
// the run notes (clarifications 26, 63, 76).
func (v *View) dataRecords() []report.Evidence {
	var out []report.Evidence
	around := v.aroundTraining()
	out = append(out, v.ShowAll(v.trainingInputs())...)
	_, dated := v.DatedSnapshot()
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !around[p] && !v.registers(p) || c.Magic {
			continue
		}
		if line, ok := recorded(c, dataKey); ok {
			out = append(out, At(p, line, "records the version of the data"))
		} else if line, ok := recorded(c, pathKey); ok && dated > 0 {
			out = append(out, At(p, line, "records the dated data file"))
		}
	}
	if tracked := v.Tracked(trainingData); len(tracked) > 0 {
		out = append(out, tracked...)
	}
	out = append(out, v.LargeFiles(trainingData)...)
	return append(out, v.dataAssets()...)
}

// trainingData is DataFile without what is a result or a report.
func trainingData(p string) bool {
	low := strings.ToLower(p)
	for _, w := range []string{"report", "result", "output", "predict", "drift", "profil", "metric", "plot", "model"} {
		if strings.Contains(low, w) {
			return false
		}
	}
	return DataFile(p)
}

// trainingInputs returns the data sets logged to a run where the model is
// trained.
func (v *View) trainingInputs() []graph.Use {
	var out []graph.Use
	around := v.aroundTraining()
	for _, u := range v.Live(catalog.RoleTrackData) {
		if around[u.Path] || v.registers(u.Path) && lastSegment(u.What) != "use_artifact" {
			out = append(out, u)
		}
	}
	return out
}

// dataAssets returns where a data asset of a managed platform, which has
// versions, is handed to the training job.
func (v *View) dataAssets() []report.Evidence {
	var out []report.Evidence
	registered := false
	for _, u := range v.Live(catalog.RoleDataVersion) {
		if u.Tool != nil && (u.Tool.ID == "azure-ml" || u.Tool.ID == "sagemaker" || u.Tool.ID == "vertex-ai") {
			registered = true
		}
	}
	for _, a := range v.assetInputs() {
		out = append(out, a.at)
	}
	for p, c := range fact.All[fact.Call](v.Facts) {
		if place.Of(p) != place.Live || c.Magic || lastSegment(c.Name) != "Input" || forServing.MatchString(p) {
			continue
		}
		for _, a := range c.Args {
			if a.Name != "path" {
				continue
			}
			if text := a.Value.Text; assetVersion.MatchString(text) || registered && strings.HasSuffix(text, ".id") {
				out = append(out, At(p, c.Line, "a data asset is the job's input"))
			}
		}
	}
	return out
}

// forServing marks files whose jobs score or deploy rather than train.
var forServing = pattern.MustCompile(`(?i)(deploy|serv|infer|predict|batch|score|test)`)

// committedInputs returns data files in plain git that training names: the
// commit of the run is their version too (clarification 63).
func (v *View) committedInputs() []report.Evidence {
	base := map[string]report.Evidence{}
	for _, e := range v.Committed(trainingData) {
		base[e.Path[strings.LastIndexByte(e.Path, '/')+1:]] = e
	}
	if len(base) == 0 {
		return nil
	}
	var out []report.Evidence
	note := func(text string) {
		if strings.Contains(text, "://") {
			return
		}
		if e, ok := base[text[strings.LastIndexByte(text, '/')+1:]]; ok {
			out = append(out, e)
		}
	}
	around := v.aroundTraining()
	for p, c := range fact.All[fact.Call](v.Facts) {
		if around[p] && !c.Magic && readsData(c.Name) {
			for _, a := range c.Args {
				note(a.Value.Text)
			}
		}
	}
	return Unique(out)
}

func readsData(name string) bool {
	m := lastSegment(name)
	return strings.HasPrefix(m, "read_") || m == "load" || m == "open" || strings.HasPrefix(m, "load_")
}

// lockedModels returns dvc.lock entries whose stage makes a model from data
// and code: one record of all three; and those that name the code alone. What
// another stage made or DVC tracks is data, whatever its name.
func (v *View) lockedModels() (whole, codeOnly []report.Evidence) {
	made := map[string]bool{}
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if (s.System == "dvc-lock" || s.System == "dvc-file") && place.Of(p) == place.Live {
			for _, o := range s.Outs {
				made[path.Join(path.Dir(p), o)] = !ModelFile(o)
			}
		}
	}
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if s.System != "dvc-lock" || place.Of(p) != place.Live {
			continue
		}
		model, data, code := false, false, false
		for _, o := range s.Outs {
			model = model || ModelFile(o)
		}
		for _, d := range s.Deps {
			data = data || DataFile(d) || made[path.Join(path.Dir(p), d)]
			code = code || strings.HasSuffix(d, ".py") || strings.HasSuffix(d, ".R") || strings.HasPrefix(d, "src")
		}
		switch {
		case model && data && code:
			whole = append(whole, At(p, s.Line, "locks code, data and model of stage "+s.Name))
		case model && code:
			codeOnly = append(codeOnly, At(p, s.Line, "locks code and model of stage "+s.Name))
		}
	}
	return whole, codeOnly
}

var (
	hexCommit   = pattern.MustCompile(`^(g?[0-9a-f]{7,12}|[0-9a-f]{40})$`)
	hasDigit    = pattern.MustCompile(`\d`)
	hasLetter   = pattern.MustCompile(`[a-f]`)
	codeVersion = pattern.MustCompile(`(?i)(commit|sha|git|code|_version$|revision)`)
	dataDated   = pattern.MustCompile(`(?i)(data|train|corpus|set).*(20\d\d[-._]?\d{1,2}([-._]?\d{1,2})?|v\d+(\.\d+)+|[0-9a-f]{12,})`)
)

// modelManifests returns settings that name, for one version of a model, the
// commit of the code and the version of the data.
func (v *View) modelManifests() []report.Evidence {
	var out []report.Evidence
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live || len(r.Attrs) > 300 {
			continue
		}
		switch r.System {
		case "ini", "yaml", "toml", "json":
		default:
			continue
		}
		var commit, data, version report.Evidence
		for _, a := range r.Attrs {
			key := strings.ToLower(a.Key[strings.LastIndexByte(a.Key, '.')+1:])
			switch {
			case codeVersion.MatchString(key) && hexCommit.MatchString(a.Value) && hasDigit.MatchString(a.Value) && hasLetter.MatchString(a.Value):
				commit = At(p, a.Line, key+" "+a.Value)
			case (key == "version" || key == "model_version" || key == "model_name") && a.Value != "":
				version = At(p, a.Line, key+" "+a.Value)
			case dataDated.MatchString(key+" "+a.Value) && (strings.Contains(key, "data") || strings.Contains(key, "train") || strings.Contains(key, "description")):
				data = At(p, a.Line, shorten(key+" "+a.Value))
			}
		}
		if commit.Path != "" && data.Path != "" && version.Path != "" {
			out = append(out, version, commit, data)
		}
	}
	return out
}

// releasedApart says whether the model is released through a hub or registry
// of another tool than the tracker that keeps its runs, so that nothing leads
// from the one to the other.
func (v *View) releasedApart() bool {
	trackers := map[string]bool{}
	for _, u := range v.Live(catalog.RoleTrackModel) {
		if u.Tool != nil {
			trackers[u.Tool.ID] = true
		}
	}
	other := false
	for _, u := range v.Live(catalog.RoleRegister, catalog.RoleRegistryTransfer) {
		if u.Tool == nil || trackers[u.Tool.ID] {
			return false
		}
		other = true
	}
	return other && len(trackers) > 0
}
