-- Minimum version: PostgreSQL 14. The names of collations.
SELECT c.oid, n.nspname, c.collname
FROM pg_collation AS c
JOIN pg_namespace AS n ON n.oid = c.collnamespace
