// Package terraform reads infrastructure that is declared in languages of its
// own: Terraform's, as HCL or JSON, and Azure's Bicep. Each block becomes a
// Resource whose attributes are the literals in it, nested blocks dotted; an
// expression that nobody evaluates is kept as its source text. A file of values
// (*.tfvars) is a Resource of the kind Values.
//
// The HCL parser recurses on brackets, unary operators and conditionals until
// the stack ends, which cannot be recovered from. So all three are counted
// before it sees a byte.
package terraform

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const (
	maxBytes      = 512 << 10
	maxUnary      = 5000 // of a file; TestDeepest shows that the parser stands this many in a row
	maxConditions = 2000
	maxResources  = 2000
)

// Values is the kind of a file of values.
const Values = "tfvars"

type extractor struct{}

// New returns the reader of Terraform and Bicep files.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "terraform" }

func (extractor) Limits() extract.Limits { return extract.Limits{Bytes: maxBytes} }

func (extractor) Route(p string) (string, bool) {
	switch base := path.Base(p); {
	case strings.HasSuffix(base, ".tf"):
		return "hcl", true
	case strings.HasSuffix(base, ".bicep"):
		return "bicep", true
	case strings.HasSuffix(base, ".tf.json"):
		return "json", true
	case strings.HasSuffix(base, ".tfvars"):
		return "values", true
	case strings.HasSuffix(base, ".tfvars.json"):
		return "values-json", true
	}
	return "", false
}

func (extractor) Extract(_ context.Context, dialect string, src []byte) ([]fact.Fact, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	switch dialect {
	case "bicep":
		return readBicep(string(src)), nil
	case "json":
		return readJSON(src)
	case "values-json":
		return readValuesJSON(src)
	}
	if err := guard(src); err != nil {
		return nil, err
	}
	return readHCL(src, dialect == "values")
}

// guard refuses sources on which the parser would recurse too deeply through
// operators; the bracket count that precedes every extractor sees to the rest.
// Operators are counted over the whole file, strings included, since telling
// where an expression ends takes the very parser that is being guarded. Lines
// that are comments are left out: people draw rulers there.
func guard(src []byte) error {
	unary, conditions := 0, 0
	for l := range bytes.Lines(src) {
		l = bytes.TrimSpace(l)
		if bytes.HasPrefix(l, []byte("#")) || bytes.HasPrefix(l, []byte("//")) {
			continue
		}
		conditions += bytes.Count(l, []byte("?")) + bytes.Count(l, []byte("%{"))
		operand := false // the byte before may end an operand, so "-" is binary or part of a name
		for i, b := range l {
			switch {
			case b == '!' && !bytes.HasPrefix(l[i:], []byte("!=")), b == '-' && !operand:
				unary++
				operand = false
			case b == ' ' || b == '\t':
			default:
				operand = b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' ||
					b == '_' || b == ')' || b == ']' || b == '}' || b == '"' || b >= 0x80
			}
		}
		if unary > maxUnary || conditions > maxConditions {
			return fmt.Errorf("%w: too many operators", extract.ErrDeep)
		}
	}
	return nil
}
