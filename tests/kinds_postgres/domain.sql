CREATE DOMAIN email AS text DEFAULT '' CHECK (VALUE LIKE '%@%') CONSTRAINT short CHECK (length(VALUE) < 99);
CREATE DOMAIN code AS varchar(5) COLLATE "C" NOT NULL; CREATE TABLE t (a email, b code);
COMMENT ON DOMAIN email IS 'one'; COMMENT ON CONSTRAINT short ON DOMAIN email IS 'c'; GRANT USAGE ON DOMAIN email TO pg_monitor;
-- after
CREATE DOMAIN email AS text DEFAULT 'a@b' NOT NULL CHECK (VALUE LIKE '%@%') CONSTRAINT short CHECK (length(VALUE) < 50) CONSTRAINT extra CHECK (VALUE <> 'x@');
CREATE DOMAIN code AS varchar(8) COLLATE "C"; CREATE TABLE t (a email, b code);
COMMENT ON CONSTRAINT short ON DOMAIN email IS 'd';
