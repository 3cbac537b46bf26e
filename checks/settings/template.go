package settings

import "bytes"

// Untemplate turns a YAML file with "{{ … }}" or "{% … %}" in it into one that
// parses: lines that only steer the template become empty, an expression
// becomes "${expression}". Lines keep their numbers. It reports whether there
// was anything to change.
func Untemplate(src []byte) ([]byte, bool) {
	if !bytes.Contains(src, []byte("{{")) && !bytes.Contains(src, []byte("{%")) {
		return src, false
	}
	out := make([]byte, 0, len(src))
	for len(src) > 0 {
		line := src
		if i := bytes.IndexByte(src, '\n'); i >= 0 {
			line, src = src[:i+1], src[i+1:]
		} else {
			src = nil
		}
		out = appendUntemplated(out, line)
	}
	return out, true
}

func appendUntemplated(out, line []byte) []byte {
	trimmed := bytes.TrimSpace(line)
	steers := bytes.HasPrefix(trimmed, []byte("{%")) ||
		bytes.HasPrefix(trimmed, []byte("{{")) && bytes.HasSuffix(trimmed, []byte("}}"))
	if steers {
		if bytes.HasSuffix(line, []byte("\n")) {
			out = append(out, '\n')
		}
		return out
	}
	for {
		start := bytes.Index(line, []byte("{{"))
		if start < 0 {
			return append(out, line...)
		}
		if start > 0 && line[start-1] == '$' { // an expression of a CI system
			out = append(out, line[:start+2]...)
			line = line[start+2:]
			continue
		}
		end := bytes.Index(line[start:], []byte("}}"))
		if end < 0 {
			return append(out, line...)
		}
		before := line[:start]
		out = append(out, before...)
		// Braces end a plain scalar within "{ }" and "[ ]".
		flow := bytes.ContainsAny(before, "{[") && bytes.Count(before, []byte("\""))%2 == 0 && bytes.Count(before, []byte("'"))%2 == 0
		if flow {
			out = append(out, '"')
		}
		out = append(out, "${"...)
		for _, b := range bytes.Trim(line[start+2:start+end], " -") {
			switch b {
			case '"', '\'', '{', '}', ':', '#', '\\':
			default:
				out = append(out, b)
			}
		}
		out = append(out, '}')
		if flow {
			out = append(out, '"')
		}
		line = line[start+end+2:]
	}
}
