//! Which statements carry out which changes, and in which order they may run.

use std::{collections::BTreeSet, sync::Arc};

use trueup_contract::{Cluster, DialectError, Fact, Inspection, Realized, Script, SourceFile, Step, Work};
use trueup_state::{Address, Change, Pair, diff};

use super::{edges, renamed, steps};
use crate::{canonical, parse, render};

fn declared(text: &str) -> Realized {
    let file = SourceFile { path: Arc::new("test.sql".into()), text: text.into() };
    let mut realized = parse::script(&Script { files: vec![file] }, &Inspection::default()).unwrap();
    canonical::canonicalize(&mut realized.schema);
    realized
}

fn between(version: &str, before: &str, after: &str) -> Vec<Step> {
    let (before, after) = (declared(before), declared(after));
    of_pair(version, &before, &after)
}

fn tried(version: &str, before: &Realized, after: &Realized) -> Result<Vec<Step>, DialectError> {
    let changes = diff(Pair { before: &before.schema, after: &after.schema });
    let work = Work {
        observed: &before.schema,
        before: &before.schema,
        after: &after.schema,
        declared: &after.schema,
        depends: Pair { before: &before.depends, after: &after.depends },
        replaceable: &BTreeSet::new(),
        cluster: &Cluster::default(),
        changes: &changes,
        version,
        minimum_version: None,
    };
    steps(&work)
}

fn of_pair(version: &str, before: &Realized, after: &Realized) -> Vec<Step> {
    let changes = diff(Pair { before: &before.schema, after: &after.schema });
    let steps = tried(version, before, after).unwrap();
    for change in &changes {
        assert!(steps.iter().any(|step| step.changes.contains(change.address())), "{change:?} is forgotten");
    }
    steps
}

/// The steps in an order that the planner may choose; it fails where they wait for each other.
fn in_order(mut steps: Vec<Step>) -> Vec<Step> {
    let mut order = Vec::new();
    while !steps.is_empty() {
        let waiting: BTreeSet<usize> = edges(&steps).into_iter().map(|(_, second)| second).collect();
        let free = (0..steps.len()).find(|at| !waiting.contains(at)).expect("the steps wait for each other");
        order.push(steps.remove(free));
    }
    order
}

/// The statements from one script to another start with these words, in this order.
fn check(before: &str, after: &str, expected: &[&str]) {
    check_on("18", before, after, expected);
}

fn check_on(version: &str, before: &str, after: &str, expected: &[&str]) {
    let steps = in_order(between(version, before, after));
    let sql: Vec<&str> = steps.iter().map(|step| step.action.sql()).collect();
    assert_eq!(sql.len(), expected.len(), "{sql:#?}");
    for (sql, expected) in sql.iter().zip(expected) {
        assert!(sql.starts_with(expected), "{sql}\ndoes not start with\n{expected}");
    }
}

fn facts(before: &str, after: &str) -> Vec<Fact> {
    between("18", before, after).into_iter().flat_map(|step| step.hazards).map(|hazard| hazard.fact).collect()
}

const TABLE: &str = "CREATE TABLE t (a integer NOT NULL, b text);";

fn with(more: &str) -> String {
    [TABLE, more].concat()
}

#[test]
fn a_table_is_one_statement_but_for_foreign_keys() {
    let after = "CREATE TABLE p (a integer PRIMARY KEY, b integer UNIQUE CHECK (b > 0));
                 CREATE TABLE c (a integer REFERENCES p (a));";
    let expected = [
        "CREATE TABLE \"public\".\"c\" (",
        "CREATE TABLE \"public\".\"p\" (",
        "ALTER TABLE \"public\".\"c\" ADD CONSTRAINT \"c_a_fkey\" FOREIGN KEY",
    ];
    let steps = in_order(between("18", "CREATE SCHEMA public;", &["CREATE SCHEMA public;", after].concat()));
    let mut sql: Vec<&str> = steps.iter().map(|step| step.action.sql()).collect();
    assert!(sql.last().is_some_and(|last| last.starts_with(expected[2])), "{sql:#?}");
    sql.sort_unstable();
    assert_eq!(sql.len(), 3, "{sql:#?}");
}

