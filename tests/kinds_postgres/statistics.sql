CREATE TABLE t (a int, b int, c text); CREATE STATISTICS s (dependencies, ndistinct) ON a, b FROM t; CREATE STATISTICS e ON lower(c), (a + b) FROM t; COMMENT ON STATISTICS s IS 'one';
-- after
CREATE TABLE t (a int, b int, c text); CREATE STATISTICS s (mcv) ON a, b FROM t; CREATE STATISTICS e ON upper(c), (a + b) FROM t; ALTER STATISTICS s SET STATISTICS 50; COMMENT ON STATISTICS s IS 'two';
