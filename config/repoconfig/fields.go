package repoconfig

import "fmt"

// field is one key of the file. The table in fields is the only place that
// knows the keys.
type field struct {
	key      string
	doc      string // one or two sentences, as init and the schema print them
	kind     kind
	example  string // YAML of a useful value, where the default is to leave the key out
	required bool
	set      func(*Config, any)
	get      func(Config) any // nil when not set
}

const targetKey, failKey = "target_level", "fail_on"

func fields() []field {
	return []field{
		{
			key: "version", kind: integer{1, 1}, required: true,
			doc: "The version of this file's format.",
			set: func(c *Config, v any) { c.Version = v.(int) },
			get: func(c Config) any { return c.Version },
		},
		{
			key: "enabled", kind: boolean{},
			doc: "Whether this repository is judged at all.",
			set: func(c *Config, v any) { c.Enabled = v.(bool) },
			get: func(c Config) any { return c.Enabled },
		},
		{
			key: targetKey, kind: integer{0, 4}, example: "2",
			doc: "The maturity level that the team aims at. Without it there is no target.",
			set: func(c *Config, v any) { n := v.(int); c.TargetLevel = &n },
			get: func(c Config) any {
				if c.TargetLevel == nil {
					return nil
				}
				return *c.TargetLevel
			},
		},
		{
			key: "exclude", kind: list{of: glob{}, most: 50}, example: `["examples/**", "**/legacy"]`,
			doc: "Paths that are left out, as globs from the repository's root. A folder leaves out all beneath it.",
			set: func(c *Config, v any) { c.Exclude = texts[string](v) },
			get: func(c Config) any { return c.Exclude },
		},
		{
			key: "comment", kind: choice{string(CommentOnChange), string(CommentAlways), string(CommentNever)},
			doc: "When a pull request gets a comment: on-change when it moves a level or a capability, always, or never.",
			set: func(c *Config, v any) { c.Comment = CommentMode(v.(string)) },
			get: func(c Config) any { return string(c.Comment) },
		},
		{
			key: failKey, kind: list{of: choice{string(FailRegression), string(FailBelowTarget)}, most: 50}, example: "[regression]",
			doc: "What fails the check: regression, a pull request that loses a level or a capability; below-target, a level under target_level. Empty: the check informs and never fails.",
			set: func(c *Config, v any) { c.FailOn = texts[Failure](v) },
			get: func(c Config) any { return c.FailOn },
		},
	}
}

// contradictions are mistakes that no single key shows.
func contradictions(c Config, at map[string]position) (errs []Error) {
	if where, ok := at[failKey]; ok && c.Fails(FailBelowTarget) && c.TargetLevel == nil {
		errs = append(errs, Error{Line: where.line, Column: where.column, Key: failKey,
			Message: fmt.Sprintf("%s has %s, and %s is not set: add %s, or drop %s", failKey, FailBelowTarget, targetKey, targetKey, FailBelowTarget)})
	}
	return errs
}

func texts[T ~string](v any) []T {
	out := make([]T, 0, len(v.([]any)))
	for _, x := range v.([]any) {
		out = append(out, T(x.(string)))
	}
	return out
}
