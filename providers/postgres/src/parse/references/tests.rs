//! What needs what, in small scripts.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Inspection, Realized, Script, SourceFile};

fn realized(sql: &str) -> Realized {
    let files = vec![SourceFile { path: Arc::new(PathBuf::from("schema.sql")), text: sql.into() }];
    crate::parse::script(&Script { files }, &Inspection::default()).expect("it can be read")
}

/// What an object needs, one address a word.
fn check(sql: &str, object: &str, expected: &[&str]) {
    let depends = realized(sql).depends;
    let object = object.parse().expect("it is an address");
    let found: Vec<String> = depends.get(&object).into_iter().flatten().map(ToString::to_string).collect();
    let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    let mut found_sorted = found.clone();
    expected.sort();
    found_sorted.sort();
    assert_eq!(found_sorted, expected);
}

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, name text);";

#[test]
fn a_view_needs_its_relations_and_their_columns() {
    let sql = [TABLE, "CREATE VIEW v AS SELECT name FROM t"].concat();
    check(&sql, "view:public.v", &["table:public.t", "column:public.t.name"]);
}

#[test]
fn a_star_means_every_column() {
    let sql = [TABLE, "CREATE VIEW v AS SELECT * FROM t"].concat();
    check(&sql, "view:public.v", &["table:public.t", "column:public.t.id", "column:public.t.name"]);
}

#[test]
fn a_string_that_is_cast_names_a_sequence() {
    let sql = "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'::regclass));";
    check(sql, "column:public.t.id", &["sequence:public.s"]);
}

#[test]
fn a_plain_string_names_nothing() {
    let sql = "CREATE SEQUENCE s; CREATE TABLE t (id text DEFAULT 's');";
    check(sql, "column:public.t.id", &[]);
}

#[test]
fn a_trigger_needs_its_function() {
    let sql = [
        TABLE,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
    ];
    check(&sql.concat(), "trigger:public.t.g", &["table:public.t", "function:public.f()"]);
}

#[test]
fn the_path_of_the_time_decides() {
    let sql = [
        "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (x int); CREATE TABLE b.t (x int);",
        "SET search_path = a; CREATE VIEW v AS SELECT x FROM t; SET search_path = b; CREATE VIEW v AS SELECT x FROM t;",
    ];
    check(&sql.concat(), "view:a.v", &["table:a.t", "column:a.t.x"]);
    check(&sql.concat(), "view:b.v", &["table:b.t", "column:b.t.x"]);
}

#[test]
fn a_function_in_sql_needs_what_its_body_reads() {
    let sql = [TABLE, "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';"].concat();
    check(&sql, "function:public.f()", &["table:public.t"]);
}

#[test]
fn a_body_in_plpgsql_needs_only_the_types_of_its_variables() {
    let sql = [
        TABLE,
        "CREATE TABLE u (x int); CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ",
        "$$DECLARE r t; BEGIN DELETE FROM u; END$$;",
    ];
    check(&sql.concat(), "function:public.f()", &["table:public.t"]);
}

#[test]
fn a_column_needs_its_type_and_a_routine_its_arguments() {
    let sql = [
        "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood[]);",
        "CREATE FUNCTION f(m mood) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';",
    ];
    check(&sql.concat(), "column:public.t.m", &["enum:public.mood"]);
    check(&sql.concat(), "function:public.f(public.mood)", &["enum:public.mood"]);
}

#[test]
fn a_body_that_needs_what_needs_it_is_not_waited_for() {
    let sql = [
        "CREATE FUNCTION f(x int) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) > 0 FROM t';",
        "CREATE TABLE t (id int CHECK (f(id)));",
    ];
    check(&sql.concat(), "function:public.f(integer)", &[]);
    check(&sql.concat(), "check:public.t.t_id_check", &["function:public.f(integer)", "column:public.t.id"]);
}

#[test]
fn a_serial_column_needs_its_sequence() {
    check("CREATE TABLE t (id serial);", "column:public.t.id", &["sequence:public.t_id_seq"]);
}
