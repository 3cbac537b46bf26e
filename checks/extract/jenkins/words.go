package jenkins

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
	"github.com/mlops-maturity/mlops-maturity/checks/settings"
)

// complexExpression is a Groovy expression that is no plain name.
var complexExpression = regexp.MustCompile(`\$\{([^{}]*[^A-Za-z0-9_{}][^{}]*)\}`)

// unescape takes Groovy's backslashes off. An escaped dollar becomes a mark,
// since it is the shell's. Line ends count as they stand, to keep the lines.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case '$':
			b.WriteByte(0)
		case 'n':
			b.WriteString("; ")
		case 't':
			b.WriteByte('\t')
		case '\n':
			b.WriteString("\\\n")
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// call is a step with its arguments.
type call struct {
	texts []token           // strings in order
	named map[string]string // name: value
	keys  map[string]token
	end   int // the last token it takes
	brace bool
}

// known are the names whose arguments or blocks matter.
var known = map[string]bool{
	"pipeline": true, "node": true, "stage": true, "podTemplate": true, "sh": true, "bat": true, "powershell": true, "pwsh": true,
	"environment": true, "steps": true, "stages": true, "when": true, "post": true, "agent": true, "options": true, "parameters": true,
	"triggers": true, "script": true, "input": true, "cron": true, "pollSCM": true, "upstream": true, "githubPush": true, "gitlabPush": true,
	"GenericTrigger": true, "build": true, "booleanParam": true, "library": true, "image": true, "docker": true, "docker.image": true, "docker.build": true,
	"branch": true, "expression": true, "buildingTag": true, "tag": true, "changeset": true, "dir": true, "parallel": true, "always": true,
	"failure": true, "success": true, "catchError": true, "warnError": true, "try": true, "withEnv": true,
}

// actions are steps of plug-ins worth a mention.
var actions = map[string]bool{
	"git": true, "checkout": true, "withCredentials": true, "withAWS": true, "archiveArtifacts": true, "junit": true, "publishHTML": true,
	"slackSend": true, "mail": true, "emailext": true, "withSonarQubeEnv": true, "waitForQualityGate": true, "docker.withRegistry": true,
	"sagemaker": true, "kubernetesDeploy": true, "azureCLI": true,
}

// arguments reads what follows a name up to the end of its brackets or line.
func (r *reader) arguments(i int) call {
	c := call{named: map[string]string{}, keys: map[string]token{}, end: i}
	depth, key := 0, ""
	limit := min(len(r.tokens), i+400)
	if r.looked += limit - i; r.looked > maxLooked {
		r.err = errTooLong
		return c
	}
	for i++; i < limit; i++ {
		t := r.tokens[i]
		switch {
		case t.kind == symbol && t.text == "{":
			if depth == 0 {
				c.brace = true
				c.end = i
				return c
			}
			depth++
		case t.kind == symbol && (t.text == "(" || t.text == "["):
			depth++
		case t.kind == symbol && (t.text == ")" || t.text == "]" || t.text == "}"):
			if depth--; depth < 0 {
				return c
			}
		case t.kind == newline && depth == 0:
			// "stage('x')" and its brace may stand on two lines.
			if i+1 < limit && r.tokens[i+1].kind == symbol && r.tokens[i+1].text == "{" {
				continue
			}
			return c
		case t.kind == symbol && t.text == ":" && r.tokens[i-1].kind == name:
			key = r.tokens[i-1].text
		case t.kind == text:
			if key != "" {
				c.named[key], c.keys[key] = t.text, t
			} else {
				c.texts = append(c.texts, t)
			}
			key = ""
		case t.kind == name:
			if key != "" {
				c.named[key] = t.text
				key = ""
			}
		}
		c.end = i
	}
	return c
}

// word reads one name and returns the last token it took.
func (r *reader) word(i int) int {
	t := r.tokens[i]
	if t.text == "pipelineTriggers" {
		r.properties = t.line
	}
	if image, ok := r.pushed(i); ok {
		r.script(token{kind: text, text: "docker push " + image, line: t.line, start: t.line}, "bash", false)
		return i
	}
	if !known[t.text] && !actions[t.text] {
		r.assignment(i)
		return i
	}
	c := r.arguments(i)
	if r.first == 0 {
		r.first = t.line
	}
	arg := ""
	if len(c.texts) > 0 {
		arg = c.texts[0].text
	}
	if c.named["name"] != "" && arg == "" {
		arg = c.named["name"]
	}
	switch t.text {
	case "pipeline", "node", "stage", "podTemplate":
		r.pipeline = r.pipeline || c.brace
	case "sh", "bat", "powershell", "pwsh":
		if s, ok := scriptOf(c); ok {
			r.script(s, dialects[t.text], c.named["returnStatus"] == "true")
		}
		return i
	case "input":
		r.job(t.line).Manual = true
	case "booleanParam":
		if c.named["name"] != "" && c.named["defaultValue"] == "false" && len(r.off) < 64 {
			r.off["params."+c.named["name"]] = true
		}
		return i
	case "cron", "pollSCM", "upstream", "githubPush", "gitlabPush", "GenericTrigger":
		r.trigger(t, c, arg)
	case "build":
		if job := first(c.named["job"], arg); job != "" {
			r.uses("workflow", job, t, c)
		}
	case "library":
		r.uses("plugin", arg, t, c)
	case "image", "docker.image":
		r.image(t, arg, "runs")
		if t.text == "docker.image" {
			r.keepImage(i, arg)
		}
	case "docker.build":
		r.image(t, arg, "builds")
		r.keepImage(i, r.dockerBuild(t, c))
	case "branch", "expression", "buildingTag", "tag", "changeset":
		if r.inside("when") {
			j := r.job(t.line)
			if t.text == "expression" {
				arg = r.rest(i)
				j.Manual = j.Manual || r.chosen(arg)
			}
			j.If = settings.Cut(strings.TrimSpace(j.If+" "+t.text+" "+arg), maxCondition)
		}
	default:
		if actions[t.text] {
			r.uses("action", t.text, t, c)
		}
	}
	if t.text == "agent" && !c.brace && i+1 < len(r.tokens) && r.tokens[i+1].kind == name {
		return i + 1
	}
	if c.brace && c.end > i && !strings.Contains(t.text, ".") {
		r.open(t.text, arg, t.line)
		return c.end
	}
	return i
}

