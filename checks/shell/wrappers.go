package shell

import "strings"

// flags tells which options of a command take the next word as their value.
type flags struct {
	values string          // short options
	long   map[string]bool // long options, without dashes
}

// skipFlags drops the options args begins with.
func skipFlags(args []string, f flags) []string {
	for len(args) > 0 {
		a := args[0]
		switch {
		case a == "--":
			return args[1:]
		case a == "-" || !strings.HasPrefix(a, "-"):
			return args
		case strings.HasPrefix(a, "--"):
			args = args[1:]
			if f.long[a[2:]] && len(args) > 0 {
				args = args[1:]
			}
		default:
			args = args[1:]
			// -n 4, but not -n4; the last letter of a cluster decides.
			if strings.ContainsRune(f.values, rune(a[len(a)-1])) && (len(a) == 2 || !strings.ContainsRune(f.values, rune(a[1]))) && len(args) > 0 {
				args = args[1:]
			}
		}
	}
	return nil
}

// wrapper says how to find the command behind a wrapper: options are skipped,
// then a number of operands, then assignments.
type wrapper struct {
	words    []string // subcommand
	global   flags    // options before the subcommand
	flags    flags
	operands int
	colon    bool // an "env:" in front of the command is dropped
	dashes   bool // the command stands behind --
	packages bool // the command is a package's name, whose program may be called otherwise
}

// programOf names the program of packages that call it otherwise.
var programOf = map[string]string{"build": "pyproject-build"}

func (r wrapper) rest(args []string) []string {
	if r.dashes {
		return behindDashes(args)
	}
	args = skipFlags(args, r.flags)
	for range r.operands {
		if len(args) == 0 {
			return nil
		}
		args = skipFlags(args[1:], r.flags)
	}
	args = withoutEnv(args)
	if r.colon && len(args) > 0 {
		if _, rest, ok := strings.Cut(args[0], ":"); ok && rest != "" {
			args = append([]string{rest}, args[1:]...)
		}
	}
	if r.packages && len(args) > 0 && programOf[args[0]] != "" {
		args = append([]string{programOf[args[0]]}, args[1:]...)
	}
	return args
}

// prefixes stand directly in front of a command.
var prefixes = map[string]wrapper{
	"env":                      {flags: flags{values: "uCS", long: set("unset", "chdir")}},
	"sudo":                     {flags: flags{values: "ugpCDhRrtTU", long: set("user", "group", "chdir", "prompt", "host")}},
	"doas":                     {flags: flags{values: "uC"}},
	"time":                     {flags: flags{values: "fo"}},
	"nohup":                    {},
	"exec":                     {flags: flags{values: "a"}},
	"builtin":                  {},
	"nice":                     {flags: flags{values: "n", long: set("adjustment")}},
	"ionice":                   {flags: flags{values: "cn"}},
	"setsid":                   {},
	"stdbuf":                   {flags: flags{values: "ioe"}},
	"unbuffer":                 {},
	"timeout":                  {flags: flags{values: "ks", long: set("kill-after", "signal")}, operands: 1},
	"gtimeout":                 {flags: flags{values: "ks"}, operands: 1},
	"xvfb-run":                 {flags: flags{values: "efnpsw", long: set("server-args", "server-num", "error-file", "auth-file")}},
	"xargs":                    {flags: flags{values: "adEIiLlnPs", long: set("max-args", "max-procs", "replace", "delimiter")}},
	"watch":                    {flags: flags{values: "n"}},
	"strace":                   {flags: flags{values: "eopsu"}},
	"gosu":                     {operands: 1},
	"su-exec":                  {operands: 1},
	"setpriv":                  {flags: flags{long: set("reuid", "regid")}},
	"chroot":                   {operands: 1},
	"tini":                     {flags: flags{values: "ep"}},
	"dumb-init":                {},
	"catchsegv":                {},
	"ddtrace-run":              {},
	"opentelemetry-instrument": {flags: flags{long: set("traces_exporter", "metrics_exporter", "service_name")}},
	"mpirun":                   {flags: flags{values: "nHpx", long: set("np", "hostfile", "host", "bind-to", "map-by", "mca")}},
	"mpiexec":                  {flags: flags{values: "nHpx", long: set("np", "hostfile", "host")}},
	"srun":                     {flags: flags{values: "nNcpAtJoewDCxG", long: set("ntasks", "nodes", "gres", "partition", "time", "account", "job-name", "output", "error", "mem")}},
	"horovodrun":               {flags: flags{values: "npH", long: set("np", "hostfile")}},
	"npx":                      {flags: flags{values: "pc", long: set("package", "call")}},
	"uvx":                      {flags: uvFlags, packages: true},
	"wait-for-it":              {dashes: true},
	"wait-for-it.sh":           {dashes: true},
	"wait-for":                 {dashes: true},
	"dockerize":                {flags: flags{long: set("wait", "timeout", "template")}},
	"screen":                   {flags: flags{values: "Scht"}},
	"flock":                    {flags: flags{values: "wE", long: set("timeout", "wait")}, operands: 1},
}

