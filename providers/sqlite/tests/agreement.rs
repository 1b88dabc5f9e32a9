//! The reader and SQLite agree on whatever SQLite accepts, and so do a database and one made from its rendering.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use std::{path::Path, time::Duration};

use trueup_contract::{
    Access, Action, Database, DatabaseError, Group, Inspection, Observer, Progress, Provider, Question, Redacted, Step,
};
use trueup_sqlite::Sqlite;

/// What SQLite itself makes of a schema, whatever the spelling: its own reading of every table, index and key. Names
/// that SQLite made up and the order of constraints are left out.
const FACTS: &str = r#"
SELECT count(*), json_group_array(fact), NULL FROM (
  SELECT json_array('table', l.name, l.type, l.ncol, l.wr, l.strict) AS fact
  FROM pragma_table_list AS l WHERE schema = 'main' AND name NOT LIKE 'sqlite%'
  UNION ALL
  SELECT json_array('column', l.name, c.cid, c.name, c.type, c."notnull", c.pk, c.hidden)
  FROM pragma_table_list AS l, pragma_table_xinfo(l.name) AS c WHERE l.schema = 'main' AND l.type != 'view'
  UNION ALL
  SELECT json_array('index', l.name, iif(i.origin = 'c', i.name, i.origin), i."unique", i.partial, group_concat(
    concat_ws(' ', x.cid, x.name, x.desc, lower(x.coll), x.key), ', '))
  FROM pragma_table_list AS l, pragma_index_list(l.name) AS i, pragma_index_xinfo(i.name) AS x
  WHERE l.schema = 'main' GROUP BY l.name, i.name
  UNION ALL
  SELECT json_array('key', l.name, f.seq, lower(f."table"), lower(f."from"), lower(f."to"), f.on_update,
    f.on_delete, f.match)
  FROM pragma_table_list AS l, pragma_foreign_key_list(l.name) AS f WHERE l.schema = 'main'
  ORDER BY 1)"#;

struct Unwatched;

impl Observer for Unwatched {
    fn observe(&mut self, _: Progress) {}
}

/// A database made by a script, and what is found in it: by us, and by SQLite.
async fn made(file: &Path, script: &str) -> Result<(Inspection, Vec<String>), DatabaseError> {
    let url = Redacted::new(["sqlite:", file.to_str().unwrap()].concat());
    let mut database: Box<dyn Database> = Sqlite.connect(&url, Access::Create).await?;
    let step = Step { summary: script.to_owned(), action: Action::Sql(script.to_owned()), ..Step::default() };
    let group = Group { steps: &[step], revision: None, lock_timeout: Duration::from_secs(1), write: None };
    database.run_group(&group, &mut Unwatched).await?;
    let question = Question { counts: "facts".to_owned(), sql: FACTS.to_owned(), must_be_zero: false };
    Ok((database.inspect().await?, database.answer(&question).await?.samples))
}

/// What is wrong with a script, if anything is.
async fn disagreement(folder: &Path, script: &str) -> Result<Option<String>, DatabaseError> {
    let (declared, facts) = made(&folder.join("declared.db"), script).await?;
    if !declared.unmodelled.is_empty() {
        return Ok(Some(format!("not understood: {:?}", declared.unmodelled)));
    }
    if declared.schema.objects().is_empty() {
        return Ok(Some("nothing is found".to_owned()));
    }
    let rendered = Sqlite.dialect().render(&declared.schema);
    let (copied, facts_of_copy) = match made(&folder.join("copied.db"), &rendered).await {
        Ok(made) => made,
        Err(error) => return Ok(Some(format!("{error}, rendered as\n{rendered}"))),
    };
    let both = || format!("{:#?}\nand, rendered as\n{rendered}\n{:#?}", declared.schema, copied.schema);
    if !copied.unmodelled.is_empty() || declared.schema != copied.schema {
        return Ok(Some(both()));
    }
    Ok((facts != facts_of_copy).then(|| format!("{facts:#?}\nand, rendered as\n{rendered}\n{facts_of_copy:#?}")))
}

