//! Every command as somebody uses it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use std::fs;

use support::{CONFIG, Project, sql};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";
const ROWS: &str = "INSERT INTO users VALUES (1, 'ann'), (2, 'bob')";

/// A database with users in it.
fn with_rows() -> Project {
    let project = Project::applied(USERS);
    project.sql(ROWS);
    project
}

#[test]
fn a_project_grows_from_init_to_proof() {
    let project = Project::empty();
    project.run(&["init"]).exits(0).says(&["trueup.toml", "schema/tables.sql", ".gitignore"]);
    project.run(&["init"]).exits(1).says(&["is there already"]);
    project.run(&["validate"]).exits(0).says(&["valid: 5 objects"]);
    project.run(&["plan"]).exits(0).says(&["`dev.db` does not exist", "5 to create"]);
    assert!(!project.path("dev.db").exists());
    project.apply().says(&["5 created", "serial 1"]);
    project.is_in_step();
    project.run(&["drift"]).exits(0).says(&["in step with the last apply"]);
    project.run(&["check"]).exits(0).says(&["connection       ok", "SQLite", "serial 1"]);
    project.sql("ALTER TABLE notes ADD COLUMN extra TEXT");
    project.run(&["drift"]).exits(0);
    project.sql("ALTER TABLE notes RENAME COLUMN body TO text");
    project.run(&["drift"]).exits(2).says(&["column:notes.body is gone"]);
    project.run(&["explain", "column:notes.body"]).exits(0).says(&["schema/tables.sql:2:1", "will be created"]);
    project.sql("ALTER TABLE notes RENAME COLUMN text TO body");
    project.is_in_step();
    project.run(&["explain", "column:notes.extra"]).exits(0).says(&["unmanaged and kept"]);
    project.run(&["explain", "table:noted"]).exits(1).says(&["did you mean `table:notes`?"]);
    project.run(&["import", "column:notes.extra"]).exits(3).says(&["is not declared", "--write"]);
    let schema = project.read("schema/tables.sql").replace("NOT NULL,\n", "NOT NULL,\n  extra TEXT,\n");
    project.write("schema/tables.sql", schema);
    project.run(&["import", "column:notes.extra"]).exits(0).says(&["1 objects are ours now", "serial 2"]);
    project.is_in_step();
    project.run(&["state", "list"]).exits(0).says(&["table:notes", "column:notes.extra"]);
    project.run(&["state", "verify"]).exits(0).says(&["serial 2"]);
}

#[test]
fn a_project_begins_with_what_a_database_holds() {
    let other = with_rows();
    let project = Project::empty();
    let url = ["sqlite:", &other.path("dev.db").display().to_string()].concat();
    let variables = [("OTHER", url.as_str())];
    project.run_with(&["init", "--url", "env:OTHER"], &variables).exits(0).says(&["schema/schema.sql", "import --all"]);
    assert!(project.read("trueup.toml").contains("url = \"env:OTHER\""));
    project.run_with(&["plan", "--detailed-exitcode"], &variables).exits(0).says(&["in step"]);
    project.run_with(&["diff", "env:OTHER", "schema/"], &variables).exits(0).says(&["no difference"]);
    project.run(&["diff", "env:OTHER", "schema/"]).exits(1).says(&["`OTHER` is not set"]);
    let secret = "postgres://me:hidden@localhost/shop";
    let refused = Project::empty().run(&["init", "--url", secret]).exits(3).says(&["env:DATABASE_URL"]);
    refused.never_says("hidden");
}

#[test]
fn an_apply_with_nothing_to_do_leaves_every_byte_as_it_is() {
    let project = with_rows();
    let before = project.hash();
    project.apply().says(&["nothing to do"]);
    project.run(&["plan", "--out", "../nothing.json"]).exits(0);
    fs::rename(project.path("../nothing.json"), project.path("nothing.json")).unwrap();
    project.run(&["apply", "nothing.json"]).exits(0).says(&["nothing to do"]);
    fs::remove_file(project.path("nothing.json")).unwrap();
    assert_eq!(project.hash(), before);
}

