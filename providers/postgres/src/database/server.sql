-- Minimum version: PostgreSQL 14. One row: what we are connected to, and what we may do there.
SELECT
    current_setting('server_version') AS version,
    current_database()::text AS name,
    d.oid::int8 AS oid,
    pg_is_in_recovery() AS standby,
    pg_encoding_to_char(d.encoding)::text AS encoding,
    d.datcollate::text AS collation,
    current_user::text AS role,
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
    has_database_privilege(d.oid, 'CREATE') AS may_create,
    has_database_privilege(d.oid, 'TEMP') AS may_temp,
    current_setting('max_connections') AS max_connections,
    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls,
    (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls_version,
    (SELECT count(*) FROM pg_available_extensions)::int8 AS extensions,
    -- What the session would have if we had not set it.
    (SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only') AS read_only_by_default
FROM pg_database d
WHERE d.datname = current_database()
