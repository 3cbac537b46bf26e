package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reference anew")

func runExplain(args ...string) (string, error) {
	cmd := newExplainCommand()
	var out bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.Execute()
	return out.String(), err
}

func TestExplain(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"capability":         {[]string{"training.automated"}, []string{"training.automated: ", "Why\n", "What proves it\n", "How to get there (", "https://", "a gate, without it"}},
		"in capitals":        {[]string{"Training.Automated"}, []string{"training.automated: "}},
		"level":              {[]string{"level", "2"}, []string{"Level 2: Automated training", "Needed for the level\n", "training.scripted"}},
		"level as one":       {[]string{"level 2"}, []string{"Level 2: Automated training"}},
		"number":             {[]string{"0"}, []string{"Level 0: No MLOps", "nothing is demanded"}},
		"level of a model":   {[]string{"google", "1"}, []string{"Level 1: ML pipeline automation", "data.validation"}},
		"another model":      {[]string{"training.tests", "--model", "google"}, []string{"\nLevel 2 of Google MLOps levels: a gate, without it the level is not reached. Level 3 of Microsoft"}},
		"that lacks it":      {[]string{"--model", "google", "people.review-required"}, []string{"\nNo level of Google MLOps levels asks for it. Level "}},
		"one of two gates":   {[]string{"retraining.scheduled"}, []string{"Level 1 of Google MLOps levels: a gate that retraining.triggered opens too."}},
		"its level":          {[]string{"--model", "google", "1"}, []string{"Level 1: ML pipeline automation"}},
		"a level of a third": {[]string{"--model", "google", "microsoft", "2"}, []string{"Level 2: Automated training"}},
		"tool":               {[]string{"mlflow"}, []string{"MLflow\n", "Recognised as track by\n", "call mlflow.log_metric\n"}},
		"everything":         {nil, []string{"training.automated ", "google 2 ", "mlflow "}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := runExplain(c.args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("no %q in\n%s", w, out)
				}
			}
		})
	}
}

func TestExplainNamesTheNearest(t *testing.T) {
	for given, want := range map[string]string{
		"training.automatd": "training.automated",
		"mlfow":             "mlflow",
		"level 7":           "0 to 4",
		"google 3":          "0 to 2",
	} {
		if _, err := runExplain(given); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", given, err)
		}
	}
}

// The committed reference is what the code says now.
func TestReferenceIsCurrent(t *testing.T) {
	for name, write := range references {
		file := filepath.Join("..", "..", filepath.FromSlash(referenceFile(name)))
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(write()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != write() {
			t.Errorf("%s is out of date, run make docs (%v)", file, err)
		}
	}
	if _, err := runExplain("--model", "acme", "1"); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), "microsoft or google") {
		t.Errorf("%v", err)
	}
	if _, err := runExplain("--reference", "nothing"); exitStatusOf(err) != exitUsage {
		t.Errorf("%v", err)
	}
}
