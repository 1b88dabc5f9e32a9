//! Definitions come out in one form, whatever they were written like.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Inspection, Script, SourceFile};
use trueup_state::{Object, PostgresObject, Schema};

/// What a script is read as, or the message of what is wrong with it.
pub(crate) fn read_as(sql: &str, role: &str) -> Result<Schema, String> {
    let file = SourceFile { path: Arc::new(PathBuf::from("schema.sql")), text: sql.into() };
    let mut known = Inspection::default();
    known.cluster.role = role.into();
    let realized = crate::parse::script(&Script { files: vec![file] }, &known).map_err(|error| error.to_string())?;
    Ok(realized.schema)
}

/// The addresses of everything that is no table and lies in none.
pub(crate) fn addresses(schema: &Schema) -> Vec<String> {
    schema.others.keys().map(ToString::to_string).collect()
}

fn definition(sql: &str) -> String {
    match read_as(sql, "").as_ref().map(|schema| schema.objects().pop().map(|(_, object)| object.to_definition())) {
        Ok(Some(definition)) => match definition.as_object() {
            Object::Postgres(PostgresObject::Defined(it)) => it.definition.canonical().to_owned(),
            other => format!("{other:?}"),
        },
        Ok(None) => "nothing".to_owned(),
        Err(error) => error.clone(),
    }
}

#[test]
fn an_aggregate_of_the_old_form_is_one_of_the_new() {
    let expected = "(integer) (sfunc = int4pl, stype = integer, initcond = '0')";
    assert_eq!(definition("CREATE AGGREGATE s (basetype = int4, sfunc = int4pl, stype = int, initcond = 0)"), expected);
    assert_eq!(definition("CREATE AGGREGATE s (int) (INITCOND = '0', STYPE = integer, SFUNC = int4pl)"), expected);
}

#[test]
fn an_operator_is_told_by_the_types_of_both_sides() {
    let schema = read_as("CREATE OPERATOR <~ (procedure = int4pl, leftarg = int, rightarg = int4)", "").unwrap();
    assert_eq!(schema.others.len(), 1);
    assert!(addresses(&schema)[0].contains("integer, integer"));
}

#[test]
fn a_mapping_of_tokens_replaces_the_copied_one() {
    let sql = "CREATE TEXT SEARCH CONFIGURATION fr (COPY = french);
        ALTER TEXT SEARCH CONFIGURATION fr ALTER MAPPING FOR word WITH simple, french_stem;";
    let found = definition(sql);
    assert!(found.contains("ADD MAPPING FOR word WITH simple, french_stem"), "{found}");
    assert!(found.contains("ADD MAPPING FOR \"float\" WITH simple"), "{found}");
}

#[test]
fn a_password_is_refused() {
    let sql = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
        CREATE USER MAPPING FOR bob SERVER s OPTIONS (password 'x');";
    assert!(read_as(sql, "").unwrap_err().contains("secret"));
}

#[test]
fn a_publication_grows_by_alter() {
    let sql = "CREATE TABLE b (x int, y int); CREATE TABLE a (x int);
        CREATE PUBLICATION p FOR TABLE b (y, x) WHERE (x > 1) WITH (publish = 'update,insert');
        ALTER PUBLICATION p ADD TABLE a;";
    let expected = "FOR TABLE public.a, TABLE public.b (x, y) WHERE (x > 1) WITH (publish = 'insert, update')";
    assert_eq!(definition(sql), expected);
}

#[test]
fn what_is_not_there_cannot_be_dropped() {
    assert!(read_as("DROP COLLATION c", "").is_err());
    assert!(read_as("DROP COLLATION IF EXISTS c", "").is_ok());
}
