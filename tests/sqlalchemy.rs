//! SQLAlchemy models as a source, with a real interpreter and real databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::{collections::BTreeMap, process::Command, sync::Mutex};

use crate::support::{Project, Run};

const MODELS: &str = r#"
import enum
from sqlalchemy import (
    BigInteger, Boolean, CheckConstraint, Column, Computed, DateTime, Enum, ForeignKey, Identity, Index, Integer, JSON,
    LargeBinary, MetaData, Numeric, String, Table, Text, UniqueConstraint, func, text,
)
from sqlalchemy.orm import declarative_base

print("models may say what they like")

Base = declarative_base(metadata=MetaData(naming_convention={"ix": "ix_%(column_0_label)s"}))


class Mood(enum.Enum):
    calm = 1
    cross = 2


class Owner(Base):
    __tablename__ = "owners"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False, unique=True, comment="50% of it's name")
    mood = Column(Enum(Mood), nullable=False, server_default="calm")
    is_old = Column(Boolean, nullable=False, server_default=text("false"))
    born = Column(DateTime(timezone=True), server_default=func.now())
    __table_args__ = (CheckConstraint("length(name) > 0"), {"comment": "who has pets"})


class Pet(Base):
    __tablename__ = "pets"
    id = Column(BigInteger, Identity(), primary_key=True)
    owner_id = Column(ForeignKey("owners.id", ondelete="CASCADE"), index=True)
    next_id = Column(ForeignKey("pets.id"))
    weight = Column(Numeric(10, 2))
    double = Column(Integer, Computed("next_id * 2"))
    photo = Column(LargeBinary)
    facts = Column(JSON)
    notes = Column(Text)
    __table_args__ = (UniqueConstraint("owner_id", "weight"), Index("pets_double", "double", "weight", unique=True))


links = Table("links", Base.metadata, Column("a", ForeignKey("owners.id"), primary_key=True), Column("b", Integer))


def bound():
    return Base.metadata


nothing = 1
"#;

/// What `create_all` runs: told by SQLAlchemy itself, as no driver is installed.
const CREATE_ALL: &str = r#"
import os, sys
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
from sqlalchemy import create_mock_engine
from app.models import Base
engine = create_mock_engine(sys.argv[1], lambda it, *a, **k: out.write(str(it.compile(dialect=engine.dialect)).replace("%%", "%") + ";\n"))
engine.dialect.server_version_info = tuple(int(it) for it in sys.argv[2].split("."))
engine.dialect.supports_virtual_generated_columns = engine.dialect.server_version_info >= (18,)
Base.metadata.create_all(engine, checkfirst=False)
out.flush()
"#;

/// The interpreter of a virtual environment with this release line, looked for once: it takes as long as a run.
fn python(release: &str) -> String {
    static FOUND: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    FOUND.lock().unwrap().entry(release.to_owned()).or_insert_with(|| find_python(release)).clone()
}

