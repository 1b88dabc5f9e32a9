//! The contract of a declared schema: an apply brings it up to date, `trueup context` does the same without a database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use support::Project;

const CONTRACT: &str = "docs/context/db/schema.json";
const LOSSLESS: &str = "docs/context/db/schema.v3.json";
const MODE_FILE: &str = "docs/project/db-ssot.json";

const PRISMA: &str = "datasource db {\n  provider = \"sqlite\"\n  url = \"file:dev.db\"\n}\n\n\
                      model Person {\n  id Int @id @default(autoincrement())\n  name String @map(\"full_name\")\n  @@map(\"people\")\n}\n";

/// A project whose code is the authority, with a contract.
fn declared(source: &str, schema: &str, more: &str) -> Project {
    let project = Project::empty();
    project.write(source, schema);
    let config = ["version = 1\n[schema]\nsource = \"", source, "\"\n", more, "[env.dev]\nurl = \"sqlite:dev.db\"\n"];
    project.write("trueup.toml", config.concat());
    project
}

const ASKED: &str = "[pull]\ncontext_json = \"docs/context/db/schema.json\"\n";

fn apply(project: &Project) -> support::Run {
    project.run(&["apply", "--auto-approve"])
}

#[test]
fn an_apply_leaves_the_contract_of_what_is_declared() {
    let project = declared("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);", ASKED);
    apply(&project).exits(0).says(&["created docs/context/db/schema.json"]);
    let contract: serde_json::Value = serde_json::from_str(&project.read(CONTRACT)).unwrap();
    assert_eq!(contract["version"], 2);
    assert_eq!(contract["ssot"]["mode"], "code");
    assert_eq!(contract["ssot"]["source"]["path"], "schema.sql");
    assert_eq!(contract["tables"][0]["columns"][1]["nullable"], false);
    let lossless: serde_json::Value = serde_json::from_str(&project.read(LOSSLESS)).unwrap();
    assert_eq!(lossless["version"], 3);
    let before = project.hash();
    apply(&project).exits(0);
    project.run(&["context"]).exits(0).says(&["as declared"]);
    project.run(&["context", "--check"]).exits(0);
    assert_eq!(project.hash(), before);
}

#[test]
fn a_prisma_schema_gives_its_names_and_the_mode_file_asks_for_the_contract() {
    let project = declared("prisma/schema.prisma", PRISMA, "");
    project.write(MODE_FILE, "{\"version\": 1, \"mode\": \"repo-prisma\"}");
    apply(&project).exits(0).says(&["created docs/context/db/schema.json"]);
    let contract: serde_json::Value = serde_json::from_str(&project.read(CONTRACT)).unwrap();
    assert_eq!(contract["ssot"]["mode"], "repo-prisma");
    assert_eq!(contract["ssot"]["source"]["kind"], "prisma-schema");
    assert_eq!(contract["ssot"]["source"]["path"], "prisma/schema.prisma");
    assert_eq!(contract["tables"][0]["name"], "Person");
    assert_eq!(contract["tables"][0]["dbName"], "people");
    assert_eq!(contract["tables"][0]["columns"][1]["dbName"], "full_name");
}

#[test]
fn without_being_asked_for_there_is_none() {
    let project = declared("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);", "");
    apply(&project).exits(0);
    assert!(!project.path(CONTRACT).exists());
    project.run(&["context"]).exits(1).says(&["context_json"]);
}

#[test]
fn a_stale_contract_is_told_and_an_apply_with_nothing_to_do_mends_it() {
    let project = declared("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);", ASKED);
    apply(&project).exits(0);
    let first = project.read(CONTRACT);
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER);");
    let before = project.hash();
    project.run(&["context", "--check"]).exits(2).says(&["changed docs/context/db/schema.json", "age", "stale"]);
    assert_eq!(project.run(&["context", "--check", "--json"]).exits(2).json()["in_step"], false);
    assert_eq!(project.hash(), before);
    project.sql("ALTER TABLE users ADD COLUMN age INTEGER");
    apply(&project).exits(0).says(&["changed docs/context/db/schema.json"]);
    assert_ne!(project.read(CONTRACT), first);
    project.run(&["context", "--check"]).exits(0);
}

#[test]
fn an_edited_contract_is_not_written_over_and_the_apply_says_that_it_has_happened() {
    let project = declared("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);", ASKED);
    apply(&project).exits(0);
    project.write(CONTRACT, "{}");
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER);");
    let said = ["edited by hand: docs/context/db/schema.json", "the database is as declared all the same"];
    project.run(&["apply", "--auto-approve", "--evidence", "evidence"]).exits(1).says(&said);
    assert_eq!(project.read(CONTRACT), "{}");
    assert_eq!(project.value("SELECT count(*) FROM pragma_table_info('users')"), "2");
    let verified = project.read("evidence/04-post-verify.md");
    assert!(verified.contains("## Context") && verified.contains("edited by hand"), "{verified}");
    project.run(&["context"]).exits(3).says(&["change the declared schema instead"]);
    project.run(&["context", "--overwrite"]).exits(0).says(&["changed docs/context/db/schema.json"]);
    project.run(&["context", "--check"]).exits(0);
}

#[test]
fn where_the_database_is_the_authority_the_contract_is_the_mirrors() {
    let project = declared("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);", ASKED);
    project.write(MODE_FILE, "{\"mode\": \"database\"}");
    project.run(&["context"]).exits(3).says(&["trueup pull"]);
}
