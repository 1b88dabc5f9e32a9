//! Any schema can become any other: what is declared is what is there afterwards, and no row is lost on the way, or
//! nothing is written and the count of rows that stand against it is told.
//!
//! `TRUEUP_PROPERTY_CASES` sets the number of pairs, `TRUEUP_PROPERTY_SEED` makes other ones, and
//! `TRUEUP_PROPERTY_CASE` runs a single one again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot be set up fails")]

#[path = "property/carry_out.rs"]
mod carry_out;
#[path = "property/case.rs"]
mod case;
#[path = "property/driver.rs"]
mod driver;
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

use std::path::Path;

#[test]
fn any_schema_becomes_any_other_or_is_refused_with_a_count() {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    driver::drive(2000, async |seed, number| case::run(folder.path(), seed, number).await);
}