#[test]
fn extensions_come_first_and_go_last() {
    let nothing = "CREATE SCHEMA public; CREATE SCHEMA s;";
    let all = [nothing, "CREATE EXTENSION some SCHEMA s; CREATE FUNCTION a() RETURNS int LANGUAGE plpgsql AS 'x';"];
    let all = [&all.concat(), "CREATE TABLE b (i integer DEFAULT a());"].concat();
    let first = |before: &str, after: &str| in_order(between("18", before, after));
    let comes = first("CREATE SCHEMA public;", &all);
    assert!(comes[0].action.sql().starts_with("CREATE SCHEMA"), "{comes:#?}");
    assert_eq!(comes[1].action.sql(), "CREATE EXTENSION \"some\" SCHEMA \"s\"");
    let goes = first(&all, nothing);
    assert_eq!(goes.last().map(|it| it.action.sql()), Some("DROP EXTENSION \"some\""));
}

#[test]
fn tables_that_point_at_each_other_come_and_go() {
    let circle = "CREATE SCHEMA public; CREATE TABLE a (i integer PRIMARY KEY, o integer);
                  CREATE TABLE b (i integer PRIMARY KEY, o integer REFERENCES a (i));
                  ALTER TABLE a ADD FOREIGN KEY (o) REFERENCES b (i);";
    assert_eq!(in_order(between("18", "CREATE SCHEMA public;", circle)).len(), 4);
    let dropped = in_order(between("18", circle, "CREATE SCHEMA public;"));
    assert!(dropped.iter().filter(|step| step.action.sql().contains("DROP CONSTRAINT")).count() >= 1);
    assert_eq!(dropped.iter().filter(|step| step.action.sql().starts_with("DROP TABLE")).count(), 2);
}

#[test]
fn columns_are_added_dropped_and_altered_in_place() {
    let to = |column: &str, expected: &[&str]| {
        check(TABLE, &["CREATE TABLE t (a integer NOT NULL", column, ");"].concat(), expected);
    };
    to(", b text, c integer DEFAULT 3", &["ALTER TABLE \"public\".\"t\" ADD COLUMN \"c\" integer DEFAULT 3"]);
    to("", &["ALTER TABLE \"public\".\"t\" DROP COLUMN \"b\""]);
    to(", b text NOT NULL", &["ALTER TABLE \"public\".\"t\" ALTER COLUMN \"b\" SET NOT NULL"]);
    to(", b text DEFAULT 'x'", &["ALTER TABLE \"public\".\"t\" ALTER COLUMN \"b\" SET DEFAULT"]);
    to(", b varchar(9)", &["ALTER TABLE \"public\".\"t\" ALTER COLUMN \"b\" TYPE character varying(9)"]);
    to(", b integer", &["ALTER TABLE \"public\".\"t\" ALTER COLUMN \"b\" TYPE integer USING \"b\" :: integer"]);
}

#[test]
fn a_generated_column_gets_another_expression_where_postgres_can_do_it() {
    let table =
        |text: &str| ["CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (", text, ") STORED);"].concat();
    let (one, two) = (table("a + 1"), table("a + 2"));
    check_on("17", &one, &two, &["ALTER TABLE \"public\".\"t\" ALTER COLUMN \"b\" SET EXPRESSION AS"]);
    let again = ["ALTER TABLE \"public\".\"t\" DROP COLUMN \"b\"", "ALTER TABLE \"public\".\"t\" ADD COLUMN \"b\""];
    check_on("16", &one, &two, &again);
    assert!(!between("16", &one, &two).iter().flat_map(|step| &step.hazards).any(|it| it.fact == Fact::DropsColumn));
}

#[test]
fn what_is_only_called_otherwise_is_renamed() {
    check(
        &with("CREATE INDEX i ON t (b);"),
        &with("CREATE INDEX j ON t (b);"),
        &["ALTER INDEX \"public\".\"i\" RENAME TO \"j\""],
    );
    check(
        "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0));",
        "CREATE TABLE t (a integer, CONSTRAINT d CHECK (a > 0));",
        &["ALTER TABLE \"public\".\"t\" RENAME CONSTRAINT \"c\" TO \"d\""],
    );
}

#[test]
fn a_constraint_that_was_not_valid_is_validated() {
    check(
        &with("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"),
        &with("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);"),
        &["ALTER TABLE \"public\".\"t\" VALIDATE CONSTRAINT \"c\""],
    );
}

