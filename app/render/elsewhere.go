package render

import "github.com/mlops-maturity/mlops-maturity/config/repoconfig"

// Elsewhere is what is wrong with the configuration of the organisation, which
// is not in the repository that is judged: it is said, and changes no verdict.
// Commit is where the file that applies instead stands, "" for none.
type Elsewhere struct {
	Errors []repoconfig.Error
	Commit string
}

// elsewhere says what is wrong with the organisation's configuration, and what
// applies until it is mended.
func (p *page) elsewhere(e Elsewhere) {
	if len(e.Errors) == 0 {
		return
	}
	p.add("### The organisation's configuration has mistakes\n\n")
	p.list(len(e.Errors), maxMistakes, func(i int) string { return "- " + mistake(e.Errors[i]) + "\n" }, "mistakes")
	if e.Commit != "" {
		p.addf("\nUntil it is mended, the last version without mistakes applies, that of commit %s. Nothing in this repository is wrong.\n\n", code(short(e.Commit)))
		return
	}
	p.add("\nUntil it is mended, it counts for nothing: this repository's own settings apply over the defaults. Nothing in this repository is wrong.\n\n")
}

// remarks are what to know of a configuration that counts all the same.
func (p *page) remarks(in Input) {
	n := len(in.ConfigWarnings)
	if n == 0 {
		return
	}
	p.add("### To mend in the configuration\n\n")
	p.list(n, maxMistakes, func(i int) string { return "- " + mistake(in.ConfigWarnings[i]) + "\n" }, "remarks")
	p.add("\n")
}
