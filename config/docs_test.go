package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/config"
)

// TestDocumented holds the table of docs/operate.md against the settings.
func TestDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, s := range config.Settings() {
		value := ""
		switch {
		case s.Required:
			value = "needed"
		case s.Default != "":
			value = "`" + s.Default + "`"
		}
		want.WriteString("| `" + s.Name + "` | " + value + " | " + s.Doc + " |\n")
	}
	_, table, _ := strings.Cut(string(doc), "| --- | --- | --- |\n")
	table, _, _ = strings.Cut(table, "<!-- /settings -->")
	if table != want.String() {
		t.Errorf("docs/operate.md must hold\n%s\nit holds\n%s", want.String(), table)
	}
}
