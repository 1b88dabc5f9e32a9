//! MySQL and MariaDB do what every provider must.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod support;

use std::sync::Mutex;

use support::{TestDatabase, fresh_name, url_of};
use trueup_contract::{
    Redacted,
    conformance::provider::{Samples, provider},
};
use trueup_mysql::MySql;

const CREATE: &str = "
CREATE TABLE users (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(190) NOT NULL UNIQUE,
  name varchar(80) DEFAULT 'nobody' COMMENT 'who''s here',
  feels enum('sad', 'ok') NOT NULL DEFAULT 'ok',
  price decimal(10, 2) CHECK (price > 0),
  loud varchar(190) GENERATED ALWAYS AS (upper(email)) STORED,
  changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
) COMMENT = 'everybody; really';
CREATE TABLE `odd ``name` (
  tenant int NOT NULL,
  number int NOT NULL DEFAULT 7,
  owner int unsigned,
  about text,
  PRIMARY KEY (tenant, number),
  KEY by_about (about(20)),
  CONSTRAINT owned FOREIGN KEY (owner) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX users_by_name ON users (name, email DESC);
CREATE VIEW everybody (address) AS SELECT email FROM users;
DELIMITER //
CREATE TRIGGER users_stay BEFORE DELETE ON users FOR EACH ROW
BEGIN
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no; never';
END//
DELIMITER ;
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;
";

const EVOLVE: &str = "
CREATE TABLE users (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(190) NOT NULL,
  name varchar(80) NOT NULL DEFAULT 'somebody' CHECK (char_length(name) < 100),
  feels enum('sad', 'ok', 'glad') NOT NULL DEFAULT 'ok',
  price decimal(12, 2),
  born date,
  boss int unsigned,
  changed timestamp NULL,
  FOREIGN KEY (boss) REFERENCES users (id)
);
CREATE UNIQUE INDEX users_by_email ON users (email);
CREATE TABLE notes (
  id int PRIMARY KEY, about int unsigned NOT NULL, text longblob, at datetime(3) DEFAULT now(3),
  FULLTEXT KEY words (said), said text,
  FOREIGN KEY (about) REFERENCES users (id)
);
CREATE VIEW everybody (address, born) AS SELECT email, born FROM users;
CREATE PROCEDURE count_notes(OUT many int) READS SQL DATA SELECT count(*) INTO many FROM notes;
";

const WRONG: &str = "CREATE TABLE a (id int PRIMARY KEY);
-- An é before the mistake: columns count characters.
/* é */ CREATE INDEX a_by_name ON a (name);
";

#[tokio::test]
async fn mysql_does_what_every_provider_must() {
    let missing = Redacted::new(url_of(&fresh_name("missing")));
    let databases = Mutex::new(Vec::new());
    let empty = async |name: &str| {
        let database = TestDatabase::create(name).await;
        let url = Redacted::new(database.url.as_str());
        databases.lock().unwrap().push(database);
        Ok(url)
    };
    let samples = Samples { create: CREATE, evolve: EVOLVE, wrong: WRONG };
    if let Err(broken) = provider(&MySql, &missing, empty, samples).await {
        panic!("{broken}");
    }
}
