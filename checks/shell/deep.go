package shell

// maxNesting bounds open brackets, open keywords, and operators in a row. The
// parser overflows the stack, which nothing can catch, at some ten thousand.
const maxNesting = 200

// deep says whether a script nests beyond maxNesting. It counts without
// parsing, so that brackets in quotes and comments count too: it may call a
// flat script deep, never a deep one flat.
func deep(src string) bool {
	var brackets, words, run int
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch c {
		case ' ', '\t':
			continue
		case '!', '~', '+', '-':
			run++
		default:
			run = 0
		}
		switch c {
		case '(', '{', '[':
			brackets++
		case ')', '}', ']':
			brackets = max(0, brackets-1)
		}
		if isLower(c) {
			end := i
			for end < len(src) && isLower(src[end]) {
				end++
			}
			words = max(0, words+nesting(src[i:end], i == 0 || !isWord(src[i-1]), end == len(src) || !isWord(src[end])))
			i = end - 1
		}
		if brackets > maxNesting || words > maxNesting || run > maxNesting {
			return true
		}
	}
	return false
}

// nesting is what a word adds to the count of open keywords when it stands
// alone.
func nesting(word string, begins, ends bool) int {
	if !begins || !ends {
		return 0
	}
	switch word {
	case "if", "while", "until", "for", "case", "select":
		return 1
	case "fi", "done", "esac":
		return -1
	}
	return 0
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isWord(c byte) bool {
	return isLower(c) || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '/' || c == '.'
}
