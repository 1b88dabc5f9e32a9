CREATE TYPE mood AS ENUM ('sad', 'ok', 'gone'); CREATE TABLE t (a mood DEFAULT 'ok', b mood[]);
COMMENT ON TYPE mood IS 'one'; REVOKE USAGE ON TYPE mood FROM PUBLIC; CREATE VIEW v AS SELECT a FROM t WHERE a > 'sad';
-- after
CREATE TYPE mood AS ENUM ('sad', 'meh', 'ok', 'glad'); CREATE TABLE t (a mood DEFAULT 'meh', b mood[]);
COMMENT ON TYPE mood IS 'two'; GRANT USAGE ON TYPE mood TO pg_monitor; CREATE VIEW v AS SELECT a FROM t WHERE a > 'sad';
