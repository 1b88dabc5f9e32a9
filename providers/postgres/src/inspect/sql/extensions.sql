-- Minimum version: PostgreSQL 14. Installed extensions with the schema their objects are in; plpgsql is everywhere.
SELECT e.oid::int8 AS oid, e.extname::text AS name, n.nspname::text AS namespace, e.extversion AS version
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY e.extname
