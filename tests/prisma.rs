//! Prisma schemas as the source, on real databases of the three kinds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on shall fail")]

#[path = "support/mysql.rs"]
mod mysql;
#[path = "support/postgres.rs"]
mod postgres;
mod support;

use mysql::MySql;
use postgres::Postgres;
use support::{Project, canary::CANARY};

/// Drops whatever is there and not declared.
const ALL: &[&str] = &["apply", "--auto-approve", "--unmanaged", "drop", "--allow", "destructive"];

/// A project whose source is the folder `prisma`, with a file that holds this datasource, for the database at a URL.
fn project(provider: &str, url: &str) -> Project {
    let project = Project::empty();
    let config = ["version = 1\n\n[schema]\nsource = \"prisma\"\n\n[env.dev]\nurl = \"", url, "\"\n"].concat();
    project.write("trueup.toml", config);
    // The URL of the datasource is nothing to us, and its password nothing to anybody.
    let secret = ["\"postgres://u:", CANARY, "@h/db\""].concat();
    let head = ["datasource db {\n  provider = \"", provider, "\"\n  url = ", &secret, "\n}\n"].concat();
    project.write("prisma/main.prisma", head);
    project
}

/// Words in the order of their bytes; each server has an order of its own.
fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

fn declare(project: &Project, models: &str) {
    project.write("prisma/models/all.prisma", models);
}

const BLOG: &str = "model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  at    DateTime @default(\"2026-01-31T12:00:00Z\")
  posts Post[]
}

model Post {
  id     Int     @id @default(autoincrement())
  title  String? @map(\"head_line\")
  author User    @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Int
  tags   Tag[]

  @@index([authorId, title])
}

model Tag {
  id    Int    @id
  posts Post[]

  @@map(\"labels\")
}
";

#[test]
fn on_postgres_a_folder_of_files_makes_what_migrate_would_make() {
    let database = Postgres::create("prisma");
    let project = project("postgresql", database.url());
    declare(&project, BLOG);
    project.apply();
    project.is_in_step();
    let names = "SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace";
    let expected =
        "Post_authorId_fkey Post_pkey User_pkey _PostToTag_AB_pkey _PostToTag_A_fkey _PostToTag_B_fkey labels_pkey";
    assert_eq!(sorted(&database.value(names)), expected);
    let indexes = "SELECT count(*)::text FROM pg_indexes WHERE indexname IN \
                   ('User_email_key', 'Post_authorId_head_line_idx', '_PostToTag_B_index')";
    assert_eq!(database.value(indexes), "3");
}

#[test]
fn on_mysql_a_folder_of_files_makes_what_migrate_would_make() {
    let database = MySql::create("prisma");
    let project = project("mysql", database.url());
    declare(&project, BLOG);
    project.apply();
    project.is_in_step();
    assert_eq!(sorted(&database.relations()), "Post User _PostToTag labels");
    let keys = "SELECT group_concat(DISTINCT index_name ORDER BY index_name SEPARATOR ' ') \
                FROM information_schema.statistics WHERE table_schema = database() AND index_name <> 'PRIMARY'";
    let expected = "Post_authorId_head_line_idx User_email_key _PostToTag_AB_unique _PostToTag_B_index";
    assert_eq!(sorted(&database.value(keys)), expected);
    let moment = "SELECT column_default FROM information_schema.columns WHERE table_schema = database() \
                  AND table_name = 'User' AND column_name = 'at'";
    assert_eq!(database.value(moment).trim_matches('\''), "2026-01-31 12:00:00.000");
}

#[test]
fn on_sqlite_a_folder_of_files_makes_what_migrate_would_make() {
    let project = project("sqlite", "sqlite:dev.db");
    declare(&project, BLOG);
    project.apply();
    project.is_in_step();
    let indexes =
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name)";
    let expected = "Post_authorId_head_line_idx User_email_key _PostToTag_AB_unique _PostToTag_B_index";
    assert_eq!(project.value(indexes), expected);
}

#[test]
fn an_error_names_file_line_and_column_and_changes_nothing() {
    let project = project("sqlite", "sqlite:dev.db");
    declare(&project, "model User {\n  id   Int @id\n  name Strin\n}\n");
    let said = ["prisma/models/all.prisma:3:8", "did you mean `String`?"];
    project.run(&["apply", "--auto-approve"]).exits(1).says(&said);
    assert!(!project.path("dev.db").exists());
}

#[test]
fn the_older_key_of_a_table_between_two_models_stays() {
    let database = Postgres::create("prisma_older");
    let project = project("postgresql", database.url());
    declare(&project, BLOG);
    project.apply();
    database.sql(
        "ALTER TABLE \"_PostToTag\" DROP CONSTRAINT \"_PostToTag_AB_pkey\";
         CREATE UNIQUE INDEX \"_PostToTag_AB_unique\" ON \"_PostToTag\" (\"A\", \"B\")",
    );
    project.run(&["plan", "--state", "none", "--unmanaged", "drop", "--detailed-exitcode"]).exits(0);
}

const NOTE: &str = "model Note {\n  id Int @id\n  price Int @default(dbgenerated())\n}\n";

/// What Prisma has no words for, in the words of SQL.
const BEYOND: &str =
    "CREATE TABLE \"Note\" (id integer CONSTRAINT \"Note_pkey\" PRIMARY KEY, price integer NOT NULL DEFAULT 7,
   CONSTRAINT cheap CHECK (price < 100));
 CREATE INDEX few ON \"Note\" (price) WHERE price > 1;
 CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
 CREATE TRIGGER watched BEFORE INSERT ON \"Note\" FOR EACH ROW EXECUTE FUNCTION watch();\n";

