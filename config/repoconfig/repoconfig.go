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
	Version     int         `json:"version"`
	Enabled     bool        `json:"enabled"`
	TargetLevel *int        `json:"target_level"` // nil: none is set
	Exclude     []string    `json:"exclude"`
	Comment     CommentMode `json:"comment"`
	FailOn      []Failure   `json:"fail_on"`
}

// Default is what holds without a file.
func Default() Config {
	return Config{Version: 1, Enabled: true, Exclude: []string{}, Comment: CommentOnChange, FailOn: []Failure{}}
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

// Error is one mistake in the file, where it is and how to mend it.
type Error struct {
	Path    string
	Line    int    // from 1
	Column  int    // from 1, in characters
	Key     string // the key concerned, such as fail_on[1]; "" if none
	Message string
}

func (e Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}
