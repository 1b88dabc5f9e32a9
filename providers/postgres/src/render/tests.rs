//! What objects are created and dropped with.

use trueup_state::{Address, Definition, Ident, ObjectKind, PartKind, PostgresObject, Qualified, Schema, SqlText};
use trueup_state::{Defined, Enabled};

use super::{create, drop, split_clause};

fn q(name: &str) -> Qualified {
    Qualified { namespace: Ident::from("app"), name: Ident::from(name) }
}

fn defined(definition: &str) -> Definition {
    let definition = SqlText::new(definition, definition);
    Definition::Postgres(Box::new(PostgresObject::Defined(Defined { definition, enabled: Enabled::Origin })))
}

fn check(address: &Address, definition: &str, created: &[&str], dropped: &str) {
    assert_eq!(create(address, defined(definition).as_object(), &Schema::default()), created);
    assert_eq!(drop(address).as_deref(), Some(dropped));
}

#[test]
fn what_tells_an_object_apart_stands_where_its_kind_wants_it() {
    let signed = |kind, name, signature: &str| Address::Signed(kind, name, Ident::from(signature));
    check(
        &signed(ObjectKind::Operator, q("=#="), "integer, integer"),
        "(function = int4eq)",
        &[r#"CREATE OPERATOR "app".=#= (function = int4eq)"#],
        r#"DROP OPERATOR "app".=#= (integer, integer)"#,
    );
    check(
        &signed(ObjectKind::Aggregate, q("a"), ""),
        "(*) (sfunc = f, stype = bigint)",
        &[r#"CREATE AGGREGATE "app"."a" (*) (sfunc = f, stype = bigint)"#],
        r#"DROP AGGREGATE "app"."a" (*)"#,
    );
    check(
        &signed(ObjectKind::Cast, Qualified::bare("app.c"), "integer"),
        "WITH INOUT",
        &["CREATE CAST (app.c AS integer) WITH INOUT"],
        "DROP CAST (app.c AS integer)",
    );
    check(
        &signed(ObjectKind::UserMapping, Qualified::bare("s"), "public"),
        "",
        &[r#"CREATE USER MAPPING FOR PUBLIC SERVER "s""#],
        r#"DROP USER MAPPING FOR PUBLIC SERVER "s""#,
    );
    check(
        &Address::Object(ObjectKind::RangeType, q("r")),
        "(subtype = integer)",
        &[r#"CREATE TYPE "app"."r" AS RANGE (subtype = integer)"#],
        r#"DROP TYPE "app"."r""#,
    );
}

#[test]
fn a_text_search_configuration_is_made_by_several_statements() {
    let text = "(parser = p); ALTER TEXT SEARCH CONFIGURATION k ADD MAPPING FOR word WITH simple";
    let expected = [
        r#"CREATE TEXT SEARCH CONFIGURATION "app"."k" (parser = p)"#,
        "ALTER TEXT SEARCH CONFIGURATION k ADD MAPPING FOR word WITH simple",
    ];
    let address = Address::Object(ObjectKind::TextSearchConfiguration, q("k"));
    check(&address, text, &expected, r#"DROP TEXT SEARCH CONFIGURATION "app"."k""#);
}

#[test]
fn comments_name_what_they_are_on() {
    let comment = Definition::Postgres(Box::new(PostgresObject::Comment("it's".to_owned())));
    let on = |address: Address| create(&Address::Comment(Box::new(address)), comment.as_object(), &Schema::default());
    let column = Address::Column(q("t"), Ident::from("C c"));
    assert_eq!(on(column), [r#"COMMENT ON COLUMN "app"."t"."C c" IS 'it''s'"#]);
    let check = Address::Part(PartKind::DomainCheck, q("d"), Ident::from("c"));
    assert_eq!(on(check), [r#"COMMENT ON CONSTRAINT "c" ON DOMAIN "app"."d" IS 'it''s'"#]);
    let trigger = Address::Trigger(q("t"), Ident::from("T"));
    assert_eq!(on(trigger), [r#"COMMENT ON TRIGGER "T" ON "app"."t" IS 'it''s'"#]);
}

#[test]
fn only_a_clause_at_the_end_is_split_off() {
    assert_eq!(split_clause("FOR TABLE t WHERE (a = ')(')", "WITH"), ("FOR TABLE t WHERE (a = ')(')", None));
    assert_eq!(split_clause("FOR TABLE t WITH (a = '(')", "WITH"), ("FOR TABLE t", Some("a = '('")));
    assert_eq!(split_clause("OPTIONS (a '1')", "OPTIONS"), ("", Some("a '1'")));
}
