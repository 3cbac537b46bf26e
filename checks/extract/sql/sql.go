// Package sql reads SQL for what decides something about machine learning: the
// models that a statement creates in a warehouse, the functions that evaluate
// them and ask them for predictions, what is written, loaded and asserted.
//
// It reads tokens, not grammar: the dialects of BigQuery, Snowflake, Redshift,
// PostgreSQL and dbt's templates differ in all but these words. Facts are Calls
// in a namespace of their own, with the model as their first argument:
//
//	CREATE MODEL a.b OPTIONS(model_type='x') AS …   sql.create_model("a.b", model_type="x")
//	INSERT INTO t SELECT … FROM ML.PREDICT(MODEL m) sql.insert_select("t"), sql.ml.predict("m", into="t")
//	CALL m!FORECAST(…)                               sql.model.forecast("m")
//	{{ ref('orders') }}                              dbt.ref("orders")
package sql

import (
	"bytes"
	"context"
	"errors"
	"path"

	"github.com/mlops-maturity/mlops-maturity/checks/extract"
	"github.com/mlops-maturity/mlops-maturity/checks/fact"
)

const (
	maxFacts = 5000
	maxArgs  = 32   // options of a model
	maxText  = 1024 // bytes of a name or option
)

var errTooMany = errors.New("has more than 5,000 statements and calls that count")

type extractor struct{}

// New returns the reader of SQL files, dbt's models among them.
func New() extract.Extractor { return extractor{} }

func (extractor) Name() string { return "sql" }

// Limits leaves nesting to the reader, which does not recurse.
func (extractor) Limits() extract.Limits { return extract.Limits{Nesting: -1} }

func (extractor) Route(p string) (string, bool) {
	switch path.Ext(p) {
	case ".sql", ".sqlx", ".bqsql":
		return "sql", true
	}
	return "", false
}

func (extractor) Extract(_ context.Context, _ string, src []byte) ([]fact.Fact, error) {
	return Read(string(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))))
}

// Read returns the facts of a text of SQL, in line order.
func Read(src string) ([]fact.Fact, error) {
	r := &reader{lexer: lexer{src: src, line: 1}}
	r.read()
	if r.many {
		return r.facts, errTooMany
	}
	return r.facts, nil
}
