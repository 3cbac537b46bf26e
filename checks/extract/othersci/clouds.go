package othersci

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

var substitution = regexp.MustCompile(`\$\$|\$\{?([A-Z_][A-Z0-9_]*)\}?`)

// cloudBuild reads Google Cloud Build: each step is a container with arguments.
func (r *reader) cloudBuild(root *settings.Node) {
	if !root.Get("steps").IsList() {
		return
	}
	r.Add(ci.Implied(at(root).Line, ""))
	known := map[string]string{}
	for _, s := range ci.Scalars(root.Get("substitutions")) {
		name, v, _ := strings.Cut(s, "=")
		known[name] = v
	}
	fill := func(s string) string {
		return substitution.ReplaceAllStringFunc(s, func(m string) string {
			if m == "$$" {
				return "$"
			}
			name := substitution.FindStringSubmatch(m)[1]
			if v, ok := known[name]; ok {
				return v
			}
			return "${" + name + "}"
		})
	}
	job := "build"
	if !r.job(fact.Job{Pos: at(root.Get("steps")), End: r.Lines(), Name: job, Env: ci.Scalars(root.Get("substitutions"))}) {
		return
	}
	for i, s := range root.Get("steps").Each() {
		if i >= maxJobs {
			break
		}
		name := fill(s.Str("name"))
		r.Add(fact.Image{Pos: at(s), Ref: name, Role: "runs", Stage: job})
		o := shell.Options{Job: job, Step: i, Dir: fill(s.Str("dir")), ErrExit: true, Masked: ci.True(s.Get("allowFailure"))}
		for _, e := range s.Get("env").Strings() {
			o.Env = append(o.Env, fill(settings.Cut(e, 1024)))
		}
		if script := s.Get("script"); script.IsScalar() {
			o.ErrExit = false
			r.Script(script, o, "", fill)
			continue
		}
		r.container(s, name, o, fill)
	}
	for _, ref := range root.Get("images").Each() {
		if ref.IsScalar() {
			r.Add(fact.Image{Pos: at(ref), Ref: fill(ref.Text), Role: "pushes", Stage: job})
		}
	}
}

// container writes a step out as the command line it stands for: the
// entrypoint, or the program the builder image is named after.
func (r *reader) container(s *settings.Node, image string, o shell.Options, fill func(string) string) {
	entry := s.Str("entrypoint")
	base, _, _ := strings.Cut(path.Base(image), ":")
	if entry == "" {
		entry = base
	}
	args := s.Get("args")
	texts := args.Strings()
	if len(texts) == 0 && s.Str("entrypoint") == "" {
		return
	}
	if name := path.Base(entry); (name == "bash" || name == "sh") && len(texts) >= 2 && strings.HasSuffix(texts[0], "c") && args.IsList() {
		o.ErrExit = strings.Contains(texts[0], "e")
		r.Script(args.Items[len(args.Items)-1], o, "", fill)
		return
	}
	argv := []string{entry}
	if args.IsScalar() {
		texts = shell.Fields(args.Text)
	}
	for _, a := range texts {
		argv = append(argv, fill(a))
	}
	line := at(s)
	if args != nil {
		line = at(args)
	}
	r.Add(fact.Command{Pos: line, Argv: argv, Dir: o.Dir, Env: o.Env, Job: o.Job, Step: o.Step, Masked: o.Masked,
		Guessed: strings.Contains(strings.Join(argv, " "), "${")})
}

// codeBuild reads AWS buildspecs; each command runs even when one before it
// in the same phase failed to change the folder, but a failure ends the phase.
func (r *reader) codeBuild(root *settings.Node) {
	phases := root.Get("phases")
	if !phases.IsMap() {
		return
	}
	r.Add(ci.Implied(at(root).Line, ""))
	vars := append([]string{"CODEBUILD_SRC_DIR=${REPO_ROOT}"}, ci.Scalars(root.Get("env", "variables"))...)
	if !r.job(fact.Job{Pos: at(phases), End: lastLine(phases), Name: "build", Env: vars[1:]}) {
		return
	}
	step := 0
	var all []*settings.Node
	for _, name := range []string{"install", "pre_build", "build", "post_build"} {
		all = append(all, phases.Get(name, "commands"))
	}
	all = slices.DeleteFunc(all, func(n *settings.Node) bool { return n == nil })
	r.Scripts(all, shell.Options{Job: "build", Step: step, Vars: vars, ErrExit: true}, "", nil)
	for _, name := range []string{"install", "pre_build", "build", "post_build"} {
		step++
		r.Script(phases.Get(name, "finally"), shell.Options{Job: "build", Step: step, Vars: vars, Masked: true}, "", nil)
	}
}

// drone reads Drone and Woodpecker: a document a pipeline, a container a step.
func (r *reader) drone(root *settings.Node) {
	steps := root.Get("steps")
	if steps == nil {
		steps = root.Get("pipeline")
	}
	if steps == nil || root.Str("kind") != "" && root.Str("kind") != "pipeline" {
		return
	}
	name := root.Str("name")
	if name == "" {
		name = "default"
	}
	for _, t := range droneTriggers(root) {
		t.Job = name
		r.Add(t)
	}
	if !r.job(fact.Job{Pos: at(root), End: lastLine(root), Name: name, Needs: root.Get("depends_on").Strings(), Env: ci.Scalars(root.Get("environment"))}) {
		return
	}
	for i, s := range steps.Each() {
		if image := s.Str("image"); image != "" {
			r.Add(fact.Image{Pos: at(s.Get("image")), Ref: image, Role: "runs", Stage: name})
			if s.Get("commands") == nil && s.Get("settings") != nil {
				r.Add(fact.Uses{Pos: at(s), Kind: "plugin", Ref: image, With: ci.Args(s.Get("settings"), nil), Job: name, Step: i})
			}
		}
		cond := strings.Join(filter(s.Get("when", "event"), "include", "exclude"), ",")
		o := shell.Options{Job: name, Step: i, Env: ci.Scalars(s.Get("environment")), ErrExit: true, Masked: s.Str("failure") == "ignore"}
		r.Script(s.Get("commands"), o, cond, nil)
	}
}

var droneEvents = map[string]string{"push": "push", "pull_request": "pull_request", "tag": "tag", "cron": "schedule", "custom": "dispatch",
	"manual": "dispatch", "promote": "dispatch", "rollback": "dispatch", "release": "release", "deployment": "deployment"}

func droneTriggers(root *settings.Node) []fact.Trigger {
	when := root.Get("trigger")
	if when == nil {
		when = root.Get("when")
	}
	if when.IsList() && len(when.Items) > 0 {
		when = when.Items[0]
	}
	branches := filter(when.Get("branch"), "include", "exclude")
	var out []fact.Trigger
	for _, e := range filter(when.Get("event"), "include", "exclude") {
		if event, ok := droneEvents[e]; ok {
			out = append(out, fact.Trigger{Pos: at(when), Event: event, Branches: branches, Cron: strings.Join(when.Get("cron").Strings(), ",")})
		}
	}
	if len(out) == 0 && when.Get("cron") != nil {
		out = append(out, fact.Trigger{Pos: at(when), Event: "schedule", Cron: strings.Join(when.Get("cron").Strings(), ",")})
	}
	if len(out) == 0 {
		out = append(out, fact.Trigger{Pos: at(root), Event: "push", Branches: branches})
	}
	return out
}

func number(prefix string, i int) string { return prefix + strconv.Itoa(i+1) }
