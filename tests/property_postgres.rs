//! Any PostgreSQL schema can become any other, on the real server: what is declared is what is there afterwards, and no
//! row is lost on the way, or nothing is written and the count of rows that stand against it is told.
//!
//! `TRUEUP_PROPERTY_CASES` sets the number of pairs (150 take about three minutes), `TRUEUP_PROPERTY_SEED` makes other
//! ones, `TRUEUP_PROPERTY_CASE` runs a single one again, and `TRUEUP_PROPERTY_REJECTED` shows what the server did not take.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot be set up fails")]

#[path = "property/carry_out.rs"]
mod carry_out;
#[path = "property_postgres/case.rs"]
mod case;
#[path = "property/driver.rs"]
mod driver;
#[path = "property_postgres/fixtures.rs"]
mod fixtures;
#[path = "property_postgres/generate.rs"]
mod generate;
#[path = "property_postgres/model.rs"]
mod model;
#[path = "property_postgres/mutate.rs"]
mod mutate;
#[path = "property/random.rs"]
mod random;
#[path = "property_postgres/render.rs"]
mod render;
#[path = "property_postgres/repair.rs"]
mod repair;
#[path = "property_postgres/rows.rs"]
mod rows;
#[path = "../providers/postgres/tests/support/mod.rs"]
mod server;

/// Roles belong to the whole server; this one is never dropped.
const ROLE: &str =
    "DO $$ BEGIN CREATE ROLE trueup_reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

#[test]
fn any_postgres_schema_becomes_any_other_or_is_refused_with_a_count() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { server::run(&mut server::connect(&server::server_url()).await, ROLE).await });
    let folder = tempfile::tempdir().unwrap();
    driver::drive(150, async |seed, number| case::run(folder.path(), seed, number).await);
}
