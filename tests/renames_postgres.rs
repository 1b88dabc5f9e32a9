//! `moved`: every kind of PostgreSQL object that has a name keeps what it is under another one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use postgres::Postgres;
use support::Project;

/// Everything that can be renamed; `@` stands for what is added to its name.
const ALL: &str = "CREATE SCHEMA app;
    CREATE TYPE app.mood@ AS ENUM ('sad', 'ok@');
    CREATE DOMAIN app.code@ AS text CONSTRAINT short@ CHECK (length(VALUE) < 9);
    CREATE TABLE app.t@ (id int CONSTRAINT t_pk PRIMARY KEY, a@ text, m app.mood@ DEFAULT 'ok@', CONSTRAINT pos@ CHECK (id > 0),
        CONSTRAINT one@ UNIQUE (a@), CONSTRAINT no@ EXCLUDE USING gist (int4range(id, id, '[]') WITH &&));
    CREATE INDEX ix@ ON app.t@ (m);
    CREATE TABLE app.u (id int, CONSTRAINT fk@ FOREIGN KEY (id) REFERENCES app.t@ (id));
    CREATE VIEW app.v@ AS SELECT id FROM app.t@;
    CREATE MATERIALIZED VIEW app.mat@ AS SELECT 1 AS one;
    CREATE SEQUENCE app.s@;
    CREATE FUNCTION app.f@(x int) RETURNS int LANGUAGE sql AS 'SELECT x';
    CREATE FUNCTION app.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER tg@ BEFORE INSERT ON app.t@ FOR EACH ROW EXECUTE FUNCTION app.fire();
    CREATE POLICY po@ ON app.t@ USING (true);
    COMMENT ON INDEX app.ix@ IS 'an index';
    GRANT SELECT ON app.v@ TO pg_monitor;";

const MOVED: &[&str] = &[
    "table:app.t@",
    "column:app.t2.a@",
    "check:app.t2.pos@",
    "unique:app.t.one@",
    "exclude:app.t2.no@",
    "index:app.t2.ix@",
    "foreign_key:app.u.fk@",
    "view:app.v@",
    "materialized_view:app.mat@",
    "sequence:app.s@",
    "function:app.f@(integer)",
    "enum:app.mood@",
    "enum_value:app.mood2.ok@",
    "domain:app.code@",
    "trigger:app.t2.tg@",
    "policy:app.t.po@",
];

fn moved(project: &Project, pairs: &[(String, String)]) {
    let entry = |(from, to): &(String, String)| format!("\n[[moved]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    let config = std::fs::read_to_string(project.path("trueup.toml")).unwrap();
    std::fs::write(project.path("trueup.toml"), config + &pairs.iter().map(entry).collect::<String>()).unwrap();
}

/// What stays the same while names change.
const FACTS: &str = "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM (
    SELECT oid FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'i', 'S', 'm')
    UNION ALL SELECT oid FROM pg_constraint WHERE connamespace = 'app'::regnamespace
    UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'app'::regnamespace
    UNION ALL SELECT oid FROM pg_type WHERE typnamespace = 'app'::regnamespace AND typtype IN ('e', 'd')
    UNION ALL SELECT oid FROM pg_trigger WHERE tgname LIKE 'tg%' UNION ALL SELECT oid FROM pg_policy) AS it";

#[test]
fn every_kind_of_object_can_be_moved() {
    let database = Postgres::create("moved");
    let project = database.project(&ALL.replace('@', ""));
    project.apply();
    database.sql("INSERT INTO app.t VALUES (1, 'one', 'ok'); INSERT INTO app.u VALUES (1)");
    let before = database.value(FACTS);
    project.declare(&ALL.replace('@', "2").replace("short2", "short"));
    let name = |text: &&str, by: &str| text.replace('@', by);
    let to = |text: &&str| name(text, "2").replace("app.t.", "app.t2.");
    moved(&project, &MOVED.iter().map(|it| (name(it, ""), to(it))).collect::<Vec<_>>());
    project.run(&["plan"]).exits(0).never_says("- ").says(&["16 to rename"]);
    project.apply();
    assert_eq!(database.value(FACTS), before, "something was made anew");
    assert_eq!(database.value("SELECT a2 || m FROM app.t2"), "oneok2");
    assert_eq!(database.value("SELECT has_table_privilege('pg_monitor', 'app.v2', 'SELECT')::text"), "true");
    // Entries that are done are no change.
    project.is_in_step();
}

