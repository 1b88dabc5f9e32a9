//! `trueup pull`: the mirror is made once, is never written over where a person wrote, and needs no database a second time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{fs, os::unix::fs::symlink, path::Path};

use mysql::MySql;
use postgres::Postgres;
use support::{Project, block_on};
use trueup::{engine, mirror::Snapshot, registry};
use trueup_contract::{Access, Redacted};

const SCHEMA: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id), title TEXT CHECK (title <> ''));
CREATE VIEW titles AS SELECT title FROM posts;
CREATE TRIGGER kept BEFORE DELETE ON users BEGIN SELECT RAISE (ABORT, 'no'); END;";

const EVERYTHING: &str = "sql = \"schema/\"
toml = \"mirror.toml\"
prisma = \"prisma/schema.prisma\"
tables_json = \"db/schema/tables.json\"
context_json = \"docs/context/db/schema.json\"
docs = \"docs/db/\"
";

/// A project that mirrors its SQLite database.
fn mirrored(schema: &str, pull: &str) -> Project {
    let project = Project::empty();
    project.sql(schema);
    configure(&project, "sqlite:dev.db", pull);
    project
}

fn configure(project: &Project, url: &str, pull: &str) {
    let environment = ["[env.dev]\nurl = \"", url, "\"\n"].concat();
    project.write("trueup.toml", ["version = 1\nauthority = \"database\"\n[pull]\n", pull, &environment].concat());
}

