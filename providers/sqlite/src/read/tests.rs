//! Which spellings are one meaning, which are two, and what is said of those that are none.

use super::*;
use crate::token;

/// Read one statement beside the tables `t (a, b, c)` and `p (id, x)`.
fn read(statement: &str) -> Result<Created, String> {
    let mut names = Names::default();
    for table in ["CREATE TABLE t (a INTEGER, b TEXT, c)", "CREATE TABLE p (id, x)"] {
        let Created::Table { name, table } = created(table, &token::significant(table).unwrap(), &names).unwrap()
        else {
            panic!("{table} is a table")
        };
        names.learn(&name, &table);
    }
    let tokens = token::significant(statement).map_err(|error| error.message)?;
    created(statement, &tokens, &names).map_err(|error| error.message)
}

/// Every spelling reads as the first one does.
fn check(spellings: &[&str]) {
    let first = read(spellings[0]).unwrap();
    for other in &spellings[1..] {
        assert_eq!(
            first,
            read(other).unwrap_or_else(|error| panic!("{error}: {other}")),
            "{} and {other}",
            spellings[0]
        );
    }
}

/// No two of the meanings read alike.
fn check_all_differ(meanings: &[&str]) {
    for (at, one) in meanings.iter().enumerate() {
        for other in &meanings[at + 1..] {
            assert_ne!(read(one).unwrap(), read(other).unwrap(), "{one} and {other}");
        }
    }
}

/// The same statement around each of the given texts.
fn around(before: &str, texts: &[&str], after: &str) -> Vec<String> {
    texts.iter().map(|text| [before, text, after].concat()).collect()
}

fn check_around(before: &str, texts: &[&str], after: &str) {
    let statements = around(before, texts, after);
    check(&statements.iter().map(String::as_str).collect::<Vec<_>>());
}

