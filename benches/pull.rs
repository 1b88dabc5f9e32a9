//! A pull of every form, beside the inspection that it starts from, in one run.
//!
//! `cargo bench --bench pull -- 1000` (or several sizes). Each table has 10 columns, a primary key, a foreign key, a check
//! and two indexes. The first pull writes every file, a second one finds that nothing changed.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

const RUNS: usize = 5;

const CONFIG: &str = "version = 1
authority = \"database\"
[pull]
sql = \"schema/\"
toml = \"mirror/\"
prisma = \"prisma/schema.prisma\"
tables_json = \"db/schema/tables.json\"
context_json = \"docs/context/db/schema.json\"
docs = \"docs/db/\"
[env.dev]
url = \"sqlite:bench.db\"
";

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![1000] } else { sizes } {
        bench(size);
    }
}

fn bench(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    fs::write(folder.join("schema.sql"), script(size)).expect("the schema is written");
    let made = Command::new("sqlite3").args(["bench.db", ".read schema.sql"]).current_dir(folder).status();
    assert!(made.expect("sqlite3 runs").success(), "the database is made");
    fs::write(folder.join("trueup.toml"), CONFIG).expect("the configuration is written");
    let inspection = measure(RUNS, folder, &["inspect", "--format", "json"]);
    let first = measure(1, folder, &["pull"]);
    let second = measure(RUNS, folder, &["pull"]);
    println!("{size} tables, median of {RUNS} (seconds)");
    println!("  trueup inspect --format json  {inspection:>7.3} s");
    println!("  trueup pull, everything new   {first:>7.3} s (once)");
    println!("  trueup pull, nothing changed  {second:>7.3} s");
}

/// The median of the times that a command takes.
fn measure(runs: usize, folder: &Path, arguments: &[&str]) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
            command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
            let begun = Instant::now();
            assert!(command.status().expect("trueup runs").success(), "{arguments:?}");
            begun.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn script(size: usize) -> String {
    let mut out = String::from("BEGIN;\n");
    for at in 0..size {
        let parent = at / 2;
        let _ = write!(
            out,
            "CREATE TABLE t{at:05} (
  id integer NOT NULL, parent_id bigint, name varchar(100) NOT NULL, code varchar(32) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'a', price decimal(12,2) NOT NULL DEFAULT 0, qty integer,
  active boolean NOT NULL DEFAULT 0, created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, data json,
  PRIMARY KEY (id AUTOINCREMENT),
  CONSTRAINT t{at:05}_parent_fk FOREIGN KEY (parent_id) REFERENCES t{parent:05} (id) ON DELETE CASCADE,
  CONSTRAINT t{at:05}_price_ck CHECK (price >= 0)
);
CREATE UNIQUE INDEX t{at:05}_code_uq ON t{at:05} (code, status);
CREATE INDEX t{at:05}_parent_ix ON t{at:05} (parent_id, created_at);
"
        );
    }
    out.push_str("COMMIT;\n");
    out
}
