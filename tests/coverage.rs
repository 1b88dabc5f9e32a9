//! What a source's format cannot say, it does not deny: on real databases, with SQL files read as if they were of a
//! format that can say less.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::time::Duration;

use trueup::{
    apply::{self, Conditions, Watcher},
    backend::Store,
    engine::{self, DesiredSource, EngineError, Planned, Settings, Unmanaged, Workspace},
    registry,
};
use trueup_contract::{Access, Coverage, Covered, Loaded, Redacted, Source, SourceError, Step};
use trueup_sources::SqlFiles;

use crate::support::{Project, block_on};

const fn kind(kind: &'static str, attributes: &'static [&'static str]) -> Covered {
    Covered { kind, attributes, keeps_richer: false }
}

const fn plain(kind: &'static str, attributes: &'static [&'static str]) -> Covered {
    Covered { kind, attributes, keeps_richer: true }
}

/// Tables, plain columns, keys and plain indexes, and nothing else.
const PLAIN: &[Covered] = &[
    kind("table", &["postgres.partition_by", "my_sql.engine"]),
    kind("column", &["type", "nullable", "default"]),
    kind("primary_key", &["name", "parts.column", "extra.sqlite"]),
    plain("unique", &["name", "parts.column"]),
    plain("foreign_key", &["name", "columns", "references", "referenced_columns", "on_delete", "on_update"]),
    plain("index", &["unique", "parts.column", "parts.descending", "extra.my_sql.method", "extra.postgres.method"]),
];

struct Restricted {
    files: SqlFiles,
    coverage: Coverage,
}

impl Source for Restricted {
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError> {
        Ok(Loaded { coverage: self.coverage.clone(), ..self.files.load(dialect)? })
    }
}

struct Unwatched;

impl Watcher for Unwatched {
    fn started(&mut self, _: usize, _: &Step) {}
    fn finished(&mut self, _: usize, _: &Step) {}
    fn committed(&mut self) {}
}

/// A database, and what is declared for it in a format that can say only so much.
struct Case<'a> {
    url: &'a str,
    folder: Project,
    coverage: Coverage,
}

impl Case<'_> {
    fn new(url: &str) -> Case<'_> {
        Case { url, folder: Project::empty(), coverage: Coverage { kinds: Some(PLAIN), ..Coverage::default() } }
    }

    fn source(&self) -> DesiredSource {
        let files = SqlFiles::new(self.folder.path("schema.sql"), "schema.sql");
        DesiredSource::Declared(Box::new(Restricted { files, coverage: self.coverage.clone() }))
    }

    async fn workspace(&self) -> Workspace {
        let url = Redacted::new(self.url.to_owned());
        let provider = registry::provider(&url.scheme().unwrap()).unwrap();
        Workspace::open(provider, url, Access::Write, Store::None).await.unwrap()
    }

    fn plan(&self, declared: &str) -> Result<Planned, EngineError> {
        self.folder.write("schema.sql", declared);
        let settings = Settings {
            unmanaged: Unmanaged::Drop,
            allow: vec!["destructive".to_owned()],
            data_checks: true,
            asks_database: true,
            ..Settings::default()
        };
        block_on(async { engine::plan(&mut self.workspace().await, &self.source(), &settings).await })
    }

    /// The addresses that would change.
    #[track_caller]
    fn changes(&self, declared: &str) -> Vec<String> {
        let plan = self.plan(declared).unwrap().plan;
        plan.changes.iter().map(|it| it.address.to_string()).collect()
    }

    /// Carry out what is declared; a second plan is empty.
    #[track_caller]
    fn applies(&self, declared: &str) {
        let plan = self.plan(declared).unwrap().plan;
        let conditions = Conditions {
            lock_timeout: Duration::from_secs(5),
            lock_wait: Duration::from_secs(5),
            now: "2026-01-01T00:00:00Z",
            new_lineage: "test",
            asked: true,
        };
        block_on(async {
            apply::apply(&mut self.workspace().await, &plan, &conditions, &mut Unwatched).await.unwrap();
        });
        assert_eq!(self.changes(declared), Vec::<String>::new());
    }
}

/// What a plain format can say of the database below.
const SAID: &str = "CREATE TABLE a (id int NOT NULL PRIMARY KEY, name varchar(20), born int);\n\
    CREATE INDEX a_name ON a (name);\n";

