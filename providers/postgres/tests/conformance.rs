//! PostgreSQL does what every provider must.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod support;

use std::sync::Mutex;

use support::{TestDatabase, fresh_name, url_of};
use trueup_contract::{
    Redacted,
    conformance::provider::{Samples, provider},
};
use trueup_postgres::Postgres;

const CREATE: &str = "
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN short AS text CHECK (length(VALUE) < 80);
CREATE SEQUENCE tickets START 100;
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name short DEFAULT 'nobody',
  feels mood NOT NULL DEFAULT 'ok',
  price numeric(10, 2) CHECK (price > 0),
  loud text GENERATED ALWAYS AS (upper(email)) STORED
);
CREATE TABLE \"odd \"\"name\" (
  tenant integer NOT NULL,
  number integer NOT NULL DEFAULT nextval('tickets'),
  owner bigint REFERENCES users (id) ON DELETE SET NULL,
  CONSTRAINT both PRIMARY KEY (tenant, number)
);
CREATE INDEX users_by_name ON users (name, lower(email) DESC) WHERE name IS NOT NULL;
CREATE VIEW everybody (address) AS SELECT email FROM users;
CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no; never'; END $$;
CREATE TRIGGER users_stay BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION stay();
COMMENT ON TABLE users IS 'who''s here';
";

const EVOLVE: &str = "
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE SCHEMA office;
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL DEFAULT 'somebody' CHECK (length(name) < 100),
  feels mood NOT NULL DEFAULT 'ok',
  price numeric(12, 2),
  born date,
  boss bigint REFERENCES users (id)
);
CREATE UNIQUE INDEX users_by_email ON users (email);
CREATE TABLE office.notes (
  id integer PRIMARY KEY, about bigint NOT NULL REFERENCES users (id), text bytea, at timestamptz DEFAULT now()
);
CREATE VIEW everybody (address, born) AS SELECT email, born FROM users;
CREATE MATERIALIZED VIEW noted AS SELECT about, count(*) AS notes FROM office.notes GROUP BY about;
ALTER TABLE office.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON office.notes USING (about > 0);
";

const WRONG: &str = "CREATE TABLE a (id integer PRIMARY KEY);
-- An é before the mistake: columns count characters.
/* é */ CREATE INDEX a_by_name ON a (name);
";

#[tokio::test]
async fn postgres_does_what_every_provider_must() {
    let missing = Redacted::new(url_of(&fresh_name("missing")));
    let databases = Mutex::new(Vec::new());
    let empty = async |name: &str| {
        let database = TestDatabase::create(name).await;
        let url = Redacted::new(database.url.as_str());
        databases.lock().unwrap().push(database);
        Ok(url)
    };
    let samples = Samples { create: CREATE, evolve: EVOLVE, wrong: WRONG };
    if let Err(broken) = provider(&Postgres, &missing, empty, samples).await {
        panic!("{broken}");
    }
}
