//! A pull of every form, beside the inspection that it starts from, in one run.
//!
//! `cargo bench --bench pull -- 1000` (or several sizes). Each table has 10 columns, a primary key, a foreign key, a check
//! and two indexes. The first pull writes every file, a second one finds that nothing changed.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

#[path = "support/sizes.rs"]
mod sizes;
#[path = "support/sqlite.rs"]
mod sqlite;

use std::{
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
    sizes::sizes().into_iter().for_each(bench);
}

fn bench(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    sqlite::create(folder, size);
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