#[test]
fn views_make_way_for_a_column_that_changes_its_type() {
    let view = "CREATE VIEW v AS SELECT b FROM t;";
    let mut before = declared(&with(view));
    let after = declared(&["CREATE TABLE t (a integer NOT NULL, b varchar(9));", view].concat());
    let view = Address::View(trueup_state::Qualified { namespace: "public".into(), name: "v".into() });
    let column = Address::Column(
        trueup_state::Qualified { namespace: "public".into(), name: "t".into() },
        trueup_state::Ident::from("b"),
    );
    before.depends.entry(view).or_default().insert(column);
    let sql: Vec<String> =
        in_order(of_pair("15", &before, &after)).iter().map(|it| it.action.sql().to_owned()).collect();
    assert_eq!(sql.len(), 3, "{sql:#?}");
    assert!(sql[0].starts_with("DROP VIEW") && sql[1].starts_with("ALTER TABLE") && sql[2].starts_with("CREATE"));
}

#[test]
fn rows_are_asked_about_before_they_are_refused() {
    let must = |before: &str, after: &str, fact: &Fact| {
        let hazards: Vec<_> = between("18", before, after).into_iter().flat_map(|step| step.hazards).collect();
        let found = hazards.iter().find(|hazard| hazard.fact == *fact);
        let question = found.and_then(|hazard| hazard.question.as_ref());
        assert!(question.is_some_and(|it| it.must_be_zero), "{hazards:?}");
    };
    must(TABLE, "CREATE TABLE t (a integer NOT NULL, b text NOT NULL);", &Fact::ForbidsNull { default_fills: false });
    must(TABLE, "CREATE TABLE t (a integer NOT NULL, b text UNIQUE);", &Fact::AddsUnique);
    must(TABLE, "CREATE TABLE t (a integer NOT NULL CHECK (a > 0), b text);", &Fact::AddsCheck);
    must(TABLE, "CREATE TABLE t (a integer NOT NULL, b text, c integer NOT NULL);", &Fact::AddsRequiredColumn);
    must(TABLE, "CREATE TABLE t (a integer NOT NULL, b integer);", &Fact::RefusesValues { to: "integer".to_owned() });
    must(TABLE, &with("CREATE UNIQUE INDEX u ON t (b);"), &Fact::AddsUnique);
    assert!(facts(TABLE, "CREATE TABLE t (a integer NOT NULL);").contains(&Fact::DropsColumn));
    assert!(facts(&with("CREATE TABLE u (x integer);"), TABLE).contains(&Fact::DropsTable));
}

#[test]
fn a_renamed_table_is_renamed_with_what_mentions_it() {
    let before =
        declared("CREATE TABLE t (a integer PRIMARY KEY, CHECK (a > 0)); CREATE TABLE c (x integer REFERENCES t (a));");
    let table = |name: &str| Address::Table(trueup_state::Qualified { namespace: "public".into(), name: name.into() });
    let rename = Change::Rename { from: table("t"), to: table("u") };
    let after = renamed(&before.schema, std::slice::from_ref(&rename));
    assert!(after.object(&table("u")).is_some() && after.object(&table("t")).is_none());
    let left = diff(Pair { before: &before.schema, after: &after });
    assert!(left.iter().any(|change| matches!(change, Change::Alter(Address::ForeignKey(..)))), "{left:?}");
}

#[test]
fn a_schema_renders_to_itself() {
    let text = "CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('a', 'b');
                CREATE TABLE s.t (a integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m s.mood DEFAULT 'a'::s.mood);
                CREATE TABLE s.u (a integer REFERENCES s.t (a)); CREATE INDEX i ON s.u (a DESC);";
    let before = declared(text).schema;
    let script: String = render::schema(&before).into_iter().map(|it| it.sql).collect();
    let after = declared(&script).schema;
    assert_eq!(diff(Pair { before: &before, after: &after }), Vec::new(), "{script}");
}

#[test]
fn a_new_value_of_an_enum_comes_before_whatever_mentions_it() {
    let schema = |labels: &str, more: &str| {
        ["CREATE TYPE z AS ENUM (", labels, "); CREATE TABLE t (a integer, feels z);", more].concat()
    };
    let view = "CREATE VIEW a AS SELECT a FROM t WHERE feels = 'it''s new';";
    check(
        &schema("'old', 'last'", ""),
        &schema("'old', 'newer', 'it''s new', 'last'", view),
        &[
            "ALTER TYPE \"public\".\"z\" ADD VALUE 'newer'",
            "ALTER TYPE \"public\".\"z\" ADD VALUE 'it''s new'",
            "CREATE VIEW",
        ],
    );
}

