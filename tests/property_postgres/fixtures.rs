//! Objects that are not tables: each has a few forms, and any of them can become any other.

/// An object with its forms. `needs` are others that must be there; where `{}` is in a form, it stands for nothing.
pub(crate) struct Fixture {
    pub(crate) key: &'static str,
    pub(crate) needs: &'static [&'static str],
    pub(crate) variants: &'static [&'static [&'static str]],
}

const fn fixture(
    key: &'static str,
    needs: &'static [&'static str],
    variants: &'static [&'static [&'static str]],
) -> Fixture {
    Fixture { key, needs, variants }
}

/// In an order in which they can be made.
pub(crate) const FIXTURES: &[Fixture] = &[
    fixture(
        "mood",
        &[],
        &[
            &["CREATE TYPE app.mood AS ENUM ('sad', 'ok')"],
            &["CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy')"],
            &["CREATE TYPE app.mood AS ENUM ('sad', 'so so', 'ok')", "COMMENT ON TYPE app.mood IS 'how it''s going'"],
            &["CREATE TYPE app.mood AS ENUM ('very sad', 'sad', 'ok', 'happy')"],
            &["CREATE TYPE app.mood AS ENUM ('ok', 'sad')", "GRANT USAGE ON TYPE app.mood TO trueup_reader"],
        ],
    ),
    fixture(
        "twice",
        &[],
        &[
            &["CREATE FUNCTION app.twice(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT value * 2'"],
            &["CREATE FUNCTION app.twice(value integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN value * 2"],
            &[
                "CREATE OR REPLACE FUNCTION app.twice(value int) RETURNS int IMMUTABLE STRICT PARALLEL SAFE COST 5 AS \
                 $$ BEGIN RETURN value * 2; END $$ LANGUAGE plpgsql",
                "COMMENT ON FUNCTION app.twice(integer) IS 'doubles'",
            ],
            &[
                "CREATE FUNCTION app.twice(amount integer) RETURNS integer IMMUTABLE LANGUAGE sql AS $f$SELECT $1 * 2$f$",
                "REVOKE ALL ON FUNCTION app.twice(int4) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION app.twice TO trueup_reader",
            ],
        ],
    ),
    fixture(
        "score",
        &[],
        &[
            &["CREATE DOMAIN app.score AS integer CHECK (VALUE >= -1000)"],
            &["CREATE DOMAIN app.score AS integer DEFAULT 1 CONSTRAINT in_range CHECK (VALUE BETWEEN -1000 AND 1000)"],
            &["CREATE DOMAIN app.score AS bigint"],
            &["CREATE DOMAIN app.score AS integer CHECK (value > 2)", "COMMENT ON DOMAIN app.score IS 'points'"],
        ],
    ),
    fixture(
        "label",
        &[],
        &[
            &["CREATE DOMAIN app.label AS text CHECK (length(VALUE) < 60)"],
            &["CREATE DOMAIN app.label text CONSTRAINT \"not empty\" CHECK (VALUE <> '')"],
            &["CREATE DOMAIN app.label AS varchar(50) COLLATE \"C\""],
        ],
    ),
    fixture(
        "pair",
        &[],
        &[
            &["CREATE TYPE app.pair AS (a integer, b text)"],
            &["CREATE TYPE app.pair AS (a bigint, b text, c date)"],
            &["CREATE TYPE app.pair AS (b text)"],
        ],
    ),
    fixture(
        "span",
        &[],
        &[
            &["CREATE TYPE app.span AS RANGE (subtype = integer)"],
            &["CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi)"],
        ],
    ),
    fixture(
        "counter",
        &[],
        &[
            &["CREATE SEQUENCE app.counter"],
            &["CREATE SEQUENCE app.counter AS integer INCREMENT BY 5 MINVALUE 0 MAXVALUE 1000 START 10 CACHE 3 CYCLE"],
            &[
                "CREATE SEQUENCE app.counter INCREMENT -1",
                "GRANT USAGE, SELECT ON SEQUENCE app.counter TO trueup_reader",
            ],
        ],
    ),
    fixture(
        "add",
        &[],
        &[
            &[
                "CREATE FUNCTION app.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b'",
                "CREATE FUNCTION app.add(a text, b text) RETURNS text LANGUAGE sql STABLE AS 'SELECT a || b'",
            ],
            &[
                "CREATE FUNCTION app.add(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT a + b'",
                "CREATE FUNCTION app.add(VARIADIC all_of integer[]) RETURNS bigint LANGUAGE sql AS \
                 'SELECT sum(x) FROM unnest(all_of) AS x'",
            ],
            &["CREATE FUNCTION app.add(a integer, b integer, OUT total integer, OUT half numeric) LANGUAGE sql \
                 SET search_path = pg_catalog, pg_temp SECURITY DEFINER AS 'SELECT a + b, (a + b) / 2.0'"],
            &["CREATE FUNCTION app.add(a integer) RETURNS TABLE (n integer, m text) LANGUAGE sql ROWS 10 AS $$\n\
               SELECT a, 'it''s; --'\n$$"],
        ],
    ),
    fixture(
        "total",
        &["add"],
        &[
            &["CREATE PROCEDURE app.total(INOUT n integer) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END; $$"],
            &["CREATE PROCEDURE app.total(n integer) LANGUAGE sql BEGIN ATOMIC SELECT n; SELECT 2; END"],
        ],
    ),
    fixture(
        "largest",
        &[],
        &[
            &["CREATE AGGREGATE app.largest(integer) (SFUNC = int4larger, STYPE = integer)"],
            &["CREATE AGGREGATE app.largest(integer) (SFUNC = int4larger, STYPE = integer, INITCOND = '0')"],
        ],
    ),
    fixture(
        "touch",
        &[],
        &[
            &["CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"],
            &["CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  -- nothing; yet\n  \
               RETURN coalesce(new, old);\nEND\n$$"],
        ],
    ),
    fixture(
        "defaults",
        &[],
        &[
            &["ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO trueup_reader"],
            &["ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO trueup_reader"],
        ],
    ),
    fixture(
        "namespace",
        &[],
        &[
            &["GRANT USAGE ON SCHEMA app TO trueup_reader"],
            &["COMMENT ON SCHEMA app IS 'the application'", "GRANT CREATE, USAGE ON SCHEMA app TO trueup_reader"],
        ],
    ),
    fixture("operator", &["twice"], &[&["CREATE OPERATOR app.## (RIGHTARG = integer, FUNCTION = app.twice)"]]),
    fixture("collation", &[], &[&["CREATE COLLATION app.plain (locale = 'C', provider = libc)"]]),
    fixture(
        "search",
        &[],
        &[
            &["CREATE TEXT SEARCH CONFIGURATION app.words (COPY = simple)"],
            &[
                "CREATE TEXT SEARCH CONFIGURATION app.words (COPY = simple)",
                "ALTER TEXT SEARCH CONFIGURATION app.words DROP MAPPING FOR email",
            ],
        ],
    ),
    fixture(
        "foreign",
        &[],
        &[
            &["CREATE FOREIGN DATA WRAPPER elsewhere", "CREATE SERVER far FOREIGN DATA WRAPPER elsewhere"],
            &[
                "CREATE FOREIGN DATA WRAPPER elsewhere",
                "CREATE SERVER far FOREIGN DATA WRAPPER elsewhere OPTIONS (host 'far.example')",
                "CREATE FOREIGN TABLE app.there (id integer NOT NULL, note text) SERVER far OPTIONS (name 'x')",
            ],
        ],
    ),
];

/// The fixture of a key.
pub(crate) fn named(key: &str) -> Option<&'static Fixture> {
    FIXTURES.iter().find(|it| it.key == key)
}
