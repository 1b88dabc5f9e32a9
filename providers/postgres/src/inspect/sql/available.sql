-- Minimum version: PostgreSQL 14. Extensions that can be installed, with their default versions and the schemas that they
-- insist on; others go where the session creates objects.
SELECT e.name::text AS name, coalesce(e.default_version, '') AS version, coalesce(v.schema::text, 'public') AS namespace
FROM pg_catalog.pg_available_extensions AS e
LEFT JOIN pg_catalog.pg_available_extension_versions AS v ON v.name = e.name AND v.version = e.default_version
ORDER BY e.name
