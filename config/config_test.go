package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlops-maturity/mlops-maturity/config"
)

const secret = "s3cr3t-value"

func key(t *testing.T) string {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}))
}

// env is the least that Load accepts, changed by pairs of name and value.
func env(pem string, pairs ...string) func(string) (string, bool) {
	all := map[string]string{"GITHUB_APP_INTEGRATION_ID": "42", "GITHUB_APP_WEBHOOK_SECRET": secret, "GITHUB_APP_PRIVATE_KEY": pem}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) { v, ok := all[name]; return v, ok }
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	c, err := config.Load(env(key(t)), "")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.AppID, c.WebURL, c.V3APIURL, c.V4APIURL, c.Listen, c.DatabaseURL.Reveal(), c.LogLevel, c.LogFormat, c.Workers, c.PublicURL}
	want := []any{int64(42), "https://github.com", "https://api.github.com/", "https://api.github.com/graphql", "127.0.0.1:8080",
		"sqlite:mlops-maturity.db", "info", "text", 4, ""}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestEnterpriseServer(t *testing.T) {
	for _, given := range [][]string{
		{"GITHUB_WEB_URL", "https://git.acme.org/"},
		{"GITHUB_WEB_URL", "https://git.acme.org", "GITHUB_V3_API_URL", "https://git.acme.org/api/v3"},
	} {
		c, err := config.Load(env(key(t), given...), "")
		if err != nil {
			t.Fatal(err)
		}
		if c.V3APIURL != "https://git.acme.org/api/v3/" || c.V4APIURL != "https://git.acme.org/api/graphql" || c.WebURL != "https://git.acme.org" {
			t.Errorf("%v: %s %s %s", given, c.WebURL, c.V3APIURL, c.V4APIURL)
		}
	}
}

