//! What `init` finds in a project, and what it writes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use support::Project;

const PRISMA: &str = "datasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    files.iter().for_each(|(name, text)| project.write(name, text));
    project
}

#[test]
fn what_declares_the_schema_is_found() {
    for (file, text, source) in [
        ("prisma/schema.prisma", PRISMA, "prisma/schema.prisma"),
        ("schema.prisma", PRISMA, "schema.prisma"),
        ("db/schema/a.sql", "CREATE TABLE a (id int);", "db/schema/"),
        ("schema.sql", "CREATE TABLE a (id int);", "schema.sql"),
        ("schema.toml", "", "schema.toml"),
        ("README.md", "", "schema/"),
    ] {
        let project = folder(&[(file, text)]);
        let said = project.run(&["init", "--json"]).exits(0).json();
        assert_eq!((said["source"].as_str(), said["authority"].as_str()), (Some(source), Some("code")), "{file}");
        assert!(project.read("trueup.toml").contains(&["source = \"", source, "\""].concat()));
        project.run(&["init"]).exits(1).says(&["is there already"]);
    }
}

#[test]
fn models_are_found_where_alembic_is() {
    let models = "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase):\n    pass\n";
    let project = folder(&[("alembic.ini", "[alembic]\n"), ("app/models/__init__.py", models)]);
    project.run(&["init"]).exits(0).says(&["found: `sqlalchemy:app.models:Base`", "alembic.ini"]);
    let written = project.read("trueup.toml");
    assert!(written.contains("source = \"sqlalchemy:app.models:Base\"") && written.contains("env:DATABASE_URL"));
}

#[test]
fn several_that_could_declare_the_schema_ask_for_a_choice() {
    let project = folder(&[("prisma/schema.prisma", PRISMA), ("alembic/env.py", "")]);
    let before = project.hash();
    project.run(&["init"]).exits(1).says(&["--source prisma/schema.prisma", "--source sqlalchemy:package.module:Base"]);
    assert_eq!(project.hash(), before);
    project.run(&["init", "--source", "prisma/schema.prisma"]).exits(0);
    let chosen = folder(&[
        ("prisma/schema.prisma", PRISMA),
        ("alembic/env.py", ""),
        ("docs/project/db-ssot.json", "{\"mode\": \"repo-prisma\"}"),
    ]);
    assert_eq!(chosen.run(&["init", "--json"]).exits(0).json()["source"], "prisma/schema.prisma");
}

#[test]
fn where_the_database_is_right_a_mirror_is_configured() {
    let by_file =
        folder(&[("docs/project/db-ssot.json", "{\"mode\": \"database\"}"), ("prisma/schema.prisma", PRISMA)]);
    by_file.run(&["init"]).exits(0).says(&["authority: database", "trueup pull"]);
    let by_option = folder(&[]);
    by_option.run(&["init", "--authority", "database"]).exits(0);
    for project in [by_file, by_option] {
        let written = project.read("trueup.toml");
        assert!(written.contains("authority = \"database\"") && written.contains("[pull]"), "{written}");
        assert!(!project.path("schema").exists());
        project.sql("CREATE TABLE notes (id INTEGER PRIMARY KEY)");
        let url = [("DATABASE_URL", "sqlite:dev.db")];
        project.run_with(&["plan"], &url).exits(3);
        project.run_with(&["check"], &url).exits(0);
    }
    folder(&[("docs/project/db-ssot.json", "{\"mode\": \"database\"}")])
        .run(&["init", "--authority", "code"])
        .exits(1)
        .says(&["both must say the same"]);
    folder(&[("docs/project/db-ssot.json", "{")]).run(&["init"]).exits(1).says(&["db-ssot.json:1:"]);
    folder(&[]).run(&["init", "--authority", "both"]).exits(1).says(&["`both` is no authority"]);
}

#[test]
fn a_project_with_a_dotenv_uses_its_variable_and_does_not_commit_it() {
    let project =
        folder(&[(".env", "DATABASE_URL=sqlite:mine.db\nPASSWORD=hunter2\n"), (".gitignore", "node_modules\n")]);
    project.run(&["init"]).exits(0).never_says("hunter2");
    assert!(project.read("trueup.toml").contains("url = \"env:DATABASE_URL\""));
    let ignored = project.read(".gitignore");
    assert!(ignored.starts_with("node_modules\n") && ignored.lines().any(|it| it == ".env"), "{ignored}");
    project.run(&["apply", "--auto-approve"]).exits(0);
    assert!(project.path("mine.db").exists());
}