fn find_python(release: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/python");
    let made = Command::new(script).arg(release).output().unwrap();
    assert!(made.status.success(), "scripts/python: {}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn project(url: &str, release: &str) -> Project {
    let project = Project::empty();
    let python = python(release);
    let config = [
        "version = 1\n\n[schema]\nsource = \"sqlalchemy:app.models:Base\"\npython = \"",
        &python,
        "\"\n\n[env.dev]\nurl = \"",
        url,
        "\"\n",
    ];
    project.write("trueup.toml", config.concat());
    project.write("app/__init__.py", "");
    project.write("app/models.py", MODELS);
    project.write("create_all.py", CREATE_ALL);
    if !url.contains("//") {
        project.sql("SELECT 1");
    }
    project
}

fn create_all(project: &Project, release: &str, url: &str, version: &str) -> String {
    let made = Command::new(python(release))
        .args(["create_all.py", url, version])
        .current_dir(project.folder())
        .output()
        .unwrap();
    assert!(made.status.success(), "create_all: {}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

const EVERYTHING: [&str; 6] = ["--state", "none", "--unmanaged", "drop", "--allow", "destructive"];

fn run(project: &Project, command: &[&str]) -> Run {
    project.run(&[command, &EVERYTHING].concat())
}

/// What `create_all` made is in step; from an empty database an apply comes to the same.
#[track_caller]
fn is_adopted_and_made(made: &Project, empty: &Project) {
    run(made, &["plan", "--detailed-exitcode"]).exits(0).never_says("may say what they like");
    run(empty, &["apply", "--auto-approve"]).exits(0);
    run(empty, &["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn on_sqlite_what_create_all_made_is_in_step_with_every_release() {
    for release in ["1.4", "2.0", "2.1"] {
        let made = project("sqlite:dev.db", release);
        made.sql(&create_all(&made, release, "sqlite://", "3.45"));
        is_adopted_and_made(&made, &project("sqlite:dev.db", release));
        // Nothing is left in the project's folder.
        assert!(!made.path("app/__pycache__/__init__").exists());
    }
}

#[test]
fn on_postgres_what_create_all_made_is_in_step_with_every_release() {
    for release in ["1.4", "2.1"] {
        let (one, two) = (postgres::Postgres::create("sa_made"), postgres::Postgres::create("sa_empty"));
        let made = project(one.url(), release);
        let number: u32 = one.value("SHOW server_version_num").parse().unwrap();
        let version = [(number / 10_000).to_string(), ".0".to_owned()].concat();
        one.sql(&create_all(&made, release, "postgresql://", &version));
        is_adopted_and_made(&made, &project(two.url(), release));
    }
}

#[test]
fn on_mysql_what_create_all_made_is_in_step_with_every_release() {
    for release in ["1.4", "2.1"] {
        let (one, two) = (mysql::MySql::create("sa_made"), mysql::MySql::create("sa_empty"));
        let made = project(one.url(), release);
        made.write("app/models.py", MODELS.replace("length(name)", "char_length(name)"));
        one.sql(&create_all(&made, release, "mysql://", "10.11"));
        let empty = project(two.url(), release);
        empty.write("app/models.py", made.read("app/models.py"));
        is_adopted_and_made(&made, &empty);
    }
}

#[test]
fn what_models_cannot_say_stays_and_what_they_no_longer_say_goes() {
    let database = postgres::Postgres::create("sa_beyond");
    let project = project(database.url(), "2.0");
    run(&project, &["apply", "--auto-approve"]).exits(0);
    database.sql(
        "CREATE VIEW calm AS SELECT name FROM owners WHERE mood = 'calm';
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION f();
        ALTER TABLE pets ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON pets USING (true);
        CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
        CREATE INDEX extra ON pets (weight)",
    );
    run(&project, &["plan"]).exits(0).says(&["index extra", "cannot declare"]).never_says("alembic_version");
    run(&project, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(database.value("SELECT count(*)::text FROM pg_trigger WHERE tgname = 't'"), "1");
    assert_eq!(database.value("SELECT relrowsecurity::text FROM pg_class WHERE relname = 'pets'"), "true");
    run(&project, &["explain", "view:public.calm"]).exits(0).says(&["cannot declare"]);
    let plan = run(&project, &["plan", "--json"]).exits(0).json();
    assert_eq!(plan["changes"].as_array().map(Vec::len), Some(0), "{plan}");
}

#[test]
fn metadata_and_functions_that_return_it_are_taken_too() {
    let project = project("sqlite:dev.db", "2.0");
    for target in ["app.models:Base.metadata", "app.models:bound", "app.models:links"] {
        run(&project, &["plan", "--to", &["sqlalchemy:", target].concat()]).exits(0).says(&["table owners"]);
    }
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let project = project("sqlite:dev.db", "2.0");
    let says = |target: &str, words: &[&str]| {
        run(&project, &["plan", "--to", &["sqlalchemy:", target].concat()]).exits(1).says(words);
    };
    says("app.model:Base", &["there is no Python module `app.model`", "python -m"]);
    says("app.models:Bas", &["`app.models` has no `Bas`", "app.models:Base"]);
    says("app.models", &["not said which object", "Base"]);
    says("app.models:nothing", &["no declarative base", "Base"]);
    project.write("broken.py", "import os\n\nx = 1 / 0\n");
    says("broken:Base", &["broken.py:3:1", "ZeroDivisionError: division by zero"]);
    project.write("syntax.py", "def f(:\n");
    says("syntax:Base", &["syntax.py:1", "SyntaxError"]);
    project.write("ends.py", "import sys\nsys.exit(3)\n");
    says("ends:Base", &["SystemExit"]);
    project.write("dies.py", "import os\nos._exit(3)\n");
    says("dies:Base", &["ended before they told"]);
    project.write(
        "typed.py",
        "from sqlalchemy import *\nmetadata = MetaData()\nt = Table('t', metadata, Column('a', types.NullType()))\n",
    );
    says("typed:metadata", &["typed.py:3:1", "cannot be declared", "'a'"]);
    let class = "from sqlalchemy import *\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\n\n\n\
                 class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    what = Column()\n";
    project.write("untyped.py", class);
    says("untyped:Base", &["untyped.py:6:1", "'what'", "NullType"]);
    let wrong = "from sqlalchemy import *\nmetadata = MetaData()\n\nt = Table('t', metadata, Column('a', Integer, server_default=text('((')))\n";
    project.write("wrong.py", wrong);
    says("wrong:metadata", &["wrong.py:4:1"]);
}

#[test]
fn an_interpreter_that_is_missing_or_has_no_sqlalchemy_is_named() {
    let project = project("sqlite:dev.db", "2.0");
    let config = project.read("trueup.toml");
    project.write("trueup.toml", config.replace("/bin/python\"", "/bin/pythong\""));
    run(&project, &["plan"]).exits(1).says(&["pythong", "[schema] python"]);
    // Without one in the configuration, the virtual environment of the folder is used, or what `PATH` has.
    project.write("trueup.toml", config.lines().filter(|it| !it.starts_with("python")).collect::<Vec<_>>().join("\n"));
    let path = [("PATH", ""), ("VIRTUAL_ENV", "")];
    project.run_with(&["plan"], &path).exits(1).says(&["there is no Python", "virtual environment"]);
    let made =
        Command::new("python3").args(["-m", "venv", "--without-pip", ".venv"]).current_dir(project.folder()).output();
    assert!(made.unwrap().status.success());
    project.run_with(&["plan"], &path).exits(1).says(&["SQLAlchemy cannot be imported", ".venv/bin/python"]);
    let active = python("2.0").replace("/bin/python", "");
    project.run_with(&["plan"], &[("PATH", ""), ("VIRTUAL_ENV", &active)]).exits(0).says(&["table owners"]);
}

#[test]
fn models_see_no_variable_that_holds_a_database_url_or_a_password() {
    let project = project("env:SHOP_DB", "2.0");
    let spy = "\nimport os\nopen('seen', 'w').write(repr(dict(os.environ)))\n";
    project.write("app/models.py", [MODELS, spy].concat());
    let variables = [
        ("SHOP_DB", "sqlite:dev.db"),
        ("DATABASE_URL", "postgresql://anna:canary@db/shop"),
        ("OTHER", "{\"a\": \"mysql+pymysql://anna:canary@db/shop\"}"),
        ("PGPASSWORD", "canary"),
        ("MYSQL_PWD", "canary"),
        ("HARMLESS", "kept"),
    ];
    project.run_with(&["plan"], &variables).exits(0);
    let seen = project.read("seen");
    assert!(seen.contains("HARMLESS") && !seen.contains("canary") && !seen.contains("dev.db"), "{seen}");
    // One that needs them is told why they are not there.
    project.write("app/models.py", [MODELS, "\nimport os\nos.environ['DATABASE_URL']\n"].concat());
    project
        .run_with(&["plan"], &variables)
        .exits(1)
        .says(&["DATABASE_URL", "keeps from the models"])
        .never_says("canary");
    // What they find out by themselves is not repeated.
    let tells = "\nraise ValueError('cannot reach postgresql://anna:canary@db/shop')\n";
    project.write("app/models.py", [MODELS, tells].concat());
    project.run_with(&["plan"], &variables).exits(1).says(&["ValueError", "anna:***@db"]).never_says("canary");
}
