//! Any schema of MariaDB or MySQL can become any other, on the real server: what is declared is what is there afterwards,
//! and no row is lost on the way, or nothing is written and the count of rows that stand against it is told.
//!
//! `TRUEUP_PROPERTY_CASES` sets the number of pairs, `TRUEUP_PROPERTY_SEED` makes other ones, `TRUEUP_PROPERTY_CASE` runs a
//! single one again, and `TRUEUP_PROPERTY_REJECTED` shows what the server did not take.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot be set up fails")]

#[path = "property/carry_out.rs"]
mod carry_out;
#[path = "property_mysql/case.rs"]
mod case;
#[path = "property/driver.rs"]
mod driver;
#[path = "property_mysql/facts.rs"]
mod facts;
#[path = "property_mysql/fixtures.rs"]
mod fixtures;
#[path = "property_mysql/generate.rs"]
mod generate;
#[path = "property_mysql/model.rs"]
mod model;
#[path = "property_mysql/mutate.rs"]
mod mutate;
#[path = "property/random.rs"]
mod random;
#[path = "property_mysql/render.rs"]
mod render;
#[path = "property_mysql/repair.rs"]
mod repair;
#[path = "property_mysql/rows.rs"]
mod rows;
#[path = "../providers/mysql/tests/support/mod.rs"]
mod server;
#[path = "property/words.rs"]
#[allow(dead_code, reason = "another test needs more of it")]
mod words;

use model::Product;

#[test]
fn any_mysql_schema_becomes_any_other_or_is_refused_with_a_count() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let version = runtime.block_on(async {
        let mut connection = server::connect(&server::server_url()).await;
        server::rows(&mut connection, "SELECT version()").await[0][0].clone()
    });
    let product = if version.contains("MariaDB") { Product::Maria } else { Product::MySql };
    let folder = tempfile::tempdir().unwrap();
    driver::drive(60, async |seed, number| case::run(folder.path(), product, seed, number).await);
}
