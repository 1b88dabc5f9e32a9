-- Minimum version: PostgreSQL 14. The checks of domains, in the order in which they were made.
SELECT c.oid::int8 AS oid, c.contypid::int8 AS domain, c.conname::text AS name,
       pg_catalog.pg_get_expr(c.conbin, 0) AS expression, c.convalidated AS is_valid
FROM pg_catalog.pg_constraint c
WHERE c.contypid <> 0 AND c.contype = 'c'
ORDER BY c.contypid, c.oid
