package talk

import (
	"strings"
	"testing"
)

// Every command that the guide shows is one, and it shows all.
func TestGuide(t *testing.T) {
	guide := read(t, "../../docs/commands.md")
	for _, f := range forms {
		if row := "| `" + Word + " " + f.usage + "` | " + f.does + " |\n"; !strings.Contains(guide, row) {
			t.Errorf("docs/commands.md lacks the row\n%s", row)
		}
	}
	_, block, _ := strings.Cut(guide, "```\n")
	block, _, _ = strings.Cut(block, "```")
	n := 0
	for line := range strings.Lines(block) {
		n++
		if found, _ := Find(line); found == "" {
			t.Errorf("%s is no command", line)
		} else if _, err := Parse(found); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if n < 3 {
		t.Errorf("%d examples", n)
	}
	for _, b := range Buttons(true) {
		if !strings.Contains(guide, "| "+b.Label+" | ") {
			t.Errorf("docs/commands.md lacks the button %s", b.Label)
		}
	}
}