func TestFileAndVariables(t *testing.T) {
	pem := key(t)
	path := write(t, "# ours\nMLOPS_MATURITY_WORKERS: 9\nmlops_maturity_listen: ':9000'\nGITHUB_APP_INTEGRATION_ID: 7\nMLOPS_MATURITY_PUBLIC_URL:\n")
	c, err := config.Load(env(pem, "MLOPS_MATURITY_LISTEN", ""), path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Workers != 9 || c.Listen != ":9000" || c.AppID != 42 {
		t.Errorf("%d %s %d: the variable must win where it is set, the file elsewhere", c.Workers, c.Listen, c.AppID)
	}
}

func TestPrivateKeyForms(t *testing.T) {
	pem := key(t)
	file := write(t, pem)
	for form, value := range map[string]string{"text": pem, "one line": strings.ReplaceAll(pem, "\n", `\n`), "file": "file:" + file} {
		c, err := config.Load(env(value), "")
		if err != nil || strings.TrimSpace(c.PrivateKey.Reveal()) != strings.TrimSpace(pem) {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func TestProblems(t *testing.T) {
	pem := key(t)
	for name, c := range map[string]struct {
		file  string
		pairs []string
		want  string // one problem, or several a line
	}{
		"nothing set": {pairs: []string{"GITHUB_APP_INTEGRATION_ID", "", "GITHUB_APP_WEBHOOK_SECRET", "", "GITHUB_APP_PRIVATE_KEY", ""},
			want: "GITHUB_APP_INTEGRATION_ID is not set\nGITHUB_APP_WEBHOOK_SECRET is not set\nGITHUB_APP_PRIVATE_KEY is not set"},
		"id no number":       {pairs: []string{"GITHUB_APP_INTEGRATION_ID", "Iv1.abc"}, want: `GITHUB_APP_INTEGRATION_ID is "Iv1.abc"; give a whole number`},
		"id negative":        {pairs: []string{"GITHUB_APP_INTEGRATION_ID", "-1"}, want: "GITHUB_APP_INTEGRATION_ID is"},
		"key no PEM":         {pairs: []string{"GITHUB_APP_PRIVATE_KEY", secret}, want: "GITHUB_APP_PRIVATE_KEY is not PEM text"},
		"key of other kind":  {pairs: []string{"GITHUB_APP_PRIVATE_KEY", "-----BEGIN X-----\nAAAA\n-----END X-----\n"}, want: "GITHUB_APP_PRIVATE_KEY is PEM text but no private key"},
		"key file not there": {pairs: []string{"GITHUB_APP_PRIVATE_KEY", "file:/nowhere/key.pem"}, want: "GITHUB_APP_PRIVATE_KEY names a file that cannot be read"},
		"listen no port":     {pairs: []string{"MLOPS_MATURITY_LISTEN", "localhost"}, want: `MLOPS_MATURITY_LISTEN is "localhost"; give host:port`},
		"listen port":        {pairs: []string{"MLOPS_MATURITY_LISTEN", ":99999"}, want: "MLOPS_MATURITY_LISTEN is"},
		"public no scheme":   {pairs: []string{"MLOPS_MATURITY_PUBLIC_URL", "maturity.acme.org"}, want: "MLOPS_MATURITY_PUBLIC_URL is no address"},
		"database":           {pairs: []string{"MLOPS_MATURITY_DATABASE_URL", "mysql://u:" + secret + "@h/d"}, want: "MLOPS_MATURITY_DATABASE_URL is no database"},
		"log level":          {pairs: []string{"MLOPS_MATURITY_LOG_LEVEL", "loud"}, want: `MLOPS_MATURITY_LOG_LEVEL is "loud"; give one of trace, debug`},
		"log format":         {pairs: []string{"MLOPS_MATURITY_LOG_FORMAT", "xml"}, want: "MLOPS_MATURITY_LOG_FORMAT is"},
		"workers none":       {pairs: []string{"MLOPS_MATURITY_WORKERS", "0"}, want: "MLOPS_MATURITY_WORKERS is"},
		"half an OAuth":      {pairs: []string{"GITHUB_OAUTH_CLIENT_ID", "x"}, want: "GITHUB_OAUTH_CLIENT_ID and GITHUB_OAUTH_CLIENT_SECRET belong together"},
		"rotation over":      {pairs: []string{"GITHUB_APP_WEBHOOK_SECRET_PREVIOUS", secret}, want: "GITHUB_APP_WEBHOOK_SECRET_PREVIOUS is the same"},
		"unknown key":        {file: "\nMLOPS_MATURITY_WORKER: 3\n", want: `settings.yml:2: unknown key "MLOPS_MATURITY_WORKER", did you mean MLOPS_MATURITY_WORKERS?`},
		"twice":              {file: "MLOPS_MATURITY_WORKERS: 3\nmlops_maturity_workers: 4\n", want: "settings.yml:2: MLOPS_MATURITY_WORKERS is set a second time; it is on line 1"},
		"a list":             {file: "MLOPS_MATURITY_WORKERS: [3]\n", want: "settings.yml:1: MLOPS_MATURITY_WORKERS must be one value"},
		"not a mapping":      {file: "- a\n", want: "settings.yml:1: the settings file must be"},
		"no YAML":            {file: "a: 1\n\t" + secret + ": [", want: "settings.yml: the settings file is not YAML (line"},
		"bomb":               {file: "a: &a [x,x]\nb: &b [*a,*a]\n", want: "settings.yml:1: unknown key \"a\"\nsettings.yml:2: unknown key \"b\""},
	} {
		t.Run(name, func(t *testing.T) {
			path := ""
			if c.file != "" {
				path = write(t, c.file)
			}
			_, err := config.Load(env(pem, c.pairs...), path)
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error tells a secret: %v", err)
			}
			wants, found := strings.Split(c.want, "\n"), config.Problems(err)
			if len(wants) != len(found) {
				t.Fatalf("%d problems, want %d: %v", len(found), len(wants), err)
			}
			for i, want := range wants {
				if !strings.Contains(found[i].Error(), want) {
					t.Errorf("%s\nwant %s", found[i], want)
				}
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	if _, err := config.Load(env(key(t)), "/nowhere/settings.yml"); err == nil || !strings.Contains(err.Error(), "/nowhere/settings.yml: the settings file cannot be read") {
		t.Error(err)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	c, err := config.Load(env(key(t), "MLOPS_MATURITY_DATABASE_URL", "postgres://u:"+secret+"@h/d"), "")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", *c), fmt.Sprintf("%#v", *c), fmt.Sprintf("%q %x", c.WebhookSecret, c.WebhookSecret), string(asJSON)} {
		if strings.Contains(text, secret) || strings.Contains(text, "PRIVATE KEY") || strings.Contains(text, fmt.Sprintf("%x", secret)) {
			t.Errorf("a secret shows in %s", text)
		}
	}
}

// GitHub signs with RSA; another key is found before anybody is asked.
func TestAKeyThatIsNoRSAKey(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	_, err = config.Load(env(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))), "")
	if err == nil || !strings.Contains(err.Error(), "GITHUB_APP_PRIVATE_KEY is a private key, but no RSA key") {
		t.Errorf("%v", err)
	}
}
