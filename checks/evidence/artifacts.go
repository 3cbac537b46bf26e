package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/repo"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// DataFile says whether a path looks like training data.
func DataFile(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".csv", ".parquet", ".feather", ".arrow", ".tsv", ".jsonl", ".npy", ".npz", ".h5ad", ".tfrecord", ".avro", ".orc", ".xlsx", ".rds", ".rda", ".sqlite", ".mrc":
		return true
	case ".gz", ".zip", ".bz2", ".xz":
		return strings.Contains(strings.ToLower(p), "data")
	case "", ".dvc":
		low := "/" + strings.ToLower(p) + "/"
		return strings.Contains(low, "data") || strings.Contains(low, "/raw") || strings.Contains(low, "/processed")
	}
	return false
}

// ModelFile says whether a path looks like a trained model.
func ModelFile(p string) bool {
	low := strings.ToLower(p)
	switch path.Ext(low) {
	case ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".onnx", ".pb", ".tflite", ".safetensors", ".gguf", ".joblib", ".xgb", ".cbm", ".mlmodel", ".pmml", ".bst", ".ubj":
		return true
	case ".pkl", ".pickle", ".sav", ".bin", ".model":
		return strings.Contains(low, "model") || strings.Contains(low, "clf") || strings.Contains(low, "classif") || strings.Contains(low, "regress") ||
			strings.Contains(low, "lgb") || strings.Contains(low, "xgb") || strings.Contains(low, "forest") || strings.Contains(low, "pipeline") || strings.Contains(low, "artifact")
	case "", ".dvc":
		return strings.Contains("/"+low+"/", "model")
	}
	return false
}

// Tracked returns what DVC tracks and the filter accepts: .dvc files, outputs
// of locked stages.
func (v *View) Tracked(accept func(string) bool) []report.Evidence {
	var out []report.Evidence
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		switch s.System {
		case "dvc-file", "dvc-lock":
			for _, o := range s.Outs {
				full := path.Join(path.Dir(p), o)
				if accept(full) || s.System == "dvc-file" && accept(p) {
					out = append(out, At(p, s.Line, "DVC tracks "+o))
					break
				}
			}
		}
	}
	return out
}

// Remote returns where DVC's shared remote is configured, or a local one.
func (v *View) Remote() (shared, local report.Evidence) {
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if r.System != "dvc" || r.Kind != "config" {
			continue
		}
		for _, a := range r.Attrs {
			if !strings.HasSuffix(a.Key, "url") {
				continue
			}
			e := At(p, a.Line, "DVC remote "+a.Value)
			if onNetwork(a.Value) {
				shared = e
			} else {
				local = e
			}
		}
	}
	if shared.Path != "" {
		return shared, local
	}
	for p, c := range fact.All[fact.Command](v.Facts) {
		if place.Of(p) != place.Live {
			continue
		}
		if url := remoteAdded(c.Argv); onNetwork(url) {
			return At(p, c.Line, "DVC remote "+url), local
		} else if url != "" && local.Path == "" {
			local = At(p, c.Line, "DVC remote "+url)
		}
	}
	return shared, local
}

func onNetwork(url string) bool {
	return strings.Contains(url, "://") && !strings.HasPrefix(url, "file:") || strings.Contains(url, "@")
}

// remoteAdded returns the address that a command gives to a remote of DVC: of
// "dvc remote add -d store s3://bucket/data" the last word.
func remoteAdded(argv []string) string {
	if len(argv) < 5 || argv[0] != "dvc" || argv[1] != "remote" || argv[2] != "add" && argv[2] != "modify" {
		return ""
	}
	words := slices.DeleteFunc(slices.Clone(argv[3:]), func(w string) bool { return strings.HasPrefix(w, "-") })
	switch {
	case argv[2] == "add" && len(words) == 2:
		return words[1]
	case argv[2] == "modify" && len(words) == 3 && words[1] == "url":
		return words[2]
	}
	return ""
}

// LargeFiles returns the Git LFS patterns that cover a file the filter
// accepts.
func (v *View) LargeFiles(accept func(string) bool) []report.Evidence {
	var out []report.Evidence
	for p, s := range fact.All[fact.Stage](v.Facts) {
		if s.System != "lfs" {
			continue
		}
		for _, pattern := range s.Outs {
			for _, f := range v.Tree.Files() {
				if accept(f.Path) && place.Of(f.Path) == place.Live && matches(pattern, path.Dir(p), f.Path) {
					out = append(out, At(p, s.Line, "Git LFS tracks "+f.Path))
					break
				}
			}
		}
	}
	return out
}

func matches(pattern, dir, file string) bool {
	pattern = strings.TrimPrefix(pattern, "/")
	if dir != "." {
		pattern = path.Join(dir, pattern)
	}
	if ok, _ := doublestar.Match(pattern, file); ok {
		return true
	}
	ok, _ := doublestar.Match("**/"+pattern, file)
	return ok
}

