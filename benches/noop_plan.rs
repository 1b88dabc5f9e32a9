//! A plan with nothing to do, beside the sqlite3 shell reading the same catalogue, in one run.
//!
//! `cargo bench --bench noop_plan -- 1000` (or several sizes; 10000 takes SQLite itself two minutes to create). Each
//! table has 10 columns, a primary key, a foreign key, a check and two indexes. Needs `sqlite3` and GNU `time`.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

#[path = "support/sizes.rs"]
mod sizes;
#[path = "support/sqlite.rs"]
mod sqlite;

use std::process::{Command, Stdio};

const RUNS: usize = 10;

fn main() {
    sizes::sizes().into_iter().for_each(bench);
}

fn bench(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (schema, database) = sqlite::create(folder.path(), size);
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