var uvFlags = flags{values: "pP", long: set("python", "package", "extra", "group", "only-group", "no-group", "with", "with-editable",
	"with-requirements", "env-file", "project", "directory", "index", "index-url", "default-index", "extra-index-url", "from", "config-file",
	"refresh-package", "upgrade-package", "cache-dir", "no-extra", "resolution", "color", "link-mode", "config-setting", "find-links")}

var condaFlags = flags{values: "np", long: set("name", "prefix", "cwd")}

// subcommands are wrappers by one of their subcommands.
var subcommands = map[string][]wrapper{
	"poetry":         {{words: []string{"run"}, global: flags{values: "CP", long: set("directory", "project")}}},
	"pipenv":         {{words: []string{"run"}}},
	"pdm":            {{words: []string{"run"}, flags: flags{values: "p", long: set("project", "site-packages")}}},
	"rye":            {{words: []string{"run"}, flags: flags{long: set("pyproject")}}},
	"uv":             {{words: []string{"run"}, global: uvFlags, flags: uvFlags}, {words: []string{"tool", "run"}, global: uvFlags, flags: uvFlags, packages: true}},
	"pixi":           {{words: []string{"run"}, flags: flags{values: "ex", long: set("environment", "manifest-path")}}},
	"hatch":          {{words: []string{"run"}, global: flags{values: "epd", long: set("env", "project")}, colon: true}},
	"conda":          {{words: []string{"run"}, flags: condaFlags}},
	"mamba":          {{words: []string{"run"}, flags: condaFlags}},
	"micromamba":     {{words: []string{"run"}, flags: flags{values: "nprea", long: set("name", "prefix", "cwd", "env", "attach", "root-prefix")}}},
	"pipx":           {{words: []string{"run"}, flags: flags{long: set("spec", "python", "pip-args")}, packages: true}},
	"bundle":         {{words: []string{"exec"}}},
	"pnpm":           {{words: []string{"exec"}}, {words: []string{"dlx"}}},
	"npm":            {{words: []string{"exec"}}, {words: []string{"x"}}},
	"pyenv":          {{words: []string{"exec"}}},
	"asdf":           {{words: []string{"exec"}}},
	"mise":           {{words: []string{"exec"}, dashes: true}, {words: []string{"x"}, dashes: true}},
	"direnv":         {{words: []string{"exec"}, operands: 1}},
	"dotenv":         {{words: []string{"run"}, global: flags{values: "feq", long: set("file")}}, {dashes: true}},
	"doppler":        {{words: []string{"run"}, dashes: true}},
	"op":             {{words: []string{"run"}, dashes: true}},
	"infisical":      {{words: []string{"run"}, dashes: true}},
	"aws-vault":      {{words: []string{"exec"}, operands: 1}},
	"chamber":        {{words: []string{"exec"}, dashes: true}},
	"sops":           {{words: []string{"exec-env"}, operands: 1}},
	"devbox":         {{words: []string{"run"}, dashes: true}},
	"ray":            {{words: []string{"job", "submit"}, dashes: true}},
	"nix":            {{words: []string{"develop"}, dashes: true}},
	"singularity":    {{words: []string{"exec"}, flags: singularityFlags, operands: 1}},
	"apptainer":      {{words: []string{"exec"}, flags: singularityFlags, operands: 1}},
	"newrelic-admin": {{words: []string{"run-program"}}},
}

var singularityFlags = flags{values: "BHSW", long: set("bind", "home", "pwd", "env", "env-file", "overlay")}

// containerOptions of docker run and exec that take a value.
var containerOptions = set("add-host", "annotation", "attach", "blkio-weight", "cap-add", "cap-drop", "cgroup-parent", "cgroupns", "cidfile",
	"cpu-period", "cpu-quota", "cpu-shares", "cpus", "cpuset-cpus", "device", "dns", "domainname", "entrypoint", "env", "env-file", "expose",
	"gpus", "group-add", "health-cmd", "health-interval", "health-retries", "health-timeout", "hostname", "index", "ip", "ipc", "isolation", "label",
	"label-file", "link", "log-driver", "log-opt", "mac-address", "memory", "memory-swap", "mount", "name", "net", "network", "network-alias",
	"pid", "platform", "publish", "pull", "restart", "runtime", "security-opt", "shm-size", "stop-signal", "stop-timeout", "storage-opt",
	"sysctl", "tmpfs", "ulimit", "user", "userns", "uts", "volume", "volume-driver", "volumes-from", "workdir")