/// When each of the files was written.
fn times(project: &Project) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let files = project.hash().into_keys().map(|it| project.path(&it.display().to_string()));
    files.filter(|it| it.is_file()).map(|it| (it.clone(), it.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn what_did_not_change_is_not_touched() {
    let project = mirrored(SCHEMA, EVERYTHING);
    project.run(&["pull"]).exits(0).says(&[
        "database → code",
        "environment: dev",
        "dialect: sqlite",
        "created schema/tables/users.sql",
    ]);
    let (before, written) = (project.hash(), times(&project));
    project.run(&["pull"]).exits(0).never_says("changed schema");
    project.run(&["pull", "--check"]).exits(0);
    assert_eq!(project.hash(), before);
    assert_eq!(times(&project), written);
}

#[test]
fn a_stale_mirror_is_told_and_not_written() {
    let project = mirrored(SCHEMA, EVERYTHING);
    project.run(&["pull"]).exits(0);
    project.sql("ALTER TABLE users ADD COLUMN age INTEGER");
    let before = project.hash();
    project.run(&["pull", "--check"]).exits(2).says(&["changed schema/tables/users.sql", "+   \"age\" INTEGER"]);
    let told = project.run(&["pull", "--check", "--json"]).exits(2).json();
    assert_eq!(told["in_step"], false);
    assert_eq!(project.hash(), before);
    project.run(&["pull"]).exits(0).says(&["changed docs/db/tables/users.md"]).never_says("posts.sql");
    project.run(&["pull", "--check"]).exits(0);
}

#[test]
fn an_edit_by_hand_is_refused_until_it_is_given_up() {
    let project = mirrored(SCHEMA, EVERYTHING);
    project.run(&["pull"]).exits(0);
    let generated = project.read("schema/tables/users.sql");
    project.write("schema/tables/users.sql", [&generated, "-- mine\n"].concat());
    project.write("db/schema/tables.json", "{}");
    let before = project.hash();
    project.run(&["pull"]).exits(3).says(&["db/schema/tables.json, schema/tables/users.sql", "--overwrite"]);
    project.run(&["pull", "--check"]).exits(2).says(&["edited schema/tables/users.sql"]);
    assert_eq!(project.hash(), before);
    project.run(&["pull", "--overwrite"]).exits(0);
    assert_eq!(project.read("schema/tables/users.sql"), generated);
}

#[test]
fn files_go_with_their_objects_and_no_others_do() {
    let project = mirrored(SCHEMA, "sql = \"schema/\"\n");
    project.write("schema/notes.txt", "mine");
    project.write("schema/views/mine.sql", "SELECT 1;");
    project.run(&["pull"]).exits(0).says(&["left as it is: schema/views/mine.sql"]).never_says("notes.txt");
    project.sql("DROP VIEW titles; DROP TABLE posts");
    project.run(&["pull"]).exits(0).says(&["removed schema/tables/posts.sql", "removed schema/views/titles.sql"]);
    assert!(!project.path("schema/tables/posts.sql").exists());
    assert_eq!(project.read("schema/notes.txt"), "mine");
    assert_eq!(project.read("schema/views/mine.sql"), "SELECT 1;");
}

#[test]
fn a_file_that_no_pull_has_written_is_never_written_over() {
    let project = mirrored(SCHEMA, "sql = \"schema/\"\n");
    project.write("schema/tables/users.sql", "-- mine\n");
    let before = project.hash();
    for more in [&["pull"][..], &["pull", "--overwrite"]] {
        project.run(more).exits(3).says(&["schema/tables/users.sql", "in the way"]);
    }
    assert_eq!(project.hash(), before);
}

/// A link is no file of a pull's, whatever it leads to: a file would take its place.
#[test]
fn a_link_of_a_person_stays() {
    let project = mirrored(SCHEMA, "sql = \"schema/\"\nprisma = \"schema.prisma\"\n");
    fs::create_dir_all(project.path("schema/tables")).unwrap();
    for name in ["schema/tables/users.sql", "schema.prisma"] {
        symlink("nowhere", project.path(name)).unwrap();
    }
    for more in [&["pull"][..], &["pull", "--overwrite"]] {
        project.run(more).exits(3).says(&["in the way: schema/tables/users.sql, schema.prisma"]);
    }
    assert!(project.path("schema.prisma").is_symlink() && !project.path("schema/tables/posts.sql").exists());
    for name in ["schema/tables/users.sql", "schema.prisma"] {
        fs::remove_file(project.path(name)).unwrap();
    }
    project.run(&["pull"]).exits(0);
    let file = project.path("schema/views/titles.sql");
    fs::rename(&file, project.path("elsewhere.sql")).unwrap();
    symlink(project.path("elsewhere.sql"), &file).unwrap();
    project.run(&["pull"]).exits(0);
    project.sql("DROP VIEW titles");
    project.run(&["pull"]).exits(3).says(&["in the way: schema/views/titles.sql"]);
    assert!(file.is_symlink());
}

#[test]
fn an_edited_file_of_an_object_that_is_gone_stays() {
    let project = mirrored(SCHEMA, "sql = \"schema/\"\n");
    project.run(&["pull"]).exits(0);
    project.sql("DROP VIEW titles");
    project.write("schema/views/titles.sql", "-- mine\n");
    project.run(&["pull"]).exits(3).says(&["schema/views/titles.sql"]);
    assert_eq!(project.read("schema/views/titles.sql"), "-- mine\n");
}

#[test]
fn a_snapshot_needs_no_connection_and_gives_the_same_bytes() {
    let project = mirrored(SCHEMA, EVERYTHING);
    let snapshot = project.run(&["inspect", "--format", "json"]).exits(0).stdout;
    project.run(&["pull"]).exits(0);
    let other = Project::empty();
    other.write("snapshot.json", &snapshot);
    configure(&other, "env:NO_SUCH_VARIABLE", EVERYTHING);
    other.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(0).says(&["snapshot: snapshot.json"]);
    for file in project.hash().into_keys().filter(|it| project.path(&it.display().to_string()).is_file()) {
        let name = file.display().to_string();
        if !matches!(name.as_str(), "dev.db" | "trueup.toml") && !name.ends_with(".json") && name != ".trueup-pull.toml"
        {
            assert_eq!(other.read(&name), project.read(&name), "{name}");
        }
    }
    other.write("snapshot.json", "{\"format_version\": \"9.0\"}");
    other.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(1).says(&["format 9.0", "inspect --format json"]);
}

/// Nothing that somebody has put into a text of a snapshot gets into a file.
#[test]
fn an_edited_snapshot_is_refused_by_name() {
    let schema = "CREATE TABLE t (a int DEFAULT 7, b varchar(9)); CREATE VIEW v AS SELECT a FROM t";
    let (postgres, mysql) = (Postgres::create("edited"), MySql::create("edited"));
    postgres.sql(schema);
    mysql.script(schema);
    let sqlite = Project::empty();
    sqlite.sql(schema);
    for url in [postgres.url(), mysql.url(), "sqlite:dev.db"] {
        let snapshot = sqlite.run(&["inspect", "--format", "json", "--url", url]).exits(0).stdout;
        let project = Project::empty();
        configure(&project, "env:NO_SUCH_VARIABLE", EVERYTHING);
        for (text, instead, object) in [
            ("\"7\"", "\"7); DROP TABLE t; --\"", "t"),
            ("\"7\"", "\"7); CREATE TABLE more (a int); --\"", "t"),
            ("\"7\"", "\"7, more int\"", "t"),
            ("\"varchar(9)\"", "\"varchar(9)); INSERT INTO t VALUES (1); --\"", "t"),
            ("FROM", ", 1; DROP TABLE t; SELECT a FROM", "v"),
            ("FROM", "FROM FROM", "v"),
        ] {
            // As each of the three writes it.
            let edited = snapshot.replace("character varying(9)", "varchar(9)").replace(" from", " FROM");
            let edited = edited.replace(text, instead);
            assert_ne!(edited, snapshot, "{url}: {text}");
            project.write("snapshot.json", edited);
            let before = project.hash();
            let run = project.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(1);
            run.says(&["snapshot.json", object, "is not as a database has it", "inspect --format json"]);
            assert_eq!(project.hash(), before, "{url}: {instead}");
        }
        project.write("snapshot.json", &snapshot);
        project.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(0);
    }
}

#[test]
fn a_snapshot_without_extensions_is_read_with_the_types_that_they_bring() {
    let postgres = Postgres::create("unextended");
    postgres.sql(
        "CREATE EXTENSION citext; CREATE DOMAIN d AS citext CHECK (VALUE <> ''); CREATE TABLE t (a citext, b d[])",
    );
    let project = Project::empty();
    let inspect = ["inspect", "--format", "json", "--url", postgres.url(), "--exclude", "extension:*"];
    let snapshot = project.run(&inspect).exits(0).stdout;
    project.write("snapshot.json", snapshot);
    configure(&project, "env:NO_SUCH_VARIABLE", EVERYTHING);
    project.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(0);
}

/// A snapshot of a part speaks of what is beside it.
#[test]
fn a_snapshot_of_one_schema_is_read_without_the_others() {
    let postgres = Postgres::create("part");
    postgres.sql(
        "CREATE SCHEMA auth; CREATE TABLE auth.users (id int PRIMARY KEY); CREATE TYPE auth.level AS ENUM ('low'); \
         CREATE TABLE notes (id int PRIMARY KEY, author int REFERENCES auth.users, level auth.level DEFAULT 'low'); \
         CREATE VIEW authors AS SELECT u.id FROM auth.users u; \
         CREATE FUNCTION f(auth.level) RETURNS auth.users LANGUAGE sql AS 'SELECT NULL::auth.users'",
    );
    let project = Project::empty();
    let part = ["inspect", "--format", "json", "--schema", "public", "--url", postgres.url()];
    project.write("snapshot.json", project.run(&part).exits(0).stdout);
    configure(&project, "env:NO_SUCH_VARIABLE", EVERYTHING);
    project.run(&["pull", "--from-snapshot", "snapshot.json"]).exits(0).says(&["created schema/tables/notes.sql"]);
    assert!(!project.path("schema/auth").exists());
}

#[test]
fn without_a_word_the_usual_three_are_written() {
    let project = Project::empty();
    project.sql(SCHEMA);
    project.write("trueup.toml", "version = 1\nauthority = \"database\"\n[env.dev]\nurl = \"sqlite:dev.db\"\n");
    project.run(&["pull"]).exits(0);
    for file in [
        "prisma/schema.prisma",
        "db/schema/tables.json",
        "docs/context/db/schema.json",
        "docs/context/db/schema.v3.json",
    ] {
        assert!(project.path(file).is_file(), "{file}");
    }
    assert_eq!(project.read("db/schema/tables.json"), project.read("docs/context/db/schema.json"));
}

#[test]
fn what_a_form_cannot_hold_is_listed() {
    let project = mirrored(SCHEMA, "prisma = \"schema.prisma\"\n");
    project.run(&["pull"]).exits(0).says(&["not in prisma", "trigger:users.kept"]);
    let losses = project.run(&["pull", "--json"]).exits(0).json()["losses"].clone();
    let found =
        losses.as_array().unwrap().iter().any(|it| it["address"] == "trigger:users.kept" && it["form"] == "prisma");
    assert!(found, "{losses}");
}

#[test]
fn what_a_person_wrote_in_a_prisma_schema_stays() {
    let project = mirrored("CREATE TABLE users (id INTEGER PRIMARY KEY)", "prisma = \"schema.prisma\"\n");
    project.run(&["pull"]).exits(0);
    let own = ["// mine\n", &project.read("schema.prisma")].concat();
    project.write("schema.prisma", &own);
    project.run(&["pull", "--check"]).exits(0);
    project.sql("ALTER TABLE users ADD COLUMN age INTEGER");
    project.run(&["pull"]).exits(0);
    let read = project.read("schema.prisma");
    assert!(read.starts_with("// mine\n") && read.contains("age"), "{read}");
}

#[test]
fn where_the_code_is_the_authority_it_is_not_written_over() {
    let project = Project::applied(SCHEMA);
    let before = project.hash();
    project.run(&["pull"]).exits(3).says(&["trueup plan"]);
    assert_eq!(project.hash(), before);
}

#[test]
fn two_forms_have_two_files() {
    let project = mirrored(SCHEMA, "tables_json = \"a.json\"\ncontext_json = \"a.json\"\n");
    project.run(&["pull"]).exits(1).says(&["a.json", "tables_json", "context_json"]);
    assert!(!project.path("a.json").exists());
}

#[test]
fn a_path_that_leaves_the_project_is_refused_with_its_place() {
    for path in ["../elsewhere.sql", "/tmp/elsewhere.sql", ""] {
        let project = mirrored(SCHEMA, &["sql = \"", path, "\"\n"].concat());
        let before = project.hash();
        project.run(&["pull"]).exits(1).says(&["trueup.toml:4:7", "not below the folder"]);
        assert_eq!(project.hash(), before);
    }
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let project = mirrored(SCHEMA, "sql = \"schema/\"\ndocs = \"docs/db/\"\n");
    // A folder where the text is to be written beside.
    fs::create_dir_all(project.path("schema/views/titles.sql.trueup-new")).unwrap();
    let before = project.hash();
    project.run(&["pull"]).exits(1).says(&["schema/views/titles.sql", "nothing was written"]);
    assert_eq!(project.hash(), before);
}

#[test]
fn what_is_told_is_how_it_is_afterwards() {
    let project = mirrored(SCHEMA, EVERYTHING);
    let hook = "[hooks]\nafter_pull = [{ run = [\"git\", \"--version\"] }]\n";
    project.write("trueup.toml", [&project.read("trueup.toml"), hook].concat());
    let told = project.run(&["pull", "--json", "--evidence", "evidence"]).exits(0).json();
    assert_eq!(told["in_step"], true);
    assert!(!told["changes"].as_array().unwrap().is_empty());
    assert_eq!(told["hooks"][0]["succeeded"], true);
    let refreshed = project.read("evidence/03-context-refresh-log.md");
    assert!(refreshed.contains("git --version"), "{refreshed}");
    let instructions = project.read("evidence/01-db-pull-instructions.md");
    assert!(instructions.contains("(artifacts/snapshot.json)"), "{instructions}");
    assert!(Snapshot::parse(&project.read("evidence/artifacts/snapshot.json")).is_ok());
}

#[test]
fn a_connection_that_fails_leaves_its_evidence() {
    let project = Project::empty();
    configure(&project, "sqlite:absent.db", EVERYTHING);
    project.run(&["pull", "--evidence", "evidence"]).exits(1);
    let page = project.read("evidence/00-ssot-mode-check.md");
    assert!(page.contains("**FAIL**") && page.contains("absent.db"), "{page}");
}

/// Names that no file system takes as they are, and names that differ only in case.
#[test]
fn any_name_has_a_file_and_comes_back() {
    let schema = "CREATE TABLE \"a/b\" (x INTEGER); CREATE TABLE \"con\" (x INTEGER); CREATE TABLE \"..\" (x INTEGER); \
                  CREATE TABLE \" \" (x INTEGER); CREATE TABLE \"größe\" (\"a\"\"b\" TEXT DEFAULT 'it''s')";
    let project = mirrored(schema, "sql = \"mirror/\"\n");
    project.run(&["pull"]).exits(0);
    comes_back(&project, "sqlite:dev.db", "mirror");
    let postgres = Postgres::create("names");
    postgres.sql("CREATE TABLE users (a int); CREATE TABLE \"Users\" (a int); CREATE SCHEMA \"A b\"; CREATE TABLE \"A b\".\"USERS\" (a int)");
    let project = Project::empty();
    configure(&project, postgres.url(), "sql = \"mirror/\"\n");
    project.run(&["pull"]).exits(0).says(&["mirror/tables/users.sql", "mirror/tables/Users~"]);
    comes_back(&project, postgres.url(), "mirror");
}

/// A database's own mirror leaves nothing to plan.
fn comes_back(project: &Project, url: &str, mirror: &str) {
    let code = Project::empty();
    let (url, mirror) = match url.strip_prefix("sqlite:") {
        Some(path) => (["sqlite:", &project.path(path).display().to_string()].concat(), project.path(mirror)),
        None => (url.to_owned(), project.path(mirror)),
    };
    let plan = ["plan", "--url", &url, "--to", &mirror.display().to_string(), "--state", "none", "--unmanaged", "drop"];
    code.run(&[&plan[..], &["--detailed-exitcode"]].concat()).exits(0);
}

/// A database made from a schema, kept as long as this lives, and its URL.
type Made = (String, Box<dyn std::any::Any>);

/// Every sample that is one for this server: the snapshot is read back whole, and the mirror in SQL leaves nothing to plan.
fn samples(folder: &str, fits: impl Fn(&str) -> bool, make: impl Fn(&str) -> Made) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("-- after\n").filter(|_| fits(&text)) {
            let (url, _kept) = make(part);
            reads_back(&url, &path.display().to_string());
            let project = Project::empty();
            configure(&project, &url, "sql = \"mirror/\"\n");
            project.run(&["pull"]).exits(0);
            comes_back(&project, &url, "mirror");
        }
    }
}