#[test]
fn a_schema_moves_with_all_that_is_in_it() {
    let database = Postgres::create("moved_schema");
    let project = database.project(&ALL.replace('@', ""));
    project.apply();
    database.sql("INSERT INTO app.t VALUES (1, 'one', 'ok')");
    let after = ALL.replace('@', "").replace("app.t ", "app.t2 ").replace("app.t;", "app.t2;").replace("app.", "shop.");
    project.declare(&after.replace("SCHEMA app", "SCHEMA shop"));
    let pairs = [("schema:app", "schema:shop"), ("table:app.t", "table:shop.t2")];
    moved(&project, &pairs.map(|(from, to)| (from.to_owned(), to.to_owned())));
    project.apply();
    assert_eq!(database.value("SELECT a FROM shop.t2"), "one");
    project.is_in_step();
}

/// What PostgreSQL names after a table and its columns, and a sequence that goes wherever its table goes.
const NAMED_AFTER: &str = "CREATE SCHEMA IF NOT EXISTS shop;
    CREATE TABLE app.t (id serial PRIMARY KEY, nr bigint GENERATED ALWAYS AS IDENTITY, a int NOT NULL UNIQUE CHECK (a > 0),
        above int REFERENCES app.t);
    CREATE INDEX ON app.t (a, above);
    CREATE TABLE app.u (nr bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.own));
    CREATE TABLE app.p (id int NOT NULL, UNIQUE (id)) PARTITION BY RANGE (id);
    CREATE TABLE app.p1 PARTITION OF app.p FOR VALUES FROM (0) TO (9);
    CREATE INDEX ON app.p (id);";

#[test]
fn what_is_named_after_a_table_goes_by_its_new_name() {
    let database = Postgres::create("moved_along");
    let project = database.project(&["CREATE SCHEMA app;", NAMED_AFTER].concat());
    project.apply();
    database.sql("INSERT INTO app.t (a) VALUES (7), (8)");
    let before = database.value(FACTS);
    let after = NAMED_AFTER.replace("app.t", "app.item").replace("app.p", "app.part").replace("a int", "b int");
    let after = after.replace("(a ", "(b ").replace("(a,", "(b,").replace("TABLE app.u", "TABLE shop.w");
    project.declare(&["CREATE SCHEMA app;", &after.replace("app.own", "shop.own")].concat());
    let pairs = [
        ("table:app.t", "table:app.item"),
        ("column:app.item.a", "column:app.item.b"),
        ("table:app.u", "table:shop.w"),
        ("table:app.p", "table:app.part"),
        ("table:app.p1", "table:app.part1"),
    ];
    moved(&project, &pairs.map(|(from, to)| (from.to_owned(), to.to_owned())));
    project.run(&["plan"]).exits(0).says(&["0 to create", "0 to drop"]);
    project.apply();
    let left = "SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relname ~ '^(t|p|p1)_'";
    assert_eq!(database.value(left), "");
    let moved = FACTS.replace("= 'app'::regnamespace", "IN ('app'::regnamespace, 'shop'::regnamespace)");
    assert_eq!(database.value(&moved), before, "something was made anew");
    // The sequence goes on where it was.
    database.sql("INSERT INTO app.item (b) VALUES (9)");
    assert_eq!(database.value("SELECT max(id) || ' ' || max(nr) FROM app.item"), "3 3");
    project.is_in_step();
}
