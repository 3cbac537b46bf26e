package evidence

import (
	"path"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/catalog"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/graph"
	"github.com/mlops-maturity/mlops-maturity/checks/pattern"
	"github.com/mlops-maturity/mlops-maturity/checks/place"
	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// Completions returns where live code asks a language model: through a library
// that the catalogue knows, or over the plain web interface of the provider.
func (v *View) Completions() []graph.Use {
	return Once(v, "completions", func() []graph.Use {
		return merge(v.Live(catalog.RoleLLM), v.completionRequests())
	})
}

// PromptEvaluations returns where live code measures prompts, retrieval or what
// is generated: with a tool of the catalogue, or, in an application of a
// language model, with functions of its own that are named for such a measure.
// What is measured while a request is served is no evaluation.
func (v *View) PromptEvaluations() []graph.Use {
	tools := v.Live(catalog.RoleLLMEval)
	if v.Kind != report.LLMApplication {
		return tools
	}
	return Once(v, "prompt-evaluations", func() []graph.Use {
		own := v.calls(Live, func(c fact.Call, _ bool) (catalog.Role, bool) {
			return catalog.RoleLLMEval, promptMeasure.MatchString(lastSegment(c.Name))
		})
		return merge(tools, slices.DeleteFunc(own, v.InService))
	})
}

// promptMeasure is how people name what measures retrieval and generation.
var promptMeasure = pattern.MustCompile(`(?i)(^|_)(hit_?rate|hits?_at_k|recall_?(at|@)_?k|precision_?(at|@)_?k|mrr|mean_reciprocal_rank|n?dcg|faithfulness|groundedness|answer_(relevance|relevancy|correctness|similarity)|context_(recall|precision|relevance)|llm_(as_(a_)?)?judge|judge_(answers?|responses?|generations?))(_|$)|^_?(run_|compute_|calculate_)?(evaluate|eval|score|measure|compute|benchmark)_(the_)?(rag|retriev\w*|search\w*|answers?|responses?|prompts?|generation\w*|llm|queries|chat\w*|agent)(_\w+)?$`)

// completionRequests are requests without a library of the provider: to the
// route of completions, named on the spot or elsewhere in the file, or with a
// body that has their form.
func (v *View) completionRequests() []graph.Use {
	var out []graph.Use
	for _, f := range v.Facts.Files() {
		if place.Of(f.Path) != place.Live {
			continue
		}
		route, named := v.completionRouteIn(f.Path)
		asked := false
		for c := range fact.In[fact.Call](v.Facts, f.Path) {
			if sends(c) && (named && c.Args[0].Value.Kind != fact.String || namesCompletions(c) || v.hasPrompt(f.Path, c)) {
				out = append(out, v.useOf(catalog.RoleLLM, f.Path, c.Line, c.Name, c.Scope, c))
				asked = true
			}
		}
		if named && !asked {
			out = append(out, v.useOf(catalog.RoleLLM, f.Path, route.Line, route.Name+" = "+shorten(route.Value.Text), route.Scope, route))
		}
	}
	return out
}

// completionRoute is the address at which providers and engines of language
// models answer prompts.
var completionRoute = pattern.MustCompile(`(?:/chat/completions|api\.anthropic\.com/v1/messages|:(?:stream)?[gG]enerateContent|:11434/api/(?:generate|chat)|api-inference\.huggingface\.co/models/[^"']*)(?:\?[^"']*)?["']?$`)

// completionRouteIn returns what holds the address of completions in a file
// that speaks HTTP: a variable, a constant, or the default of a parameter.
func (v *View) completionRouteIn(file string) (fact.Assign, bool) {
	if !v.speaksHTTP(file) {
		return fact.Assign{}, false
	}
	for a := range fact.In[fact.Assign](v.Facts, file) {
		if completionRoute.MatchString(a.Value.Text) {
			return a, true
		}
	}
	for d := range fact.In[fact.Define](v.Facts, file) {
		for _, p := range d.Params {
			if completionRoute.MatchString(p.Default.Text) {
				return fact.Assign{Pos: d.Pos, Name: p.Name, Value: p.Default, Scope: d.Name}, true
			}
		}
	}
	return fact.Assign{}, false
}

func (v *View) speaksHTTP(file string) bool {
	switch path.Ext(file) {
	case ".js", ".mjs", ".ts", ".jsx", ".tsx":
		return true // fetch is the platform's own
	}
	for i := range fact.In[fact.Import](v.Facts, file) {
		switch root, _, _ := strings.Cut(i.Module, "."); root {
		case "requests", "httpx", "aiohttp", "urllib", "urllib3", "axios", "node-fetch", "httr", "httr2":
			return true
		}
	}
	return false
}

// sends says whether a call is named for sending a request with a body.
func sends(c fact.Call) bool {
	switch lastSegment(c.Name) {
	case "post", "stream", "request", "send", "urlopen", "Request", "fetch", "axios":
		return len(c.Args) > 0
	}
	return false
}

func namesCompletions(c fact.Call) bool {
	return slices.ContainsFunc(c.Args, func(a fact.Arg) bool { return completionRoute.MatchString(a.Value.Text) })
}

// hasPrompt says whether the body of a request is that of a chat or a
// completion, written in the call or in a variable of the same function.
func (v *View) hasPrompt(file string, c fact.Call) bool {
	for _, a := range c.Args {
		if isPrompt(a.Value) {
			return true
		}
		if a.Value.Kind != fact.Name || a.Name != "json" && a.Name != "data" && a.Name != "" {
			continue
		}
		for s := range fact.In[fact.Assign](v.Facts, file) {
			if s.Name == a.Value.Text && s.Scope == c.Scope && isPrompt(s.Value) {
				return true
			}
		}
	}
	return false
}

// isPrompt says whether a body, or the one inside it, asks for a completion: a
// model and its messages, or a prompt and how to go on from it.
func isPrompt(body fact.Value) bool {
	messages, prompt, how := false, false, false
	for i := 0; body.Kind == fact.Dict && i+1 < len(body.Items); i += 2 {
		switch body.Items[i].Text {
		case "messages":
			messages = true
		case "prompt":
			prompt = true
		case "model", "max_tokens", "max_new_tokens", "n_predict", "temperature", "top_p", "stream":
			how = true
		default:
			if isPrompt(body.Items[i+1]) {
				return true
			}
		}
	}
	return messages && slices.ContainsFunc(body.Items, func(x fact.Value) bool { return x.Text == "model" }) || prompt && how
}
