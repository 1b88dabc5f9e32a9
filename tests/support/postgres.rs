//! Databases and projects of a test's own on the PostgreSQL server for tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]
#![allow(missing_docs, unreachable_pub, reason = "shared by tests only")]

#[path = "../../providers/postgres/tests/support/mod.rs"]
mod server;

use super::{Project, block_on};

/// A database that is dropped at the end.
pub struct Postgres(server::TestDatabase);

impl Postgres {
    /// An empty database.
    pub fn create(what: &str) -> Postgres {
        Postgres(block_on(server::TestDatabase::create(what)))
    }

    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Run statements.
    pub fn sql(&self, statements: &str) {
        block_on(self.0.sql(statements));
    }

    /// The rows of a query, every value as text.
    pub fn rows(&self, query: &str) -> Vec<Vec<String>> {
        block_on(self.0.rows(query))
    }

    /// The one value of a query.
    pub fn value(&self, query: &str) -> String {
        self.rows(query).into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or_default()
    }

    /// A project whose only environment is this database and whose schema is this text. The state is kept in a file.
    pub fn project(&self, schema: &str) -> Project {
        let project = Project::empty();
        let url = self.0.url.as_str();
        let config = ["version = 1\n\n[schema]\nsource = \"schema/\"\n\n[env.dev]\nurl = \"", url, "\"\n"].concat();
        project.write("trueup.toml", config);
        project.write("schema/schema.sql", schema);
        project
    }
}
