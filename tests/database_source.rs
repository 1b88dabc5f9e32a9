//! Another database as the declared schema.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use crate::support::Project;

#[test]
fn on_postgres_a_database_becomes_what_another_is() {
    let (one, two) = (postgres::Postgres::create("like_one"), postgres::Postgres::create("like_two"));
    one.sql(
        "CREATE TYPE mood AS ENUM ('calm', 'cross');
        CREATE TABLE owners (id serial PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, m mood DEFAULT 'calm', CHECK (name <> ''));
        CREATE TABLE pets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id int REFERENCES owners ON DELETE CASCADE,
            twice int GENERATED ALWAYS AS (owner_id * 2) STORED);
        CREATE INDEX first ON pets (owner_id DESC) WHERE twice > 1;
        CREATE VIEW counts AS SELECT name, count(*) AS pets FROM owners JOIN pets ON owner_id = owners.id GROUP BY name;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION f()",
    );
    becomes(&two.project(""), one.url());
}

#[test]
fn on_mysql_a_database_becomes_what_another_is() {
    let (one, two) = (mysql::MySql::create("like_one"), mysql::MySql::create("like_two"));
    one.sql(
        "CREATE TABLE owners (id int unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, price decimal(10,2),
            CHECK (price > 0)) COMMENT = 'who has pets';
        CREATE TABLE pets (id bigint AUTO_INCREMENT PRIMARY KEY, owner_id int unsigned, KEY some (owner_id, id DESC),
            CONSTRAINT theirs FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);
        CREATE VIEW counts AS SELECT name, count(*) AS pets FROM owners JOIN pets ON owner_id = owners.id GROUP BY name;
        CREATE TRIGGER t BEFORE INSERT ON pets FOR EACH ROW SET NEW.owner_id = 1",
    );
    becomes(&two.project(""), one.url());
}

fn becomes(project: &Project, other: &str) {
    let like = ["--to", other, "--state", "none"];
    project.run(&[&["apply", "--auto-approve"], &like[..]].concat()).exits(0);
    project.run(&[&["plan", "--detailed-exitcode"], &like[..]].concat()).exits(0);
}

#[test]
fn a_database_of_another_kind_is_refused() {
    let database = postgres::Postgres::create("like_other");
    let project = database.project("");
    project.sql("CREATE TABLE a (id int)");
    let words = ["is a sqlite database and cannot be what a postgres database shall be", "of the same kind"];
    project.run(&["plan", "--to", "sqlite:dev.db"]).exits(3).says(&words);
    project.run(&["diff", database.url(), "sqlite:dev.db"]).exits(3).says(&["of the same kind"]);
}
