package repoconfig

import (
	"slices"
	"sync"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
)

// field is one key of the file. The table in fields, with the tables of
// nested.go that it uses, is the only place that knows the keys; a key is the
// name that its field of Config has in JSON.
type field struct {
	key      string
	doc      string // one or two sentences, as init and the schema print them
	kind     kind
	example  string // YAML of a useful value; of nested keys it is made from theirs
	required bool
	// organization: only the file of the owner's .github repository has it.
	organization bool
}

const (
	targetKey  = "target_level"
	minimumKey = "minimum_level"
	failKey    = "fail_on"
)

// The bounds of lists.
const (
	mostGlobs    = 50
	mostProjects = 50
	mostWaivers  = 100
	mostTools    = 50
)

// fields is the table. Nobody changes it.
var fields = sync.OnceValue(func() []field {
	return []field{
		{
			key: "version", kind: integer{1, 1}, required: true, example: "1",
			doc: "The version of this file's format.",
		},
		{
			key: "extends", kind: extends, example: "acme/ml-policies@v3:ml.yml",
			doc: "A file of another repository that this one builds on, as OWNER/NAME@REF or OWNER/NAME@REF:PATH. REF is a tag or a full commit id, so that nothing changes behind your back; without PATH it is " + Paths[0] + ".",
		},
		{
			key: "enabled", kind: boolean{}, example: "false",
			doc: "Whether this repository is judged at all.",
		},
		{
			key: "model", kind: models(), example: "google",
			doc: "The maturity model whose levels are meant.",
		},
		{
			key: targetKey, kind: levels(), example: "2",
			doc: "The maturity level that the team aims at. Without it there is no target.",
		},
		{
			key: minimumKey, kind: levels(), example: "1",
			doc: "The level below which the check fails, whatever fail_on says. Without it there is no minimum.",
		},
		{
			key: "dimensions", kind: dimensions(),
			doc: "Targets and minimums of single dimensions.",
		},
		{
			key: "projects", kind: projects(),
			doc: "Folders that are judged as projects of their own, whether they are found to be or not, with their names and levels. Where a project sets no level, the repository's counts.",
		},
		{
			key: "exclude", kind: list{of: glob{}, most: mostGlobs}, example: `["examples/**", "**/legacy"]`,
			doc: "Paths that are left out, as globs from the repository's root. A folder leaves out all beneath it.",
		},
		{
			key: "waivers", kind: waivers(),
			doc: "Capabilities that may rest for a time: they hold no level back, and are shown as waived. Two weeks before the end there is a warning; after it, the capability counts as it is.",
		},
		{
			key: "attestations", kind: attestations(),
			doc: "The team's word for what no repository can show. An attested capability counts as proven, and is shown as attested, until its last day.",
		},
		{
			key: "system", kind: mapping{fields: systemFields()},
			doc: "What else belongs to what this repository builds.",
		},
		{
			key: "tools", kind: list{of: tool{}, most: mostTools, both: true, unique: []string{"id"}}, example: toolExample,
			doc: "Tools of your own, in the form of the built-in catalogue (checks/catalog/tools).",
		},
		{
			key: failKey, kind: list{of: choice{string(FailRegression), string(FailBelowTarget)}, most: mostGlobs}, example: "[regression]",
			doc: "What fails the check: regression, a pull request that loses a level or a capability; below-target, a level under target_level. Empty: the check informs, and fails only below a minimum_level.",
		},
		{
			key: "comment", kind: choice{string(CommentOnChange), string(CommentAlways), string(CommentNever)}, example: "always",
			doc: "When a pull request gets a comment: on-change when it moves a level or a capability, always, or never.",
		},
		{
			key: "comment_on_drafts", kind: boolean{}, example: "true",
			doc: "Whether drafts get the comment too, by the rule of comment. Otherwise it comes once a draft is ready for review.",
		},
		{
			key: "comment_on_bots", kind: boolean{}, example: "true",
			doc: "Whether pull requests that a bot opened get the comment too, by the rule of comment.",
		},
		{
			key: "merge_queue", kind: choice{string(MergeQueueJudge), string(MergeQueuePass)}, example: "pass",
			doc: "What is done with the head of a merge queue: judge it like a pull request, or pass it unread because its pull requests were judged.",
		},
		{
			key: "tracking_issue", kind: boolean{}, example: "true",
			doc: "Whether one issue holds the roadmap to the next level, kept up to date in place.",
		},
		{
			key: "organization", kind: mapping{fields: organizationFields()}, organization: true,
			doc: "What an owner rules over its repositories with. Only the file of the owner's .github repository has it.",
		},
	}
})

func models() choice {
	var ids choice
	for _, m := range maturity.All() {
		ids = append(ids, m.ID)
	}
	return ids
}

// levels are those of the model that has most of them.
func levels() integer {
	highest := 0
	for _, m := range maturity.All() {
		highest = max(highest, m.Highest())
	}
	return integer{0, highest}
}

// rows are the ids of capabilities, or of dimensions, that any model has.
func rows(id func(maturity.Row) string) []string {
	var ids []string
	for _, m := range maturity.All() {
		for _, r := range m.Rows() {
			if !slices.Contains(ids, id(r)) {
				ids = append(ids, id(r))
			}
		}
	}
	return ids
}
