//! What is looked at, by every command, and that what belongs to extensions is left alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use postgres::Postgres;
use support::Project;

/// Two schemas with a table each, of which one is declared.
const BOTH: &str = "CREATE SCHEMA geo; CREATE SCHEMA app;
    CREATE TABLE geo.places (id int PRIMARY KEY); CREATE TABLE app.notes (id int PRIMARY KEY);
    CREATE INDEX places_id ON geo.places (id)";
const DECLARED: &str = "CREATE SCHEMA app;\nCREATE TABLE app.notes (id int PRIMARY KEY);\n";

/// A project whose environment leaves `geo` out.
fn without_geo(postgres: &Postgres, schema: &str) -> Project {
    let project = postgres.project(schema);
    let config = project.read("trueup.toml") + "schemas = { exclude = [\"geo\"] }\n";
    project.write("trueup.toml", config);
    project
}

#[test]
fn a_schema_that_is_left_out_is_seen_by_no_command() {
    let postgres = Postgres::create("scope");
    postgres.sql(BOTH);
    let project = without_geo(&postgres, DECLARED);
    for command in [
        &["inspect"][..],
        &["inspect", "--format", "json"],
        &["plan", "--unmanaged", "drop"],
        &["import", "--all", "--dry-run"],
        &["drift", "--unmanaged", "drop"],
        &["graph"],
        &["apply", "--auto-approve", "--unmanaged", "drop", "--allow", "destructive"],
    ] {
        let run = project.run(command).never_says("geo.").never_says("\"geo\"");
        assert!(matches!(run.code, Some(0 | 2)), "{command:?}: {}", run.stderr);
    }
    assert_eq!(postgres.value("SELECT count(*) FROM pg_class WHERE relname = 'places'"), "1");
    project.run(&["inspect", "--exclude", "table:app.*"]).exits(0).never_says("notes");
    project.run(&["inspect", "--schema", "public"]).exits(0).never_says("notes");
    let whole = project.run(&["check", "--json"]).exits(0).json();
    assert_eq!(whole["details"]["connection"]["unmodelled"], serde_json::json!([]));
}

#[test]
fn the_mirror_of_a_database_holds_what_is_looked_at() {
    let postgres = Postgres::create("scope");
    postgres.sql(BOTH);
    let project = without_geo(&postgres, DECLARED);
    let config = project.read("trueup.toml").replacen("version = 1", "version = 1\nauthority = \"database\"", 1);
    project.write("trueup.toml", config + "\n[ignore]\naddresses = [\"index:app.*\"]\n");
    project.run(&["pull", "--overwrite"]).exits(0).never_says("geo.");
    for entry in walk(&project.path("")) {
        let text = std::fs::read_to_string(&entry).unwrap_or_default();
        assert!(entry.ends_with("trueup.toml") || !text.contains("geo"), "{}:\n{text}", entry.display());
    }
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn two_databases_are_compared_in_what_is_looked_at() {
    let (left, right) = (Postgres::create("scope"), Postgres::create("scope"));
    left.sql(BOTH);
    right.sql(DECLARED);
    let project = Project::empty();
    project.run(&["diff", left.url(), right.url()]).exits(0).says(&["DROP"]);
    project.run(&["diff", left.url(), right.url(), "--schema", "app"]).exits(0).says(&["no difference"]);
    project.run(&["diff", left.url(), right.url(), "--exclude", "*:geo*"]).exits(0).says(&["no difference"]);
}

#[test]
fn what_is_left_out_later_has_not_drifted() {
    let postgres = Postgres::create("scope");
    let project =
        postgres.project(&[DECLARED, "CREATE SCHEMA geo;\nCREATE TABLE geo.places (id int PRIMARY KEY);\n"].concat());
    project.apply();
    postgres.sql("ALTER TABLE geo.places ADD COLUMN name text; DROP TABLE app.notes");
    project.run(&["drift"]).exits(2).says(&["app.notes"]);
    project.declare(DECLARED);
    project.write("trueup.toml", project.read("trueup.toml") + "schemas = { exclude = [\"geo\"] }\n");
    project.run(&["drift"]).exits(2).says(&["app.notes"]).never_says("geo");
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.run(&["drift"]).exits(0);
}

#[test]
fn what_belongs_to_extensions_is_seen_by_no_command_and_stays() {
    let postgres = Postgres::create("scope");
    postgres.sql("CREATE SCHEMA app; CREATE EXTENSION hstore SCHEMA app; CREATE EXTENSION citext; CREATE EXTENSION \"uuid-ossp\"");
    let members = "SELECT count(*) FROM pg_depend WHERE deptype = 'e'";
    let before = postgres.value(members);
    let project = postgres.project(
        "CREATE SCHEMA app;\nCREATE TABLE app.notes (id uuid PRIMARY KEY DEFAULT public.uuid_generate_v4(), tags app.hstore, \
         title public.citext);\n",
    );
    project.run(&["plan", "--unmanaged", "drop"]).exits(0).never_says("function:");
    project.run(&["apply", "--auto-approve"]).exits(0);
    project.is_in_step();
    project.run(&["inspect"]).exits(0).never_says("CREATE FUNCTION").never_says("CREATE TYPE");
    project.run(&["import", "--all", "--dry-run"]).never_says("function:");
    assert_eq!(postgres.value(members), before);
}

/// Something that takes a function out of an extension at every new table.
const THIEF: &str = "CREATE FUNCTION steal() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        ALTER EXTENSION citext DROP FUNCTION texticlike(citext, citext);
    END $$;
    CREATE EVENT TRIGGER thief ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION steal()";

#[test]
fn an_apply_says_what_is_gone_from_an_extension() {
    for state in ["file", "database"] {
        let postgres = Postgres::create("scope");
        postgres.sql("CREATE EXTENSION citext");
        let project = postgres.project("CREATE TABLE notes (id int PRIMARY KEY);\n");
        project.write("trueup.toml", project.read("trueup.toml") + &["state = \"", state, "\"\n"].concat());
        project.run(&["state", "show"]);
        // The state tables are there before the thief is.
        project.apply();
        postgres.sql(THIEF);
        project.declare("CREATE TABLE notes (id int PRIMARY KEY);\nCREATE TABLE more (id int PRIMARY KEY);\n");
        let run =
            project.run(&["apply", "--auto-approve"]).exits(1).says(&["objects of extensions are gone", "texticlike"]);
        let is_there = postgres.value("SELECT count(*) FROM pg_class WHERE relname = 'more'") == "1";
        assert_eq!(is_there, state == "file", "{}", run.stderr);
    }
}

#[test]
fn dropping_an_extension_on_purpose_is_no_loss() {
    let postgres = Postgres::create("scope");
    let project = postgres.project("CREATE EXTENSION citext;\nCREATE TABLE notes (id int PRIMARY KEY);\n");
    project.apply();
    project.declare("CREATE TABLE notes (id int PRIMARY KEY);\n");
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(0);
    assert_eq!(postgres.value("SELECT count(*) FROM pg_extension WHERE extname = 'citext'"), "0");
}