/// Every script is understood whole, and survives being rendered and run.
fn check(scripts: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut found = Vec::new();
    for script in scripts {
        let folder = tempfile::tempdir().unwrap();
        match runtime.block_on(disagreement(folder.path(), script)) {
            Ok(None) => (),
            Ok(Some(disagreement)) => found.push(format!("{script}\n{disagreement}")),
            Err(error) => found.push(format!("{script}\nnot accepted: {error}")),
        }
    }
    assert!(found.is_empty(), "{} disagreements:\n\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn a_column_of_any_type_survives() {
    check(&[
        "CREATE TABLE t (a)",
        "CREATE TABLE t (a INT, b INTEGER, c TEXT, d BLOB, e REAL, f NUMERIC)",
        "create table if not exists main.t(a int,b varchar(10),c decimal(10,2),d double precision)",
        "CREATE TABLE t (a UNSIGNED BIG INT, b NATIVE CHARACTER(70), c DECIMAL(10, -2), d LONG VARCHAR (5))",
        "CREATE TABLE t (a INT, b INTEGER, c TEXT, d BLOB, e REAL, f ANY) STRICT",
        "CREATE TABLE t (a [strange type], b \"other type\", c 'quoted', d `back tick`)",
        "CREATE TABLE t (a VARCHAR -- the length\n (10) /* and */, b/**/TEXT/**/COLLATE/**/NOCASE)",
        "CREATE TABLE t (a INT\n\t,\r\n b\u{c}INT);;",
        "CREATE TABLE t (a BOOLEAN DEFAULT FALSE, b DATETIME DEFAULT CURRENT_TIMESTAMP, c JSON DEFAULT '{}')",
        "CREATE TABLE t AS SELECT 1 AS a, 'x' AS \"B c\", 2.5 AS d",
        "CREATE TABLE t (a INT); ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'it''s'; \
         ALTER TABLE t RENAME COLUMN a TO \"my a\"; ALTER TABLE t RENAME TO \"my t\"",
    ]);
}

#[test]
fn a_name_that_takes_quotes_survives() {
    check(&[
        "CREATE TABLE [my table] (\"a b\" INT, [c.d] TEXT, `e``f` REAL, 'g''h' BLOB)",
        "CREATE TABLE \"\" (\"\" INT)",
        "CREATE TABLE \"select\" (\"from\" INT, \"order\" INT CHECK (\"order\" > \"from\"), UNIQUE (\"order\", \
         [from]))",
        "CREATE TABLE \"q\"\"q\" (\"a\"\"b\" INT CHECK (\"a\"\"b\" > 0), UNIQUE (\"a\"\"b\"))",
        "CREATE TABLE Ünïcode (é INT, \"→\" TEXT, 日本語 INT DEFAULT 5, CHECK (日本語 > é))",
        "CREATE TABLE t (abort INT, action INT, after INT, key TEXT, match INT, rowid INT, if INT, temp INT)",
        "CREATE TABLE \"if\" (a INT); CREATE INDEX view ON [if] (a)",
        "CREATE TABLE t (\"1\" INT, \"2fa\" TEXT, a$b INT, _ INT, CHECK (\"2fa\" != '' AND a$b > _))",
        "CREATE TABLE t (\"it's\" INT, \"semi;colon\" INT, \"--\" INT, \"/*\" INT CHECK (\"/*\" > \"--\"))",
        "CREATE TABLE t (\"new\nline\" INT, \"tab\t\" INT, \"(\" INT, \")\" INT, \",\" INT, UNIQUE (\"(\", \",\"))",
    ]);
}

#[test]
fn a_default_survives() {
    check(&[
        "CREATE TABLE t (a DEFAULT 1, b DEFAULT -1, c DEFAULT +1, d DEFAULT (1), e DEFAULT ((-1)), f DEFAULT - 1.5e-3)",
        "CREATE TABLE t (a DEFAULT 'x', b DEFAULT \"x\", c DEFAULT x, d DEFAULT [x y], e DEFAULT `it's`, f DEFAULT '')",
        "CREATE TABLE t (a DEFAULT NULL, b DEFAULT true, c DEFAULT (FALSE), d DEFAULT x'ABcd', e DEFAULT (-X'00'))",
        "CREATE TABLE t (a DEFAULT CURRENT_TIME, b DEFAULT CURRENT_DATE, c DEFAULT (CURRENT_TIMESTAMP))",
        "CREATE TABLE t (a DEFAULT (CURRENT_TIMESTAMP || 'Z'), b DEFAULT (current_date > '2000'))",
        "CREATE TABLE t (a DEFAULT (datetime('now', '+1 day')), b DEFAULT (1 + 2), c DEFAULT ('a' || 'b') NOT NULL)",
        "CREATE TABLE t (a DEFAULT (-'abc'), b DEFAULT (- NULL), c DEFAULT (- -1), d DEFAULT (-(1)), e DEFAULT (0xFF))",
        "CREATE TABLE t (a DEFAULT (-true), b DEFAULT (+false))",
        "CREATE TABLE t (a DEFAULT (CASE WHEN 1 THEN 'END' ELSE ')' END), b DEFAULT (json('{}')))",
        "CREATE TABLE t (a INT DEFAULT 1 DEFAULT 2, b DEFAULT 'null', c DEFAULT 'current_date', d DEFAULT \"true\")",
        "CREATE TABLE t (a CONSTRAINT d DEFAULT 1 CONSTRAINT n NOT NULL, b INT CONSTRAINT empty)",
    ]);
}

#[test]
fn a_primary_key_survives() {
    check(&[
        "CREATE TABLE t (a INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a \"INTEGER\" PRIMARY KEY, b [integer])",
        "CREATE TABLE t (a INT PRIMARY KEY)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)",
        "CREATE TABLE t (a INTEGER, PRIMARY KEY (a DESC))",
        "CREATE TABLE t (a INTEGER, CONSTRAINT \"the key\" PRIMARY KEY (A ASC) ON CONFLICT REPLACE)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT IGNORE AUTOINCREMENT NOT NULL)",
        "CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a AUTOINCREMENT))",
        "CREATE TABLE t (a INTEGER, PRIMARY KEY (a COLLATE nocase)); CREATE TABLE u (a TEXT, PRIMARY KEY (a COLLATE \
         NOCASE))",
        "CREATE TABLE t (a INTEGER, PRIMARY KEY ((a))); CREATE TABLE u (a, b, PRIMARY KEY (('a'), \"b\"))",
        "CREATE TABLE t (a TEXT, b TEXT, c, PRIMARY KEY (b DESC, a COLLATE RTRIM))",
        "CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID",
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, b) WITHOUT ROWID; CREATE TABLE u (a TEXT PRIMARY KEY DESC)",
        "CREATE TABLE t (a INT, b TEXT NOT NULL ON CONFLICT FAIL, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) strict; CREATE TABLE u (a TEXT, b INT PRIMARY KEY) STRICT",
        "CREATE TABLE t (a, b, PRIMARY KEY (a, b, a))",
    ]);
}