#[test]
fn the_state_commands_change_the_record_alone() {
    let project = with_rows();
    let content = fs::read(project.path("dev.db")).unwrap();
    project.run(&["state", "protect", "table:users"]).exits(0).says(&["serial 2"]);
    project.run(&["state", "list"]).exits(0).says(&["table:users  (protected)"]);
    project.declare("CREATE TABLE other (id INTEGER);\n");
    let allowed = ["apply", "--auto-approve", "--allow", "destructive"];
    project.run(&allowed).exits(3).says(&["table:users", "is protected"]);
    project.run(&["state", "unprotect", "table:users"]).exits(0);
    project.run(&["state", "forget", "table:users"]).exits(0).says(&["was not touched"]);
    project.run(&["state", "forget", "table:users"]).exits(1).says(&["there is no `table:users`"]);
    project.run(&["plan"]).exits(0).says(&["Kept", "table:users", "table other"]);
    project.run(&["state", "show"]).exits(0).says(&["serial    4", "forget", "this database"]);
    project.run(&["state", "verify"]).exits(0);
    project.run(&["state", "unlock"]).exits(0).says(&["nobody holds the lock"]);
    assert_eq!(fs::read(project.path("dev.db")).unwrap(), content);
}

#[test]
fn a_record_is_moved_and_bound_anew() {
    let project = with_rows();
    project.sql("ALTER TABLE users RENAME TO people");
    project.run(&["state", "move", "table:users", "table:people"]).exits(0);
    project.declare("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);\n");
    project.is_in_step();
    project.run(&["drift"]).exits(0);
    project.sql("ALTER TABLE people ADD COLUMN more TEXT");
    fs::rename(project.path("dev.db"), project.path("moved.db")).unwrap();
    project.write("trueup.toml", CONFIG.replace("dev.db", "moved.db"));
    project.is_in_step();
    project.run(&["state", "show"]).exits(0).says(&["another database"]);
    project.run(&["state", "rebind"]).exits(0);
    project.run(&["state", "show"]).exits(0).says(&["this database"]);
}

#[test]
fn a_plan_is_saved_approved_proved_and_applied() {
    let project = with_rows();
    project.write("trueup.toml", [CONFIG, "approval = \"required\"\nbackup = \"required-for-destructive\"\n"].concat());
    project.declare("CREATE TABLE users (id INTEGER PRIMARY KEY CHECK (id > 0));\n");
    project.run(&["plan", "--out", "plan.json", "--sql"]).exits(0).says(&["D002", "needs consent", "CREATE TABLE"]);
    project.run(&["apply", "plan.json"]).exits(3).says(&["needs consent", "wants an approval", "wants a backup"]);
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0).says(&["approved by eve"]);
    project.run(&["apply", "plan.json"]).exits(3).says(&["D002", "wants a backup"]).never_says("wants an approval");
    let allow = ["--allow", "D002:column:users.name", "--backup", "s3://backups/1"];
    project.run(&[&["approve", "plan.json", "--by", "eve"], &allow[..]].concat()).exits(0);
    project.run(&["prove", "plan.json"]).exits(0).says(&["proved on a copy", "2 rows of 1 tables"]);
    project.run(&["apply", "plan.json", "--dry-run"]).exits(0);
    project.run(&["apply", "plan.json"]).exits(0).says(&["applied", "serial 2"]);
    assert_eq!(project.rows("SELECT * FROM users"), [["1"], ["2"]]);
    project.run(&["apply", "plan.json"]).exits(0).says(&["nothing to do"]);
}

#[test]
fn a_required_approval_is_wanted_of_every_plan() {
    let project = Project::applied(USERS);
    project.write("trueup.toml", [CONFIG, "approval = \"required\"\n"].concat());
    project.is_in_step();
    project.apply().says(&["nothing to do"]);
    project.declare(&[USERS, "CREATE TABLE teams (id INTEGER);\n"].concat());
    project.run(&["apply", "--auto-approve"]).exits(3).says(&["wants an approval", "trueup approve"]);
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
    project.run(&["apply", "plan.json"]).exits(0);
}

