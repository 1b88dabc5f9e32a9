CREATE TABLE t (a int, b text, c jsonb, d int); CREATE INDEX one ON t (a DESC NULLS LAST, lower(b)) INCLUDE (d) WHERE a > 0; CREATE INDEX two ON t USING gin (c jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX three ON t (b COLLATE "C" text_pattern_ops); CREATE UNIQUE INDEX four ON t ((a + d)); CREATE INDEX five ON t USING brin (a) WITH (pages_per_range = 8); COMMENT ON INDEX one IS 'one'; ALTER INDEX four ALTER COLUMN 1 SET STATISTICS 200; ALTER TABLE t CLUSTER ON three;
-- after
CREATE TABLE t (a int, b text, c jsonb, d int); CREATE INDEX one ON t (a, lower(b)) INCLUDE (d) WHERE a > 1; CREATE INDEX two ON t USING gin (c) WITH (fastupdate = on);
CREATE INDEX three ON t (b COLLATE "POSIX"); CREATE INDEX four ON t ((a + d)); CREATE INDEX five ON t USING brin (a) WITH (pages_per_range = 16); COMMENT ON INDEX one IS 'two'; CREATE INDEX six ON t USING hash (b);
