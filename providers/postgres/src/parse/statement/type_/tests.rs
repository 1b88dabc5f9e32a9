//! Types and sequences follow their statements.

use trueup_state::{Address, Definition, Domain, EnumType, ObjectKind, PostgresObject, Qualified, Schema};

use crate::parse::statement::defined::tests::{addresses, read_as};

fn object(schema: &Schema, kind: ObjectKind, name: &str) -> Option<PostgresObject> {
    let name = Qualified { namespace: "public".into(), name: name.into() };
    match schema.others.get(&Address::Object(kind, name))? {
        Definition::Postgres(it) => Some((**it).clone()),
        _ => None,
    }
}

#[test]
fn values_are_added_where_they_belong() {
    let sql = "CREATE TYPE mood AS ENUM ('sad', 'happy');
        ALTER TYPE mood ADD VALUE 'ok' BEFORE 'happy';
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
        ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';";
    let schema = read_as(sql, "").unwrap();
    let labels = ["blue", "ok", "happy"].map(str::to_owned).to_vec();
    assert_eq!(object(&schema, ObjectKind::Enum, "mood"), Some(PostgresObject::Enum(EnumType { labels })));
    assert!(read_as("CREATE TYPE m AS ENUM ('a'); ALTER TYPE m ADD VALUE 'a'", "").is_err());
}

#[test]
fn unnamed_checks_of_a_domain_are_numbered() {
    let sql = "CREATE DOMAIN d AS int CHECK (VALUE > 0) CHECK (VALUE < 9) NOT NULL;
        ALTER DOMAIN d ADD CHECK (VALUE <> 5); ALTER DOMAIN d DROP CONSTRAINT d_check1;";
    let Some(PostgresObject::Domain(Domain { checks, nullable, .. })) =
        object(&read_as(sql, "").unwrap(), ObjectKind::Domain, "d")
    else {
        panic!("there is no domain");
    };
    let names: Vec<&str> = checks.keys().map(trueup_state::Ident::text).collect();
    assert_eq!(names, ["d_check", "d_check2"]);
    assert!(!nullable);
}

#[test]
fn a_renamed_type_keeps_its_comment() {
    let sql =
        "CREATE TYPE a AS (x int); COMMENT ON TYPE a IS 'c'; COMMENT ON COLUMN a.x IS 'd'; ALTER TYPE a RENAME TO b;";
    let found = addresses(&read_as(sql, "").unwrap());
    assert_eq!(found.iter().filter(|it| it.contains("public.b")).count(), 3, "{found:?}");
}

#[test]
fn a_sequence_takes_the_bounds_of_its_type() {
    let sql = "CREATE SEQUENCE s INCREMENT -1; ALTER SEQUENCE s AS smallint;";
    let Some(PostgresObject::Sequence(it)) = object(&read_as(sql, "").unwrap(), ObjectKind::Sequence, "s") else {
        panic!("there is no sequence");
    };
    assert_eq!((it.options.minimum, it.options.maximum, it.options.start), (i64::from(i16::MIN), -1, -1));
    assert!(read_as("CREATE SEQUENCE s INCREMENT 0", "").is_err());
    assert!(read_as("CREATE SEQUENCE s START 5 MAXVALUE 4", "").is_err());
}
