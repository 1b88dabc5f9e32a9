CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b'; CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '0');
CREATE AGGREGATE pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
COMMENT ON AGGREGATE total(int) IS 'one'; REVOKE ALL ON FUNCTION total(int) FROM PUBLIC;
CREATE AGGREGATE moving(float8) (SFUNC = float8_accum, STYPE = float8[], FINALFUNC = float8_avg, INITCOND = '{0,0,0}', COMBINEFUNC = float8_combine, PARALLEL = SAFE);
CREATE VIEW v AS SELECT total(x) AS t FROM generate_series(1, 3) x;
-- after
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b'; CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int, INITCOND = '1');
CREATE AGGREGATE pct(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, PARALLEL = SAFE);
COMMENT ON AGGREGATE total(int) IS 'two'; GRANT EXECUTE ON FUNCTION total(int) TO pg_monitor;
CREATE VIEW v AS SELECT total(x) AS t FROM generate_series(1, 3) x;
