CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi); COMMENT ON TYPE span IS 'one'; CREATE TABLE t (a span);
CREATE TYPE spans AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = many_spans);
-- after
CREATE TYPE span AS RANGE (SUBTYPE = float8); COMMENT ON TYPE span IS 'two'; CREATE TABLE t (a span);
CREATE TYPE spans AS RANGE (SUBTYPE = int8, MULTIRANGE_TYPE_NAME = many_spans); CREATE TABLE u (a many_spans); REVOKE ALL ON TYPE spans FROM PUBLIC;
