package azurepipelines

import (
	"regexp"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/ci"
)

var (
	macro    = regexp.MustCompile(`\$\(([A-Za-z_][A-Za-z0-9_.\-]*)\)`)
	runtime  = regexp.MustCompile(`\$\[\s*([^\[\]]*(?:\['[^']*'\][^\[\]]*)*)\]`)
	fallback = regexp.MustCompile(`^coalesce\(\s*variables(?:\[['"]([^'"]+)['"]\]|\.(\w+))\s*,\s*'([^']*)'\s*\)\s*$`)
)

// roots are the predefined variables that hold the folder of the sources.
var roots = map[string]bool{
	"build.sourcesdirectory": true, "system.defaultworkingdirectory": true, "build.repository.localpath": true,
	"agent.builddirectory/s": true,
}

// fill replaces ${{ name }}, $(name) and $[ … ] by what the file says, and what
// it does not say by ${{ name }}. A $(name) that can only be a command, since
// it is all lower case and no variable, is left to the shell.
func (r *reader) fill(s string) string {
	if !strings.Contains(s, "$") {
		return s
	}
	s = ci.Fill(s, r.known)
	if strings.Contains(s, "$[") {
		s = runtime.ReplaceAllStringFunc(s, func(m string) string {
			expr := strings.TrimSpace(runtime.FindStringSubmatch(m)[1])
			if f := fallback.FindStringSubmatch(expr); f != nil {
				if v, ok := r.known["variables."+f[1]+f[2]]; ok {
					return v
				}
				return f[3]
			}
			return "${{ " + expr + " }}"
		})
	}
	return macro.ReplaceAllStringFunc(s, func(m string) string {
		name := macro.FindStringSubmatch(m)[1]
		if v, ok := r.known["variables."+name]; ok && len(v) <= 1024 {
			return strings.ReplaceAll(v, "\n", " ")
		}
		switch {
		case roots[strings.ToLower(name)]:
			return "${REPO_ROOT}"
		case name == strings.ToLower(name) && !strings.ContainsAny(name, "._"):
			return m
		}
		return "${{ variables." + name + " }}"
	})
}
