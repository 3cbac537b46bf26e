package graph

import (
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

// stageIndex finds stages by what commands call them by. Commands ask for each
// word they start with, and a Makefile may have as many targets as commands.
type stageIndex struct {
	entries map[string]stageAt // console scripts by name, the first of each
	folders map[folderSystem][]stageAt
	lists   map[folderSystem]*stageList
}

type stageAt struct {
	path  string
	stage fact.Stage
}

type folderSystem struct{ dir, system string }

// stageList is the stages of one system in one folder: in order, and by name.
type stageList struct {
	ids      []ID
	byName   map[string]ID
	patterns []string // the names that stand for several
}

func (g *Graph) stageNames() *stageIndex {
	if g.named != nil {
		return g.named
	}
	x := &stageIndex{entries: map[string]stageAt{}, folders: map[folderSystem][]stageAt{}, lists: map[folderSystem]*stageList{}}
	for p, s := range fact.All[fact.Stage](g.set) {
		if s.System == "entry-point" {
			if _, ok := x.entries[s.Name]; !ok {
				x.entries[s.Name] = stageAt{p, s}
			}
		}
		k := folderSystem{dirOf(p), s.System}
		x.folders[k] = append(x.folders[k], stageAt{p, s})
	}
	g.entriesOfSetup(func(p string, s fact.Stage) {
		if _, ok := x.entries[s.Name]; !ok {
			x.entries[s.Name] = stageAt{p, s}
		}
	})
	g.named = x
	return x
}

// stagesIn returns the stages of a system in a folder; the first of a name
// counts.
func (g *Graph) stagesIn(dir, system string) *stageList {
	x, k := g.stageNames(), folderSystem{dir, system}
	if l, ok := x.lists[k]; ok {
		return l
	}
	l := &stageList{byName: map[string]ID{}}
	for _, s := range x.folders[k] {
		id := g.stage(s.path, system, s.stage.Name, s.stage.Line)
		if _, ok := l.byName[s.stage.Name]; !ok {
			l.byName[s.stage.Name] = id
			l.ids = append(l.ids, id)
			if strings.ContainsAny(s.stage.Name, "%@") {
				l.patterns = append(l.patterns, s.stage.Name)
			}
		}
	}
	x.lists[k] = l
	return l
}