#[test]
fn on_postgres_what_cannot_be_said_stays_and_the_rest_is_put_right() {
    let database = postgres::Postgres::create("coverage");
    database.sql(
        "CREATE TABLE a (id int NOT NULL PRIMARY KEY, name varchar(20) COLLATE \"C\", born int CHECK (born > 0), gone int);
        CREATE INDEX a_name ON a (name) WITH (fillfactor = 70);
        CREATE INDEX a_part ON a (born) WHERE born > 5;
        CREATE INDEX a_plain ON a (born);
        COMMENT ON TABLE a IS 'kept'; COMMENT ON COLUMN a.gone IS 'goes with it';
        CREATE VIEW v AS SELECT id FROM a;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TABLE b (id int PRIMARY KEY CHECK (id > 1)); CREATE TRIGGER t BEFORE INSERT ON b
            FOR EACH ROW EXECUTE FUNCTION f();
        CREATE TYPE row_of AS (x int); CREATE TABLE typed OF row_of;
        CREATE SCHEMA other; CREATE FUNCTION other.g() RETURNS int LANGUAGE sql AS 'SELECT 1';
        GRANT SELECT ON a TO PUBLIC; ALTER TABLE a ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON a USING (born > 1)",
    );
    let case = Case::new(database.url());
    let planned = case.plan(SAID).unwrap();
    let changes: Vec<String> = planned.plan.changes.iter().map(|it| it.address.to_string()).collect();
    for address in ["column:public.a.gone", "index:public.a.a_plain", "table:public.b", "trigger:public.b.t"] {
        assert!(changes.iter().any(|it| it == address), "{address} should go: {changes:?}");
    }
    for word in
        ["a_name", "a_part", "typed", ":public.v", ":public.f", "public.a.t", ":public.a.name", "schema:", "grant:"]
    {
        assert!(!changes.iter().any(|it| it.contains(word)), "{word} should stay: {changes:?}");
    }
    let kept: Vec<String> = planned.plan.beyond.iter().map(ToString::to_string).collect();
    for address in ["index:public.a.a_part", "view:public.v", "comment:table:public.a", "function:public.f()"] {
        assert!(kept.iter().any(|it| it == address), "{address} is not listed: {kept:?}");
    }
    case.applies(SAID);
    let there = "SELECT count(*)::text FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'c'";
    assert_eq!(database.value(there), "1");
    let collation = "SELECT c.collname::text FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation \
        WHERE attrelid = 'a'::regclass AND attname = 'name'";
    assert_eq!(database.value(collation), "C");

    // A change of what can be said leaves the rest of the object as it is.
    case.applies(&SAID.replace("varchar(20)", "varchar(40) NOT NULL"));
    assert_eq!(database.value(collation), "C");
    // A number has no collation.
    case.applies(&SAID.replace("varchar(20)", "int"));
}

#[test]
fn on_postgres_what_cannot_be_said_stands_against_the_loss_of_what_it_needs() {
    let database = postgres::Postgres::create("coverage_needs");
    database.sql("CREATE TABLE a (id int PRIMARY KEY, born int); CREATE VIEW v AS SELECT born FROM a");
    let case = Case::new(database.url());
    let error = case.plan("CREATE TABLE a (id int PRIMARY KEY);").err().unwrap().to_string();
    assert!(error.contains("view:public.v") && error.contains("cannot declare"), "{error}");
}

#[test]
fn on_postgres_a_column_that_counts_by_itself_stays_so_where_only_a_sequence_can_be_said() {
    let database = postgres::Postgres::create("coverage_identity");
    database.sql("CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)");
    let mut case = Case::new(database.url());
    case.coverage.alike = Some(trueup_sources::prisma::alike);
    assert_eq!(case.changes("CREATE TABLE a (id serial PRIMARY KEY);"), Vec::<String>::new());
    case.applies("CREATE TABLE a (id serial PRIMARY KEY, more int);");
}

