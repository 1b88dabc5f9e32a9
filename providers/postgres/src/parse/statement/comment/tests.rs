//! A comment finds what it is on.

use crate::parse::statement::defined::tests::{addresses, read_as};

fn comments(sql: &str) -> Vec<String> {
    let mut found = addresses(&read_as(sql, "").unwrap());
    found.retain(|it| it.starts_with("comment:"));
    found
}

#[test]
fn a_constraint_is_found_by_its_kind() {
    let table = "CREATE TABLE t (a int CONSTRAINT p PRIMARY KEY, b int CONSTRAINT c CHECK (b > 0));";
    let on = |name: &str| comments(&[table, "COMMENT ON CONSTRAINT ", name, " ON t IS 'x'"].concat());
    assert!(on("p")[0].starts_with("comment:primary_key:"));
    assert!(on("c")[0].starts_with("comment:check:"));
}

#[test]
fn a_comment_goes_with_null_or_nothing() {
    let table = "CREATE TABLE t (a int); COMMENT ON TABLE t IS 'x';";
    assert_eq!(comments(table).len(), 1);
    assert!(comments(&[table, "COMMENT ON TABLE t IS NULL"].concat()).is_empty());
    assert!(comments(&[table, "COMMENT ON TABLE t IS ''"].concat()).is_empty());
}

#[test]
fn a_comment_on_nothing_is_an_error() {
    assert!(read_as("COMMENT ON TABLE t IS 'x'", "").is_err());
    assert!(read_as("CREATE TABLE t (a int); COMMENT ON COLUMN t.b IS 'x'", "").is_err());
}
