package webhook

import (
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestManifest holds deploy/app-manifest.yml against the table: an event that
// is not subscribed never comes, one too many is noise, and a permission too
// many is a reason not to install the App.
func TestManifest(t *testing.T) {
	data, err := os.ReadFile("../../deploy/app-manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Permissions map[string]string `yaml:"default_permissions"`
		Events      []string          `yaml:"default_events"`
	}
	if err := yaml.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(Events(), Always)
	slices.Sort(want)
	slices.Sort(manifest.Events)
	if !slices.Equal(want, manifest.Events) {
		t.Errorf("the manifest subscribes to %s, the table works on %s", manifest.Events, want)
	}
	for name, level := range map[string]string{"checks": "write", "contents": "read", "pull_requests": "write", "metadata": "read"} {
		if manifest.Permissions[name] != level {
			t.Errorf("%s is %q, want %q", name, manifest.Permissions[name], level)
		}
		delete(manifest.Permissions, name)
	}
	if len(manifest.Permissions) > 0 {
		t.Errorf("asks for more than it needs: %v", manifest.Permissions)
	}
}
