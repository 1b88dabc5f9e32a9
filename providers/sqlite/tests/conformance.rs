//! SQLite does what every provider must.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::Path;

use trueup_contract::{
    Redacted,
    conformance::provider::{Samples, provider},
};
use trueup_sqlite::Sqlite;

const CREATE: &str = "
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT DEFAULT 'nobody' CHECK (length(name) < 80),
  loud TEXT GENERATED ALWAYS AS (upper(name)) VIRTUAL
);
CREATE TABLE \"odd \"\"name\" (
  tenant INTEGER NOT NULL, number INTEGER NOT NULL, owner INTEGER REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT both PRIMARY KEY (tenant, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_name ON users (name COLLATE NOCASE, lower(email) DESC) WHERE name IS NOT NULL;
CREATE VIEW everybody (address) AS SELECT email FROM users;
CREATE TRIGGER users_stay BEFORE DELETE ON users BEGIN SELECT raise(ABORT, 'no; never'); END;
";

const EVOLVE: &str = "
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL DEFAULT 'somebody' CHECK (length(name) < 100),
  born TEXT,
  boss INTEGER REFERENCES users (id)
);
CREATE UNIQUE INDEX users_by_email ON users (email);
CREATE TABLE notes (id INTEGER PRIMARY KEY, about INTEGER NOT NULL REFERENCES users (id), text BLOB);
CREATE VIEW everybody (address, born) AS SELECT email, born FROM users;
CREATE TRIGGER everybody_renamed INSTEAD OF UPDATE ON everybody BEGIN SELECT 1; END;
";

const WRONG: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY);
-- An é before the mistake: columns count characters.
/* é */ CREATE INDEX a_by_name ON a (name);
";

fn url(file: &Path) -> Redacted {
    Redacted::new(["sqlite:", &file.display().to_string()].concat())
}

#[tokio::test]
async fn sqlite_does_what_every_provider_must() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    let empty = async |name: &str| Ok(url(&folder.path().join([name, ".db"].concat())));
    let samples = Samples { create: CREATE, evolve: EVOLVE, wrong: WRONG };
    if let Err(broken) = provider(&Sqlite, &url(&missing), empty, samples).await {
        panic!("{broken}");
    }
    assert!(!missing.exists());
}
