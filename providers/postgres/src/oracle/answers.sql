-- Minimum version: PostgreSQL 14. The answers, and the name of the namespace of temporary objects.
SELECT
    current_setting('trueup.answers'),
    coalesce((SELECT nspname::text FROM pg_catalog.pg_namespace WHERE oid = pg_my_temp_schema()), '');