// chosen says whether a condition asks for a parameter that is off unless a
// person who starts the job switches it on.
func (r *reader) chosen(condition string) bool {
	if strings.ContainsAny(condition, "!|=") {
		return false
	}
	return slices.ContainsFunc(strings.Fields(condition), func(w string) bool { return r.off[w] })
}

var dialects = map[string]string{"sh": "bash", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh"}

// scriptOf finds a step's script: sh 'x', sh(script: 'x'), sh label: 'y', script: 'x'.
func scriptOf(c call) (token, bool) {
	if s, ok := c.keys["script"]; ok {
		return s, true
	}
	if len(c.texts) > 0 {
		return c.texts[0], true
	}
	return token{}, false
}

// assignment follows NAME = 'text' of environment blocks.
func (r *reader) assignment(i int) {
	if !r.inside("environment") || i+2 >= len(r.tokens) || r.tokens[i+1].text != "=" {
		return
	}
	v := r.tokens[i+2]
	if v.kind == text && len(r.vars) < 64 && (v.plain || !strings.Contains(v.text, "$")) {
		r.vars[r.tokens[i].text] = v.text[:min(len(v.text), 1024)]
	}
}

// rest is the text of the block that follows, on one line.
func (r *reader) rest(i int) string {
	var out []string
	depth := 0
	limit := min(len(r.tokens), i+400)
	for i++; i < limit && len(out) < 40; i++ {
		t := r.tokens[i]
		switch {
		case t.kind == symbol && t.text == "{":
			depth++
			continue
		case t.kind == symbol && t.text == "}":
			if depth--; depth <= 0 {
				i = limit
			}
			continue
		case t.kind == newline:
			continue
		}
		out = append(out, t.text)
	}
	return strings.ReplaceAll(strings.Join(out, " "), "= =", "==")
}

func (r *reader) trigger(t token, c call, arg string) {
	if !r.inside("triggers") && !r.inside("pipelineTriggers") && r.properties != t.line {
		return
	}
	r.triggered = true
	f := fact.Trigger{Pos: fact.Pos{Line: t.line}, Event: "push"}
	switch t.text {
	case "cron":
		f.Event, f.Cron = "schedule", arg
	case "upstream":
		f.Event = "workflow_run"
		for _, job := range strings.Split(first(c.named["upstreamProjects"], arg), ",") {
			f.Names = append(f.Names, strings.TrimSpace(job))
		}
	case "GenericTrigger":
		f.Event = "event"
	}
	r.Add(f)
}

func (r *reader) uses(kind, ref string, t token, c call) {
	if ref == "" {
		return
	}
	u := fact.Uses{Pos: fact.Pos{Line: t.line}, Kind: kind, Ref: ref, Job: r.job(t.line).Name, Step: r.steps}
	for _, key := range []string{"url", "branch", "credentialsId", "artifacts", "testResults", "reportDir", "wait", "propagate"} {
		if v, ok := c.named[key]; ok {
			u.With = append(u.With, fact.Arg{Name: key, Value: fact.Value{Kind: fact.String, Text: v}})
		}
	}
	r.Add(u)
}

func (r *reader) image(t token, ref, role string) {
	if ref == "" || t.text == "image" && !r.inside("docker") {
		return
	}
	r.Add(fact.Image{Pos: fact.Pos{Line: t.line}, Ref: ref, Role: role})
}

// dockerBuild adds the command that docker.build('name:tag', 'options context')
// of the Docker plug-in runs, and returns the name. It may be an expression.
func (r *reader) dockerBuild(t token, c call) string {
	tag, options := "image", "."
	for i, s := range c.texts {
		switch {
		case strings.HasPrefix(s.text, "-"), strings.HasPrefix(s.text, "."), i > 0 && !strings.HasPrefix(s.text, ":"):
			options = s.text
		case i == 0 && !strings.HasPrefix(s.text, ":"):
			tag = s.text
		}
	}
	r.script(token{kind: text, text: "docker build -t " + tag + " " + options, line: t.line, start: t.line}, "bash", false)
	return tag
}

// keepImage notes the image of docker.build or docker.image at a token, under
// the variable it is assigned to and as the latest one.
func (r *reader) keepImage(i int, image string) {
	if image == "" || len(r.images) >= 64 {
		return
	}
	r.images[""] = image
	if i > 1 && r.tokens[i-1].text == "=" && r.tokens[i-2].kind == name {
		r.images[r.tokens[i-2].text] = image
	}
}

// pushed returns the image that IMAGE.push() or docker.image('…').push() at a
// token pushes.
func (r *reader) pushed(i int) (string, bool) {
	if r.tokens[i].text == "push" && i > 1 && r.tokens[i-1].text == "." && r.tokens[i-2].text == ")" {
		image, ok := r.images[""]
		return image, ok
	}
	variable, ok := strings.CutSuffix(r.tokens[i].text, ".push")
	if !ok {
		return "", false
	}
	image, ok := r.images[variable]
	return image, ok
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
