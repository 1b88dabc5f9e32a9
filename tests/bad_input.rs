//! Whatever is wrong is said with its place, answered with the right exit code, and nothing is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::{fs, os::unix::fs::PermissionsExt};

use support::{CONFIG, Project, block_on, connect, sql};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";
const TEAMS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE teams (id INTEGER);\n";

/// Run a command that must fail with this code and these words, and leave the folder as it was.
#[track_caller]
fn check(project: &Project, args: &[&str], code: i32, words: &[&str]) {
    let before = project.hash();
    project.run(args).exits(code).says(words);
    let after = project.hash();
    let is_changed = |path: &&std::path::PathBuf| before.get(*path) != after.get(*path);
    let changed: Vec<_> = before.keys().chain(after.keys()).filter(is_changed).collect();
    assert!(changed.is_empty(), "`trueup {}` changed {changed:?}", args.join(" "));
}

/// The same for every command that reads the schema.
#[track_caller]
fn check_schema(schema: &str, words: &[&str]) {
    let project = Project::new(schema);
    check(&project, &["validate"], 1, words);
    check(&project, &["apply", "--auto-approve"], 1, words);
    project.sql("CREATE TABLE other (id INTEGER)");
    check(&project, &["plan"], 1, words);
    check(&project, &["plan", "--json"], 1, words);
}

/// A project with one pending change and a plan file for it.
fn planned() -> Project {
    let project = Project::applied(USERS);
    project.declare(TEAMS);
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project
}

#[test]
fn a_schema_that_is_not_there_is_named() {
    let project = Project::new(USERS);
    fs::remove_dir_all(project.path("schema")).unwrap();
    for command in [&["validate"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 1, &["schema/", "does not exist", "[schema] source"]);
    }
    check(&project, &["validate", "--to", "nope.sql"], 1, &["`nope.sql` does not exist"]);
    let tried = ["no scheme", "a file, a folder and a pattern", "sqlite:, postgres:"];
    check(&project, &["validate", "--to", "shop"], 1, &tried);
    for url in ["app:hunter2@db.example/shop", "shop_app:hunter2@db.example:5432/shop"] {
        let run = project.run(&["plan", "--to", url]).exits(1).says(&["there is no such file", "URLs that begin with"]);
        run.never_says("hunter2");
    }
}

#[test]
fn a_folder_in_place_of_the_database_is_named() {
    let project = Project::new(USERS);
    fs::create_dir(project.path("dev.db")).unwrap();
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["inspect"]] {
        check(&project, command, 1, &["dev.db", "is not a database", "directory"]);
    }
}

#[test]
fn an_empty_folder_is_no_schema() {
    let project = Project::new(USERS);
    fs::remove_file(project.path("schema/schema.sql")).unwrap();
    for command in [&["validate"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 1, &["schema/", "holds no .sql file"]);
    }
}

#[test]
fn a_syntax_error_is_told_with_line_column_and_token() {
    let wrong = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n\nCREATE TABLE teams (\n  id INTEGER PRIMARY KAY\n);\n";
    check_schema(wrong, &["schema/schema.sql:4:22", "KAY"]);
    check_schema("CREATE TABLE users (id INTEGER);\nCREATE TABEL teams (id INTEGER);\n", &["schema.sql:2:8", "TABEL"]);
    check_schema("CREATE TABLE users (id INTEGER,);\n", &["schema.sql:1:32", ")"]);
    check_schema("CREATE TABLE users (id INTEGER DEFAULT 'x);\n", &["schema.sql:1:40", "never closed"]);
    check_schema("CREATE VIEW names AS SELECT 1 FORM users;\n", &["schema.sql:1:", "users"]);
}

#[test]
fn a_table_that_is_declared_twice_is_told_with_both_places() {
    check_schema(&[USERS, USERS].concat(), &["schema.sql:2:14", "`users` is declared twice", "schema.sql:1:"]);
}

#[test]
fn an_index_on_an_unknown_column_is_told_with_its_place() {
    let wrong = [USERS, "CREATE INDEX by_email ON users (email);\n"].concat();
    check_schema(&wrong, &["schema.sql:2:", "email"]);
}

#[test]
fn a_foreign_key_to_nothing_is_refused() {
    let wrong = "CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER REFERENCES nope(id));\n";
    check_schema(wrong, &["schema.sql:1:", "table:nope", "is not"]);
}

#[test]
fn an_unknown_key_of_the_configuration_gets_a_suggestion() {
    let project = Project::new(USERS);
    project.write("trueup.toml", CONFIG.replace("source", "sorce"));
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["validate"]] {
        check(&project, command, 1, &["trueup.toml:4:1", "unknown field `sorce`", "did you mean `source`?"]);
    }
}

#[test]
fn an_unknown_url_scheme_is_told_with_the_known_ones() {
    let project = Project::new(USERS);
    for command in [&["plan", "--url", "oracle://h/db"][..], &["apply", "--auto-approve", "--url", "oracle://h/db"]] {
        check(&project, command, 1, &["`oracle:`", "sqlite:"]);
    }
}