#[test]
fn a_constraint_survives() {
    check(&[
        "CREATE TABLE t (a UNIQUE, b CONSTRAINT u UNIQUE ON CONFLICT ROLLBACK, UNIQUE (a, b DESC) ON CONFLICT FAIL)",
        "CREATE TABLE t (a TEXT, UNIQUE (a), UNIQUE (a COLLATE NOCASE), CONSTRAINT x UNIQUE (a COLLATE \"rtrim\" \
         DESC))",
        "CREATE TABLE t (a, b, CONSTRAINT c UNIQUE (a) CONSTRAINT c UNIQUE (b), CONSTRAINT C CHECK (a > b))",
        "CREATE TABLE t (a, b, UNIQUE ((a)), UNIQUE ('b', \"a\"))",
        "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE, b NULL, c NOT NULL NOT NULL ON CONFLICT REPLACE DEFAULT 1)",
        "CREATE TABLE t (a CHECK (a > 0) CHECK (a < 9), CHECK (a != 5), CHECK (a != 5), CONSTRAINT n CHECK ((a) <> \
         (4)))",
        "CREATE TABLE t (a TEXT CHECK (a IN ('x', \"Y\", 'it''s')), CHECK (a GLOB '[a-z]*' OR a LIKE '\\%' ESCAPE \
         '\\'))",
        "CREATE TABLE t (a, b, CHECK (t.a > \"t\".\"b\" AND main.t.a IS NOT DISTINCT FROM b))",
        "CREATE TABLE t (a JSON CHECK (a ->> '$.b' = 1 AND a -> 'c' IS NOT NULL), b CHECK (b << 1 >> 1 | 2 & ~3 = 4))",
        "CREATE TABLE t (a CHECK (typeof(a) = 'text' COLLATE NOCASE), b CHECK (CAST(b AS INTEGER) BETWEEN 1 AND 2))",
        "CREATE TABLE t (a TEXT COLLATE NOCASE COLLATE RTRIM, b COLLATE binary, c TEXT COLLATE \"NoCase\")",
        "CREATE TABLE t (a, b UNIQUE, a_b UNIQUE ON CONFLICT IGNORE, CONSTRAINT empty)",
    ]);
}