/// How many of them are there, and the default of `price`.
fn beyond(database: &Postgres) -> String {
    database.value(
        "SELECT (SELECT count(*) FROM pg_constraint WHERE conname = 'cheap') || ' ' ||
                (SELECT count(*) FROM pg_class WHERE relname = 'few') || ' ' ||
                (SELECT count(*) FROM pg_trigger WHERE tgname = 'watched') || ' ' ||
                (SELECT column_default FROM information_schema.columns
                 WHERE table_name = 'Note' AND column_name = 'price')",
    )
}

#[test]
fn what_prisma_cannot_say_stays_where_all_that_is_not_declared_is_dropped() {
    let database = Postgres::create("prisma_beyond");
    database.sql(BEYOND);
    database.sql("CREATE TABLE other (id integer)");
    let project = project("postgresql", database.url());
    declare(&project, NOTE);
    project.run(ALL).exits(0);
    assert_eq!(beyond(&database), "1 1 1 7");
    assert_eq!(database.value("SELECT count(*)::text FROM pg_class WHERE relname = 'other'"), "0");
    project.is_in_step();
}

#[test]
fn what_was_recorded_by_another_source_and_prisma_cannot_say_stays() {
    let database = Postgres::create("prisma_recorded");
    let project = project("postgresql", database.url());
    project.write("schema.sql", BEYOND);
    project.run(&["apply", "--auto-approve", "--to", "schema.sql"]).exits(0);
    declare(&project, NOTE);
    project.run(&["plan", "--detailed-exitcode"]).exits(0);
    project.run(ALL).exits(0);
    assert_eq!(beyond(&database), "1 1 1 7");
}

const WORDS: &str = "model Word {\n  id Int @id\n  text String @db.Citext\n}\n";
const PLAIN: &str = "model Word {\n  id Int @id\n  text String @db.Text\n}\n";

#[test]
fn an_extension_that_a_type_brought_goes_with_the_last_that_needs_it() {
    let database = Postgres::create("prisma_extension");
    let is_there = || database.value("SELECT count(*)::text FROM pg_extension WHERE extname = 'citext'") == "1";
    let project = project("postgresql", database.url());
    declare(&project, WORDS);
    project.apply();
    project.is_in_step();
    assert!(is_there());
    declare(&project, PLAIN);
    project.run(ALL).exits(0);
    project.is_in_step();
    assert!(!is_there());
}

#[test]
fn an_extension_stays_that_something_else_may_use_or_that_nothing_declared_used() {
    let database = Postgres::create("prisma_extension_used");
    let is_there = || database.value("SELECT count(*)::text FROM pg_extension WHERE extname = 'citext'") == "1";
    let project = project("postgresql", database.url());
    declare(&project, PLAIN);
    database.sql("CREATE EXTENSION citext");
    project.run(ALL).exits(0);
    assert!(is_there(), "nothing here needed it");
    declare(&project, WORDS);
    project.run(ALL).exits(0);
    database.sql("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT length(''a''::citext)'");
    declare(&project, PLAIN);
    project.run(ALL).exits(0);
    project.is_in_step();
    assert!(is_there(), "a function says it");
}

#[test]
fn a_type_that_prisma_cannot_declare_must_be_there() {
    let database = Postgres::create("prisma_types");
    let project = project("postgresql", database.url());
    let rest = "  pair Unsupported(\"pair\")?\n  short Unsupported(\"short\")?\n  span Unsupported(\"span\")?\n}\n";
    declare(&project, &["model Thing {\n  id Int @id\n", rest].concat());
    project.run(&["plan"]).exits(1).says(&["prisma/models/all.prisma:3:3", "type `pair` is not declared"]);
    database.sql(
        "CREATE TYPE pair AS (a integer, b text); CREATE DOMAIN short AS varchar(9);
         CREATE TYPE span AS RANGE (subtype = float8)",
    );
    project.run(ALL).exits(0);
    project.is_in_step();
    let types = "SELECT string_agg(format_type(atttypid, atttypmod), ' ' ORDER BY attnum) FROM pg_attribute \
                 WHERE attrelid = '\"Thing\"'::regclass AND attnum > 1";
    assert_eq!(database.value(types), "pair short span");
}