#[test]
fn a_url_without_a_scheme_is_told_with_the_known_ones() {
    let project = Project::new(USERS);
    for command in [&["plan", "--url", "dev.db"][..], &["apply", "--auto-approve", "--url", "dev.db"]] {
        check(&project, command, 1, &["no scheme", "sqlite:"]);
    }
}

#[test]
fn a_plan_creates_no_database() {
    let project = Project::new(USERS);
    for command in [&["drift"][..], &["inspect"], &["check"]] {
        check(&project, command, 1, &["dev.db", "does not exist"]);
    }
    for command in [&["plan"][..], &["apply", "--dry-run"], &["diff", "sqlite:dev.db", "schema"]] {
        check(&project, command, 0, &["`dev.db` does not exist", "table users"]);
    }
    check(&project, &["plan", "--detailed-exitcode", "--sql"], 2, &["CREATE TABLE \"users\""]);
    // What is not there says of nothing that it has to go.
    check(&project, &["diff", "schema", "sqlite:dev.db"], 1, &["dev.db", "does not exist"]);
}

#[test]
fn a_database_that_is_gone_is_not_planned_anew() {
    let project = Project::applied(USERS);
    fs::remove_file(project.path("dev.db")).unwrap();
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["apply", "--dry-run"]] {
        check(&project, command, 3, &["the lockfile records 4 objects of `dev.db`, which is not there"]);
    }
}

#[test]
fn a_folder_of_the_database_that_is_not_there_is_named() {
    let project = Project::new(USERS);
    let options = ["--url", "sqlite:nowhere/dev.db", "--to", "schema"];
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        check(&project, &[command, &options].concat(), 1, &["nowhere/dev.db", "does not exist", "its folder"]);
    }
}

#[test]
fn a_read_only_file_is_refused_even_to_root() {
    let project = Project::applied(USERS);
    project.declare(TEAMS);
    fs::set_permissions(project.path("dev.db"), fs::Permissions::from_mode(0o444)).unwrap();
    check(&project, &["apply", "--auto-approve"], 1, &["dev.db", "read-only", "permissions"]);
    check(&project, &["plan", "--detailed-exitcode"], 2, &["table teams"]);
}

#[test]
fn a_locked_database_is_left_alone() {
    let project = planned();
    block_on(async {
        let mut other = connect(&project.path("dev.db")).await;
        sqlx::raw_sql("BEGIN EXCLUSIVE; CREATE TABLE theirs (id INTEGER)").execute(&mut other).await.unwrap();
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["apply", "plan.json"]] {
            project.run(command).exits(1).says(&["locked by another program", "--lock-timeout"]);
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    });
    check(&project, &["plan", "--detailed-exitcode"], 2, &["table teams"]);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let project = Project::new(USERS);
    let noise: Vec<u8> = (0..9000u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    project.write("dev.db", noise);
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["inspect"], &["drift"]] {
        check(&project, command, 1, &["dev.db", "is not a database"]);
    }
}

#[test]
fn a_truncated_plan_is_refused() {
    let project = planned();
    let text = project.read("plan.json");
    for length in [0, 1, text.len() / 2, text.len() - 3] {
        project.write("plan.json", &text[..length]);
        check(&project, &["apply", "plan.json"], 4, &["plan file cannot be read", "trueup plan --out"]);
        check(&project, &["prove", "plan.json"], 4, &["plan file cannot be read"]);
        check(&project, &["approve", "plan.json", "--by", "me"], 4, &["plan file cannot be read"]);
    }
}

#[test]
fn an_edited_plan_is_refused() {
    let project = planned();
    let text = project.read("plan.json");
    let edits = [
        ("CREATE TABLE", "CREATE  TABLE"),
        ("\"allow\": []", "\"allow\": [\"destructive\"]"),
        ("\"serial\": 1", "\"serial\": 2"),
        ("\"approval_required\": false", "\"approval_required\": true"),
        ("\"level\"", "\"leve\""),
        ("\"format_version\": \"1.0\"", "\"format_version\": \"2.0\""),
    ];
    for (from, to) in edits {
        let edited = text.replacen(from, to, 1);
        if edited == text {
            continue;
        }
        project.write("plan.json", &edited);
        check(&project, &["apply", "plan.json"], 4, &["plan file"]);
    }
    project.write("plan.json", &text);
    project.run(&["apply", "plan.json"]).exits(0);
}

#[test]
fn a_plan_for_another_lineage_is_stale() {
    let project = planned();
    fs::remove_file(project.path("state/dev.lock")).unwrap();
    check(&project, &["apply", "plan.json"], 4, &["lineage", "trueup plan"]);
    project.declare(USERS);
    project.apply();
    check(&project, &["apply", "plan.json"], 4, &["lineage", "trueup plan"]);
}

#[test]
fn a_plan_at_another_serial_is_stale() {
    let project = planned();
    project.declare(&[USERS, "CREATE TABLE more (id INTEGER);\n"].concat());
    project.apply();
    check(&project, &["apply", "plan.json"], 4, &["serial 1", "has 2"]);
}

