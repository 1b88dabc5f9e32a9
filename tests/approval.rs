//! Nothing is applied to production without somebody's approval of that very plan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

mod support;

use support::{Project, Run};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n";
const FEWER: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";
const HEAD: &str = "version = 1\n\n[schema]\nsource = \"schema/\"\n";

/// A project with these environments, all of the same database, whose users table is there with a row in it.
fn project(environments: &[(&str, &str)]) -> Project {
    let project = Project::applied(USERS);
    project.sql("INSERT INTO users VALUES (1, 'ann')");
    let environment = |(name, more): &(&str, &str)| format!("\n[env.{name}]\nurl = \"sqlite:dev.db\"\n{more}");
    let all: Vec<String> = environments.iter().map(environment).collect();
    project.write("trueup.toml", [HEAD, &all.concat()].concat());
    for (name, _) in environments {
        project.write(&format!("state/{name}.lock"), project.read("state/dev.lock"));
    }
    project
}

/// Apply the plan file.
fn apply(project: &Project, env: &str) -> Run {
    project.run(&["apply", "plan.json", "--env", env])
}

fn plan(project: &Project, env: &str) -> Run {
    project.run(&["plan", "--env", env, "--out", "plan.json"]).exits(0)
}

fn more(project: &Project) {
    project.declare(&[USERS, "CREATE TABLE teams (id INTEGER PRIMARY KEY);\n"].concat());
}

#[test]
fn production_wants_an_approval_though_nothing_says_so() {
    for name in ["production", "prod", "eu-prod"] {
        let project = project(&[(name, "")]);
        project.run(&["apply", "--env", name, "--auto-approve"]).exits(0).says(&["nothing to do"]);
        more(&project);
        let refused = project.run(&["apply", "--env", name, "--auto-approve"]).exits(3);
        let apply_it = ["trueup apply plan.json --env ", name].concat();
        refused.says(&["wants an approval", "trueup approve plan.json --by NAME", &apply_it]);
        plan(&project, name).says(&["wants an approval"]);
        apply(&project, name).exits(3).says(&["wants an approval"]);
        let approved = project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
        approved.says(&["approved by eve", name, "dev.db", "none in this plan", "declared schema", "no backup named"]);
        apply(&project, name).exits(0);
    }
}

#[test]
fn production_that_wants_no_approval_is_applied_to_at_once() {
    let project = project(&[("production", "approval = \"none\"\n")]);
    more(&project);
    let args = ["apply", "--env", "production", "--auto-approve"];
    project.run(&args).exits(0).says(&["3 created"]);
    project.run(&args).exits(0).says(&["nothing to do"]);
}

#[test]
fn another_environment_wants_none_unless_it_says_so() {
    let project = project(&[("staging", "")]);
    more(&project);
    project.run(&["apply", "--env", "staging", "--auto-approve"]).exits(0);
}

#[test]
fn data_is_lost_in_production_only_with_a_backup_or_an_accepted_risk() {
    for way in [["--backup", "s3://backups/1"], ["--accept-risk", "an empty shop"]] {
        let project = project(&[("production", "")]);
        project.declare(FEWER);
        plan(&project, "production");
        let allow = "D002:column:users.name";
        let refused = project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
        refused.says(&["not allowed", "would still be refused", "wants a backup"]);
        let hint = ["--allow ", allow].concat();
        apply(&project, "production").exits(3).says(&["needs consent", "wants a backup", &hint]);
        project.run(&["approve", "plan.json", "--by", "eve", "--allow", allow]).exits(0);
        apply(&project, "production").exits(3).says(&["wants a backup", "--backup REF"]).never_says("needs consent");
        let approved = project.run(&[&["approve", "plan.json", "--by", "eve"], &way[..]].concat()).exits(0);
        approved.says(&["destructive  allowed", way[1]]).never_says("would still be refused");
        apply(&project, "production").exits(0).says(&["1 dropped"]);
    }
}

#[test]
fn a_plan_for_one_environment_is_not_for_another() {
    let project = project(&[("staging", ""), ("production", "")]);
    more(&project);
    plan(&project, "staging");
    project.run(&["approve", "plan.json", "--by", "eve", "--env", "production"]).exits(3).says(&["is for `staging`"]);
    project.run(&["approve", "plan.json", "--by", "eve", "--env", "staging"]).exits(0);
    apply(&project, "production").exits(3).says(&["is for `staging`", "trueup plan --env production"]);
    project.run(&["plan", "--url", "sqlite:dev.db", "--to", "schema", "--out", "plan.json"]).exits(0);
    apply(&project, "production").exits(3).says(&["is for `no environment`"]);
}

#[test]
fn a_plan_for_one_database_is_not_for_another() {
    let project = project(&[("production", "")]);
    more(&project);
    plan(&project, "production");
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
    std::fs::copy(project.path("dev.db"), project.path("other.db")).unwrap();
    project.write("trueup.toml", project.read("trueup.toml").replace("dev.db", "other.db"));
    apply(&project, "production").exits(4).says(&["it was made for"]);
}

