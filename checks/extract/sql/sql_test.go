package sql

import (
	"testing"

	"github.com/mlops-maturity/mlops-maturity/checks/extract/extracttest"
)

func TestGolden(t *testing.T) { extracttest.Golden(t, New()) }

func TestRoute(t *testing.T) {
	extracttest.Route(t, New(), map[string]string{
		"models/churn.sql":         "sql",
		"definitions/orders.sqlx":  "sql",
		"data/dump.sql.gz":         "no",
		"sqlite3.py":               "no",
		"migrations/0001_init.sql": "sql",
	})
}

func TestHostile(t *testing.T) {
	extracttest.Hostile(t, New(), []string{"sql"},
		"create model ", "create model a options(", "create table a as ", "create table a (", "insert into a values (1);\n", "a.", "a.b(", "m!", "m!p(", "{{ ref(", "{{", "--\n", "/*", "{#",
		"$$", "''", "'\\'", "`", "select ml.predict(model a, ", "create or replace snowflake.ml.forecast ", ";", "x = ", "options(", "with a as (select 1) ", "load data ")
}

func FuzzExtract(f *testing.F) { extracttest.Fuzz(f, New(), []string{"sql"}) }