#[test]
fn a_foreign_key_survives() {
    check(&[
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x UNIQUE); CREATE TABLE c (a REFERENCES p, b REFERENCES P (X))",
        "CREATE TABLE c (a REFERENCES nowhere, b REFERENCES nowhere (b), FOREIGN KEY (A, b) REFERENCES \"no where\" \
         (x, y))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, parent INT REFERENCES T (ID) ON DELETE CASCADE ON UPDATE SET NULL)",
        "CREATE TABLE c (a REFERENCES p ON DELETE SET DEFAULT, b REFERENCES p ON UPDATE RESTRICT ON DELETE NO ACTION)",
        "CREATE TABLE c (a REFERENCES p DEFERRABLE, b REFERENCES p DEFERRABLE INITIALLY DEFERRED, \
         c REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE c (a REFERENCES p MATCH FULL ON INSERT CASCADE NOT NULL DEFERRABLE INITIALLY DEFERRED UNIQUE)",
        "CREATE TABLE c (a CONSTRAINT f REFERENCES p CONSTRAINT g REFERENCES q, CONSTRAINT f FOREIGN KEY (a) \
         REFERENCES r)",
        "CREATE TABLE c (a, b, FOREIGN KEY (a) REFERENCES p (a) FOREIGN KEY (b) REFERENCES p CHECK (a) UNIQUE (a))",
        "CREATE TABLE a (b REFERENCES b); CREATE TABLE b (a REFERENCES a)",
    ]);
}

#[test]
fn a_generated_column_survives() {
    check(&[
        "CREATE TABLE t (a INT, b AS (a + 1), c INT AS (a * 2) STORED, d TEXT GENERATED ALWAYS AS (a || 'x') VIRTUAL)",
        "CREATE TABLE t (b INT GENERATED ALWAYS AS ((\"a\")) STORED NOT NULL UNIQUE CHECK (b > 0), a, c AS (A) \
         COLLATE nocase)",
        "CREATE TABLE t (a INT, generated INT, always INT, stored ANY AS (a), \"virtual\" INT AS (generated) virtual) \
         STRICT",
        "CREATE TABLE t (a TEXT, b AS (\"a\" || \"no column\"), c AS (substr(a, 1, 2)) REFERENCES t (a))",
    ]);
}

#[test]
fn an_index_survives() {
    check(&[
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX main.\"I 2\" ON T (B DESC, \"a\" ASC)",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t ((a)); CREATE INDEX j ON t ('a', [b]); CREATE INDEX k ON t (((b)) \
         DESC)",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (a COLLATE nocase DESC, b COLLATE \"RTRIM\"); CREATE INDEX j ON t \
         (a, a)",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (lower(a), a || b, (a + b) DESC, -a, a IS NULL, 1)",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t ((a = b) COLLATE nocase); CREATE INDEX j ON t (a = b COLLATE \
         nocase)",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t ((a) COLLATE nocase, (lower(b)) COLLATE RTRIM DESC, (b COLLATE \
         nocase))",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (a) WHERE b IS NOT NULL AND (a > 'X' OR a IN ('where', \"b\"))",
        "CREATE TABLE t (a, b); CREATE INDEX i ON t (a) WHERE (b > 0); CREATE INDEX j ON t (a) WHERE (a) > (b) -- the \
         end",
        "CREATE TABLE t (a, b); CREATE UNIQUE INDEX i ON t (json_extract(a, '$.x'), CASE WHEN a THEN b END) WHERE b = \
         \"x\"",
        "CREATE TABLE t (a, \"b c\"); CREATE INDEX i ON t (\"b c\", abs(\"B C\")) WHERE \"b c\" > 0; \
         ALTER TABLE t RENAME COLUMN a TO \"d e\"; ALTER TABLE t RENAME TO u",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b AS (a + 1)); CREATE INDEX i ON t (b) WHERE rowid > 5",
    ]);
}

