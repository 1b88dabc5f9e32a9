//! Which environment is meant, and what `.env` says of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use support::{Project, Run};

const SCHEMA: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY);\n";

/// A project with these environments, each with a file of its own.
fn project(names: &[&str]) -> Project {
    let project = Project::new(SCHEMA);
    let environment = |name: &&str| ["\n[env.", name, "]\nurl = \"sqlite:", name, ".db\"\n"].concat();
    let environments: String = names.iter().map(environment).collect();
    project.write("trueup.toml", ["version = 1\n[schema]\nsource = \"schema/\"\n", &environments].concat());
    project
}

fn apply(project: &Project) -> Run {
    project.run(&["apply", "--auto-approve"])
}

#[test]
fn with_one_environment_of_ones_own_it_need_not_be_named() {
    let project = project(&["dev"]);
    apply(&project).exits(0).says(&["direction: code → database · environment: dev · dialect: sqlite"]);
    assert!(project.path("dev.db").exists());
}

#[test]
fn what_others_depend_on_has_to_be_named() {
    for name in ["production", "staging", "eu-prod"] {
        let project = project(&[name]);
        apply(&project).exits(1).says(&["it has to be named", &["--env ", name].concat()]);
        project.run(&["inspect"]).exits(1);
        project.run(&["validate"]).exits(0);
        assert!(!project.path(&[name, ".db"].concat()).exists());
        project.run(&["apply", "--auto-approve", "--env", name, "--state", "none"]);
    }
}

#[test]
fn with_more_than_one_environment_none_is_the_default() {
    let project = project(&["dev", "test"]);
    project.write(".env", "DATABASE_URL=sqlite:other.db\n");
    apply(&project).exits(1).says(&["--env", "dev, test"]);
    assert!(!project.path("other.db").exists());
    project.run(&["apply", "--auto-approve", "--env", "test"]).exits(0);
    project.run(&["apply", "--auto-approve", "--env", "tset"]).exits(1).says(&["no environment `tset`"]);
}

#[test]
fn the_database_url_counts_where_nothing_else_says_which_database() {
    let project = Project::empty();
    project.write("schema.sql", SCHEMA);
    let apply = ["apply", "--auto-approve", "--to", "schema.sql"];
    project.run(&apply).exits(1).says(&["DATABASE_URL"]);
    project.run_with(&apply, &[("DATABASE_URL", "sqlite:a.db")]).exits(0).says(&["database: sqlite:a.db"]);
    project.write(".env", "# mine\nexport DATABASE_URL='sqlite:b.db' # local\n");
    project.run(&apply).exits(0);
    assert!(project.path("a.db").exists() && project.path("b.db").exists());
    // The environment wins.
    project.run_with(&apply, &[("DATABASE_URL", "sqlite:c.db")]).exits(0);
    assert!(project.path("c.db").exists());
}

#[test]
fn an_environment_without_a_url_is_what_the_variable_says() {
    let project = project(&["production"]);
    project.write("trueup.toml", "version = 1\n[schema]\nsource = \"schema/\"\n[env.production]\nstate = \"none\"\n");
    let plan = ["plan", "--env", "production"];
    project.run(&plan).exits(1).says(&["`DATABASE_URL` is not set"]);
    project.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY);");
    project.run_with(&plan, &[("DATABASE_URL", "sqlite:dev.db")]).exits(0);
    project.write(".env", "DATABASE_URL=sqlite:dev.db");
    project.run(&plan).exits(0);
}

#[test]
fn dotenv_is_looked_for_beside_the_configuration() {
    let project = Project::empty();
    project.write("db/trueup.toml", "version = 1\n[schema]\nsource = \"s.sql\"\n[env.dev]\nurl = \"env:SHOP_URL\"\n");
    project.write("db/s.sql", SCHEMA);
    project.write("db/.env", "SHOP_URL=sqlite:shop.db\n");
    project.run(&["apply", "--config", "db/trueup.toml", "--auto-approve"]).exits(0);
    assert!(project.path("db/shop.db").exists());
}

#[test]
fn a_broken_dotenv_is_told_by_its_line_and_shows_nothing() {
    let project = project(&["dev"]);
    project.write(".env", "A=b\nPASSWORD='hunter2\n");
    for args in [&["plan"][..], &["plan", "--json"], &["apply", "--auto-approve"]] {
        project.run(args).exits(1).says(&[".env:2:10"]).never_says("hunter2");
    }
}

#[test]
fn what_dotenv_holds_is_never_shown_nor_written() {
    let project = project(&["dev"]);
    let url = "postgres://app:hunter2canary@127.0.0.1:1/shop";
    project.write(".env", ["DATABASE_URL=", url, "\nPGPASSWORD=pgcanary7\n"].concat());
    project.write("trueup.toml", "version = 1\n[schema]\nsource = \"schema/\"\n[env.dev]\n");
    for args in
        [&["plan"][..], &["check"], &["check", "--json"], &["inspect"], &["drift"], &["plan", "--out", "p.json"]]
    {
        let run = project.run(args).never_says("hunter2canary").never_says("pgcanary7");
        assert_ne!(run.code, Some(0));
    }
    assert!(!project.path("p.json").exists());
}

#[test]
fn prisma_beside_alembic_asks_for_a_choice() {
    let project = Project::empty();
    project
        .write("prisma/schema.prisma", "datasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n");
    project.write("alembic.ini", "[alembic]\n");
    let url = [("DATABASE_URL", "sqlite:a.db")];
    project.run_with(&["plan"], &url).exits(1).says(&["both `prisma/schema.prisma` and `alembic.ini`", "choose one"]);
    project.write("schema.sql", SCHEMA);
    project.run_with(&["apply", "--auto-approve", "--to", "schema.sql"], &url).exits(0);
    project.write("trueup.toml", "version = 1\n[schema]\nsource = \"schema.sql\"\n");
    project.run_with(&["plan"], &url).exits(0);
}
