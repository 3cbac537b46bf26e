package evidence

import (
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// Training returns every use that fits model parameters in live scripts or
// declares it as a job: estimator.fit, an optimiser loop, a trainer's train, a
// managed training job. Fitting inside tests does not count.
func (v *View) Training() []graph.Use {
	return Once(v, "training", func() []graph.Use { return v.fits(Live) })
}

// TrainingInNotebooks is Training for notebooks.
func (v *View) TrainingInNotebooks() []graph.Use {
	return Once(v, "training-notebooks", func() []graph.Use { return v.fits(InNotebook) })
}

func (v *View) fits(where Where) []graph.Use {
	var out []graph.Use
	for _, u := range v.Uses([]catalog.Role{catalog.RoleFit, catalog.RoleFineTune}, Called, where) {
		if c, ok := u.Fact.(fact.Call); ok && fitsTransformer(c.Recv) {
			continue
		}
		out = append(out, u)
	}
	out = v.keptFits(slices.DeleteFunc(merge(out, v.calls(where, fitCall)), func(u graph.Use) bool { return v.fitsNothing(u) || v.foreignClass(u) }))
	if len(out) == 0 {
		out = v.calls(where, fedTraining)
	}
	fitting := nodes(out)
	for _, u := range v.Uses([]catalog.Role{catalog.RoleTrainingJob}, Called, where) {
		if v.submitsTraining(u, fitting) {
			out = merge(out, []graph.Use{u})
		}
	}
	return out
}

// submitsTraining says whether a job handed to a platform trains: what it
// starts fits a model, or it says so itself. An orchestrator takes scoring and
// monitoring jobs by the same call.
func (v *View) submitsTraining(u graph.Use, fitting map[graph.ID]graph.Use) bool {
	text := u.What
	switch c := u.Fact.(type) {
	case fact.Call:
		for _, a := range c.Args {
			text += " " + a.Value.Text
		}
	case fact.Command:
		text = strings.Join(c.Argv, " ")
	case fact.Resource:
		text += " " + c.Name
	}
	if trainingWord.MatchString(text) {
		return true
	}
	for n := range v.Graph.Forward(u.Node) {
		if _, ok := fitting[n]; ok {
			return true
		}
	}
	return false
}

// trainingWord is how a job says that it trains.
var trainingWord = pattern.MustCompile(`(?i)(?:^|[^a-z])(?:re)?train|fine_?-?tun|\bfit\b|estimator|hyper_?param|automl`)

// fitCall recognises fitting where the catalogue does not know the receiver:
// an untyped variable, or the result of a loader or of a function here.
func fitCall(c fact.Call, frameworks bool) (catalog.Role, bool) {
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	for _, a := range c.Args {
		// The arguments of a sampler say that a Bayesian model is fitted.
		if a.Name == "iter_sampling" || a.Name == "fit_opts" || a.Name == "iter_warmup" || a.Name == "adapt_delta" {
			return catalog.RoleFit, true
		}
	}
	if c.Recv == "" {
		return "", false
	}
	recv := strings.ToLower(c.Recv)
	switch method {
	case "run", "sample":
		return catalog.RoleFit, hasArgument(c, "num_warmup")
	case "fit", "partial_fit", "fit_generator", "fit_one_cycle", "learn_one", "learn_many":
		if fitsTransformer(recv) || transformerType(c.Name) {
			return "", false
		}
		return catalog.RoleFit, frameworks || len(c.Args) >= 2 || modelName(recv)
	case "backward":
		return catalog.RoleFit, strings.Contains(recv, "loss") || strings.Contains(recv, "scale") || strings.Contains(recv, "accelerator")
	case "apply_gradients", "minimize", "train_on_batch":
		return catalog.RoleFit, frameworks
	case "train":
		// A torch module's train() only sets a mode; a trainer's trains.
		return catalog.RoleFit, c.Unresolved && (strings.Contains(recv, "trainer") || frameworks && len(c.Args) >= 2 && modelName(recv))
	}
	return "", false
}

func hasArgument(c fact.Call, name string) bool {
	return slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return a.Name == name })
}

// fedTraining recognises a learner of a library nobody here knows: a method
// that speaks of training and is given the features and the target to train on.
func fedTraining(c fact.Call, _ bool) (catalog.Role, bool) {
	method := strings.ToLower(c.Name[strings.LastIndexByte(c.Name, '.')+1:])
	var features, target bool
	for _, a := range c.Args {
		given := strings.ToLower(a.Value.Text)
		if a.Value.Kind != fact.Name || !strings.Contains(given, "train") {
			continue
		}
		given = lastSegment(given)
		features = features || strings.HasPrefix(given, "x") || strings.HasSuffix(given, "_x")
		target = target || strings.HasPrefix(given, "y") || strings.HasSuffix(given, "_y")
	}
	return catalog.RoleFit, c.Recv != "" && features && target && learningMethod.MatchString(method)
}

// learningMethod is how methods that learn are called where it is not fit.
var learningMethod = pattern.MustCompile(`train|learn|best_?model|build_?model|create_?model|search|tune|optimi[sz]e`)

