package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/config/repoconfig"
)

func runConfig(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	cmd := newConfigCommand()
	var b bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&b)
	cmd.SetErr(&b)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.Execute()
	return b.String(), err
}

func exitStatusOf(err error) int {
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.status
	}
	if err != nil {
		return exitUsage
	}
	return exitDone
}

func TestConfigInitThenValidateThenShow(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, ".mlops-maturity.yml")
	if out, err := runConfig(t, "init", dir); err != nil || !strings.Contains(out, file) {
		t.Fatalf("init: %q, %v", out, err)
	}
	if _, err := runConfig(t, "init", dir); exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), "--force") {
		t.Errorf("a second init: %v", err)
	}
	if _, err := runConfig(t, "init", "--force", dir); err != nil {
		t.Errorf("init --force: %v", err)
	}
	if out, err := runConfig(t, "validate", file); err != nil || !strings.Contains(out, "is valid") {
		t.Errorf("validate: %q, %v", out, err)
	}
	if out, err := runConfig(t, "show", dir); err != nil || !strings.Contains(out, file+":") || !strings.Contains(out, "target_level        (not set)") {
		t.Errorf("show: %q, %v", out, err)
	}
}

func TestConfigMistakesAreLocated(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yml")
	if err := os.WriteFile(file, []byte("version: 1\ncoment: never\nenabled: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"validate", "show"} {
		_, err := runConfig(t, verb, file)
		if exitStatusOf(err) != exitUsage {
			t.Errorf("%s: status %d", verb, exitStatusOf(err))
		}
		for _, want := range []string{file + ":2:1: ", "did you mean comment?", file + ":3:10: enabled takes"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v lacks %q", verb, err, want)
			}
		}
	}
}

// The tools of a file are tried as the engine would see them.
func TestConfigValidateTriesTheTools(t *testing.T) {
	tool := "  - {id: acme, name: Acme, home: 'https://acme.example', about: Starts jobs., match: {training-job: [{command: acme run}]},\n" +
		"     examples: {training-job: [{shell: EXAMPLE}]}, near_misses: {training-job: [{shell: acme logs}]}}\n"
	for example, want := range map[string]string{"acme run": "", "acme start": `:4:32: the tool "acme": the example `} {
		file := filepath.Join(t.TempDir(), "own.yml")
		if err := os.WriteFile(file, []byte("version: 1\ntools:\n"+strings.Replace(tool, "EXAMPLE", example, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"validate", file}, {"validate", "--org", file}} {
			_, err := runConfig(t, args...)
			if want == "" && err != nil || want != "" && (exitStatusOf(err) != exitUsage || !strings.Contains(err.Error(), file+want)) {
				t.Errorf("%s, %v: %v", example, args, err)
			}
		}
	}
}

func TestConfigPrintsSchemaAndFile(t *testing.T) {
	if out, err := runConfig(t, "schema"); err != nil || out != string(repoconfig.Schema()) {
		t.Errorf("schema: %v", err)
	}
	if out, err := runConfig(t, "init", "--stdout"); err != nil || out != string(repoconfig.Init()) {
		t.Errorf("init --stdout: %v", err)
	}
}

func TestConfigShow(t *testing.T) {
	dir := t.TempDir()
	if out, err := runConfig(t, "show", dir); err != nil || !strings.Contains(out, "on-change   default") {
		t.Errorf("without a file: %q, %v", out, err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".github"), 0o700); err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(dir, ".github", "mlops-maturity.yml")
	if err := os.WriteFile(second, []byte("version: 1\ncomment: never\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := runConfig(t, "show", dir); err != nil || !strings.Contains(out, second+":2") {
		t.Errorf("with the second file: %q, %v", out, err)
	}
	if _, err := runConfig(t, "show", filepath.Join(dir, "absent")); exitStatusOf(err) != exitInput {
		t.Errorf("without the folder: %v", err)
	}
}
