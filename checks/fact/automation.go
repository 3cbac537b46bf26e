package fact

// Command is one simple command of a shell script, CI step, Makefile recipe,
// Dockerfile, package script or pipeline stage.
type Command struct {
	Pos
	Argv    []string // words with quotes removed; variables the same script sets are filled in
	Dir     string   // working directory relative to the file's base directory ("" = unchanged), from cd and working-directory
	Env     []string // NAME=value assignments in front of the command
	Job     string   // the Job, Stage or target it belongs to, "" for a plain script
	Step    int      // index of the step within the job, from 0
	Func    string   // shell function it stands in, "" outside
	Input   string   // the file that it reads as standard input: < path
	Stdin   string   // the text of a here-document fed to it, cut at 4,096 bytes
	Masked  bool     // its failure cannot fail the script: || true, last in a pipe without pipefail, continue-on-error, "-" in make
	Guessed bool     // a word rests on a variable or expression nobody resolves: it holds "${…}"
	Cond    string   // the if condition it hangs on, as written
}

// Trigger starts the jobs of its file (Job == "") or one job.
type Trigger struct {
	Pos
	Event    string // push, pull_request, tag, release, schedule, dispatch, workflow_run, workflow_call, repository_dispatch, merge_group, issue_comment, deployment, manual, event, api, …
	Job      string
	Cron     string   // schedule expression
	Branches []string // filters as written, a leading "!" negates
	Tags     []string
	Paths    []string
	Names    []string // workflow_run: workflow names; repository_dispatch: types; upstream pipelines
	Types    []string // activity types
	Inputs   []string // dispatch and call inputs
	Off      bool     // empty, commented out or disabled by default
}

// Job is a CI or orchestrator job.
type Job struct {
	Pos
	End         int
	Name        string // id in the file
	Title       string
	Needs       []string
	If          string
	Off         bool // can never run: if: false, when: never
	Manual      bool // waits for a person: when: manual, an input step
	MayFail     bool // continue-on-error, allow_failure
	RunsOn      []string
	Environment string
	Container   string
	Matrix      bool
	Dir         string   // defaults.run.working-directory
	Env         []string // NAME=value
	File        string   // title of the file's pipeline: workflow name
	Pipeline    string   // path of the file whose pipeline it is a job of, "" for its own; set by package combine
}

// Uses is a reference to something a job or file takes in.
type Uses struct {
	Pos
	Kind    string // action, workflow, include, template, orb, plugin, hook, component
	Ref     string // actions/checkout@v4, ./.github/actions/x, org/repo/.github/workflows/x.yml@v1, a path
	With    []Arg  // inputs; for a called workflow also permissions.packages, where it may write them
	Job     string
	Step    int
	If      string
	MayFail bool
}

// Image is a container image reference.
type Image struct {
	Pos
	Ref   string // name:tag@digest as written
	Role  string // from, runs, builds, pushes
	Stage string // build stage name, service name, job
	Path  string // build context or Dockerfile for builds
}

// Copy is COPY or ADD of a Dockerfile, or a volume of a compose service.
type Copy struct {
	Pos
	From  []string
	To    string
	Stage string // source build stage of --from, or the service name
}

// Stage is a step of a pipeline definition: DVC stage, Makefile target, nox or
// tox environment, package script, MLproject entry point, Snakemake rule,
// tracked data file, console script.
type Stage struct {
	Pos
	System  string // dvc, dvc-file, make, tox, nox, script, entry-point, mlproject, snakemake, targets, compose, just, task …
	Name    string
	Deps    []string // input paths, or the names of targets it needs
	Outs    []string
	Metrics []string
	Params  []string
	Dir     string
	Target  string // entry-point: "module:function"; script: another script's name
	Attrs   []Arg  // the rest: hash, remote, frozen, size, cache, cron …
}

// Dependency is one declared requirement.
type Dependency struct {
	Pos
	Ecosystem string // pypi, conda, cran, julia, npm, maven, go, apt, action
	Name      string // normalised: lower case, "-" for "_" and "."
	Spec      string // version constraint as written
	Pinned    bool   // one exact version (==, a lock entry, a url with a commit)
	Group     string // "" for main, else dev, test, docs, an extra's name
	Lock      bool   // comes from a lock file
	Via       string // "-r other.txt", "-e .", "file:": a reference instead of a package
}

// Resource is one document of a structured file: a Kubernetes object, a compose
// service, a Terraform block, an Azure ML job, a Databricks bundle, a plain
// settings file.
type Resource struct {
	Pos
	System string // kubernetes, compose, terraform, cloudformation, bicep, azureml, bundle, yaml, toml, json, ini …
	Kind   string // Deployment, service, aws_sagemaker_endpoint, pipeline …
	Name   string
	Attrs  []Attr // flattened leaves, at most 2,000, in file order
}

// Attr is one leaf: Key is dotted, list positions are numbers
// ("spec.containers.0.image").
type Attr struct {
	Line  int
	Key   string
	Value string // cut at 1,024 bytes
}

// Text is a piece of prose that documents something.
type Text struct {
	Pos
	Kind  string // heading, link, code (a line of a shell code block), prose (a paragraph, cut at 400 bytes), owner (CODEOWNERS rule)
	Level int    // heading depth
	Text  string
	Lang  string // code block language
}

// Source is the text of a file that says what it says only together with
// others: a part of a GitLab pipeline, a template of a Helm chart. Package
// combine reads them again with what they are given.
type Source struct {
	Pos
	Format string // gitlab, helm
	Text   string // the whole file
}