// Committed returns the files in plain git that the filter accepts.
func (v *View) Committed(accept func(string) bool) []report.Evidence {
	var out []report.Evidence
	for _, f := range v.Tree.Files() {
		if f.Mode == repo.Symlink || path.Ext(f.Path) == "" || path.Ext(f.Path) == ".dvc" || !accept(f.Path) {
			continue
		}
		if c := place.Of(f.Path); c == place.Live || c == place.Notebook {
			out = append(out, At(f.Path, 1, "committed to git"))
		}
	}
	return out
}

// snapshotName is a date or month within a data file's name or address.
var snapshotName = pattern.MustCompile(`(?i)(?:\{[^}]*(?:year|month|date|day|period)[^}]*\}|\$\{?(?:year|month|date)\}?)[^\s]{0,100}\.(?:csv|parquet|json|jsonl|zip|gz|bz2|tsv|feather|zst)|(?:19|20)\d\d[-_./]?(?:0[1-9]|1[0-2])(?:[-_./]?[0-3]\d)?[^\s]{0,100}\.(?:csv|parquet|json|jsonl|zip|gz|bz2|tsv|feather|zst)`)

// outcomeName is what a run writes about itself, which is no data to train on.
var outcomeName = pattern.MustCompile(`(?i)(?:report|metric|result|summary|benchmark|_log|log_|audit|figure|plot|backup|checkpoint|manifest|state|status|alert)[^/]*$`)

// codeArchive is packed code, not data.
var codeArchive = pattern.MustCompile(`(?i)(?:\.(?:py|js|ts|sh|jar|war|whl|r)|[-_/](?:src|source|code|lambda|layer|package|bundle|dist))\.(?:zip|tar\.gz|tgz|gz)["']?$`)

// DatedSnapshot returns a place where live code or settings name a dated
// snapshot of data, and how many there are.
func (v *View) DatedSnapshot() (report.Evidence, int) {
	var first report.Evidence
	n := 0
	note := func(p string, line int, text string) {
		if snapshotName.MatchString(text) && !outcomeName.MatchString(text) && !codeArchive.MatchString(text) {
			if n++; n == 1 {
				first = At(p, line, shorten(text))
			}
		}
	}
	around := v.aroundTraining()
	for p, c := range fact.All[fact.Call](v.Facts) {
		if !around[p] || c.Magic {
			continue
		}
		for _, a := range c.Args {
			if a.Value.Kind == fact.String || a.Value.Kind == fact.Format {
				note(p, c.Line, a.Value.Text)
			}
		}
	}
	for p, c := range fact.All[fact.Command](v.Facts) {
		if class := place.Of(p); class != place.Live {
			continue
		}
		for _, a := range c.Argv {
			note(p, c.Line, a)
		}
	}
	for p, r := range fact.All[fact.Resource](v.Facts) {
		if place.Of(p) != place.Live || r.System != "ini" && r.System != "yaml" && r.System != "toml" {
			continue
		}
		for _, a := range r.Attrs {
			if key := strings.ToLower(a.Key); strings.Contains(key, "train") || strings.Contains(key, "data") || strings.Contains(key, "file") {
				note(p, a.Line, a.Value)
			}
		}
	}
	for p, a := range fact.All[fact.Assign](v.Facts) {
		if around[p] && (a.Value.Kind == fact.String || a.Value.Kind == fact.Format) {
			note(p, a.Line, a.Value.Text)
		}
	}
	return first, n
}

// aroundTraining returns the live files that training runs, and those that
// prepare its data.
func (v *View) aroundTraining() map[string]bool {
	return Once(v, "around-training", func() map[string]bool {
		files := map[string]bool{}
		for _, u := range v.Training() {
			files[u.Path] = true
		}
		var hits []graph.ID
		for _, start := range v.starts() {
			if v.leads("training", v.Training).Any(start) {
				hits = append(hits, start)
			}
		}
		for n := range v.Graph.Forward(hits...) {
			if x := v.Graph.Node(n); x.Place == place.Live {
				files[x.Path] = true
			}
		}
		return files
	})
}

const maxShown = 100

func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := maxShown
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// GitIgnored says whether the repository's .gitignore files cover a path.
func (v *View) GitIgnored(p string) bool {
	for at, s := range fact.All[fact.Stage](v.Facts) {
		if s.System != "gitignore" {
			continue
		}
		for _, pattern := range s.Outs {
			if strings.HasPrefix(pattern, "!") {
				continue
			}
			trimmed := strings.TrimSuffix(pattern, "/")
			if matches(trimmed, path.Dir(at), p) || matches(trimmed+"/**", path.Dir(at), p) {
				return true
			}
		}
	}
	return false
}
