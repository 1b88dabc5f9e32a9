-- Minimum version: PostgreSQL 14. Extensions that can be installed, with their default versions.
SELECT name::text AS name, coalesce(default_version, '') AS version
FROM pg_catalog.pg_available_extensions
ORDER BY name
