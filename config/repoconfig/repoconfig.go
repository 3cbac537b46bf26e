// Package repoconfig reads .mlops-maturity.yml, the file with which a team
// steers how its repository is judged. One table (fields.go) states every key:
// the parser, the JSON Schema, the commented file that init writes and the
// listing of effective values all come from it.
//
// The file is written by people, often wrongly, and comes from repositories
// that may be hostile. So nothing is guessed: an unknown key, a wrong value or a
// contradiction is an error with its line and column, all errors are reported
// at once, and a file with errors counts for nothing: the defaults apply, since
// half a configuration is one that nobody wrote.
//
// A file is read as a tree of values that know their places (Read), trees are
// laid over each other (Merge), and the result becomes a Config.
package repoconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Paths are where the file is looked for; the first that exists counts.
var Paths = []string{".mlops-maturity.yml", ".github/mlops-maturity.yml"}

// CommentMode says when a pull request gets a comment.
type CommentMode string

// The comment modes.
const (
	CommentOnChange CommentMode = "on-change"
	CommentAlways   CommentMode = "always"
	CommentNever    CommentMode = "never"
)

// Failure is a reason for the check to fail.
type Failure string

// The reasons.
const (
	FailRegression  Failure = "regression"   // the pull request loses a level or a capability
	FailBelowTarget Failure = "below-target" // the level is below target_level
)

// Config is the file's meaning.
type Config struct {
	Version      int           `json:"version"`
	Extends      string        `json:"extends"` // OWNER/NAME@REF or OWNER/NAME@REF:PATH, "" for none
	Enabled      bool          `json:"enabled"`
	Model        string        `json:"model"`         // a model of checks/maturity
	TargetLevel  *int          `json:"target_level"`  // nil: none is set
	MinimumLevel *int          `json:"minimum_level"` // nil: none is set; below it the check fails
	Dimensions   Dimensions    `json:"dimensions"`
	Projects     []Project     `json:"projects"`
	Exclude      []string      `json:"exclude"`
	Waivers      []Waiver      `json:"waivers"`
	Attestations []Attestation `json:"attestations"`
	System       System        `json:"system"`
	Tools        []Tool        `json:"tools"`
	FailOn       []Failure     `json:"fail_on"`

	Comment         CommentMode `json:"comment"`
	CommentOnDrafts bool        `json:"comment_on_drafts"`
	CommentOnBots   bool        `json:"comment_on_bots"`
	MergeQueue      MergeQueue  `json:"merge_queue"`
	TrackingIssue   bool        `json:"tracking_issue"`

	// Organization holds what only the file of the owner's .github repository
	// may say.
	Organization Organization `json:"organization"`
}

// Bounds are a target and a minimum, nil where none is set.
type Bounds struct {
	Target  *int `json:"target_level"`
	Minimum *int `json:"minimum_level"`
}

// Dimensions are bounds by dimension id, such as "training".
type Dimensions map[string]Bounds

// Project is a folder that is judged as a project of its own, found or not.
type Project struct {
	Path       string     `json:"path"` // folder, slashes, from the repository's root
	Name       string     `json:"name"` // "" for the one the engine gives
	Bounds                // of this project; where none is set the repository's count
	Dimensions Dimensions `json:"dimensions"`
}

// Waiver lets a capability rest for a time. Expires is kept as written: a date
// that is none counts as expired, loudly, and does not spoil the file.
type Waiver struct {
	Capability string   `json:"capability"`
	Reason     string   `json:"reason"`
	Owner      string   `json:"owner"`
	Expires    string   `json:"expires"` // YYYY-MM-DD, the last day it holds (UTC)
	Paths      []string `json:"paths"`   // globs of project folders; none: the whole repository
}

// Attestation is the team's word for what no repository can show.
type Attestation struct {
	Capability string   `json:"capability"`
	Statement  string   `json:"statement"`
	By         string   `json:"by"`
	On         string   `json:"on"` // YYYY-MM-DD
	Link       string   `json:"link"`
	Expires    string   `json:"expires"` // YYYY-MM-DD, the last day it holds (UTC)
	Paths      []string `json:"paths"`
}

// System says what else belongs to what this repository builds.
type System struct {
	Repositories []string `json:"repositories"` // NAME or OWNER/NAME, of the same owner
}

// Tool is an entry of the catalogue in the form of checks/catalog/tools, as
// YAML.
type Tool struct {
	ID     string `json:"id"`
	Source string `json:"source"`
}

// MergeQueue says what is done with the head of a merge group.
type MergeQueue string

// The ways.
const (
	MergeQueueJudge MergeQueue = "judge"
	MergeQueuePass  MergeQueue = "pass"
)

// Organization is what an organisation rules over its repositories with.
type Organization struct {
	Lock          []string `json:"lock"`            // keys that repositories cannot set
	Include       []string `json:"include"`         // globs of repository names; none: all
	Exclude       []string `json:"exclude"`         // globs of repository names
	MaxWaiverDays int      `json:"max_waiver_days"` // 0: no bound
	Property      string   `json:"property"`        // custom property that gets the level, "" for none
}

// Default is what holds without a file.
func Default() Config {
	return Config{
		Version: 1, Enabled: true, Model: "microsoft", Dimensions: Dimensions{}, Projects: []Project{}, Exclude: []string{},
		Waivers: []Waiver{}, Attestations: []Attestation{}, System: System{Repositories: []string{}}, Tools: []Tool{}, FailOn: []Failure{},
		Comment: CommentOnChange, MergeQueue: MergeQueueJudge,
		Organization: Organization{Lock: []string{}, Include: []string{}, Exclude: []string{}},
	}
}

// Fails says whether this reason fails the check.
func (c Config) Fails(reason Failure) bool {
	for _, f := range c.FailOn {
		if f == reason {
			return true
		}
	}
	return false
}

// Excluded says whether a file, named by its slash path from the repository's
// root, is left out. A pattern that matches a folder leaves out all beneath it.
func (c Config) Excluded(path string) bool {
	for _, pattern := range c.Exclude {
		if doublestar.MatchUnvalidated(strings.TrimSuffix(pattern, "/")+"/**", path) {
			return true
		}
	}
	return false
}

// Hash names what the configuration means: equal for files that differ in
// comments, order or layout only.
func (c Config) Hash() string {
	data, err := json.Marshal(c)
	if err != nil { // plain data: cannot happen
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Error is one mistake in a file, where it is and how to mend it.
type Error struct {
	Path    string // of a file of another repository: with OWNER/NAME: or OWNER/NAME@REF: in front
	Line    int    // from 1
	Column  int    // from 1, in characters
	Key     string // the key concerned, such as fail_on[1]; "" if none
	Message string
	// Warning says that the file counts all the same.
	Warning bool
}

func (e Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}