#[test]
fn a_foreign_key_stays_only_where_no_relation_can_say_it() {
    let database = Postgres::create("prisma_foreign_keys");
    let project = project("postgresql", database.url());
    let model = |name: &str, rest: &str| ["model ", name, " {\n  id Int @id\n", rest, "}\n"].concat();
    declare(&project, &[model("A", ""), model("B", "  a Int\n  wide BigInt\n  person Int\n")].concat());
    project.apply();
    database.sql(
        "CREATE SCHEMA auth; CREATE TABLE auth.people (id integer PRIMARY KEY);
         ALTER TABLE \"B\" ADD CONSTRAINT plain FOREIGN KEY (a) REFERENCES \"A\",
           ADD CONSTRAINT wide FOREIGN KEY (wide) REFERENCES \"A\",
           ADD CONSTRAINT person FOREIGN KEY (person) REFERENCES auth.people",
    );
    project.run(ALL).exits(0);
    let keys = "SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'";
    assert_eq!(database.value(keys), "person wide");
    declare(&project, &[model("A", ""), model("B", "  a Int\n")].concat());
    project.run(ALL).exits(0);
    assert_eq!(database.value(keys), "NULL");
}

#[test]
fn a_generated_column_that_prisma_cannot_say_stays_with_its_index() {
    let database = Postgres::create("prisma_generated");
    let project = project("postgresql", database.url());
    project.write(
        "schema.sql",
        "CREATE TABLE \"Mail\" (id integer CONSTRAINT \"Mail_pkey\" PRIMARY KEY, address text NOT NULL, old text,
           folded text GENERATED ALWAYS AS (lower(address)) STORED);
         CREATE INDEX by_folded ON \"Mail\" (folded);\n",
    );
    project.run(&["apply", "--auto-approve", "--to", "schema.sql"]).exits(0);
    declare(&project, "model Mail {\n  id Int @id\n  address String\n}\n");
    project.run(ALL).exits(0);
    let columns = "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute \
                   WHERE attrelid = '\"Mail\"'::regclass AND attnum > 0 AND NOT attisdropped";
    assert_eq!(database.value(columns), "id address folded");
    assert_eq!(database.value("SELECT count(*)::text FROM pg_class WHERE relname = 'by_folded'"), "1");
    project.is_in_step();
    declare(&project, "model Other {\n  id Int @id\n}\n");
    project.run(ALL).exits(0);
    assert_eq!(database.value("SELECT count(*)::text FROM pg_class WHERE relname = 'Mail'"), "0");
}

#[test]
fn on_sqlite_a_generated_column_outlives_a_table_that_is_made_anew() {
    let project = project("sqlite", "sqlite:dev.db");
    project.sql(
        "CREATE TABLE Mail (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, address TEXT NOT NULL,
           folded TEXT GENERATED ALWAYS AS (lower(address)) STORED);
         INSERT INTO Mail (address) VALUES ('A')",
    );
    declare(&project, "model Mail {\n  id Int @id @default(autoincrement())\n  address String?\n}\n");
    project.run(ALL).exits(0);
    assert_eq!(project.value("SELECT folded FROM Mail"), "a");
    project.is_in_step();
}

#[test]
fn a_serial_that_becomes_wide_counts_as_far_as_its_column() {
    let database = Postgres::create("prisma_wide");
    let project = project("postgresql", database.url());
    let limits = "SELECT string_agg(concat_ws(' ', sequencename, data_type, max_value), ', ' ORDER BY sequencename) \
                  FROM pg_sequences";
    let both = |ty: &str| {
        let model = |name: &str| ["model ", name, " {\n  id ", ty, " @id @default(autoincrement())\n}\n"].concat();
        declare(&project, &[model("Serial"), model("Identity")].concat());
    };
    both("Int");
    database.sql(
        "CREATE TABLE \"Identity\" (id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT \"Identity_pkey\" PRIMARY KEY)",
    );
    project.apply();
    both("BigInt");
    project.apply();
    project.is_in_step();
    let wide = "Identity_id_seq bigint 9223372036854775807, Serial_id_seq bigint 9223372036854775807";
    assert_eq!(database.value(limits), wide);
    both("Int");
    project.run(ALL).exits(0);
    project.is_in_step();
    database.sql("INSERT INTO \"Serial\" DEFAULT VALUES; INSERT INTO \"Identity\" DEFAULT VALUES");
}

#[test]
fn on_mariadb_text_and_json_are_told_apart_by_the_check() {
    let database = MySql::create("prisma_json");
    let project = project("mysql", database.url());
    let one = |ty: &str| declare(&project, &["model Thing {\n  id Int @id\n  data ", ty, "\n}\n"].concat());
    let refuses = || {
        database.value("SELECT count(*) FROM information_schema.check_constraints WHERE constraint_schema = database()")
    };
    one("Json");
    project.apply();
    project.is_in_step();
    let first = refuses();
    one("String @db.LongText");
    project.run(ALL).exits(0);
    project.is_in_step();
    assert_eq!(refuses(), "0");
    one("Json");
    project.run(ALL).exits(0);
    project.is_in_step();
    assert_eq!(refuses(), first);
}