#[test]
fn tables_that_the_formats_own_tools_keep_are_left_alone() {
    let database = postgres::Postgres::create("coverage_ignored");
    database
        .sql("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
    let mut case = Case::new(database.url());
    let declared = "CREATE TABLE a (id int PRIMARY KEY);";
    assert_ne!(case.changes(declared), Vec::<String>::new());
    case.coverage.ignored = &["table:alembic_version"];
    assert_eq!(case.changes(declared), Vec::<String>::new());
    case.coverage.kinds = None;
    assert_eq!(case.changes(declared), Vec::<String>::new());
}

#[test]
fn on_mysql_what_cannot_be_said_stays_and_the_rest_is_put_right() {
    let database = mysql::MySql::create("coverage");
    database.sql(
        "CREATE TABLE a (id int NOT NULL PRIMARY KEY, name varchar(20) COLLATE utf8mb4_bin COMMENT 'kept',
            born int CHECK (born > 0), gone int, KEY a_name (name) COMMENT 'kept', KEY a_plain (born),
            FULLTEXT KEY a_full (name));
        CREATE VIEW v AS SELECT id FROM a;
        CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.born = 1;
        CREATE TABLE b (id int PRIMARY KEY);
        CREATE TRIGGER u BEFORE INSERT ON b FOR EACH ROW SET NEW.id = 1",
    );
    let case = Case::new(database.url());
    let changes = case.changes(SAID);
    for address in ["column:a.gone", "index:a.a_plain", "table:b", "trigger:b.u"] {
        assert!(changes.iter().any(|it| it == address), "{address} should go: {changes:?}");
    }
    for address in ["column:a.name", "index:a.a_name", "index:a.a_full", "view:v", "trigger:a.t"] {
        assert!(!changes.iter().any(|it| it == address), "{address} should stay: {changes:?}");
    }
    case.applies(SAID);
    case.applies(&SAID.replace("varchar(20)", "varchar(40) NOT NULL"));
    let comment = "SELECT column_comment FROM information_schema.columns WHERE table_schema = database() \
        AND table_name = 'a' AND column_name = 'name'";
    assert_eq!(database.value(comment), "kept");
}

#[test]
fn on_sqlite_what_cannot_be_said_stays_and_the_rest_is_put_right() {
    let folder = Project::empty();
    folder.sql(
        "CREATE TABLE a (id int NOT NULL PRIMARY KEY, name varchar(20) COLLATE NOCASE, born int, gone int, CHECK (born > 0));
        CREATE INDEX a_name ON a (name); CREATE INDEX a_part ON a (born) WHERE born > 5; CREATE INDEX a_plain ON a (born);
        CREATE VIEW v AS SELECT id FROM a;
        CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;
        CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY);
        CREATE TRIGGER u AFTER INSERT ON c BEGIN DELETE FROM b; END;",
    );
    let declared = [SAID, "CREATE TABLE b (id int PRIMARY KEY);"].concat();
    let url = folder.path("dev.db").display().to_string();
    let url = ["sqlite:", &url].concat();
    let case = Case::new(&url);
    let changes = case.changes(&declared);
    for address in ["column:a.gone", "index:a.a_plain", "table:c", "trigger:c.u"] {
        assert!(changes.iter().any(|it| it == address), "{address} should go: {changes:?}");
    }
    for word in ["column:a.name", "a_part", "view:v", "trigger:a.t", "check:"] {
        assert!(!changes.iter().any(|it| it.contains(word)), "{word} should stay: {changes:?}");
    }
    case.applies(&declared);
    // A rebuild keeps it too.
    case.applies(&declared.replace("varchar(20)", "varchar(40) NOT NULL"));
    assert!(folder.value("SELECT lower(sql) FROM sqlite_schema WHERE name = 'a'").contains("nocase"));
    assert_eq!(folder.value("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"), "1");
}

#[test]
fn with_everything_covered_everything_counts() {
    let folder = Project::empty();
    folder.sql("CREATE TABLE a (id int PRIMARY KEY CHECK (id > 0)); CREATE VIEW v AS SELECT id FROM a;");
    let url = ["sqlite:", &folder.path("dev.db").display().to_string()].concat();
    let mut case = Case::new(&url);
    let declared = "CREATE TABLE a (id int PRIMARY KEY);";
    assert_eq!(case.changes(declared), Vec::<String>::new());
    case.coverage = Coverage::default();
    assert_eq!(case.changes(declared).len(), 2);
}