#[test]
fn a_schema_is_shown_in_every_form() {
    let project = Project::applied(&[USERS, "CREATE VIEW names AS SELECT name FROM users;\n"].concat());
    project.run(&["inspect"]).exits(0).says(&["CREATE TABLE", "CREATE VIEW"]);
    project.run(&["inspect", "--format", "mermaid"]).exits(0).says(&["erDiagram", "users"]);
    project.run(&["inspect", "--format", "dot"]).exits(0).says(&["digraph", "users"]);
    let page = project.run(&["inspect", "--format", "html"]).exits(0).stdout;
    for part in
        ["<section id=\"tables/users.md\">", "href=\"#tables/users.md\"", "CREATE VIEW", "<td><code>name</code></td>"]
    {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(project.run(&["inspect", "--format", "json"]).exits(0).json().is_object());
    project.run(&["graph"]).exits(0).says(&["view:names", "table:users"]);
    project.run(&["graph", "view:names", "--format", "mermaid"]).exits(0).says(&["names"]);
    project.run(&["graph", "--format", "dot"]).exits(0).says(&["digraph"]);
    project.run(&["completions", "bash"]).exits(0).says(&["_trueup", "--detailed-exitcode"]);
    project.run(&["man"]).exits(0).says(&[".TH trueup"]);
    project.run(&["--version"]).exits(0).says(&["trueup"]);
    project.run(&["plan", "--nonsense"]).exits(1);
}

#[test]
fn what_inspect_writes_makes_the_same_database() {
    let project = Project::applied(&[USERS, "CREATE INDEX by_name ON users (name);\n"].concat());
    project.write("seen.sql", project.run(&["inspect"]).exits(0).stdout);
    project.run(&["plan", "--to", "seen.sql", "--detailed-exitcode"]).exits(0);
    project.run(&["diff", "schema", "seen.sql"]).exits(0).says(&["no difference"]);
    project.run(&["diff", "schema", "sqlite:dev.db"]).exits(0).says(&["no difference"]);
    project.write("more.sql", [USERS, "CREATE TABLE teams (id INTEGER);\n"].concat());
    let run = project.run(&["diff", "sqlite:dev.db", "more.sql"]).exits(0).says(&["DROP INDEX", "CREATE TABLE"]);
    sql(&project.path("dev.db"), &run.stdout);
    project.run(&["diff", "sqlite:dev.db", "more.sql"]).exits(0).says(&["no difference"]);
}

#[test]
fn every_command_speaks_json() {
    let project = with_rows();
    project.declare(&[USERS, "CREATE TABLE teams (id INTEGER);\n"].concat());
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    let commands: [&[&str]; 16] = [
        &["validate"],
        &["plan"],
        &["drift"],
        &["check"],
        &["inspect"],
        &["graph"],
        &["explain", "table:teams"],
        &["diff", "schema", "sqlite:dev.db"],
        &["state", "show"],
        &["state", "list"],
        &["state", "verify"],
        &["state", "unlock"],
        &["state", "protect", "table:users"],
        &["import", "--all", "--dry-run"],
        &["apply", "--dry-run"],
        &["apply", "--auto-approve"],
    ];
    for command in commands {
        let run = project.run(&[command, &["--json"]].concat()).exits(0);
        assert!(!run.json().is_null(), "{command:?}");
    }
    let error = project.run(&["plan", "--env", "prod", "--json"]).exits(1).json();
    assert_eq!(error["error"]["exit_code"], 1);
}

#[test]
fn what_was_never_ours_is_kept_and_what_was_is_dropped_with_consent() {
    let project = with_rows();
    project.sql("CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (1)");
    project.run(&["plan", "--detailed-exitcode"]).exits(0).says(&["Kept", "table:theirs"]);
    project.run(&["apply", "--auto-approve", "--unmanaged", "error"]).exits(3).says(&["table:theirs", "not ours"]);
    project.declare("CREATE TABLE other (id INTEGER);\n");
    let refused = project.run(&["apply", "--auto-approve"]).exits(3);
    refused.says(&["D001", "table users and 2 rows", "--allow D001:table:users"]);
    project.run(&["apply", "--auto-approve", "--allow", "D001:table:theirs"]).exits(3);
    assert_eq!(project.value("SELECT count(*) FROM users"), "2");
    project.run(&["apply", "--auto-approve", "--allow", "D001:table:users"]).exits(0);
    let tables = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)";
    assert_eq!(project.value(tables), "other,theirs");
    project.run(&["apply", "--auto-approve", "--unmanaged", "drop"]).exits(3).says(&["table theirs and 1 row"]);
    project.run(&["apply", "--auto-approve", "--unmanaged", "drop", "--allow", "destructive"]).exits(0);
    assert_eq!(project.value(tables), "other");
}

