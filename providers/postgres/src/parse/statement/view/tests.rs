//! Views, and what is on them, as they are read.

use std::{path::PathBuf, sync::Arc};

use trueup_contract::{Inspection, Realized, Script, SourceFile};
use trueup_state::{Address, Object, PostgresObject};

fn read(sql: &str) -> Realized {
    let files = vec![SourceFile { path: Arc::new(PathBuf::from("schema.sql")), text: sql.into() }];
    crate::parse::script(&Script { files }, &Inspection::default()).expect("it can be read")
}

/// The definition of an object.
fn check(sql: &str, address: &str, expected: &str) {
    let realized = read(sql);
    let address: Address = address.parse().expect("it is an address");
    let found = match realized.schema.object(&address) {
        Some(Object::View(it)) => it.definition.canonical(),
        Some(Object::Trigger(it)) => it.definition.canonical(),
        Some(Object::Postgres(PostgresObject::Rule(it))) => it.definition.canonical(),
        Some(Object::Postgres(PostgresObject::MaterializedView(it))) => it.definition.canonical(),
        _ => "nothing",
    };
    assert_eq!(found, expected);
}

const VIEW: &str = "CREATE VIEW v AS SELECT 1 AS a, 2 AS b;";

#[test]
fn a_list_of_columns_becomes_aliases_where_it_can() {
    check("CREATE VIEW v (x) AS SELECT 1, 2 AS b;", "view:public.v", "SELECT 1 AS x, 2 AS b");
    check("CREATE VIEW v (x, y) AS VALUES (1, 2);", "view:public.v", "(x, y) AS VALUES (1, 2)");
}

#[test]
fn postgres_own_functions_need_no_search_path() {
    let text = "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.t (a tsvector, b text); \
        CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('a', 'b');";
    let expected = "BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('a', 'b')";
    check(text, "trigger:public.t.g", expected);
}

#[test]
fn options_and_defaults_of_a_view_are_kept() {
    let sql = "CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS a WITH CHECK OPTION; ALTER VIEW v ALTER a SET DEFAULT 7; \
        CREATE OR REPLACE VIEW v WITH (security_barrier = on) AS SELECT 1 AS a WITH LOCAL CHECK OPTION;";
    let realized = read(sql);
    let Some(Object::View(view)) = realized.schema.object(&"view:public.v".parse().expect("it is an address")) else {
        panic!("there is no view");
    };
    let extra = view.extra.postgres();
    let options: Vec<(&str, &str)> = extra.options.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
    assert_eq!(options, [("security_barrier", "true"), ("check_option", "local")]);
    assert_eq!(extra.defaults.values().map(|it| it.canonical()).collect::<Vec<_>>(), ["7"]);
}

#[test]
fn a_renamed_view_takes_along_what_is_on_it() {
    let sql = [
        VIEW,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS '';",
        "CREATE TRIGGER t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();",
        "CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING; ALTER VIEW v RENAME TO w; ALTER FUNCTION f() RENAME TO g;",
    ]
    .concat();
    let trigger = "INSTEAD OF INSERT ON public.w FOR EACH ROW EXECUTE FUNCTION public.g()";
    check(&sql, "trigger:public.w.t", trigger);
    check(&sql, "rule:public.w.r", "ON DELETE TO public.w DO INSTEAD NOTHING");
}

#[test]
fn a_trigger_reads_as_postgresql_prints_it() {
    let sql = [
        VIEW,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS '';",
        "CREATE TRIGGER t INSTEAD OF UPDATE OR DELETE OR INSERT ON v FOR EACH ROW EXECUTE PROCEDURE f(1, Word, 'it''s');",
    ];
    let expected = "INSTEAD OF INSERT OR DELETE OR UPDATE ON public.v FOR EACH ROW \
        EXECUTE FUNCTION public.f('1', 'word', 'it''s')";
    check(&sql.concat(), "trigger:public.v.t", expected);
}

#[test]
fn a_rule_reads_as_postgresql_prints_it() {
    let sql = [VIEW, "CREATE RULE r AS ON INSERT TO v DO ALSO (NOTIFY x; NOTIFY y);"].concat();
    check(&sql, "rule:public.v.r", "ON INSERT TO public.v DO ( NOTIFY x; NOTIFY y; )");
}

#[test]
fn a_materialized_view_is_renamed_and_dropped() {
    let sql = "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA; ALTER MATERIALIZED VIEW m RENAME TO n;";
    check(sql, "materialized_view:public.n", "SELECT 1 AS a");
    check(&[sql, "DROP MATERIALIZED VIEW n;"].concat(), "materialized_view:public.n", "nothing");
}
