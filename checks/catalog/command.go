package catalog

import "strings"

// commandName is what a program is called however it was named: without its
// folder, ".exe" and, for the interpreters, a version.
func commandName(word string) string {
	name := word[strings.LastIndexAny(word, `/\`)+1:]
	name = strings.TrimSuffix(name, ".exe")
	switch base := strings.TrimRight(name, "0123456789."); base {
	case "python", "pip", "pypy", "ipython":
		return base
	case "py":
		if name == "py" {
			return "python"
		}
	}
	return name
}

// launchers take "-m module" like Python does. Python itself takes it before
// any operand only; the others have a subcommand or options with values first.
var launchers = map[string]bool{
	"python": true, "ipython": true, "pypy": true,
	"accelerate": false, "torchrun": false, "deepspeed": false, "coverage": false, "kernprof": false, "mpirun": false,
}

// module returns the words after "python -m", which name a program like a
// command of its own; nil for any other command.
func module(argv []string) []string {
	strict, ok := launchers[commandName(argv[0])]
	if !ok {
		return nil
	}
	for i := 1; i < len(argv); i++ {
		switch {
		case argv[i] == "-m" && i+1 < len(argv):
			return argv[i+1:]
		case argv[i] == "-W" || argv[i] == "-X":
			i++
		case strict && (!strings.HasPrefix(argv[i], "-") || argv[i] == "-c"):
			return nil
		}
	}
	return nil
}

// leads says whether argv begins with the words, where options of argv, each
// with at most one value, may stand between them. argv[0] was compared before.
func leads(words, argv []string) bool {
	i := 1
	for _, w := range words[1:] {
		option := false
		for {
			if i >= len(argv) {
				return false
			}
			if globWord(w, argv[i]) && (argv[i] == "" || argv[i][0] != '-' || w[0] == '-') {
				i++
				break
			}
			isOption := len(argv[i]) > 1 && argv[i][0] == '-'
			if !isOption && !option {
				return false
			}
			option = isOption && !strings.Contains(argv[i], "=")
			i++
		}
	}
	return true
}

// hasWord says whether argv holds an argument: a word like "--push" or
// "s3://*", or "--target=prod" as one word or two.
func hasWord(argv []string, name, glob string, valued bool) bool {
	for i, a := range argv[1:] {
		if globWord(name, a) {
			if !valued || i+2 < len(argv) && globWord(glob, argv[i+2]) {
				return true
			}
		} else if v, ok := strings.CutPrefix(a, name+"="); ok {
			if !valued || globWord(glob, v) {
				return true
			}
		}
	}
	return false
}