#[test]
fn a_protected_table_is_never_dropped() {
    let declared = [[CONFIG, "\n[[protect]]\naddress = \"table:users\"\n"].concat(), [CONFIG, "\n"].concat()];
    let schemas = [USERS.to_owned(), ["-- @protect\n", USERS].concat()];
    for (config, schema) in declared.iter().zip(schemas) {
        let project = Project::new(&schema);
        project.write("trueup.toml", config);
        project.apply();
        project.write("trueup.toml", CONFIG);
        project.declare("CREATE TABLE other (id INTEGER);\n");
        for more in [&[][..], &["--unmanaged", "drop"]] {
            let args = [&["apply", "--auto-approve", "--allow", "destructive"], more].concat();
            project.run(&args).exits(3).says(&["`table:users` is protected", "state unprotect"]);
        }
        assert_eq!(project.value("SELECT count(*) FROM users"), "0");
    }
}

#[test]
fn a_rename_keeps_the_rows() {
    let moved = "\n[[moved]]\nfrom = \"column:users.name\"\nto = \"column:users.full_name\"\n";
    let renamed = "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT);\n";
    let beside = "CREATE TABLE users (\n  id INTEGER PRIMARY KEY,\n  -- @moved from=name\n  full_name TEXT\n);\n";
    for (config, schema) in [([CONFIG, moved].concat(), renamed), (CONFIG.to_owned(), beside)] {
        let project = with_rows();
        project.write("trueup.toml", config);
        project.declare(schema);
        project.run(&["plan"]).exits(0).says(&["was column:users.name", "1 to rename"]).never_says("D002");
        project.apply().says(&["1 renamed"]);
        assert_eq!(project.rows("SELECT id, full_name FROM users"), [["1", "ann"], ["2", "bob"]]);
        project.is_in_step();
        project.run(&["drift"]).exits(0);
    }
}

#[test]
fn a_renamed_table_keeps_the_rows() {
    let moved = "\n[[moved]]\nfrom = \"table:users\"\nto = \"table:people\"\n";
    let people = USERS.replace("users", "people");
    let beside = ["-- @moved from=users\n", &people].concat();
    for (config, schema) in [([CONFIG, moved].concat(), people.clone()), (CONFIG.to_owned(), beside)] {
        let project = with_rows();
        project.write("trueup.toml", config);
        project.declare(&schema);
        project.apply().says(&["1 renamed"]);
        assert_eq!(project.rows("SELECT id, name FROM people"), [["1", "ann"], ["2", "bob"]]);
        project.is_in_step();
    }
}

#[test]
fn what_may_be_a_rename_is_refused_while_it_holds_values() {
    let project = with_rows();
    project.declare("CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT);\n");
    let block = ["[[moved]]", "from = \"column:users.name\"", "to = \"column:users.full_name\""];
    project.run(&["plan"]).exits(0).says(&["Is this a rename?"]).says(&block);
    let args = ["apply", "--auto-approve", "--allow", "destructive"];
    let refused = project.run(&args).exits(3).says(&["may be meant as a rename"]).says(&block);
    refused.says(&["--allow D002:column:users.name"]);
    assert_eq!(project.value("SELECT name FROM users WHERE id = 2"), "bob");
    project.sql("UPDATE users SET name = NULL");
    project.run(&args).exits(0);
    project.is_in_step();
}