#[test]
fn a_plan_for_a_schema_that_moved_is_stale() {
    let project = planned();
    project.sql("ALTER TABLE users ADD COLUMN extra TEXT; CREATE TABLE teams (other TEXT)");
    check(&project, &["apply", "plan.json"], 4, &["changed in the database since", "table:teams"]);
}

#[test]
fn a_lockfile_that_was_edited_is_refused() {
    let project = planned();
    let text = project.read("state/dev.lock");
    let edits = [
        text.replacen("serial = 1", "serial = 7", 1),
        text.replacen("table:users", "table:losers", 1),
        text.replacen("source = \"", "source = \"0", 1),
        text[..text.len() / 2].to_owned(),
    ];
    for edited in edits {
        assert_ne!(edited, text);
        project.write("state/dev.lock", &edited);
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["apply", "plan.json"], &["state", "verify"]] {
            check(&project, command, 1, &["state/dev.lock", "lockfile", "version control"]);
        }
    }
}

#[test]
fn a_plan_for_another_database_is_stale() {
    let project = planned();
    fs::copy(project.path("dev.db"), project.path("other.db")).unwrap();
    let args = ["apply", "plan.json", "--url", "sqlite:other.db", "--state", "state/dev.lock"];
    check(&project, &args, 4, &["dev.db", "other.db"]);
}

#[test]
fn a_lockfile_of_another_database_is_refused() {
    let project = planned();
    sql(&project.path("other.db"), "CREATE TABLE unrelated (id INTEGER)");
    let args = ["plan", "--url", "sqlite:other.db", "--state", "state/dev.lock"];
    check(&project, &args, 3, &["other.db", "another database", "state rebind"]);
}

#[test]
fn an_allowance_that_means_nothing_is_refused() {
    let project = planned();
    for allow in ["everything", "D999", "D002:nothing", "destructive:table:users", ""] {
        check(&project, &["plan", "--allow", allow], 1, &["--allow", "means nothing"]);
        check(&project, &["apply", "--auto-approve", "--allow", allow], 1, &["--allow", "means nothing"]);
        check(&project, &["approve", "plan.json", "--by", "me", "--allow", allow], 1, &["--allow", "means nothing"]);
    }
}

#[test]
fn an_unknown_environment_is_told_with_the_known_ones() {
    let project = Project::new(USERS);
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["validate"]] {
        let args = [command, &["--env", "prod"]].concat();
        check(&project, &args, 1, &["no environment `prod`", "dev"]);
    }
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let project = Project::new(USERS);
    project.write("trueup.toml", CONFIG.replace("sqlite:dev.db", "env:TRUEUP_TEST_NO_SUCH_VARIABLE"));
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 1, &["TRUEUP_TEST_NO_SUCH_VARIABLE", "not set"]);
    }
}

#[test]
fn a_schema_file_that_is_not_utf8_is_told_with_line_and_column() {
    let project = Project::new(USERS);
    project.write("schema/latin.sql", b"-- \xc3\xa9\n-- caf\xe9\nCREATE TABLE more (id INTEGER);\n");
    for command in [&["validate"][..], &["apply", "--auto-approve"]] {
        check(&project, command, 1, &["schema/latin.sql:2:7", "not UTF-8", "byte 12"]);
    }
}

#[test]
fn without_a_terminal_nobody_can_say_yes() {
    let project = planned();
    check(&project, &["apply"], 3, &["nobody is there to say yes", "--auto-approve"]);
    check(&project, &["apply", "--json"], 3, &["nobody is there to say yes"]);
}

#[test]
fn a_refused_apply_creates_no_database() {
    let project = Project::new(USERS);
    check(&project, &["apply"], 3, &["nobody is there to say yes", "table users"]);
    project.write("trueup.toml", [CONFIG, "approval = \"required\"\n"].concat());
    check(&project, &["apply", "--auto-approve"], 3, &["wants an approval"]);
}

#[test]
fn options_of_the_plan_are_refused_beside_a_plan_file() {
    let project = planned();
    let options: [&[&str]; 4] =
        [&["--to", "schema"], &["--allow", "destructive"], &["--target", "table:users"], &["--unmanaged", "drop"]];
    for option in options {
        check(&project, &[&["apply", "plan.json"], option].concat(), 1, &["connection options only"]);
    }
}

#[test]
fn a_mistake_in_a_very_long_line_is_told_without_the_line() {
    let long = ["CREATE TABLE t (id INTEGER);", &" ".repeat(100_000), "CREATE TABLE t (id INTEGER);\n"].concat();
    check_schema(&long, &["1:100042: table `t` is declared twice"]);
}

#[test]
fn a_hook_that_is_no_table_is_told_how_it_is_written() {
    let project = Project::new(USERS);
    project.write("trueup.toml", [CONFIG, "[hooks]\nbefore_apply = [\"true\"]\n"].concat());
    check(&project, &["plan"], 1, &["a hook: `{ run = [\"program\", \"argument\"] }`"]);
}
