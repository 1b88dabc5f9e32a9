//! A project in a folder of its own, and the real program run in it.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(missing_docs, unreachable_pub, reason = "shared by tests only")]

pub mod canary;

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use sqlx::{
    AssertSqlSafe, Column, Connection, Row, SqliteConnection, ValueRef,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use tempfile::TempDir;

pub const CONFIG: &str = "version = 1\n\n[schema]\nsource = \"schema/\"\n\n[env.dev]\nurl = \"sqlite:dev.db\"\n";

/// A folder with a configuration and a schema.
pub struct Project {
    folder: TempDir,
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Run {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Fail unless the exit code is this one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Run {
        assert_eq!(self.code, Some(code), "exit code; stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fail unless one of the two streams says every one of these.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Run {
        for word in words {
            let said = self.stdout.contains(word) || self.stderr.contains(word);
            assert!(said, "`{word}` is not said; stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        }
        self
    }

    /// Fail if one of the two streams says this.
    #[track_caller]
    pub fn never_says(self, word: &str) -> Run {
        let said = self.stdout.contains(word) || self.stderr.contains(word);
        assert!(!said, "`{word}` is said; stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not JSON: {error}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// Check each sample, two at a time, and fail with all that is wrong.
#[track_caller]
pub fn all<T: Sync>(samples: &[T], check: impl Fn(&T) -> Option<String> + Sync) {
    let next = AtomicUsize::new(0);
    let work = || {
        let rest = std::iter::from_fn(|| samples.get(next.fetch_add(1, Ordering::Relaxed)));
        rest.filter_map(&check).collect::<Vec<_>>()
    };
    let failed: Vec<String> = thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{} of the samples fail:\n\n{}", failed.len(), failed.join("\n\n"));
}

impl Project {
    /// A project whose schema is this text.
    pub fn new(schema: &str) -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap() };
        project.write("trueup.toml", CONFIG);
        project.write("schema/schema.sql", schema);
        project
    }

    /// An empty folder.
    pub fn empty() -> Project {
        Project { folder: tempfile::tempdir().unwrap() }
    }

    /// A project that has been applied once.
    pub fn applied(schema: &str) -> Project {
        let project = Project::new(schema);
        project.apply();
        project
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Declare this schema instead.
    pub fn declare(&self, schema: &str) {
        self.write("schema/schema.sql", schema);
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(args).current_dir(self.folder()).stdin(Stdio::null()).env("NO_COLOR", "1");
        command.env_remove("CI").env_remove("TRUEUP_FAILPOINT");
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// Run with these variables.
    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        let known = canary::files(self.folder());
        let output = self.command(args).envs(variables.iter().copied()).output().unwrap();
        let run = Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        let is_said = [&run.stdout, &run.stderr].iter().any(|it| canary::is_in(it.as_bytes()));
        assert!(!is_said, "{args:?} says the password:\n{}\n{}", run.stdout, run.stderr);
        let written: Vec<PathBuf> = canary::files(self.folder()).difference(&known).cloned().collect();
        assert!(written.is_empty(), "{args:?} writes the password: {written:?}");
        run
    }

    /// Start without waiting for the end.
    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// `apply --auto-approve`, which must succeed.
    #[track_caller]
    pub fn apply(&self) -> Run {
        self.run(&["apply", "--auto-approve"]).exits(0)
    }

    /// A second plan is empty.
    #[track_caller]
    pub fn is_in_step(&self) {
        self.run(&["plan", "--detailed-exitcode"]).exits(0);
    }

    /// Run statements in `dev.db`, which is created if need be.
    pub fn sql(&self, statements: &str) {
        sql(&self.path("dev.db"), statements);
    }

    /// The rows of a query of `dev.db`, every value as text.
    pub fn rows(&self, query: &str) -> Vec<Vec<String>> {
        rows(&self.path("dev.db"), query)
    }

    /// The one value of a query of `dev.db`.
    pub fn value(&self, query: &str) -> String {
        self.rows(query).into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or_default()
    }

    /// A hash of every file and folder below, by its path, kind and content.
    pub fn hash(&self) -> BTreeMap<PathBuf, u64> {
        let mut found = BTreeMap::new();
        collect(self.folder(), self.folder(), &mut found);
        found
    }

    /// Go back to what another folder holds.
    pub fn restore(&self, snapshot: &Project) {
        for entry in fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        copy_folder(snapshot.folder(), self.folder());
    }

    /// Copy everything into a new folder.
    pub fn copy(&self) -> Project {
        let copy = Project::empty();
        copy_folder(self.folder(), copy.folder());
        copy
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, u64>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut hasher = DefaultHasher::new();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            fs::read(&path).unwrap().hash(&mut hasher);
        }
        found.insert(path.strip_prefix(root).unwrap().to_owned(), hasher.finish());
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let beside = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &beside);
        } else {
            fs::copy(&path, &beside).unwrap();
        }
    }
}

/// Run something that waits.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A connection of another program, with foreign keys as SQLite has them by default: off.
pub async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(false);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Run statements in a database file.
pub fn sql(path: &Path, statements: &str) {
    block_on(async {
        let mut connection = connect(path).await;
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// The rows of a query, every value as text, NULL as `NULL`.
pub fn rows(path: &Path, query: &str) -> Vec<Vec<String>> {
    block_on(async {
        let mut connection = connect(path).await;
        let found = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        found.iter().map(texts).collect()
    })
}

fn texts(row: &SqliteRow) -> Vec<String> {
    let text = |at: usize| {
        if row.try_get_raw(at).unwrap().is_null() {
            return "NULL".to_owned();
        }
        let number = || row.try_get_unchecked::<i64, _>(at).map(|it| it.to_string());
        row.try_get::<String, _>(at).or_else(|_| number()).unwrap()
    };
    row.columns().iter().map(|column| text(column.ordinal())).collect()
}