fn reads_back(url: &str, what: &str) {
    let provider = registry::provider(&Redacted::new(url).scheme().unwrap()).unwrap();
    let (found, server) = block_on(async {
        let mut database = provider.connect(&Redacted::new(url), Access::Read).await.unwrap();
        (database.inspect().await.unwrap(), database.server().await.unwrap())
    });
    let snapshot = Snapshot::of(provider.dialect().name(), &server, &found);
    if let Err(error) = block_on(engine::read_back(provider, &snapshot.schema, &snapshot.depends, snapshot.cluster())) {
        panic!("{what}: {error}");
    }
    let again = Snapshot::parse(&snapshot.render()).unwrap();
    assert_eq!(again, snapshot, "{what}");
    // What is not compared counts too: the texts as they were written, and the order of columns.
    assert_eq!(again.render(), snapshot.render(), "{what}");
    assert_eq!(again.read_back().unwrap().render(), again.render(), "{what}");
}

/// What a line of a sample says after this.
fn said<'a>(sample: &'a str, what: &str) -> Option<&'a str> {
    sample.lines().find_map(|line| line.strip_prefix(what))
}

#[test]
fn every_sample_of_postgresql_comes_back() {
    let major = Postgres::create("major").value("SELECT current_setting('server_version_num')::int / 10000");
    let major: u32 = major.parse().unwrap();
    let fits = |sample: &str| said(sample, "-- since: ").is_none_or(|since| since.parse::<u32>().unwrap() <= major);
    samples("kinds_postgres", fits, |schema| {
        let database = Postgres::create("mirror");
        database.sql(schema);
        (database.url().to_owned(), Box::new(database))
    });
}

#[test]
fn every_sample_of_mysql_comes_back() {
    let product = if MySql::create("product").is_maria() { "mariadb" } else { "mysql" };
    let fits = |sample: &str| said(sample, "-- only: ").is_none_or(|only| only == product);
    samples("kinds_mysql", fits, |schema| {
        let database = MySql::create("mirror");
        database.script(schema);
        (database.url().to_owned(), Box::new(database))
    });
}

#[test]
fn every_kind_of_sqlite_comes_back() {
    let project = mirrored(SCHEMA, "sql = \"mirror/\"\n");
    project
        .sql("CREATE VIRTUAL TABLE search USING fts5 (body); CREATE TABLE strict (a ANY, b ANY AS (a) STORED) STRICT;");
    reads_back(&["sqlite:", &project.path("dev.db").display().to_string()].concat(), "sqlite");
    project.run(&["pull"]).exits(0);
    comes_back(&project, "sqlite:dev.db", "mirror");
}
