package evidence

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// mainTraining returns the uses that make the model of record: those a trigger
// reaches if there are any, and not those that only search for parameters if
// there are others.
func (v *View) mainTraining() []graph.Use {
	return Once(v, "main-training", func() []graph.Use {
		uses := v.Training()
		var code []graph.Use
		for _, u := range uses {
			if _, call := u.Fact.(fact.Call); call && u.Role != catalog.RoleTrainingJob {
				code = append(code, u)
			}
		}
		if len(code) == 0 {
			return uses
		}
		uses = code
		if reached := v.AllReached(uses, graph.Triggered...); len(reached) > 0 {
			uses = reached
		}
		tunes := map[string]bool{}
		for _, u := range v.Live(catalog.RoleTune) {
			tunes[u.Path] = true
		}
		var plain []graph.Use
		for _, u := range uses {
			if !tunes[u.Path] {
				plain = append(plain, u)
			}
		}
		if len(plain) > 0 {
			return plain
		}
		return uses
	})
}

// MainFiles returns the live files that run together with the training of the
// model of record, and those among them that fit it.
func (v *View) MainFiles() (around, fitting map[string]bool) {
	type answer struct{ around, fitting map[string]bool }
	a := Once(v, "main-files", func() answer {
		fits := v.leads("main training", v.mainTraining)
		a := answer{map[string]bool{}, map[string]bool{}}
		for _, u := range v.mainTraining() {
			a.around[u.Path], a.fitting[u.Path] = true, true
		}
		for _, only := range []bool{true, false} {
			var hits []graph.ID
			for _, start := range v.starts() {
				if (v.Graph.Node(start).Kind == graph.Run) == only && fits.Any(start) {
					hits = append(hits, start)
				}
			}
			for n := range v.Graph.Forward(hits...) {
				if x := v.Graph.Node(n); x.Place == place.Live {
					a.around[x.Path] = true
				}
			}
			if len(hits) > 0 {
				break
			}
		}
		return a
	})
	return a.around, a.fitting
}

// Seeds says what of a training run is fixed by a seed.
type Seeds struct {
	Learner     []report.Evidence // seeds that the learner takes
	Split       []report.Evidence // seeds that the split takes
	RandomSplit bool              // a random split without a seed stands in the way
	Fixed       bool              // every learner is one without randomness
}

// Seeds reads the seeds of the training of record.
func (v *View) Seeds() Seeds {
	return Once(v, "seeds", func() Seeds {
		around, fitting := v.MainFiles()
		r := seedReader{v: v, deep: v.usesDeepLearning(around)}
		for _, f := range v.Facts.Files() {
			if around[f.Path] {
				r.file(f, fitting[f.Path])
			}
		}
		s := r.Seeds
		s.Fixed = r.steady && !r.random
		// The split of the file that trains decides over others.
		s.RandomSplit = r.openHere || r.open && !r.closedHere && len(s.Split) == 0
		if r.global {
			s.RandomSplit = false
		}
		return s
	})
}

type seedReader struct {
	Seeds
	v              *View
	deep           bool // a framework with a generator of its own
	global         bool // a seed covers everything that follows
	open           bool // a random split without seed
	openHere       bool // and it stands in a file that fits
	closedHere     bool // a seeded split stands in a file that fits
	steady, random bool // learners without and with randomness
}

// globalSeeds fix the generators of a framework; partSeeds those of the
// language or of NumPy alone.
var (
	globalSeeds = map[string]bool{"seed_everything": true, "manual_seed": true, "set_seed": true, "set_random_seed": true, "set_seeds": true,
		"manual_seed_all": true, "enable_full_determinism": true, "PRNGKey": true, "fix_seed": true, "set.seed": true, "seed!": true, "setup_seed": true, "init_seed": true, "set_determinism": true, "set_global_seed": true}
	partSeeds = map[string]bool{"random.seed": true, "numpy.random.seed": true}
	seedNames = map[string]bool{"seed": true, "random_state": true, "random_seed": true, "randomseed": true, "rng_seed": true, "bagging_seed": true, "random.seed": true, "data_seed": true}
	// splitters divide data at random unless told otherwise.
	splitters = map[string]bool{"train_test_split": true, "random_split": true, "randomSplit": true, "ShuffleSplit": true, "StratifiedShuffleSplit": true,
		"KFold": true, "StratifiedKFold": true, "GroupShuffleSplit": true, "initial_split": true, "createDataPartition": true, "split_data": true}
	// elsewhere are calls whose seed says nothing about the model.
	elsewhere = map[string]bool{"TSNE": true, "UMAP": true, "PCA": true, "SMOTE": true, "sample": true, "shuffle": true, "default_rng": true, "RandomState": true,
		"RandomizedSearchCV": true, "GridSearchCV": true, "TPESampler": true, "create_study": true, "RandomOverSampler": true, "permutation_importance": true,
		"RandomUnderSampler": true, "make_classification": true, "make_regression": true, "TruncatedSVD": true, "NMF": true, "shuffle_arrays": true}
	// steadyLearners have no randomness as they are usually set up.
	steadyLearners = map[string]bool{"LinearRegression": true, "LogisticRegression": true, "Ridge": true, "Lasso": true, "ElasticNet": true, "KNeighborsClassifier": true,
		"KNeighborsRegressor": true, "GaussianNB": true, "MultinomialNB": true, "BernoulliNB": true, "ComplementNB": true, "SVR": true, "OLS": true, "ARIMA": true, "SARIMAX": true,
		"lm": true, "glm": true, "ExponentialSmoothing": true, "AutoARIMA": true, "auto_arima": true, "LinearSVR": true, "BayesianRidge": true}
)

