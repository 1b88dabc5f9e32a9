-- Minimum version: PostgreSQL 14. The server's version as a number.
SELECT pg_catalog.current_setting('server_version_num')::int4 AS version
