//! A plan with nothing to do, beside the sqlite3 shell reading the same catalogue, in one run.
//!
//! `cargo bench --bench noop_plan -- 1000` (or several sizes; 10000 takes SQLite itself two minutes to create). Each
//! table has 10 columns, a primary key, a foreign key, a check and two indexes. Needs `sqlite3` and GNU `time`.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
};

const RUNS: usize = 10;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![1000] } else { sizes } {
        bench(size);
    }
}

fn bench(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (schema, database) = (folder.path().join("schema.sql"), folder.path().join("bench.db"));
    fs::write(&schema, script(size)).expect("the schema is written");
    create(&database, &schema);
    let url = format!("sqlite:{}", database.display());
    let trueup = env!("CARGO_BIN_EXE_trueup");
    let to = schema.display().to_string();
    let plan = measure(trueup, &["plan", "--detailed-exitcode", "--state", "none", "--url", &url, "--to", &to]);
    let shell = measure("sqlite3", &[&database.display().to_string(), ".schema"]);
    println!("{size} tables, median of {RUNS} (seconds, peak KiB)");
    println!("  trueup plan      {:>7.3} s  {:>8} KiB", plan.0, plan.1);
    println!("  sqlite3 .schema  {:>7.3} s  {:>8} KiB", shell.0, shell.1);
    let version = measure(trueup, &["--version"]);
    println!("  trueup --version {:>7.3} s", version.0);
}

fn script(size: usize) -> String {
    let mut out = String::new();
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
    out
}

fn create(database: &Path, schema: &Path) {
    let script = format!("BEGIN;\n.read {}\nCOMMIT;\n", schema.display());
    let input = schema.with_extension("load");
    fs::write(&input, script).expect("the script is written");
    let file = fs::File::open(&input).expect("the script is there");
    let status = Command::new("sqlite3").arg(database).stdin(file).status().expect("sqlite3 runs");
    assert!(status.success(), "sqlite3 creates the database");
}

/// The median wall time in seconds and the peak memory in KiB of whole processes, after one warm-up.
fn measure(program: &str, arguments: &[&str]) -> (f64, u64) {
    let mut times = Vec::new();
    let mut memory = 0;
    for run in 0..=RUNS {
        let output = Command::new("/usr/bin/time")
            .args(["-f", "%e %M", program])
            .args(arguments)
            .stdout(Stdio::null())
            .output()
            .expect("GNU time runs");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut words = text.lines().last().unwrap_or_default().split(' ');
        let seconds: f64 = words.next().and_then(|it| it.parse().ok()).expect("seconds");
        let peak: u64 = words.next().and_then(|it| it.parse().ok()).expect("KiB");
        if run > 0 {
            times.push(seconds);
            memory = memory.max(peak);
        }
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], memory)
}
