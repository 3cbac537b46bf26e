package githubsim

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// GitHub's limits on a check run.
const (
	maxOutput      = 65_535 // characters of summary, and of text
	maxAnnotations = 50     // a request
	maxMessage     = 64 << 10
	maxTitle       = 255
	maxActions     = 3
)

// checkRunInput is the body that creates or updates a check run; what is nil
// stays as it is.
type checkRunInput struct {
	Name        *string    `json:"name"`
	HeadSHA     *string    `json:"head_sha"`
	DetailsURL  *string    `json:"details_url"`
	ExternalID  *string    `json:"external_id"`
	Status      *string    `json:"status"`
	Conclusion  *string    `json:"conclusion"`
	StartedAt   *time.Time `json:"started_at"`
	CompletedAt *time.Time `json:"completed_at"`
	Output      *struct {
		Title       *string      `json:"title"`
		Summary     *string      `json:"summary"`
		Text        *string      `json:"text"`
		Annotations []Annotation `json:"annotations"`
	} `json:"output"`
	Actions []Action `json:"actions"`

	keepsCompleted bool
}

var (
	statuses    = []string{"queued", "in_progress", "completed"}
	conclusions = []string{"action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
	levels      = []string{"notice", "warning", "failure"}
)

// apply checks the input as GitHub does and writes it into run.
func (in checkRunInput) apply(run *CheckRun, now time.Time) error {
	for _, f := range []struct{ to, from *string }{
		{&run.Name, in.Name}, {&run.DetailsURL, in.DetailsURL}, {&run.ExternalID, in.ExternalID},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.StartedAt != nil {
		run.StartedAt = *in.StartedAt
	}
	if err := in.applyStatus(run, now); err != nil {
		return err
	}
	if err := in.applyOutput(run); err != nil {
		return err
	}
	if len(in.Actions) > maxActions {
		return invalid("CheckRun", "actions", "invalid", "No more than 3 actions are accepted")
	}
	for _, a := range in.Actions {
		if a.Label == "" || a.Identifier == "" || a.Description == "" ||
			utf8.RuneCountInString(a.Label) > 20 || utf8.RuneCountInString(a.Identifier) > 20 || utf8.RuneCountInString(a.Description) > 40 {
			return invalid("CheckRun", "actions", "invalid", "An action needs a label and an identifier of at most 20 and a description of at most 40 characters")
		}
	}
	if in.Actions != nil {
		run.Actions = in.Actions
	}
	run.Writes++
	return nil
}

// applyStatus writes status and conclusion. GitHub's description names no
// order of them, and its words on "rerequested" leave it to the App to set a
// completed run back, by a status without a conclusion, which then is cleared.
// Older servers take the same request and change nothing; keepsCompleted plays
// one.
func (in checkRunInput) applyStatus(run *CheckRun, now time.Time) error {
	status, conclusion := run.Status, run.Conclusion
	if in.Status != nil {
		status = *in.Status
	}
	if in.Conclusion != nil {
		conclusion = *in.Conclusion
		if !slices.Contains(conclusions, conclusion) {
			return invalid("CheckRun", "conclusion", "invalid", conclusion+" is not a conclusion an App may give")
		}
		if in.Status != nil && status != "completed" {
			return invalid("CheckRun", "status", "invalid", "a conclusion goes with the status completed")
		}
		status = "completed"
	}
	switch {
	case !slices.Contains(statuses, status):
		return invalid("CheckRun", "status", "invalid", status+" is not a status an App may give")
	case run.Status == "completed" && status != "completed":
		if !in.keepsCompleted {
			run.Status, run.Conclusion, run.CompletedAt = status, "", time.Time{}
		}
		return nil
	case conclusion == "" && (status == "completed" || in.CompletedAt != nil):
		return invalid("CheckRun", "conclusion", "missing_field", "")
	}
	if status == "completed" && run.CompletedAt.IsZero() {
		run.CompletedAt = now
	}
	if in.CompletedAt != nil {
		run.CompletedAt = *in.CompletedAt
	}
	run.Status, run.Conclusion = status, conclusion
	return nil
}

func (in checkRunInput) applyOutput(run *CheckRun) error {
	out := in.Output
	if out == nil {
		return nil
	}
	if out.Summary == nil || run.Writes == 0 && out.Title == nil {
		return invalid("CheckRun", "output", "missing_field", "output needs a title and a summary")
	}
	if tooLong(*out.Summary) {
		return invalid("CheckRun", "summary", "invalid", "Only 65535 characters are allowed")
	}
	if out.Text != nil && tooLong(*out.Text) {
		return invalid("CheckRun", "text", "invalid", "Only 65535 characters are allowed")
	}
	if len(out.Annotations) > maxAnnotations {
		return invalid("CheckRun", "annotations", "invalid", "No more than 50 annotations are accepted in a request")
	}
	for _, a := range out.Annotations {
		if problem := a.problem(); problem != "" {
			return invalid("CheckRun", "annotations", "invalid", problem)
		}
	}
	run.Summary = *out.Summary
	if out.Title != nil {
		run.Title = *out.Title
	}
	if out.Text != nil {
		run.Text = *out.Text
	}
	run.Annotations = append(run.Annotations, out.Annotations...)
	return nil
}

func tooLong(text string) bool { return utf8.RuneCountInString(text) > maxOutput }

// problem says what is wrong with an annotation, "" when nothing is.
func (a Annotation) problem() string {
	columns := a.StartColumn != nil || a.EndColumn != nil
	switch {
	case a.Path == "" || strings.HasPrefix(a.Path, "/") || strings.HasPrefix(a.Path, "./"):
		return "path must be the path of a file in the repository"
	case a.StartLine < 1 || a.EndLine < a.StartLine:
		return "lines start at 1 and end_line is not before start_line"
	case columns && a.StartLine != a.EndLine:
		return "columns are allowed on a single line only"
	case !slices.Contains(levels, a.Level):
		return "annotation_level must be notice, warning or failure"
	case a.Message == "" || len(a.Message) > maxMessage || len(a.RawDetails) > maxMessage:
		return "message is required, and it and raw_details end at 64 KB"
	case utf8.RuneCountInString(a.Title) > maxTitle:
		return "title ends at 255 characters"
	}
	return ""
}