#[test]
fn a_view_survives() {
    check(&[
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIEW IF NOT EXISTS main.[my v] (\"a b\", c) AS SELECT 1 AS x, 'it''s; -- no' /* ; */ -- end",
        "CREATE TABLE t (a, b); CREATE VIEW v AS WITH w (x) AS (SELECT a FROM t) SELECT \"x\" FROM w WHERE x > \
         (SELECT max(b) FROM T)",
        "CREATE VIEW early AS SELECT * FROM \"late\"; CREATE VIEW late AS SELECT * FROM nowhere",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT t.a AS \"A\", \"t\".\"a\", row_number() OVER (ORDER BY a DESC) \
         FROM t",
        "CREATE VIEW v AS VALUES (1, x'AB'), (2, NULL) UNION ALL SELECT 3, .5e1",
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t RENAME TO \"u u\"; ALTER TABLE \"u u\" \
         RENAME a TO b",
    ]);
}

#[test]
fn a_trigger_survives() {
    let t = |trigger: &str| ["CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t; ", trigger].concat();
    let scripts = [
        "CREATE TRIGGER r INSERT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER IF NOT EXISTS main.[my r] AFTER UPDATE OF a, \"b\" ON T FOR EACH ROW WHEN new.a > OLD.\"a\" \
         BEGIN UPDATE t SET b = NEW . a; DELETE FROM t WHERE a = 'END;'; END",
        "CREATE TRIGGER r BEFORE DELETE ON t WHEN (old.a) BEGIN SELECT RAISE(ABORT, 'it''s no; END'); END",
        "CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a, \"new\".\"a\"); END; \
         CREATE TRIGGER r2 INSTEAD OF DELETE ON v BEGIN SELECT CASE WHEN 1 THEN 2 END; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO t (a) SELECT a FROM nowhere WHERE true ON CONFLICT DO \
         NOTHING; END",
        "CREATE TRIGGER \"when\" AFTER INSERT ON main.t BEGIN -- why\n REPLACE INTO t (a) VALUES (1) /* ; */ ; END",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END; ALTER TABLE t RENAME TO \"u u\"; \
         ALTER TABLE \"u u\" RENAME COLUMN a TO \"c d\"",
    ];
    let scripts = scripts.map(t);
    check(&scripts.each_ref().map(String::as_str));
}

#[test]
fn a_virtual_table_survives() {
    check(&[
        "CREATE VIRTUAL TABLE s USING fts5(a, b)",
        "CREATE VIRTUAL TABLE IF NOT EXISTS main.\"my s\" USING FTS5 (title, body UNINDEXED, tokenize = 'porter \
         unicode61')",
        "CREATE TABLE t (a); CREATE VIRTUAL TABLE s USING fts5(a, content=\"t\", content_rowid='rowid', prefix='2 3')",
        "CREATE VIRTUAL TABLE s USING fts4(a TEXT, \"b c\", tokenize=unicode61 \"remove_diacritics=1\"); CREATE TABLE \
         s_own (a)",
        "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, +label TEXT)",
        "CREATE VIRTUAL TABLE s USING fts5(a, tokenize=\"unicode61 separators '-_'\"); CREATE VIEW v AS SELECT a FROM \
         s",
        "CREATE TABLE t (a); CREATE VIRTUAL TABLE s USING fts5(a, content=''); \
         CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO s (rowid, a) VALUES (new.rowid, new.a); END",
        "CREATE VIRTUAL TABLE s USING dbstat",
    ]);
}
