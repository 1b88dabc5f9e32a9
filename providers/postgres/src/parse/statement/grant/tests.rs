//! Only what is otherwise than PostgreSQL's own is listed.

use crate::parse::statement::defined::tests::{addresses, read_as};

fn grants(sql: &str) -> Vec<String> {
    let schema = read_as(sql, "me").unwrap();
    let mut found = addresses(&schema);
    found.retain(|it| it.starts_with("grant:") || it.starts_with("default_privileges:"));
    found
}

#[test]
fn what_is_revoked_again_is_gone() {
    let table = "CREATE TABLE t (a int, b int); GRANT SELECT, INSERT ON t TO bob; GRANT UPDATE (a) ON t TO bob;";
    assert_eq!(grants(table).len(), 2);
    assert_eq!(grants(&[table, "REVOKE ALL ON t FROM bob"].concat()), Vec::<String>::new());
}

#[test]
fn what_everybody_has_is_not_listed_and_its_loss_is() {
    let ty = "CREATE TYPE m AS ENUM ('a');";
    assert!(grants(&[ty, "GRANT USAGE ON TYPE m TO PUBLIC"].concat()).is_empty());
    assert_eq!(grants(&[ty, "REVOKE USAGE ON TYPE m FROM PUBLIC"].concat()), ["grant:public@enum:public.m"]);
}

#[test]
fn the_owner_is_listed_where_something_is_missing() {
    let table = "CREATE TABLE t (a int);";
    assert!(grants(&[table, "GRANT ALL ON t TO me, CURRENT_USER"].concat()).is_empty());
    assert_eq!(grants(&[table, "REVOKE INSERT ON t FROM me"].concat()), [r#"grant:""@table:public.t"#]);
    assert!(grants(&[table, "REVOKE ALL ON t FROM me; GRANT ALL ON t TO me"].concat()).is_empty());
}

#[test]
fn what_is_created_gets_the_default_privileges_of_the_moment_and_what_is_replaced_keeps_its_own() {
    let function = "FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';";
    let sql = [
        "CREATE ",
        function,
        "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO bob;
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO bob;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b serial);
        CREATE OR REPLACE ",
        function,
    ];
    let mut found = grants(&sql.concat());
    found.retain(|it| it.starts_with("grant:"));
    found.sort_unstable();
    let expected =
        ["grant:bob@sequence:public.t_a_seq", "grant:bob@sequence:public.t_b_seq", "grant:bob@table:public.t"];
    assert_eq!(found, expected);
}

#[test]
fn a_new_type_gets_the_default_privileges_of_the_moment() {
    let sql = "CREATE TYPE a AS ENUM ('x');
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON TYPES TO bob;
        CREATE TYPE b AS ENUM ('x');";
    let found = grants(sql);
    assert!(found.contains(&"grant:bob@enum:public.b".to_owned()), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn all_tables_are_those_declared_so_far() {
    let sql = "CREATE TABLE a (x int); GRANT SELECT ON ALL TABLES IN SCHEMA public TO bob; CREATE TABLE b (x int);";
    assert_eq!(grants(sql), ["grant:bob@table:public.a"]);
}
