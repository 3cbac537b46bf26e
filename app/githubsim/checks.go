package githubsim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// CheckRun is a check run as the App left it.
type CheckRun struct {
	ID          int64
	HeadSHA     string
	Name        string
	Status      string // queued, in_progress or completed
	Conclusion  string // "" until completed
	ExternalID  string
	DetailsURL  string
	StartedAt   time.Time
	CompletedAt time.Time // zero until completed
	Title       string
	Summary     string
	Text        string
	Annotations []Annotation
	Actions     []Action
	Writes      int // requests that wrote it: the creation and every update

	repo  *Repo
	suite *checkSuite
}

// Annotation is a remark on lines of a file.
type Annotation struct {
	Path        string `json:"path"`
	StartLine   int    `json:"start_line"`
	EndLine     int    `json:"end_line"`
	StartColumn *int   `json:"start_column"`
	EndColumn   *int   `json:"end_column"`
	Level       string `json:"annotation_level"`
	Message     string `json:"message"`
	Title       string `json:"title"`
	RawDetails  string `json:"raw_details"`
}

// Action is a button on a check run.
type Action struct {
	Label       string `json:"label"`
	Description string `json:"description"`
	Identifier  string `json:"identifier"`
}

// checkSuite gathers the App's check runs of one commit.
type checkSuite struct {
	id        int64
	repo      *Repo
	sha       string
	createdAt time.Time
}

// CheckRuns lists the check runs of a commit, "" for all of the repository, in
// the order of creation.
func (s *Sim) CheckRuns(r *Repo, sha string) []CheckRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []CheckRun
	for _, run := range s.runs {
		if run.repo == r && (sha == "" || run.HeadSHA == sha) {
			found = append(found, run.copy())
		}
	}
	return found
}

func (run *CheckRun) copy() CheckRun {
	k := *run
	k.Annotations, k.Actions = slices.Clone(run.Annotations), slices.Clone(run.Actions)
	return k
}

// suiteOf finds or makes the suite of a commit; s.mu is held.
func (s *Sim) suiteOf(r *Repo, sha string) *checkSuite {
	for _, suite := range s.suites {
		if suite.repo == r && suite.sha == sha {
			return suite
		}
	}
	suite := &checkSuite{id: s.nextID(), repo: r, sha: sha, createdAt: s.opts.Clock()}
	s.suites = append(s.suites, suite)
	return suite
}

// AddCheckSuite makes the suite that GitHub makes by itself for a pushed commit,
// so that a check_suite event can name it.
func (s *Sim) AddCheckSuite(r *Repo, sha string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.suiteOf(r, sha).id
}