fn check_all_differ_around(before: &str, texts: &[&str], after: &str) {
    let statements = around(before, texts, after);
    check_all_differ(&statements.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Every one of these is refused with these words.
fn check_refused(cases: &[(&str, &str)]) {
    for (statement, expected) in cases {
        match read(statement) {
            Ok(created) => panic!("{statement} reads as {created:?}"),
            Err(message) => assert_eq!(message, *expected, "{statement}"),
        }
    }
}

#[test]
fn case_spacing_and_comments_mean_nothing() {
    check(&[
        "CREATE TABLE t (a INTEGER NOT NULL DEFAULT NULL, b VARCHAR(10) CHECK (b > 'X') COLLATE NOCASE) STRICT",
        "create table t (a integer not null default null, b varchar(10) check (B > 'X') collate nocase) strict",
        "CREATE TABLE t(a INTEGER NOT NULL DEFAULT NULL,b VARCHAR(10)CHECK(b>'X')COLLATE NOCASE)STRICT",
        "CREATE\tTABLE\n t\r\n (\u{c} a INTEGER NOT NULL DEFAULT NULL ,\n b VARCHAR ( 10 ) CHECK ( b>\n'X' ) \
         COLLATE NOCASE ) STRICT",
        "CREATE TABLE t (a INTEGER NOT -- ) '\nNULL DEFAULT /* ( */ NULL, b VARCHAR/**/(10) CHECK (b > -- \" \n 'X') \
         COLLATE NOCASE) STRICT /* the end",
        "CREATE TABLE IF NOT EXISTS main.t (a INTEGER NOT NULL DEFAULT NULL, b VARCHAR(10) CHECK (b > 'X') \
         COLLATE NOCASE) STRICT",
    ]);
    check(&[
        "CREATE UNIQUE INDEX i ON t (lower(b), a DESC) WHERE a IS NOT NULL",
        "create unique index if not exists main.i on t(LOWER ( B ),a desc)where a is not null -- the end",
    ]);
    check(&[
        "CREATE VIEW v AS SELECT a, count(*) FROM t GROUP BY a",
        "create view if not exists main.v as select A,COUNT( * )\nfrom T group by /* it */ a",
    ]);
    check(&[
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = new.a; END",
        "create trigger if not exists r after insert on t begin update T set A=NEW . A ; end",
    ]);
    check(&["CREATE VIRTUAL TABLE s USING fts5 (a, b)", "create virtual table if not exists main.s using FTS5(a,b)"]);
    check(&["CREATE VIRTUAL TABLE s USING fts5", "CREATE VIRTUAL TABLE s USING fts5()"]);
}

#[test]
fn four_kinds_of_quotes_name_the_same() {
    let quoted = ["t", "\"t\"", "[t]", "`t`", "'t'"];
    check_around("CREATE TABLE ", &quoted, " (a INT)");
    check_around("CREATE TABLE x (", &quoted, " INT, CHECK (t > 0), UNIQUE (t))");
    check_around("CREATE TABLE x (t INT, UNIQUE (", &quoted, "), PRIMARY KEY (t))");
    check_around("CREATE TABLE x (t INT, CONSTRAINT ", &quoted, " UNIQUE (t))");
    check_around("CREATE TABLE x (t INT REFERENCES ", &quoted, " (a))");
    check_around("CREATE TABLE x (a ", &quoted, ")");
    check_around("CREATE INDEX ", &quoted, " ON t (a)");
    check_around("CREATE INDEX i ON ", &quoted, " (a)");
    let columns = ["a", "\"a\"", "[a]", "`a`", "A", "\"A\""];
    check_around("CREATE TABLE t (a INT, CHECK (", &columns, " > 0))");
    check_around("CREATE TABLE t (a INT, d INT AS (", &columns, " + 1))");
    check_around("CREATE INDEX i ON t (lower(", &columns, "))");
    check_around("CREATE INDEX i ON t (a) WHERE ", &columns, " > 0");
    check_around("CREATE VIEW v AS SELECT ", &columns, " FROM t");
    check_around("CREATE VIEW v AS SELECT t.", &columns, " FROM t");
    check_around("CREATE TRIGGER r AFTER UPDATE OF ", &columns, " ON t BEGIN SELECT 1; END");
    check_around("CREATE TABLE x (a TEXT COLLATE ", &["nocase", "NOCASE", "\"NoCase\"", "[nocase]"], ")");
    check_around("CREATE TABLE x (\"q\"\"q\" INT, CHECK (", &["\"q\"\"q\"", "[q\"q]", "`Q\"q`"], " > 0))");
}

#[test]
fn a_quoted_qualifier_is_a_name() {
    check_around(
        "CREATE TABLE t (a INT, CHECK (",
        &["t.a", "t.\"a\"", "\"t\".a", "\"T\".\"A\"", "[t] . `a`"],
        " > 0))",
    );
    check_around(
        "CREATE TRIGGER r AFTER UPDATE ON t BEGIN UPDATE t SET a = ",
        &["new.a", "\"new\".\"a\"", "[NEW].a"],
        "; END",
    );
    check_around("CREATE VIEW v AS SELECT ", &["u.a", "\"u\".\"a\""], " FROM t AS u");
    check_around("CREATE VIEW v AS SELECT 1 FROM ", &["later", "\"later\""], " JOIN t");
    check_around("CREATE VIEW v AS SELECT 1 FROM t JOIN ", &["later", "\"Later\""], "");
    check_around("CREATE VIEW v AS SELECT a IS NOT DISTINCT FROM ", &["\"z\"", "'z'"], " FROM t");
}

#[test]
fn a_constraint_stands_on_its_column_or_on_its_table() {
    check(&["CREATE TABLE t (a INTEGER PRIMARY KEY)", "CREATE TABLE t (a INTEGER, PRIMARY KEY (a))"]);
    check(&["CREATE TABLE t (a INTEGER PRIMARY KEY ASC)", "CREATE TABLE t (a INTEGER, PRIMARY KEY (a ASC))"]);
    check(&["CREATE TABLE t (a TEXT PRIMARY KEY DESC)", "CREATE TABLE t (a TEXT, PRIMARY KEY (a DESC))"]);
    check(&[
        "CREATE TABLE t (a INTEGER CONSTRAINT k PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT)",
        "CREATE TABLE t (a INTEGER, CONSTRAINT k PRIMARY KEY (a AUTOINCREMENT) ON CONFLICT FAIL)",
    ]);
    check(&[
        "CREATE TABLE t (a UNIQUE, b CONSTRAINT u UNIQUE ON CONFLICT IGNORE)",
        "CREATE TABLE t (a, b, UNIQUE (a), CONSTRAINT u UNIQUE (b) ON CONFLICT IGNORE)",
        "CREATE TABLE t (a, b, CONSTRAINT u UNIQUE (b) ON CONFLICT IGNORE UNIQUE (a))",
    ]);
    check(&[
        "CREATE TABLE t (a CHECK (a > 0), b CONSTRAINT c CHECK (b > a))",
        "CREATE TABLE t (a, b, CHECK (a > 0), CONSTRAINT c CHECK (b > a))",
        "CREATE TABLE t (a, b, CONSTRAINT c CHECK (b > a) CHECK (a > 0))",
    ]);
    check(&[
        "CREATE TABLE t (a CONSTRAINT f REFERENCES p (id) ON DELETE CASCADE DEFERRABLE, b NOT NULL REFERENCES p)",
        "CREATE TABLE t (a CONSTRAINT f REFERENCES p (id) ON DELETE CASCADE NULL DEFERRABLE, b REFERENCES p NOT NULL)",
        "CREATE TABLE t (a, b NOT NULL, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE DEFERRABLE, \
         FOREIGN KEY (b) REFERENCES p)",
    ]);
}

#[test]
fn what_says_the_default_says_nothing() {
    check_around("CREATE TABLE t (a INT", &["", " NULL", " CONSTRAINT n NULL", " CONSTRAINT empty"], ")");
    check_around("CREATE TABLE t (a INT NOT NULL", &["", " ON CONFLICT ABORT"], ")");
    check_around("CREATE TABLE t (a INT UNIQUE", &["", " ON CONFLICT ABORT"], ")");
    check_around("CREATE TABLE t (a INT CHECK (a > 0)", &["", ", CONSTRAINT empty"], ")");
    check_around("CREATE TABLE t (a INT, CHECK (a > 0)", &["", " ON CONFLICT FAIL"], ")");
    check_around("CREATE TABLE t (a INT PRIMARY KEY", &["", " ASC", " ON CONFLICT ABORT"], ")");
    let nothing = ["", " ON DELETE NO ACTION", " ON UPDATE NO ACTION", " ON INSERT CASCADE", " MATCH FULL"];
    check_around("CREATE TABLE t (a INT REFERENCES p", &nothing, ")");
    check_around("CREATE TABLE t (a INT REFERENCES p NOT DEFERRABLE", &["", " INITIALLY IMMEDIATE"], ")");
    check_around("CREATE TABLE t (a INT REFERENCES p DEFERRABLE", &["", " INITIALLY IMMEDIATE"], ")");
    check_around("CREATE TABLE t (a INT, d ", &["AS (a)", "AS (a) VIRTUAL", "GENERATED ALWAYS AS (a)"], ")");
    check_around("CREATE TABLE t (a INT PRIMARY KEY) ", &["STRICT, WITHOUT ROWID", "without rowid,strict"], "");
    check_around("CREATE INDEX i ON t (a", &["", " ASC"], ")");
}

#[test]
fn outer_parentheses_mean_nothing() {
    let defaults = |texts: &[&str]| check_around("CREATE TABLE t (a DEFAULT ", texts, " NOT NULL)");
    defaults(&["1", "(1)", "((1))"]);
    defaults(&["-1", "(-1)", "- 1"]);
    defaults(&["'x'", "('x')", "\"x\"", "x", "[x]", "`x`"]);
    defaults(&["NULL", "null", "(NULL)"]);
    defaults(&["TRUE", "(true)"]);
    defaults(&["X'AB'", "x'ab'", "(x'AB')"]);
    defaults(&["1E5", "1e5"]);
    defaults(&["CURRENT_TIMESTAMP", "current_timestamp", "(current_timestamp)"]);
    defaults(&["(1 + 2)", "((1 + 2))", "(1+2)"]);
    let checks = |texts: &[&str]| check_around("CREATE TABLE t (a INT CHECK ", texts, ")");
    checks(&["(a > 0)", "((a > 0))", "(a>0)", "( ( ( a > 0 ) ) )"]);
    checks(&["((a) > (0))", "(((a) > (0)))"]);
    checks(&["(a = 1 AND a <> 2)", "(a == 1 and a != 2)"]);
    check_around("CREATE TABLE t (a INT, d AS ", &["(a + 1)", "((a + 1))"], ")");
    check_around("CREATE INDEX i ON t (a) WHERE ", &["a > 0", "(a > 0)"], "");
    check_around("CREATE INDEX i ON t (", &["a + 1", "(a + 1)", "((a + 1))", "(a + 1) ASC"], ")");
    check_around("CREATE INDEX i ON t (", &["a", "(a)", "(\"a\")"], ")");
}

#[test]
fn a_type_is_its_words() {
    check_around("CREATE TABLE t (a ", &["VARCHAR(10)", "varchar (10)", "varchar(/**/10 )"], ")");
    check_around(
        "CREATE TABLE t (a ",
        &["INTEGER", "\"integer\"", "[Integer]", "`INTEGER`", "'integer'"],
        " PRIMARY KEY)",
    );
    check_around("CREATE TABLE t (a ", &["DECIMAL(10,-2)", "decimal ( 10 , - 2 )"], ")");
    check_around("CREATE TABLE t (a ", &["UNSIGNED BIG INT", "unsigned  big\nint", "unsigned big /**/ int"], ")");
    check_all_differ_around("CREATE TABLE t (a ", &["", "INT", "INTEGER", "BIG INT", "BIGINT", "TEXT", "TEXT(1)"], ")");
}

#[test]
fn the_rowid_has_many_names_and_few_declarations() {
    check_all_differ(&[
        "CREATE TABLE t (a INTEGER PRIMARY KEY)",
        "CREATE TABLE t (a INT PRIMARY KEY)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)",
        "CREATE TABLE t (a INTEGER, PRIMARY KEY (a DESC))",
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT",
        "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE TABLE t (a INTEGER UNIQUE)",
        "CREATE TABLE t (a INTEGER)",
    ]);
}

#[test]
fn a_clause_that_sqlite_heeds_makes_a_difference() {
    let conflicts = ["", " ON CONFLICT ROLLBACK", " ON CONFLICT FAIL", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE"];
    check_all_differ_around("CREATE TABLE t (a INT NOT NULL", &conflicts, ")");
    check_all_differ_around("CREATE TABLE t (a INT UNIQUE", &conflicts, ")");
    check_all_differ_around("CREATE TABLE t (a INT PRIMARY KEY", &conflicts, ")");
    let deferrals = ["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"];
    check_all_differ_around("CREATE TABLE t (a INT REFERENCES p", &deferrals, ")");
    let actions = ["", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE"];
    let clauses = |event: &str| actions.map(|it| if it.is_empty() { String::new() } else { [event, it].concat() });
    let clauses = [clauses(" ON DELETE "), clauses(" ON UPDATE ")];
    let pairs: Vec<String> = clauses[0]
        .iter()
        .flat_map(|delete| clauses[1].iter().map(move |update| [&**delete, update].concat()))
        .collect();
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    check_all_differ_around("CREATE TABLE t (a INT REFERENCES p", &pairs, ")");
    let targets = [" REFERENCES p", " REFERENCES p (id)", " REFERENCES p (x)", " REFERENCES q", ""];
    check_all_differ_around("CREATE TABLE t (a INT", &targets, ")");
    check_all_differ_around("CREATE TABLE t (a TEXT", &["", " COLLATE nocase", " COLLATE rtrim", " NOT NULL"], ")");
    check_all_differ_around("CREATE TABLE t (a INT, d INT", &["", " AS (a)", " AS (a) STORED", " AS (a + 1)"], ")");
    let keys = ["(a)", "(b)", "(a, b)", "(b, a)", "(a DESC)", "(a COLLATE nocase)", "(a COLLATE rtrim DESC)"];
    check_all_differ_around("CREATE TABLE t (a INT, b INT, UNIQUE ", &keys, ")");
    check_all_differ_around("CREATE INDEX i ON t ", &keys, "");
    let names = ["", "CONSTRAINT one ", "CONSTRAINT two "];
    check_all_differ_around("CREATE TABLE t (a INT, ", &names, "UNIQUE (a))");
    check_all_differ_around("CREATE TABLE t (a INT, ", &names, "CHECK (a))");
    check_all_differ_around("CREATE TABLE t (a INT, ", &names, "FOREIGN KEY (a) REFERENCES p)");
    check_all_differ_around("CREATE TABLE t (a INT, ", &names, "PRIMARY KEY (a))");
}

#[test]
fn a_literal_is_not_what_it_looks_like() {
    let defaults = ["", " DEFAULT NULL", " DEFAULT 'null'", " DEFAULT 'NULL'", " DEFAULT 1", " DEFAULT '1'"];
    check_all_differ_around("CREATE TABLE t (a", &defaults, ")");
    let defaults =
        ["TRUE", "'TRUE'", "\"true\"", "CURRENT_DATE", "'current_date'", "x'AB'", "'ab'", "1.0", "-1", "(- -1)"];
    check_all_differ_around("CREATE TABLE t (a DEFAULT ", &defaults, ")");
    let comparands = ["'X'", "'x'", "x", "\"y\"", "\"Y\"", "y", "''", "' '", "'a'", "a", "'it''s'"];
    check_all_differ_around("CREATE TABLE t (a, x, CHECK (a > ", &comparands, "))");
    check_around("CREATE TABLE t (a, x, CHECK (a > ", &["'y'", "\"y\""], "))");
    check_all_differ_around("CREATE INDEX i ON t (a) WHERE b = ", &["'C'", "'c'", "\"c\"", "\"z\"", "\"Z\""], "");
    check_all_differ_around("CREATE VIEW v AS SELECT ", &["'A'", "'a'", "a", "\"z\""], " FROM t");
}

#[test]
fn parentheses_inside_make_a_difference() {
    check_all_differ_around(
        "CREATE TABLE t (a, b, CHECK (",
        &["(a OR b) AND a", "a OR b AND a", "a OR (b AND a)"],
        "))",
    );
    let collated = ["(a = b) COLLATE nocase", "a = b COLLATE nocase", "a = b"];
    check_all_differ_around("CREATE INDEX i ON t (", &collated, ")");
}

#[test]
fn what_stands_alone_makes_a_difference() {
    check_all_differ(&[
        "CREATE INDEX i ON t (a)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE INDEX i ON t (a) WHERE a > 0",
        "CREATE INDEX i ON t (a + 0)",
        "CREATE INDEX i ON p (a)",
        "CREATE VIEW i AS SELECT a FROM t",
        "CREATE VIEW i (a) AS SELECT a FROM t",
        "CREATE VIEW i AS SELECT b FROM t",
        "CREATE TRIGGER i AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER i BEFORE INSERT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER i AFTER INSERT ON t WHEN new.a BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE i USING fts5 (a)",
        "CREATE VIRTUAL TABLE i USING fts5 (a, tokenize = 'porter')",
        "CREATE VIRTUAL TABLE i USING fts4 (a)",
    ]);
}

#[test]
fn a_reference_is_spelled_as_what_it_refers_to() {
    let schema = |statements: &[&str]| {
        let mut assembly = Assembly::default();
        statements.iter().for_each(|it| drop(assembly.add(read(it).unwrap()).unwrap()));
        assembly.finish()
    };
    let parent = "CREATE TABLE Parent (Id INT PRIMARY KEY)";
    assert_eq!(
        schema(&[parent, "CREATE TABLE t (A INT REFERENCES Parent (Id), UNIQUE (A))", "CREATE INDEX i ON t (A)"]),
        schema(&[parent, "CREATE TABLE t (A INT REFERENCES PARENT (ID), UNIQUE (a))", "CREATE INDEX i ON T (a)"]),
    );
}

#[test]
fn a_malformed_statement_says_what_was_expected() {
    check_refused(&[
        ("DROP TABLE t", "expected CREATE, found `DROP`"),
        ("CREATE", "expected TRIGGER, found the end"),
        ("CREATE TABLE", "expected a name, found the end"),
        ("CREATE TABLE 1 (a)", "expected a name, found `1`"),
        ("CREATE TABLE t", "expected `(`, found the end"),
        ("CREATE TABLE t (a", "expected a `)` for this parenthesis, found `(`"),
        ("CREATE TABLE t (a INT) WITHOUT OIDS", "expected STRICT or WITHOUT ROWID, found `WITHOUT`"),
        ("CREATE TABLE t (a INT) STRICT WITHOUT ROWID", "expected ,, found `WITHOUT`"),
        ("CREATE TABLE t (1 INT)", "expected a column name, found `1`"),
        ("CREATE TABLE t (a INT 5)", "expected a column constraint, found `5`"),
        ("CREATE TABLE t (a INT NOT)", "expected a column constraint, found `NOT`"),
        ("CREATE TABLE t (a INT DEFAULT)", "expected a default, found the end"),
        ("CREATE TABLE t (a INT DEFAULT -)", "expected a default, found the end"),
        ("CREATE TABLE t (a INT CHECK a > 0)", "expected `(`, found `a`"),
        ("CREATE TABLE t (a INT COLLATE)", "expected a collation, found the end"),
        ("CREATE TABLE t (a INT GENERATED ALWAYS (1))", "expected AS, found `(`"),
        ("CREATE TABLE t (a INT REFERENCES)", "expected the referenced table, found the end"),
        ("CREATE TABLE t (a INT REFERENCES p ON DELETE)", ACTIONS_EXPECTED),
        ("CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY)", "expected IMMEDIATE, found the end"),
        (
            "CREATE TABLE t (a UNIQUE ON CONFLICT STOP)",
            "expected ABORT, ROLLBACK, FAIL, IGNORE or REPLACE, found `STOP`",
        ),
        ("CREATE TABLE t (a, PRIMARY (a))", "expected PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY, found `PRIMARY`"),
        ("CREATE TABLE t (a, UNIQUE (a) b)", "expected PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY, found `b`"),
        ("CREATE TABLE t (a, UNIQUE (a DESC,, a))", "expected a column or an expression, found the end"),
        ("CREATE TABLE t (a, FOREIGN KEY (a + 1) REFERENCES p)", "expected the end of the statement, found `+`"),
        ("CREATE TABLE t (a, FOREIGN KEY (a) p)", "expected REFERENCES, found `p`"),
        ("CREATE INDEX i (a)", "expected ON, found `(`"),
        ("CREATE INDEX i ON t", "expected `(`, found the end"),
        ("CREATE UNIQUE VIEW v AS SELECT 1", "expected INDEX, found `VIEW`"),
        ("CREATE INDEX i ON t (a) USING btree", "expected the end of the statement, found `USING`"),
        ("CREATE TRIGGER r AFTER INSERT", "expected ON and the table's name, found the end"),
        ("CREATE VIRTUAL TABLE s (a)", "expected USING, found `(`"),
        ("CREATE VIRTUAL TABLE s USING fts5 (a) b", "expected the end of the statement, found `b`"),
        ("CREATE TABLE t (a DEFAULT 'x)", "this `'` is never closed"),
        ("CREATE TABLE [t (a)", "this `[` is never closed"),
        ("CREATE TABLE t (a ^ b)", "unrecognized token: `^`"),
    ]);
}

const ACTIONS_EXPECTED: &str = "expected CASCADE, RESTRICT, SET NULL, SET DEFAULT or NO ACTION, found the end";
