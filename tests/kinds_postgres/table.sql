CREATE UNLOGGED TABLE t (a int NOT NULL UNIQUE, b text, c text, d varchar(10) COLLATE "C", e int[] DEFAULT '{}', f numeric(8, 2)) WITH (fillfactor = 70);
ALTER TABLE t REPLICA IDENTITY FULL, ALTER b SET STORAGE EXTERNAL, ALTER c SET COMPRESSION pglz, ALTER b SET STATISTICS 500, ALTER a SET (n_distinct = -0.5);
CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED); COMMENT ON TABLE t IS 'one'; COMMENT ON COLUMN t.a IS 'a'; CREATE TYPE pair AS (x int, y text); CREATE TABLE typed OF pair (x PRIMARY KEY);
-- after
CREATE TABLE t (a bigint NOT NULL UNIQUE, b text DEFAULT 'b', c text, d varchar(20) COLLATE "POSIX", e bigint[], f numeric(10, 3), h timestamptz DEFAULT now()) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key, ALTER c SET STORAGE MAIN, ALTER c SET STATISTICS 10;
CREATE TABLE g (a bigint, b bigint GENERATED ALWAYS AS (a * 3) STORED); COMMENT ON COLUMN t.b IS 'b'; CREATE TYPE pair AS (x int, y text); CREATE TABLE typed OF pair (x PRIMARY KEY, y DEFAULT 'y');
