//! MariaDB or MySQL: a plan with nothing to do beside `mariadb-dump --no-data` of the same database, and creating a thousand
//! tables beside `mariadb < schema.sql`, in one run.
//!
//! `cargo bench --bench mysql_plan -- 1000` (a thousand where no size is given). Each table has 10 columns, a counter, a
//! primary key, a foreign key, a check and two indexes. The server is one of its own (`scripts/mysql`): the newest MariaDB
//! that is here, or the one that `TRUEUP_BENCH_SERVER` names. Cold: the first run after a restart of the server. Warm: the median of ten. Needs
//! `mariadb`, `mariadb-dump` and GNU `time`.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

#[path = "support/sizes.rs"]
mod sizes;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const RUNS: usize = 10;
const TRUEUP: &str = env!("CARGO_BIN_EXE_trueup");
/// The number of tables that are created.
const CREATED: usize = 1000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // A server never runs as root: another user must get to its folder.
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.path(), everybody).expect("the folder is opened");
    let server = Server::start(&folder.path().join("server"));
    for size in sizes::sizes() {
        plan(&server, folder.path(), size);
    }
    create(&server, folder.path());
}

/// What one process took.
#[derive(Clone, Copy)]
struct Took {
    seconds: f64,
    kibibytes: u64,
}

/// Nothing to do, first after a restart and then again and again; the two programs in turn.
fn plan(server: &Server, folder: &Path, size: usize) {
    let schema = folder.join("schema.sql");
    fs::write(&schema, script(size)).expect("the schema is written");
    let url = server.database("plan");
    let to = text(&schema);
    server.source("plan", &to);
    let ours = ["plan", "--detailed-exitcode", "--state", "none", "--url", &url, "--to", &to];
    let theirs = server.client(&["--no-data", "--routines", "--events", "--triggers", "plan"]);
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    println!("{size} tables, a plan with nothing to do");
    let [mut cold_ours, mut cold_theirs] = [Vec::new(), Vec::new()];
    for _ in 0..3 {
        server.restart();
        cold_ours.push(run(TRUEUP, &ours));
        server.restart();
        cold_theirs.push(run("mariadb-dump", &theirs));
    }
    report("trueup plan, cold", &cold_ours);
    report("mariadb-dump, cold", &cold_theirs);
    let [mut warm_ours, mut warm_theirs] = [Vec::new(), Vec::new()];
    for at in 0..=RUNS {
        let (one, other) = (run(TRUEUP, &ours), run("mariadb-dump", &theirs));
        if at > 0 {
            warm_ours.push(one);
            warm_theirs.push(other);
        }
    }
    let ratio = report("trueup plan, warm", &warm_ours) / report("mariadb-dump, warm", &warm_theirs);
    println!("  ratio              {ratio:>7.2}");
    server.drop("plan");
}

/// Tables where there are none.
fn create(server: &Server, folder: &Path) {
    let schema = folder.join("schema.sql");
    fs::write(&schema, script(CREATED)).expect("the schema is written");
    let to = text(&schema);
    let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
    for at in 0..=RUNS / 3 {
        let url = server.database("created");
        let one = run(TRUEUP, &["apply", "--auto-approve", "--state", "none", "--url", &url, "--to", &to]);
        server.drop("created");
        server.database("created");
        let other = server.source("created", &to);
        server.drop("created");
        if at > 0 {
            ours.push(one);
            theirs.push(other);
        }
    }
    println!("{CREATED} tables, created");
    let ratio = report("trueup apply", &ours) / report("mariadb <", &theirs);
    println!("  ratio              {ratio:>7.2}");
}

/// Print the median time and the greatest memory; gives the time.
fn report(what: &str, all: &[Took]) -> f64 {
    let mut seconds: Vec<f64> = all.iter().map(|it| it.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let peak = all.iter().map(|it| it.kibibytes).max().unwrap_or_default();
    println!("  {what:<18} {median:>7.3} s  {peak:>8} KiB  (median of {})", seconds.len());
    median
}

fn script(size: usize) -> String {
    let mut out = String::new();
    for at in 0..size {
        let parent = at / 2;
        let _ = write!(
            out,
            "CREATE TABLE t{at:05} (
  id bigint NOT NULL AUTO_INCREMENT, parent_id bigint, name varchar(100) NOT NULL, code varchar(32) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'a', price decimal(12,2) NOT NULL DEFAULT 0, qty integer,
  active tinyint(1) NOT NULL DEFAULT 0, created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, data text,
  PRIMARY KEY (id),
  CONSTRAINT t{at:05}_parent_fk FOREIGN KEY (parent_id) REFERENCES t{parent:05} (id) ON DELETE CASCADE,
  CONSTRAINT t{at:05}_price_ck CHECK (price >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE UNIQUE INDEX t{at:05}_code_uq ON t{at:05} (code, status);
CREATE INDEX t{at:05}_parent_ix ON t{at:05} (parent_id, created_at);
"
        );
    }
    out
}

/// A server that goes when this does.
struct Server {
    folder: PathBuf,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let name = std::env::var("TRUEUP_BENCH_SERVER").unwrap_or_else(|_| "mariadb".to_owned());
        let url = scripts(&["start", &text(folder), &name]);
        Server { folder: folder.to_owned(), url }
    }

    /// Start again, so that nothing is remembered but by the operating system.
    fn restart(&self) {
        scripts(&["restart", &text(&self.folder)]);
    }

    /// A new database.
    fn database(&self, name: &str) -> String {
        self.say(&["CREATE DATABASE ", name].concat());
        [&self.url, "/", name].concat()
    }

    fn drop(&self, name: &str) {
        self.say(&["DROP DATABASE ", name].concat());
    }

    fn say(&self, statement: &str) {
        let arguments = self.client(&["-e", statement]);
        run("mariadb", &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Run a script.
    fn source(&self, database: &str, file: &str) -> Took {
        let arguments = self.client(&[database, "-e", &["source ", file].concat()]);
        run("mariadb", &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The arguments of a client.
    fn client(&self, rest: &[&str]) -> Vec<String> {
        let (_, port) = self.url.rsplit_once(':').expect("a URL has a port");
        let own = ["--host=127.0.0.1", &["--port=", port].concat(), "--user=root"].map(str::to_owned);
        own.into_iter().chain(rest.iter().map(|it| (*it).to_owned())).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = scripts(&["stop", &text(&self.folder)]);
    }
}

fn scripts(arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/mysql");
    let output = Command::new(script).args(arguments).stderr(Stdio::inherit()).output().expect("scripts/mysql runs");
    assert!(output.status.success(), "scripts/mysql {arguments:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Run a program to its end.
fn run(program: &str, arguments: &[&str]) -> Took {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%e %M", program])
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .expect("GNU time runs");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut words = said.lines().last().unwrap_or_default().split(' ');
    let seconds = words.next().and_then(|it| it.parse().ok()).expect("seconds");
    let kibibytes = words.next().and_then(|it| it.parse().ok()).expect("KiB");
    Took { seconds, kibibytes }
}
