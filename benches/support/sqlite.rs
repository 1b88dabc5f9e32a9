//! The SQLite databases that are measured.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A database in a folder, with the script that made it: `schema.sql` and `bench.db`.
pub(crate) fn create(folder: &Path, size: usize) -> (PathBuf, PathBuf) {
    let (schema, database) = (folder.join("schema.sql"), folder.join("bench.db"));
    fs::write(&schema, script(size)).expect("the schema is written");
    let whole = "BEGIN;\n.read schema.sql\nCOMMIT;\n";
    fs::write(folder.join("schema.load"), whole).expect("the script is written");
    let input = fs::File::open(folder.join("schema.load")).expect("the script is there");
    let status = Command::new("sqlite3").arg("bench.db").current_dir(folder).stdin(input).status();
    assert!(status.expect("sqlite3 runs").success(), "sqlite3 creates the database");
    (schema, database)
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
