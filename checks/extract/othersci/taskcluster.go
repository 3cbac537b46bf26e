package othersci

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
	"github.com/mlops-maturity/mlops-maturity/checks/shell"
)

// maxTaskDepth bounds how deep templates may nest tasks.
const maxTaskDepth = 40

// taskcluster reads the tasks of a .taskcluster.yml. The file is a template of
// JSON-e: a task may stand within conditions, merges and lets, which are gone
// through; conditions on the event say when it runs.
func (r *reader) taskcluster(root *settings.Node) {
	if root.Get("tasks") == nil {
		return
	}
	r.tasks(root.Get("tasks"), taskScope{}, 0)
}

// taskScope is what stands around a task.
type taskScope struct {
	events []string         // that conditions name, the innermost that names any; none for push and pull request
	parts  []*settings.Node // what the task is merged with
}

func (r *reader) tasks(n *settings.Node, s taskScope, depth int) {
	if n == nil || depth > maxTaskDepth {
		return
	}
	if n.IsList() {
		for _, item := range n.Items {
			r.tasks(item, s, depth+1)
		}
		return
	}
	if !n.IsMap() {
		return
	}
	if command := n.Get("payload", "command"); command != nil {
		r.task(n, command, s)
		return
	}
	for _, part := range n.Each() {
		in := s
		switch part.Key {
		case "$if":
			continue
		case "then", "in":
			if events := eventsOf(n.Str("$if")); len(events) > 0 {
				in.events = events
			}
		case "$mergeDeep", "$merge":
			in.parts = append(slices.Clone(s.parts), part.Items...)
		case "else":
			in.events = nil
		}
		r.tasks(part, in, depth+1)
	}
}

var (
	slug = regexp.MustCompile(`as_slugid\(["']([\w-]+)["']\)`)
	// entered is the change into a checkout that the script has just made.
	entered = regexp.MustCompile(`(?s)(git clone .*?(?:&&|;|\n)\s*)cd [\w./$" {}-]+?(\s*(?:&&|;|\n))`)
)

// task adds a task as a job, with what starts it.
func (r *reader) task(n, command *settings.Node, s taskScope) {
	look := append([]*settings.Node{n}, s.parts...)
	name, needs := "", []string(nil)
	for _, part := range look {
		if id := part.Get("taskId"); id != nil && name == "" {
			name = slugOf(id)
		}
		if d := part.Get("dependencies"); d != nil && needs == nil {
			for _, item := range d.Each() {
				if id := slugOf(item); id != "" {
					needs = append(needs, id)
				}
			}
		}
	}
	title := n.Str("metadata", "name")
	if name == "" {
		name = title
	}
	if name == "" || strings.Contains(name, "${") {
		name = number("task", r.jobs)
	}
	if !r.job(fact.Job{Pos: at(n), End: lastLine(n), Name: name, Title: title, Needs: needs}) {
		return
	}
	events := s.events
	if len(events) == 0 {
		events = []string{"push", "pull_request"}
	}
	for _, e := range events {
		r.Add(fact.Trigger{Pos: at(n), Event: e, Job: name})
	}
	if image := n.Get("payload", "image"); image.IsScalar() {
		r.Add(fact.Image{Pos: at(image), Ref: image.Text, Role: "runs", Stage: name})
	}
	if !command.IsList() {
		return // an expression makes it
	}
	items := command.Items
	if len(items) == 1 && items[0].IsList() {
		items = items[0].Items
	}
	o := shell.Options{Job: name, ErrExit: true}
	if len(items) >= 3 && isShell(items[0].Text) && strings.HasPrefix(items[1].Text, "-") && strings.Contains(items[1].Text, "c") {
		r.Script(items[2], o, "", func(text string) string { return entered.ReplaceAllString(text, "${1}true${2}") })
		return
	}
	var argv []string
	for _, i := range items {
		if i.IsScalar() {
			argv = append(argv, i.Text)
		}
	}
	if len(argv) > 0 {
		r.Add(fact.Command{Pos: at(command), Argv: argv, Job: name, Guessed: strings.Contains(strings.Join(argv, " "), "${")})
	}
}

func isShell(program string) bool {
	base := path.Base(program)
	return base == "bash" || base == "sh" || base == "zsh" || base == "dash"
}

// slugOf is the task that an expression names: as_slugid("lint").
func slugOf(n *settings.Node) string {
	text := n.Text
	if n.IsMap() {
		text = n.Str("$eval")
	}
	if m := slug.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// eventsOf returns the events that a condition on tasks_for names.
func eventsOf(condition string) []string {
	if !strings.Contains(condition, "tasks_for") {
		return nil
	}
	var out []string
	if strings.Contains(condition, "github-push") {
		if strings.Contains(condition, "refs/tags/") {
			out = append(out, "tag")
		} else {
			out = append(out, "push")
		}
	}
	if strings.Contains(condition, "github-pull-request") {
		out = append(out, "pull_request")
	}
	if strings.Contains(condition, "github-release") {
		out = append(out, "release")
	}
	return out
}
