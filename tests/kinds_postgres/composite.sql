CREATE TYPE pair AS (a int, b text COLLATE "C", c numeric(4, 2)[]); CREATE TYPE twice AS (one pair, two pair);
COMMENT ON TYPE pair IS 'one'; COMMENT ON COLUMN pair.a IS 'a'; GRANT USAGE ON TYPE pair TO pg_monitor;
CREATE FUNCTION f(pair) RETURNS int LANGUAGE sql AS 'SELECT ($1).a';
-- after
CREATE TYPE pair AS (a bigint, b text COLLATE "C", d date); CREATE TYPE twice AS (one pair, two pair, three int);
COMMENT ON TYPE pair IS 'two'; COMMENT ON COLUMN pair.d IS 'd';
CREATE FUNCTION f(pair) RETURNS bigint LANGUAGE sql AS 'SELECT ($1).a';
