-- Minimum version: PostgreSQL 14. Tables and materialized views of more than 8 MiB (1024 pages): what is done to all of
-- their rows takes long enough to be noticed. Partitioned tables have no rows of their own.
SELECT n.nspname, c.relname
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND pg_relation_size(c.oid) > 8388608
