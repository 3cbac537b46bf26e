package manifest

import (
	"net/url"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// normalize is the comparison form of a package name: lower case, and one "-"
// for each run of "-", "_" and ".".
func normalize(name string) string {
	var b strings.Builder
	dash := false
	for _, c := range []byte(strings.ToLower(name)) {
		if c == '-' || c == '_' || c == '.' {
			dash = true
			continue
		}
		if dash && b.Len() > 0 {
			b.WriteByte('-')
		}
		dash = false
		b.WriteByte(c)
	}
	return b.String()
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// cutName splits the package name off the front of s.
func cutName(s string) (name, rest string) {
	i := 0
	for i < len(s) && nameByte(s[i]) {
		i++
	}
	return strings.TrimRight(s[:i], "-_."), s[i:]
}

// parseRequirement reads one Python requirement specifier: name, extras,
// version clauses or "@ url", marker. It reports whether all of it made sense.
func parseRequirement(s string) (fact.Dependency, bool) {
	s = strings.TrimSpace(s)
	d := fact.Dependency{Ecosystem: "pypi"}
	name, rest := cutName(s)
	if name == "" || strings.Trim(name, "0123456789.") == "" {
		return d, false
	}
	d.Name = normalize(name)
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			return d, false
		}
		rest = strings.TrimSpace(rest[end+1:])
	}
	if after, ok := strings.CutPrefix(rest, "@"); ok {
		d.Spec, _, _ = strings.Cut(strings.TrimSpace(after), " ;")
		d.Spec = strings.TrimSpace(d.Spec)
		d.Pinned = pinnedURL(d.Spec)
		return d, d.Spec != "" && !strings.ContainsAny(d.Spec, " \t")
	}
	rest, _, _ = strings.Cut(rest, ";")
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "(") && strings.HasSuffix(rest, ")") {
		rest = rest[1 : len(rest)-1]
	}
	d.Spec = strings.TrimSpace(rest)
	var ok bool
	d.Pinned, ok = clauses(d.Spec)
	return d, ok
}

// clauses checks a comma-separated list of version clauses and says whether
// one of them admits a single version.
func clauses(spec string) (pinned, ok bool) {
	if spec == "" {
		return false, true
	}
	for clause := range strings.SplitSeq(spec, ",") {
		clause = strings.TrimSpace(clause)
		if clause == "" {
			continue // a trailing comma is allowed
		}
		op := clause[:len(clause)-len(strings.TrimLeft(clause, "=<>!~"))]
		version := strings.TrimSpace(clause[len(op):])
		switch op {
		case "==", "===", ">=", "<=", "<", ">", "!=", "~=":
		default:
			return false, false
		}
		if version == "" || strings.Trim(version, versionBytes) != "" {
			return false, false
		}
		if (op == "==" || op == "===") && !strings.Contains(version, "*") {
			pinned = true
		}
	}
	return pinned, true
}

const versionBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.*+!_-"

// pinnedURL says whether a url names one exact state: a commit, or an archive
// whose name carries a version.
func pinnedURL(raw string) bool {
	u, _, _ := strings.Cut(raw, "#")
	if i := strings.LastIndexByte(u, '@'); i > strings.LastIndexByte(u, '/') {
		return isCommit(u[i+1:])
	}
	_, version := archiveName(u)
	if version != "" {
		return true
	}
	return isCommit(strings.TrimSuffix(strings.TrimSuffix(path.Base(u), ".zip"), ".tar.gz"))
}

func isCommit(s string) bool {
	return len(s) >= 7 && len(s) <= 64 && strings.Trim(s, "0123456789abcdef") == "" && strings.Trim(s, "0123456789") != ""
}

// archiveName splits "name-1.2.3-py3-none-any.whl" or "name-1.2.3.tar.gz".
func archiveName(u string) (name, version string) {
	base, err := url.PathUnescape(path.Base(u))
	if err != nil {
		return "", ""
	}
	if stem, ok := strings.CutSuffix(base, ".whl"); ok {
		parts := strings.Split(stem, "-")
		if len(parts) >= 5 && startsWithDigit(parts[1]) {
			return parts[0], parts[1]
		}
		return "", ""
	}
	for _, ext := range []string{".tar.gz", ".tar.bz2", ".tgz", ".zip"} {
		stem, ok := strings.CutSuffix(base, ext)
		if !ok {
			continue
		}
		if i := strings.LastIndexByte(stem, '-'); i > 0 && startsWithDigit(stem[i+1:]) && strings.Contains(stem[i:], ".") {
			return stem[:i], stem[i+1:]
		}
	}
	return "", ""
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// parseURL reads a requirement that is a url or a path without a name in front.
func parseURL(s string) fact.Dependency {
	s, _, _ = strings.Cut(s, " ;")
	s = strings.TrimSpace(s)
	d := fact.Dependency{Ecosystem: "pypi", Spec: s, Pinned: pinnedURL(s)}
	if _, fragment, ok := strings.Cut(s, "#"); ok {
		for part := range strings.SplitSeq(fragment, "&") {
			if egg, ok := strings.CutPrefix(part, "egg="); ok {
				name, _ := cutName(egg)
				d.Name = normalize(name)
				return d
			}
		}
	}
	clean, _, _ := strings.Cut(s, "#")
	if name, _ := archiveName(clean); name != "" {
		d.Name = normalize(name)
		return d
	}
	d.Via = s
	return d
}

func isURL(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	return ok && scheme != "" && strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz+") == ""
}
