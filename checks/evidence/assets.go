package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

var assetVersion = pattern.MustCompile(`^azureml:[^/@]+:[\w{}.-]+$|^azureml:[^/]+@latest$|^azureml://.*/data/.*/versions/`)

// assetInput is a data asset that the definition of a job reads.
type assetInput struct {
	name   string
	pinned bool // by its version, not by a label
	at     report.Evidence
}

// assetInputs returns the data assets that the definitions of managed jobs
// name as inputs.
func (v *View) assetInputs() []assetInput {
	return Once(v, "asset-inputs", func() []assetInput {
		var out []assetInput
		for p, r := range fact.All[fact.Resource](v.Facts) {
			if r.System != "azureml" || place.Of(p) != place.Live {
				continue
			}
			for _, a := range r.Attrs {
				if strings.Contains(a.Key, "inputs.") && strings.HasSuffix(a.Key, ".path") && assetVersion.MatchString(a.Value) {
					name := strings.TrimPrefix(a.Value, "azureml:")
					out = append(out, assetInput{assetName(name), !strings.Contains(name, "@"), At(p, a.Line, "data asset "+a.Value)})
				}
			}
		}
		return out
	})
}

// UnregisteredInputs returns the data assets that jobs read at whatever version
// is the latest, where what the repository registers are others.
func (v *View) UnregisteredInputs(registered []graph.Use) []report.Evidence {
	names := map[string]bool{}
	for _, u := range registered {
		switch x := u.Fact.(type) {
		case fact.Resource:
			if x.System != "azureml" {
				return nil
			}
			names[x.Name] = true
		case fact.Command: // with the file of a definition, which is a use too, or a name
			names[option(x.Argv, "--name", "-n")] = true
			if option(x.Argv, "--name", "-n") == "" && option(x.Argv, "--file", "-f") == "" {
				return nil
			}
		default: // in code, under a name that is not read here
			return nil
		}
	}
	var out []report.Evidence
	for _, a := range v.assetInputs() {
		if a.pinned || names[a.name] {
			return nil
		}
		out = append(out, a.at)
	}
	return out
}

// assetName returns the name in "name:version" or "name@label".
func assetName(asset string) string {
	if i := strings.IndexAny(asset, ":@"); i >= 0 {
		return asset[:i]
	}
	return asset
}

// option returns the word behind one of the options of a command.
func option(argv []string, names ...string) string {
	for i := 0; i+1 < len(argv); i++ {
		if slices.Contains(names, argv[i]) {
			return argv[i+1]
		}
	}
	return ""
}