func (v *View) usesDeepLearning(files map[string]bool) bool {
	for p, i := range fact.All[fact.Import](v.Facts) {
		if !files[p] || i.Level > 0 {
			continue
		}
		switch head, _, _ := strings.Cut(i.Module, "."); head {
		case "torch", "tensorflow", "keras", "lightning", "pytorch_lightning", "transformers", "jax", "flax", "fastai", "xgboost", "lightgbm", "catboost", "pyspark", "ultralytics", "gensim":
			return true
		}
	}
	return false
}

func (r *seedReader) file(f fact.File, fits bool) {
	logged := map[string]bool{} // variables that are only written down
	for _, x := range f.Facts {
		if c, ok := x.(fact.Call); ok && writesDown(c) {
			for _, a := range c.Args {
				if a.Value.Kind == fact.Name {
					logged[a.Value.Text] = true
				}
			}
		}
	}
	for _, x := range f.Facts {
		switch c := x.(type) {
		case fact.Call:
			if !c.Magic {
				r.call(f.Path, c, fits)
			}
		case fact.Assign:
			if fits && !logged[c.Name] && dictSeed(c.Value) {
				r.Learner = append(r.Learner, At(f.Path, c.Line, c.Name+" holds a seed"))
			}
		}
	}
}

// writesDown says whether a call only records what it is given.
func writesDown(c fact.Call) bool {
	last := strings.ToLower(lastSegment(c.Name))
	return strings.HasPrefix(last, "log") && !strings.HasPrefix(last, "logistic") || last == "print" || last == "info" || last == "update" && strings.Contains(c.Name, "wandb") || last == "dump" || last == "set_tags"
}

func dictSeed(val fact.Value) bool {
	if val.Kind != fact.Dict {
		return false
	}
	for i := 0; i+1 < len(val.Items); i += 2 {
		if seedNames[strings.ToLower(val.Items[i].Text)] && val.Items[i+1].Kind != fact.None {
			return true
		}
	}
	return false
}

func (r *seedReader) call(p string, c fact.Call, fits bool) {
	last := lastSegment(c.Name)
	if strings.HasSuffix(c.Name, "set.seed") {
		last = "set.seed"
	}
	e := At(p, c.Line, c.Name)
	switch {
	case globalSeeds[last], c.Name == "jax.random.key":
		r.global = true
		r.Learner, r.Split = append(r.Learner, e), append(r.Split, e)
		return
	case partSeeds[c.Name]:
		r.Split = append(r.Split, e)
		if c.Name == "numpy.random.seed" && !r.deep {
			r.global = true
			r.Learner = append(r.Learner, e)
		}
		return
	case writesDown(c):
		return
	}
	if fits && steadyLearners[last] {
		r.steady = true
	}
	seeded := false
	for _, a := range c.Args {
		name := strings.ToLower(a.Name)
		if seedNames[name] && a.Value.Kind != fact.None || fits && a.Name == "" && dictSeed(a.Value) || fits && a.Name == "params" && dictSeed(a.Value) {
			seeded = true
		}
	}
	switch {
	case splitters[last]:
		switch {
		case seeded:
			r.Split = append(r.Split, e)
			r.closedHere = r.closedHere || fits
		case !keepsOrder(c):
			r.open = true
			r.openHere = r.openHere || fits
		}
	case elsewhere[last]:
	case seeded && (fits || learnerName(last)):
		r.Learner = append(r.Learner, e)
	}
	if learnerName(last) && !steadyLearners[last] {
		r.random = true
	}
}

// keepsOrder says whether a split takes the rows as they come.
func keepsOrder(c fact.Call) bool {
	last := lastSegment(c.Name)
	if last == "KFold" || last == "StratifiedKFold" { // shuffle only when asked to
		for _, a := range c.Args {
			if a.Name == "shuffle" && a.Value.Text != "False" {
				return false
			}
		}
		return true
	}
	if last == "split_data" {
		return true // what it does shows in its own body
	}
	for _, a := range c.Args {
		if a.Name == "shuffle" && a.Value.Text == "False" {
			return true
		}
	}
	return false
}

// learnerName says whether a constructor's name is that of a learner.
func learnerName(name string) bool {
	for _, w := range []string{"Classifier", "Regressor", "Regression", "Forest", "XGB", "LGBM", "CatBoost", "Trainer", "TrainingArguments", "Word2Vec", "Doc2Vec", "KMeans", "Boosting", "Sequential", "ALS", "LightFM"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
