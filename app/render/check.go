package render

import "strings"

// CheckRun returns the content of the check run: what changed first, then what
// blocks the next level, then the profile; all evidence in the text below.
func CheckRun(in Input) CheckOutput {
	v := judge(in)
	out := CheckOutput{Title: headline(in, v), Conclusion: v.conclusion}
	if len(in.ConfigErrors) > 0 {
		if in.ConfigProposed {
			out.Title += " · mistakes in the proposed configuration"
		} else {
			out.Title += " · configuration not used"
		}
	}
	out.Title = title(out.Title)
	out.Summary = summary(in, v)
	out.Annotations = annotations(in, v.diff)
	if in.Settings.Enabled && in.Head.Kind.Judged() {
		notes := ""
		for _, note := range in.Notes {
			notes += "\n" + note + "\n"
		}
		p := newPage(maxOutput-len(notes), in.DetailsURL)
		for _, block := range in.Explanation {
			p.add(block)
		}
		p.drawing(v.diff)
		p.everything(in.Head, links(in.Head, in.WebURL))
		out.Text = p.String() + notes
	}
	return out
}

func summary(in Input, v verdict) string {
	p := newPage(maxOutput, in.DetailsURL)
	p.mistakes(in)
	p.remarks(in)
	p.elsewhere(in.Elsewhere)
	if len(v.reasons) > 0 {
		p.add(strings.Join(v.reasons, " ") + "\n\n")
	}
	p.preview(in)
	if !in.Settings.Enabled {
		return p.String()
	}
	p.decisions(in.Head, true)
	if v.diff != nil {
		p.changes(in, v.diff)
	}
	r := in.Head
	if !r.Kind.Judged() {
		p.addf("This repository: %s. %s\n\n", kindName(r.Kind), prose(r.KindReason))
		style := links(r, in.WebURL).style(r.Subject.Commit)
		for i, e := range r.KindEvidence {
			if i == maxEvidence {
				break
			}
			p.add("- " + style.chain(e) + "\n")
		}
		return p.String()
	}
	p.blocking(r)
	p.profile(in, v.diff)
	p.decisions(in.Head, false)
	p.addf("Judged by %s, edition %s, at commit %s.\n", prose(model(r).Title), prose(r.Engine.ModelEdition), code(short(r.Subject.Commit)))
	return p.String()
}

// ProjectCheckRun returns the content of the check run of one project, which the
// governing configuration lists under this folder. It speaks of that project
// alone; remarks on lines are the repository's check run's.
func ProjectCheckRun(in Input, path string) CheckOutput {
	one, ok := in.ofProject(path)
	if !ok {
		return CheckOutput{Title: "Not judged: no such project", Conclusion: neutral,
			Summary: "The configuration lists " + code(path) + " as a project, and the report of this commit does not have it.\n"}
	}
	one.Preview = nil // told once, by the repository's check run
	out := CheckRun(one)
	out.Annotations = nil
	return out
}

// short is a commit as people name it.
func short(commit string) string {
	if commitID.MatchString(commit) && len(commit) > 12 {
		return commit[:12]
	}
	return commit
}
