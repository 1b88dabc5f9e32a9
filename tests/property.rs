//! Any schema can become any other: what is declared is what is there afterwards, and no row is lost on the way, or
//! nothing is written and the count of rows that stand against it is told.
//!
//! `TRUEUP_PROPERTY_CASES` sets the number of pairs, `TRUEUP_PROPERTY_SEED` makes other ones, and
//! `TRUEUP_PROPERTY_CASE` runs a single one again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot be set up fails")]

#[path = "property/case.rs"]
mod case;
#[path = "property/facts.rs"]
mod facts;
#[path = "property/generate.rs"]
mod generate;
#[path = "property/model.rs"]
mod model;
#[path = "property/mutate.rs"]
mod mutate;
#[path = "property/random.rs"]
mod random;
#[path = "property/render.rs"]
mod render;
#[path = "property/repair.rs"]
mod repair;
#[path = "property/rows.rs"]
mod rows;
#[path = "property/words.rs"]
mod words;

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use case::Outcome;

const CASES: u64 = 2000;
const SEED: u64 = 20260101;
const THREADS: usize = 2;
/// How many failures are shown, the shortest first.
const SHOWN: usize = 8;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

fn work(folder: &Path, seed: u64, next: &AtomicU64, end: u64) -> Vec<Result<[Outcome; 2], String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut results = Vec::new();
    loop {
        let case = next.fetch_add(1, Ordering::Relaxed);
        if case >= end {
            return results;
        }
        results.push(runtime.block_on(case::run(folder, seed, case)));
    }
}

#[test]
fn any_schema_becomes_any_other_or_is_refused_with_a_count() {
    let seed = number("TRUEUP_PROPERTY_SEED").unwrap_or(SEED);
    let cases = number("TRUEUP_PROPERTY_CASES").unwrap_or(CASES);
    let (first, end) = number("TRUEUP_PROPERTY_CASE").map_or((0, cases), |case| (case, case + 1));
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let start = Instant::now();
    let next = AtomicU64::new(first);
    let results: Vec<Result<[Outcome; 2], String>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| work(folder.path(), seed, &next, end))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let mut failures: Vec<&String> = results.iter().filter_map(|it| it.as_ref().err()).collect();
    failures.sort_by_key(|it| it.len());
    let pairs: Vec<&[Outcome; 2]> = results.iter().filter_map(|it| it.as_ref().ok()).collect();
    let share = |count: usize, of: usize| count as f64 * 100.0 / of.max(1) as f64;
    let outcomes: Vec<Outcome> = pairs.iter().flat_map(|it| it.iter().copied()).collect();
    let count = |kind: Outcome| outcomes.iter().filter(|it| **it == kind).count();
    println!("{} pairs of seed {seed} in {:.0?}, {} failures", results.len(), start.elapsed(), failures.len());
    for kind in [
        Outcome::Applied,
        Outcome::RefusedPlan,
        Outcome::RefusedApply,
        Outcome::RefusedForeignKeys,
        Outcome::RefusedDialect,
        Outcome::RefusedUncounted,
    ] {
        let count = count(kind);
        println!("  {kind:?}: {count} of {} applies, {:.1} %", outcomes.len(), share(count, outcomes.len()));
    }
    let both = pairs.iter().filter(|it| it.iter().all(|it| *it == Outcome::Applied)).count();
    println!("  applied both ways: {both} of {} pairs, {:.1} %", pairs.len(), share(both, pairs.len()));
    for failure in &failures {
        println!("  {}", failure.lines().next().unwrap_or_default());
    }
    let shown: Vec<&str> = failures.iter().take(SHOWN).map(|it| it.as_str()).collect();
    assert!(failures.is_empty(), "seed {seed}, {} failures:\n\n{}", failures.len(), shown.join("\n\n"));
    assert!(end - first < 100 || share(count(Outcome::RefusedUncounted), outcomes.len()) < 0.5, "a count is missing");
    assert!(end - first == 1 || share(both, pairs.len()) >= 60.0, "too few pairs apply both ways");
}
