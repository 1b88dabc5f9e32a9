//! Objects that stand by themselves, and what hangs on others.

use crate::check;

#[test]
fn a_type_is_read_as_it_is() {
    check(&[
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok'); ALTER TYPE mood ADD VALUE 'glad'; \
         ALTER TYPE mood ADD VALUE 'meh' BEFORE 'glad'; CREATE TYPE nothing AS ENUM ()",
        // Texts that a list of texts could take for something else.
        r#"CREATE TYPE odd AS ENUM ('NULL', '', 'a"b', 'c\d', 'e,f', '{g}'); CREATE TABLE "NULL" ("NULL" int, "a,b" text);
         CREATE INDEX ON "NULL" (("NULL" + 1), (NULL::text || "a,b")) WITH (fillfactor = 70);
         CREATE VIEW "v,w" WITH (security_barrier) AS SELECT "NULL", "a,b" FROM "NULL";
         CREATE FUNCTION f("NULL" text DEFAULT NULL) RETURNS text LANGUAGE sql SET search_path = 'NULL', "a,b" AS 'SELECT 1::text'"#,
        "CREATE DOMAIN email AS text NOT NULL DEFAULT '' CHECK (VALUE LIKE '%@%') CONSTRAINT short CHECK (length(VALUE) < 99); \
         CREATE DOMAIN code AS varchar(5) COLLATE \"C\"; CREATE DOMAIN inner_code AS code; \
         ALTER DOMAIN code ADD CONSTRAINT given CHECK (VALUE <> 'x') NOT VALID",
        "CREATE TYPE pair AS (a int, b text COLLATE \"C\", c numeric(4, 2)[]); CREATE TYPE twice AS (one pair, two pair)",
        "CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)",
    ]);
}

#[test]
fn a_sequence_is_read_as_it_is() {
    check(&[
        "CREATE SEQUENCE s; CREATE SEQUENCE t AS smallint INCREMENT BY -2 START 9 MINVALUE 1 MAXVALUE 9 CACHE 4 CYCLE; \
         ALTER SEQUENCE s INCREMENT 7 MAXVALUE 700",
        "CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a; ALTER TABLE t ALTER a SET DEFAULT nextval('s')",
        "-- since: 15\nCREATE UNLOGGED SEQUENCE s",
    ]);
}

#[test]
fn an_extension_is_read_as_it_is() {
    check(&[
        "CREATE EXTENSION citext; CREATE TABLE t (a citext PRIMARY KEY, b citext[])",
        "CREATE SCHEMA extensions; CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions; \
         CREATE TABLE t (a text); CREATE INDEX ON t USING gin (a extensions.gin_trgm_ops)",
    ]);
}

#[test]
fn a_namespace_is_read_as_it_is() {
    check(&[
        "CREATE SCHEMA app; CREATE SCHEMA IF NOT EXISTS \"Empty one\"; SET search_path = app; CREATE TABLE t (a int); \
         SET search_path TO \"Empty one\", app; CREATE VIEW v AS SELECT a FROM t",
    ]);
}

#[test]
fn a_comment_is_read_as_it_is() {
    check(&[
        "CREATE TABLE t (a int PRIMARY KEY, b int CONSTRAINT c CHECK (b > 0)); CREATE INDEX i ON t (b); \
         COMMENT ON TABLE t IS 'it''s'; COMMENT ON COLUMN t.a IS E'two\\nlines'; COMMENT ON INDEX i IS 'i'; \
         COMMENT ON CONSTRAINT c ON t IS 'c'; COMMENT ON CONSTRAINT t_pkey ON t IS 'key'; COMMENT ON SCHEMA public IS 'own'; \
         COMMENT ON INDEX t_pkey IS 'its index'",
        "CREATE VIEW v AS SELECT 1 AS a; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
         CREATE TYPE m AS ENUM ('x'); CREATE SEQUENCE s; CREATE DOMAIN d AS int CONSTRAINT k CHECK (VALUE > 0); \
         COMMENT ON VIEW v IS 'v'; COMMENT ON COLUMN v.a IS 'a'; COMMENT ON FUNCTION f(integer) IS 'f'; \
         COMMENT ON TYPE m IS 'm'; COMMENT ON SEQUENCE s IS 's'; COMMENT ON DOMAIN d IS 'd'; \
         COMMENT ON CONSTRAINT k ON DOMAIN d IS 'k'; COMMENT ON VIEW v IS NULL",
    ]);
}

#[test]
fn a_grant_is_read_as_it_is() {
    check(&[
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT 1 AS a; GRANT SELECT, INSERT ON t TO pg_monitor; \
         GRANT ALL ON v TO PUBLIC; GRANT UPDATE (a) ON t TO pg_monitor WITH GRANT OPTION; \
         REVOKE INSERT ON t FROM pg_monitor",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC; \
         GRANT EXECUTE ON FUNCTION f() TO pg_monitor; CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO PUBLIC; \
         CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO pg_monitor; CREATE TYPE m AS ENUM ('x'); \
         REVOKE USAGE ON TYPE m FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "CREATE SCHEMA app; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ]);
}

#[test]
fn an_object_of_a_rare_kind_is_read_as_it_is() {
    check(&[
        "CREATE TABLE t (a int, b int); CREATE STATISTICS s (dependencies, ndistinct) ON a, b FROM t; \
         CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert, update')",
        "CREATE COLLATION c (LOCALE = 'C'); CREATE TABLE t (a text COLLATE c)",
        "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, STOPWORDS = english); \
         CREATE TEXT SEARCH CONFIGURATION c (COPY = simple); \
         ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword WITH d",
        "CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b'; \
         CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '0'); \
         CREATE OPERATOR @+ (FUNCTION = add, LEFTARG = int, RIGHTARG = int)",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; \
         CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f(); \
         ALTER EVENT TRIGGER e DISABLE",
        "CREATE TYPE pair AS (a int, b int); CREATE FUNCTION f(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x'''; \
         CREATE CAST (pair AS text) WITH FUNCTION f(pair) AS ASSIGNMENT",
    ]);
}
