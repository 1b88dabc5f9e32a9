//! Routines as they are read.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Inspection, RealizeError, Realized, Script, SourceFile};
use trueup_state::{Address, ArgumentMode, Object, PostgresObject, Routine, RoutineBody};

fn read(sql: &str) -> Result<Realized, RealizeError> {
    let files = vec![SourceFile { path: Arc::new(PathBuf::from("schema.sql")), text: sql.into() }];
    crate::parse::script(&Script { files }, &Inspection::default())
}

fn routine(sql: &str, address: &str) -> Routine {
    let realized = read(sql).expect("it can be read");
    let address: Address = address.parse().expect("it is an address");
    match realized.schema.object(&address) {
        Some(Object::Postgres(PostgresObject::Routine(it))) => it.clone(),
        _ => panic!("there are only {:?}", realized.schema.others.keys().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

#[test]
fn the_signature_is_what_is_put_in() {
    let sql = "CREATE FUNCTION f(a int, OUT b text, INOUT c varchar(3), VARIADIC d numeric(4,2)[]) LANGUAGE sql AS ''";
    let routine = routine(sql, "function:public.f(integer, character varying, numeric[])");
    let modes: Vec<ArgumentMode> = routine.arguments.iter().map(|it| it.mode).collect();
    assert_eq!(modes, [ArgumentMode::In, ArgumentMode::Out, ArgumentMode::InOut, ArgumentMode::Variadic]);
    assert_eq!(routine.returns, None);
}

#[test]
fn a_body_is_what_the_string_says() {
    for (written, body) in [("'it''s'", "it's"), ("$x$a$$b$x$", "a$$b"), (r"E'a\n\'b'", "a\n'b")] {
        let sql = ["CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ", written].concat();
        assert_eq!(routine(&sql, "function:public.f()").body, RoutineBody::Text(body.to_owned()));
    }
}

#[test]
fn in_c_the_symbol_is_the_name_unless_it_is_said() {
    let library = |symbol: &str| RoutineBody::Library { file: "lib".to_owned(), symbol: symbol.to_owned() };
    let one = "CREATE FUNCTION f() RETURNS void LANGUAGE c AS 'lib'";
    assert_eq!(routine(one, "function:public.f()").body, library("f"));
    let two = "CREATE FUNCTION f() RETURNS void LANGUAGE c AS 'lib', 'g'";
    assert_eq!(routine(two, "function:public.f()").body, library("g"));
}

#[test]
fn costs_that_are_the_default_are_not_kept() {
    let sql = "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql COST 100 ROWS 1000 AS 'SELECT 1'";
    let routine = routine(sql, "function:public.f()");
    assert_eq!((routine.cost, routine.rows, routine.returns_set), (None, None, true));
}

#[test]
fn settings_are_string_literals() {
    let sql = "CREATE FUNCTION f() RETURNS void LANGUAGE sql SET search_path = app, \"$user\" SET TimeZone TO 'UTC' \
        SET work_mem TO 64 AS ''";
    let settings = routine(sql, "function:public.f()").settings;
    let found: Vec<(&str, &str)> = settings.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    assert_eq!(found, [("search_path", "'app', '$user'"), ("timezone", "'UTC'"), ("work_mem", "'64'")]);
}

#[test]
fn a_routine_is_changed_and_renamed() {
    let sql = "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f STRICT COST 5; \
        ALTER FUNCTION f(integer) RENAME TO g;";
    let routine = routine(sql, "function:public.g(integer)");
    assert_eq!((routine.strict, routine.cost.as_deref()), (true, Some("5")));
}

#[test]
fn the_second_of_a_name_must_replace_the_first() {
    let first = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
    let second = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';";
    assert!(read(&[first, second].concat()).is_err());
    let replaced = [first, &second.replace("CREATE", "CREATE OR REPLACE")].concat();
    assert_eq!(routine(&replaced, "function:public.f()").body, RoutineBody::Text("SELECT 2".to_owned()));
}

#[test]
fn overloaded_routines_are_dropped_one_by_one() {
    let sql = "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
        CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';";
    assert!(read(&[sql, "DROP FUNCTION f;"].concat()).is_err());
    let realized = read(&[sql, "DROP FUNCTION f(text); DROP FUNCTION IF EXISTS f(bigint);"].concat());
    let left: Vec<String> = realized.expect("it can be read").schema.others.keys().map(ToString::to_string).collect();
    assert_eq!(left, ["function:public.f(integer)"]);
}
