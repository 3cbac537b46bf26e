package evidence

import (
	"cmp"
	"maps"
	"path"
	"slices"

	"github.com/mlops-maturity/mlops-maturity/checks/place"
)

// programLanguages are those of programs, by suffix; read stands for all whose calls
// are read.
var programLanguages = map[string]string{
	".py": read, ".R": read, ".r": read, ".jl": read, ".scala": read,
	".js": read, ".jsx": read, ".mjs": read, ".cjs": read, ".ts": read, ".tsx": read, ".mts": read, ".vue": "Vue", ".svelte": "Svelte",
	".go": "Go", ".java": "Java", ".kt": "Kotlin", ".cs": "C#", ".cpp": "C++", ".cc": "C++", ".c": "C", ".rs": "Rust", ".rb": "Ruby", ".php": "PHP", ".swift": "Swift",
}

const read = "read"

// UnreadLanguage names the language of most of the live code, where that is one
// whose calls are not read.
func (v *View) UnreadLanguage() string {
	files := map[string]int{}
	for _, f := range v.Tree.Files() {
		if language, ok := programLanguages[path.Ext(f.Path)]; ok && place.Of(f.Path) == place.Live {
			files[language]++
		}
	}
	most := slices.MaxFunc(append(slices.Sorted(maps.Keys(files)), ""), func(a, b string) int { return cmp.Compare(files[a], files[b]) })
	if most == read {
		return ""
	}
	return most
}

// PagesAndPrograms counts the documents and notebooks, and the live programs
// and shell scripts.
func (v *View) PagesAndPrograms() (pages, programs int) {
	for _, f := range v.Tree.Files() {
		ext := path.Ext(f.Path)
		switch c := place.Of(f.Path); {
		case c == place.Notebook || c == place.Document:
			pages++
		case c == place.Live && (programLanguages[ext] != "" || ext == ".sh"):
			programs++
		}
	}
	return pages, programs
}