#[test]
fn a_table_that_may_be_renamed_is_refused_with_the_right_code() {
    let project = with_rows();
    project.declare(&USERS.replace("users", "people"));
    let args = ["apply", "--auto-approve", "--allow", "destructive"];
    project.run(&args).exits(3).says(&["from = \"table:users\"", "to = \"table:people\"", "--allow D001:table:users"]);
    project.run(&["apply", "--auto-approve", "--allow", "D001:table:users"]).exits(0);
    project.is_in_step();
}

#[test]
fn a_target_comes_with_what_it_needs_and_nothing_else() {
    let teams = "CREATE TABLE teams (id INTEGER PRIMARY KEY);\n";
    let members = "CREATE TABLE members (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));\n";
    let project = Project::new(&[USERS, teams, members].concat());
    project.run(&["apply", "--auto-approve", "--target", "table:members"]).exits(0).says(&["partial"]);
    let tables = "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)";
    assert_eq!(project.value(tables), "members,teams");
    project.run(&["plan", "--detailed-exitcode"]).exits(2).says(&["table users"]);
    project.run(&["apply", "--auto-approve", "--exclude", "table:users"]).exits(0);
    assert_eq!(project.value(tables), "members,teams");
    project.apply();
    project.is_in_step();
}

#[test]
fn what_is_ignored_is_neither_created_nor_changed_nor_dropped() {
    let project = with_rows();
    project.sql("CREATE TABLE cache_1 (id INTEGER); CREATE TABLE cache_2 (id INTEGER)");
    project.write("trueup.toml", [CONFIG, "\n[ignore]\naddresses = [\"*:cache_*\", \"table:users\"]\n"].concat());
    project.run(&["plan", "--detailed-exitcode", "--unmanaged", "error"]).exits(0).never_says("cache_1");
    project.run(&["apply", "--auto-approve", "--unmanaged", "drop", "--allow", "destructive"]).exits(0);
    project.declare("CREATE TABLE other (id INTEGER);\n");
    project.run(&["apply", "--auto-approve", "--allow", "destructive"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM users"), "2");
    assert_eq!(project.value("SELECT count(*) FROM cache_1"), "0");
}

#[test]
fn the_configuration_sets_the_level_of_a_rule() {
    let project = with_rows();
    project.declare("CREATE TABLE users (id INTEGER PRIMARY KEY);\n");
    let with = |hazards: &str| project.write("trueup.toml", [CONFIG, "\n", hazards].concat());
    with("[hazards.\"D002\"]\nlevel = \"refuse\"\n");
    let refused = ["apply", "--auto-approve", "--allow", "destructive"];
    project.run(&refused).exits(3).says(&["D002", "the configuration forbids it"]);
    with("[hazards.\"D002\"]\nlevel = \"warn\"\naddress = \"column:users.other\"\n");
    project.run(&["apply", "--auto-approve"]).exits(3).says(&["needs consent"]);
    with("[hazards.\"D002\"]\nlevel = \"warn\"\nuntil = \"2000-01-01\"\n");
    project.run(&["apply", "--auto-approve"]).exits(3).says(&["needs consent"]);
    with("[hazards.\"D999\"]\nlevel = \"warn\"\n");
    project.run(&["plan"]).exits(1).says(&["D999", "no such rule"]);
    with("[hazards.\"D002\"]\nlevel = \"warn\"\naddress = \"column:users.name\"\n");
    project.apply();
    project.is_in_step();
}

#[test]
fn state_in_the_database_and_no_state_work_too() {
    let project = Project::new(USERS);
    let database = ["--url", "sqlite:dev.db", "--to", "schema"];
    project.run(&[&["apply", "--auto-approve"], &database[..]].concat()).exits(0);
    assert!(!project.path("state").exists());
    project.run(&["state", "verify", "--url", "sqlite:dev.db"]).exits(0);
    project.run(&["inspect"]).exits(0).never_says("trueup_state");
    let none = ["--state", "none"];
    project.run(&[&["plan", "--detailed-exitcode"], &none[..]].concat()).exits(0).never_says("trueup_state");
    project.declare("CREATE TABLE teams (id INTEGER);\n");
    project.run(&[&["apply", "--auto-approve"], &none[..]].concat()).exits(0).says(&["Kept", "table:users"]);
    assert!(!project.path("state").exists());
}
