package demo

import (
	"os"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/app/githubsim"
)

// A job that fails would be tried again in minutes; the demo says so at once,
// and leaves nothing behind.
func TestFaultEndsTheDemo(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	scene, err := Open(t.Context(), Options{Version: "test", Progress: &told})
	if err != nil {
		t.Fatal(err)
	}
	scene.sim.Fault(githubsim.Fault{PathGlob: "/**/git/trees/*", Status: 502, Times: -1})
	if err := scene.Play(t.Context()); err == nil || !strings.Contains(err.Error(), "could not judge") {
		t.Errorf("got %v", err)
	}
	if err := scene.Close(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(told.String(), "the App's log:") || !strings.Contains(told.String(), "502") {
		t.Errorf("the lines do not tell why:\n%s", told.String())
	}
	if _, err := os.Stat(scene.dir); !os.IsNotExist(err) {
		t.Errorf("the database is still there: %v", err)
	}
}