#[test]
fn what_runs_for_each_row_comes_before_what_runs_it() {
    let wrapper = "CREATE FUNCTION wrapper(v text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN zelper(v); END';
                   CREATE DOMAIN checked AS text CHECK (wrapper(VALUE));";
    let zelper = "CREATE FUNCTION zelper(v text) RETURNS boolean LANGUAGE sql AS 'SELECT length(v) > 0';";
    let before = [wrapper, "CREATE TABLE t (a integer);"].concat();
    let after = [wrapper, zelper, "CREATE TABLE t (a integer, b checked DEFAULT 'ok');"].concat();
    let steps = in_order(between("15", &before, &after));
    let sql: Vec<&str> = steps.iter().map(|it| it.action.sql()).collect();
    assert!(sql[0].contains("zelper") && sql[1].starts_with("ALTER TABLE"), "{sql:#?}");
}

#[test]
fn rows_stand_against_null_that_is_forbidden_for_old_rows_too() {
    let table = |valid: &str| format!("CREATE TABLE t (a integer, CONSTRAINT n NOT NULL a {valid});");
    let steps = between("18", &table("NOT VALID"), &table(""));
    let [step] = steps.as_slice() else { panic!("{steps:#?}") };
    assert_eq!(step.action.sql(), "ALTER TABLE \"public\".\"t\" VALIDATE CONSTRAINT \"n\"");
    let [hazard] = step.hazards.as_slice() else { panic!("{:#?}", step.hazards) };
    assert_eq!(hazard.fact, Fact::ForbidsNull { default_fills: false });
    assert!(hazard.question.as_ref().is_some_and(|it| it.must_be_zero));
}

/// The questions of the steps from one script to another.
fn asked(version: &str, before: &str, after: &str) -> Vec<String> {
    let hazards = between(version, before, after).into_iter().flat_map(|step| step.hazards);
    hazards.filter_map(|it| Some(it.question?.sql)).collect()
}

#[test]
fn rows_are_asked_as_they_will_be() {
    let before = "CREATE TABLE p (k text PRIMARY KEY); CREATE TABLE t (a integer, b text);";
    let after = "CREATE TABLE p (k text PRIMARY KEY);
        CREATE TABLE t (a text REFERENCES p (k), b text, c integer DEFAULT 1 CONSTRAINT pos CHECK (c > 5), d integer UNIQUE);";
    let asked = asked("15", before, after).join("\n");
    for part in [
        r#"(SELECT (ctid)::text AS trueup_key, ("a" :: text) AS "a" FROM "public"."t") AS "c""#,
        r#"((1) :: integer) AS "c" FROM "public"."t") AS "t""#,
        r#"(NULL :: integer) AS "d" FROM "public"."t") AS "t""#,
    ] {
        assert!(asked.contains(part), "{part}\nis not in\n{asked}");
    }
    // What is drawn for each row cannot be foreseen.
    let drawn = "CREATE SEQUENCE s; CREATE TABLE t (a integer, c bigint DEFAULT nextval('s') CHECK (c > 5));";
    assert!(!between("15", "CREATE SEQUENCE s; CREATE TABLE t (a integer);", drawn).is_empty());
    assert!(!asked_of(drawn).contains("nextval"), "a question draws from a sequence");
}

fn asked_of(after: &str) -> String {
    asked("15", "CREATE SEQUENCE s; CREATE TABLE t (a integer);", after).join("\n")
}

#[test]
fn the_server_says_what_is_no_value_of_a_type_from_16_on() {
    let of = |version| asked(version, "CREATE TABLE t (a text);", "CREATE TABLE t (a jsonb);").join("\n");
    assert!(of("16").contains("pg_input_is_valid") && !of("15").contains("pg_input_is_valid"), "{}", of("16"));
}

#[test]
fn a_default_that_does_not_fit_is_refused() {
    let (before, after) =
        (declared("CREATE TABLE t (a integer);"), declared("CREATE TABLE t (a integer, b char(3) DEFAULT 'it''s');"));
    let refused = tried("15", &before, &after).unwrap_err().to_string();
    assert!(refused.contains("'it''s' does not fit into character(3)"), "{refused}");
}
