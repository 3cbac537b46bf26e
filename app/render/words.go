package render

import (
	"fmt"
	"strconv"

	"github.com/mlops-maturity/mlops-maturity/checks/report"
)

// mark is a status at a glance.
func mark(s report.Status) string {
	switch s {
	case report.Met:
		return "✓"
	case report.Attested:
		return "✎"
	case report.Waived:
		return "~"
	case report.Partial:
		return "◐"
	case report.Missing:
		return "✗"
	case report.NotApplicable:
		return "–"
	default:
		return "?"
	}
}

// word is a status as people say it.
func word(s report.Status) string {
	if s == report.NotApplicable {
		return "not applicable"
	}
	if s == "" {
		return "not judged"
	}
	return plain(string(s), 20)
}

// kindName is a kind as people say it.
func kindName(k report.Kind) string {
	switch k {
	case report.MLProject:
		return "ML project"
	case report.LLMApplication:
		return "LLM application"
	case report.MLLibrary:
		return "ML library"
	default:
		return "no machine learning found"
	}
}

// levelNumber is a dimension's level, a dash for none.
func levelNumber(level *int) string {
	if level == nil {
		return "–"
	}
	return strconv.Itoa(*level)
}

// headline is the verdict in one line, as a check's title has it.
func headline(in Input, v verdict) string {
	r := in.Head
	if !in.Settings.Enabled {
		return "Not judged: switched off"
	}
	if !r.Kind.Judged() {
		return "Not judged: " + kindName(r.Kind)
	}
	level := fmt.Sprintf("Level %d: %s", r.Level, plain(r.LevelName, 80))
	switch {
	case v.diff != nil && v.diff.LevelFrom != v.diff.LevelTo && v.diff.KindFrom.Judged():
		level = fmt.Sprintf("Level %d → %d: %s", v.diff.LevelFrom, v.diff.LevelTo, plain(r.LevelName, 80))
	case r.AtLeast:
		level = "At least level " + level[len("Level "):]
	}
	if v.diff != nil && len(v.diff.Lost) > 0 {
		level += fmt.Sprintf(" · %d lost", len(v.diff.Lost))
	}
	if v.diff != nil && len(v.diff.Gained) > 0 {
		level += fmt.Sprintf(" · %d gained", len(v.diff.Gained))
	}
	return level + missedWords(v.missed) + expiredWords(r.Decisions)
}
