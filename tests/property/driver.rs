//! Running many cases on a few threads, and telling how they ended.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use super::carry_out::Outcome;

const SEED: u64 = 20260101;
const THREADS: usize = 2;
/// How many failures are shown, the shortest first.
const SHOWN: u64 = 8;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Run so many cases, or as many as the environment says; each goes both ways.
pub(crate) fn drive(cases: u64, case: impl AsyncFn(u64, u64) -> Result<[Outcome; 2], String> + Sync) {
    let seed = number("TRUEUP_PROPERTY_SEED").unwrap_or(SEED);
    let cases = number("TRUEUP_PROPERTY_CASES").unwrap_or(cases);
    let (first, end) = number("TRUEUP_PROPERTY_CASE").map_or((0, cases), |case| (case, case + 1));
    let start = Instant::now();
    let next = AtomicU64::new(first);
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut results = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                return results;
            }
            results.push(runtime.block_on(case(seed, number)));
        }
    };
    let results: Vec<Result<[Outcome; 2], String>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{} pairs of seed {seed} in {:.0?}", results.len(), start.elapsed());
    judge(seed, &results);
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 * 100.0 / of.max(1) as f64
}

fn judge(seed: u64, results: &[Result<[Outcome; 2], String>]) {
    let mut failures: Vec<&String> = results.iter().filter_map(|it| it.as_ref().err()).collect();
    failures.sort_by_key(|it| it.len());
    let pairs: Vec<&[Outcome; 2]> = results.iter().filter_map(|it| it.as_ref().ok()).collect();
    let outcomes: Vec<Outcome> = pairs.iter().flat_map(|it| it.iter().copied()).collect();
    let count = |kind: Outcome| outcomes.iter().filter(|it| **it == kind).count();
    println!("{} failures", failures.len());
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
    let shown: Vec<&str> =
        failures.iter().take(number("TRUEUP_PROPERTY_SHOWN").unwrap_or(SHOWN) as usize).map(|it| it.as_str()).collect();
    assert!(failures.is_empty(), "seed {seed}, {} failures:\n\n{}", failures.len(), shown.join("\n\n"));
    let many = results.len() >= 100;
    assert!(!many || share(count(Outcome::RefusedUncounted), outcomes.len()) < 0.5, "a count is missing");
    assert!(results.len() == 1 || share(both, pairs.len()) >= 60.0, "too few pairs apply both ways");
}