// transformerType says whether a resolved callee is one that prepares data.
func transformerType(name string) bool {
	for _, w := range []string{".preprocessing.", ".impute.", ".feature_extraction.", ".feature_selection.", ".decomposition.", ".compose.", "Tokenizer", "Scaler", "Encoder", "Vectorizer", "Imputer"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// fitsTransformer says whether a receiver's name is that of a data transformer.
func fitsTransformer(recv string) bool {
	recv = strings.ToLower(recv)
	for _, w := range []string{"scaler", "encoder", "vectorizer", "vectoriser", "tokenizer", "imputer", "pca", "transform", "preproc", "selector", "binarizer", "tfidf", "ohe", "label_enc", "svd", "normalizer", "discretizer", "reducer", "umap", "tsne", "_le", "explainer"} {
		if strings.Contains(recv, w) {
			return true
		}
	}
	return recv == "le" || recv == "sc" || recv == "ct" || recv == "dv"
}

func modelName(recv string) bool {
	for _, w := range []string{"model", "clf", "classif", "regress", "estimator", "pipe", "trainer", "net", "search", "grid", "learner", "forest", "knn", "svm", "xgb", "lgb", "lgbm", "cat", "boost", "tree", "logreg", "automl", "study", "reg", "rf", "lr"} {
		if strings.Contains(recv, w) {
			return true
		}
	}
	return false
}

// calls returns as uses the calls that a recogniser accepts where the
// catalogue knows nothing. where may ask for the place, and whether it is in a
// notebook, only.
func (v *View) calls(where Where, accept func(c fact.Call, frameworks bool) (catalog.Role, bool)) []graph.Use {
	var out []graph.Use
	for _, f := range v.Facts.Files() {
		class := place.Of(f.Path)
		if !where(graph.Use{Place: class}) && !where(graph.Use{Place: class, Use: catalog.Use{Magic: true}}) {
			continue
		}
		frameworks := v.importsFramework(f.Path)
		for c := range fact.In[fact.Call](v.Facts, f.Path) {
			role, ok := accept(c, frameworks)
			if !ok {
				if c, role, ok = handedOn(c, frameworks, accept); !ok {
					continue
				}
			}
			u := graph.Use{
				Use: catalog.Use{Role: role, Strength: catalog.Used, Path: f.Path, Line: c.Line, What: c.Name,
					Fact: c, Scope: c.Scope, Magic: c.Magic},
				Place: class,
			}
			if where(u) {
				u.Node = v.Graph.ScopeNode(f.Path, c.Scope)
				out = append(out, u)
			}
		}
	}
	return out
}

// handedOn finds a method that is handed to another function to be called:
// asyncio.to_thread(model.predict, x).
func handedOn(c fact.Call, frameworks bool, accept func(fact.Call, bool) (catalog.Role, bool)) (fact.Call, catalog.Role, bool) {
	for _, a := range c.Args {
		i := strings.LastIndexByte(a.Value.Text, '.')
		if a.Value.Kind != fact.Name || i < 0 {
			continue
		}
		as := c
		as.Name, as.Recv, as.Unresolved = a.Value.Text, a.Value.Text[:i], true
		if role, ok := accept(as, frameworks); ok {
			return as, role, true
		}
	}
	return c, "", false
}

// frameworks are the packages whose import makes a file one that may train.
var frameworks = map[string]bool{
	"sklearn": true, "torch": true, "tensorflow": true, "keras": true, "xgboost": true, "lightgbm": true, "catboost": true,
	"transformers": true, "statsmodels": true, "prophet": true, "pytorch_lightning": true, "lightning": true, "fastai": true,
	"jax": true, "flax": true, "river": true, "pyspark": true, "autogluon": true, "pycaret": true, "h2o": true, "imblearn": true,
	"sktime": true, "darts": true, "tpot": true, "pmdarima": true, "surprise": true, "implicit": true, "optuna": true, "spacy": true,
	"ultralytics": true, "detectron2": true, "trl": true, "peft": true, "gensim": true, "mlx": true, "paddle": true, "onnxruntime": true,
	"caret": true, "tidymodels": true, "parsnip": true, "mlr3": true, "ranger": true, "Flux": true, "MLJ": true,
}

func (v *View) importsFramework(path string) bool {
	for i := range fact.In[fact.Import](v.Facts, path) {
		head, rest, _ := strings.Cut(i.Module, ".")
		if head == "pyspark" && !strings.HasPrefix(rest, "ml") && i.Name != "ml" {
			continue // Spark without its learners only moves data
		}
		if i.Level == 0 && frameworks[head] {
			return true
		}
	}
	return false
}

// merge adds the uses whose place is not there yet.
func merge(a, b []graph.Use) []graph.Use {
	type at struct {
		path string
		line int
	}
	seen := map[at]bool{}
	for _, u := range a {
		seen[at{u.Path, u.Line}] = true
	}
	for _, u := range b {
		if k := (at{u.Path, u.Line}); !seen[k] {
			seen[k] = true
			a = append(a, u)
		}
	}
	return a
}