func createCheckRun(c *call) error {
	var in checkRunInput
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Name == nil || *in.Name == "" {
		return invalid("CheckRun", "name", "missing_field", "")
	}
	if in.HeadSHA == nil || !fullSHA.MatchString(*in.HeadSHA) {
		return invalid("CheckRun", "head_sha", "missing_field", "")
	}
	if c.repo.dir.resolve(c.r.Context(), *in.HeadSHA, "commit") == "" {
		return &apiError{status: http.StatusUnprocessableEntity, message: "No commit found for SHA: " + *in.HeadSHA}
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	run := &CheckRun{HeadSHA: *in.HeadSHA, Status: "queued", StartedAt: s.opts.Clock(), repo: c.repo}
	if err := in.apply(run, s.opts.Clock()); err != nil {
		return err
	}
	run.ID, run.suite = s.nextID(), s.suiteOf(c.repo, run.HeadSHA)
	s.runs = append(s.runs, run)
	s.wrote()
	c.json(http.StatusCreated, s.checkRunJSON(run))
	return nil
}

func updateCheckRun(c *call) error {
	var in checkRunInput
	if err := c.decode(&in); err != nil {
		return err
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	run := c.run()
	if run == nil {
		return notFound()
	}
	changed := run.copy()
	in.HeadSHA, in.keepsCompleted = nil, s.opts.KeepCompleted
	if err := in.apply(&changed, s.opts.Clock()); err != nil {
		return err
	}
	*run = changed
	s.wrote()
	c.json(http.StatusOK, s.checkRunJSON(run))
	return nil
}

// run finds the check run of the path; s.mu is held.
func (c *call) run() *CheckRun {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	i := slices.IndexFunc(c.s.runs, func(run *CheckRun) bool { return err == nil && run.ID == id && run.repo == c.repo })
	if i < 0 {
		return nil
	}
	return c.s.runs[i]
}

func getCheckRun(c *call) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	run := c.run()
	if run == nil {
		return notFound()
	}
	c.json(http.StatusOK, c.s.checkRunJSON(run))
	return nil
}

func listAnnotations(c *call) error {
	c.s.mu.Lock()
	run := c.run()
	var all []any
	if run != nil {
		for _, a := range run.Annotations {
			all = append(all, fields{
				"path": a.Path, "start_line": a.StartLine, "end_line": a.EndLine, "start_column": a.StartColumn, "end_column": a.EndColumn,
				"annotation_level": a.Level, "message": a.Message, "title": orNull(a.Title), "raw_details": orNull(a.RawDetails),
				"blob_href": c.s.html("/%s/blob/%s/%s", c.repo.FullName(), run.HeadSHA, escapePath(a.Path)),
			})
		}
	}
	c.s.mu.Unlock()
	if run == nil {
		return notFound()
	}
	return c.list(all)
}

func listRefRuns(c *call, ref string) error {
	k, err := c.commit(ref)
	if err != nil {
		return err
	}
	return c.listRuns(func(run *CheckRun) bool { return run.HeadSHA == k.sha })
}

func listSuiteRuns(c *call) error {
	id, _ := strconv.ParseInt(c.r.PathValue("id"), 10, 64) // 0 fits none
	return c.listRuns(func(run *CheckRun) bool { return run.suite.id == id })
}

// listRuns lists check runs newest first: of each name only the latest unless
// filter=all.
func (c *call) listRuns(in func(*CheckRun) bool) error {
	q, s := c.r.URL.Query(), c.s
	s.mu.Lock()
	seen := map[string]bool{}
	all := []any{}
	for _, run := range slices.Backward(s.runs) {
		if run.repo != c.repo || !in(run) || q.Get("filter") != "all" && seen[run.Name] {
			continue
		}
		seen[run.Name] = true
		if (q.Get("check_name") == "" || q.Get("check_name") == run.Name) && (q.Get("status") == "" || q.Get("status") == run.Status) &&
			(q.Get("app_id") == "" || q.Get("app_id") == strconv.FormatInt(s.appID, 10)) {
			all = append(all, s.checkRunJSON(run))
		}
	}
	s.mu.Unlock()
	page, err := paginate(c, all)
	if err != nil {
		return err
	}
	c.json(http.StatusOK, fields{"total_count": len(all), "check_runs": page})
	return nil
}

func listRefSuites(c *call, ref string) error {
	k, err := c.commit(ref)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	all := []any{}
	for _, suite := range c.s.suites {
		if suite.repo == c.repo && suite.sha == k.sha {
			all = append(all, c.s.suiteJSON(suite, k))
		}
	}
	c.s.mu.Unlock()
	page, err := paginate(c, all)
	if err != nil {
		return err
	}
	c.json(http.StatusOK, fields{"total_count": len(all), "check_suites": page})
	return nil
}

func getCheckSuite(c *call) error {
	id, _ := strconv.ParseInt(c.r.PathValue("id"), 10, 64) // 0 fits none
	c.s.mu.Lock()
	i := slices.IndexFunc(c.s.suites, func(x *checkSuite) bool { return x.id == id && x.repo == c.repo })
	var suite *checkSuite
	if i >= 0 {
		suite = c.s.suites[i]
	}
	c.s.mu.Unlock()
	if suite == nil {
		return notFound()
	}
	k, err := c.commit(suite.sha)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.json(http.StatusOK, c.s.suiteJSON(suite, k))
	return nil
}

// Stick sets a check run back to one in progress, as a process leaves it that
// died.
func (s *Sim) Stick(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, run := range s.runs {
		if run.ID == id {
			run.Status, run.Conclusion = "in_progress", ""
		}
	}
	s.wrote()
}
