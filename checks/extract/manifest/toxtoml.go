package manifest

import (
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// toxInTOML reads [tool.tox] of pyproject.toml: the tables of tox 4, or the
// older file as one string.
func (r *reader) toxInTOML(n *settings.Node) {
	if legacy := n.Get("legacy_tox_ini"); legacy.IsScalar() {
		// The text of a multi-line string starts below its quotes.
		r.tox(settings.INI([]byte(legacy.Text)), legacy.Value)
		return
	}
	r.toxToml(n)
}

// toxToml reads the environments of tox.toml: commands are lists of words.
func (r *reader) toxToml(n *settings.Node) {
	listed := map[string]bool{}
	for _, name := range n.Get("env_list").Strings() {
		listed[name] = true
	}
	if base := n.Get("env_run_base"); base.IsMap() {
		r.toxTomlEnv("testenv", base, base, false)
		for _, item := range n.Get("env_list").Each() {
			if name := item.Str(); name != "" && n.Get("env", name) == nil {
				r.toxTomlEnv(name, &settings.Node{Line: item.At()}, base, true)
			}
		}
	}
	for _, env := range n.Get("env").Each() {
		r.toxTomlEnv(env.Key, env, n.Get("env_run_base"), listed[env.Key])
	}
}

func (r *reader) toxTomlEnv(name string, env, base *settings.Node, listed bool) {
	get := func(key string) *settings.Node {
		if v := env.Get(key); v != nil {
			return v
		}
		return base.Get(key)
	}
	stage := fact.Stage{Pos: fact.Pos{Line: env.At()}, System: "tox", Name: name, Dir: relativeDir(get("change_dir").Str())}
	if listed {
		stage.Attrs = []fact.Arg{{Name: "default", Value: fact.Value{Kind: fact.Bool, Text: "True"}}}
	}
	r.add(stage)
	r.specList(env.Get("deps"), toxGroup(name))
	for _, key := range []string{"commands_pre", "commands", "commands_post"} {
		for _, c := range get(key).Each() {
			r.argv(c.Strings(), c.At(), name, stage.Dir)
		}
	}
}
