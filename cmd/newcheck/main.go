// Command newcheck writes what a new check needs: the file with its
// documentation to fill in, the line in its area's list, and three cases that
// fail until the check judges them.
//
//	make new-check AREA=training ID=training.parameters
package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/mlops-maturity/mlops-maturity/checks/maturity"
	"github.com/mlops-maturity/mlops-maturity/checks/practice"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "newcheck AREA ID, for example: newcheck training training.parameters")
		os.Exit(2)
	}
	written, err := scaffold(".", os.Args[1], os.Args[2], func(id string) bool {
		_, ok := practice.ByID(id)
		return ok
	})
	for _, name := range written {
		fmt.Println("wrote", name)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "newcheck:", err)
		os.Exit(1)
	}
	fmt.Println("now fill in the documentation and the three repositories, and let Run judge them: go test ./checks/checkstest")
}

var (
	areaName = regexp.MustCompile(`^[a-z]+$`)
	list     = regexp.MustCompile(`(?m)^(var Checks = \[\]capability\.Check\{[^}]*?),?\s*\}`)
)

// scaffold writes the files of one check below root and returns their names.
// judged says which ids have a check.
func scaffold(root, area, id string, judged func(string) bool) (written []string, err error) {
	if _, ok := maturity.Microsoft().Row(id); !ok {
		return nil, fmt.Errorf("%s is no row of checks/maturity/microsoft.yml: the rubric comes first", id)
	}
	if judged(id) {
		return nil, fmt.Errorf("%s is judged already", id)
	}
	folder := filepath.Join(root, "checks", "practice", area)
	listed, err := os.ReadFile(filepath.Join(folder, "checks.go"))
	if err != nil || !areaName.MatchString(area) {
		return nil, errors.Join(fmt.Errorf("there is no area %q below checks/practice", area), err)
	}
	_, last, _ := strings.Cut(id, ".")
	name := ""
	for _, word := range strings.Split(last, "-") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	if !list.Match(listed) {
		return nil, fmt.Errorf("%s/checks.go has no list Checks on its own lines", folder)
	}
	added, err := format.Source(list.ReplaceAll(listed, []byte("${1}, "+name+"}")))
	if err != nil {
		return nil, err
	}
	values := map[string]string{"Area": area, "ID": id, "Name": name, "Func": strings.ToLower(name[:1]) + name[1:]}
	files := map[string]string{filepath.Join(folder, strings.ReplaceAll(last, "-", "")+".go"): check}
	for status, text := range map[string]string{"met": met, "missing": missing, "near-miss": near} {
		files[filepath.Join(root, "checks", "practice", "testdata", id, status+".txtar")] = text
	}
	for file, text := range files {
		var b bytes.Buffer
		if err := template.Must(template.New("").Parse(text)).Execute(&b, values); err != nil {
			return written, err
		}
		if err := create(file, b.Bytes()); err != nil {
			return written, err
		}
		written = append(written, file)
	}
	return written, os.WriteFile(filepath.Join(folder, "checks.go"), added, 0o644)
}

// create writes a file that is not there yet.
func create(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