#[test]
fn an_approval_of_another_plan_is_none() {
    let project = project(&[("production", "")]);
    more(&project);
    plan(&project, "production");
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
    let first: serde_json::Value = serde_json::from_str(&project.read("plan.json")).unwrap();
    project.declare(&[USERS, "CREATE TABLE groups (id INTEGER PRIMARY KEY);\n"].concat());
    plan(&project, "production");
    let mut second: serde_json::Value = serde_json::from_str(&project.read("plan.json")).unwrap();
    second["approvals"] = first["approvals"].clone();
    project.write("plan.json", second.to_string());
    apply(&project, "production").exits(3).says(&["wants an approval"]);
}

#[test]
fn a_plan_that_was_edited_cannot_be_approved() {
    let project = project(&[("production", "")]);
    more(&project);
    plan(&project, "production");
    project.write("plan.json", project.read("plan.json").replace("teams", "crews"));
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(4).says(&["was edited"]);
}

#[test]
fn what_an_environment_demands_today_holds_for_a_plan_of_yesterday() {
    let project = project(&[("staging", "")]);
    more(&project);
    plan(&project, "staging");
    project.write("trueup.toml", [&project.read("trueup.toml"), "approval = \"required\"\n"].concat());
    apply(&project, "staging").exits(3).says(&["wants an approval"]);
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0);
    apply(&project, "staging").exits(0);
}

#[test]
fn an_approval_needs_no_database_and_no_configuration() {
    let project = project(&[("production", "")]);
    more(&project);
    plan(&project, "production");
    let elsewhere = Project::empty();
    elsewhere.write("plan.json", project.read("plan.json"));
    elsewhere.run(&["approve", "plan.json", "--by", " "]).exits(1).says(&["--by is empty"]);
    elsewhere.run(&["approve", "plan.json", "--by", "eve", "--backup", ""]).exits(1).says(&["--backup is empty"]);
    elsewhere.run(&["approve", "plan.json", "--by", "eve", "--allow", "X"]).exits(1).says(&["means nothing"]);
    let said = elsewhere.run(&["approve", "plan.json", "--by", "eve", "--json"]).exits(0).json();
    assert_eq!(said["missing"], serde_json::json!([]));
    let confirms = &said["approvals"][0]["confirms"];
    assert_eq!((&confirms["environment"], &confirms["destructive"]), (&"production".into(), &"none".into()));
    project.write("plan.json", elsewhere.read("plan.json"));
    let shown = project.run(&["apply", "plan.json", "--env", "production", "--dry-run"]).exits(0);
    shown.says(&["Approved by eve"]);
    apply(&project, "production").exits(0);
}

#[test]
fn a_url_is_no_way_round_what_its_environment_demands() {
    let project = project(&[("production", "")]);
    more(&project);
    let refused = project.run(&["apply", "--url", "sqlite:dev.db", "--auto-approve"]).exits(3);
    refused.says(&["environment `production`", "--env production"]);
    plan(&project, "production");
    project.run(&["apply", "plan.json", "--url", "sqlite:dev.db"]).exits(3).says(&["--env production"]);
}

#[test]
fn a_production_that_is_not_there_is_created_by_an_approved_plan_and_by_nothing_else() {
    let project = Project::new(USERS);
    project.write("trueup.toml", [HEAD, "\n[env.production]\nurl = \"sqlite:prod.db\"\n"].concat());
    let is_there = || project.path("prod.db").exists();
    plan(&project, "production").says(&["`prod.db` does not exist", "4 to create"]);
    project.run(&["apply", "--env", "production", "--auto-approve"]).exits(3).says(&["wants an approval"]);
    apply(&project, "production").exits(3).says(&["wants an approval"]);
    project.run(&["approve", "plan.json", "--by", "eve"]).exits(0).says(&["prod.db"]);
    project.run(&["apply", "plan.json", "--url", "sqlite:other.db", "--state", "none"]).exits(4);
    assert!(!is_there() && !project.path("other.db").exists());
    apply(&project, "production").exits(0).says(&["4 created", "serial 1"]);
    assert!(is_there());
    project.run(&["plan", "--env", "production", "--detailed-exitcode"]).exits(0).says(&["in step"]);
    apply(&project, "production").exits(0).says(&["nothing to do"]);
    std::fs::remove_file(project.path("prod.db")).unwrap();
    apply(&project, "production").exits(3).says(&["which is not there"]);
    assert!(!is_there());
}

#[test]
fn a_plan_for_a_database_that_was_not_there_is_stale_where_one_is() {
    let project = Project::new(USERS);
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project.sql("CREATE TABLE users (id INTEGER PRIMARY KEY)");
    project.run(&["apply", "plan.json"]).exits(4).says(&["users"]);
    std::fs::remove_file(project.path("dev.db")).unwrap();
    project.run(&["apply", "plan.json"]).exits(0);
    std::fs::remove_file(project.path("dev.db")).unwrap();
    std::fs::remove_dir_all(project.path("state")).unwrap();
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    std::os::unix::fs::symlink("elsewhere.db", project.path("dev.db")).unwrap();
    project.run(&["apply", "plan.json"]).exits(4).says(&["it was made for"]);
    project.run(&["plan", "--out", "plan.json"]).exits(0);
    project.run(&["apply", "plan.json"]).exits(0).says(&["4 created"]);
    assert!(project.path("elsewhere.db").exists());
}
