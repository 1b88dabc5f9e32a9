-- Minimum version: PostgreSQL 14. One row: what this session is good for.
SELECT
    current_user::text AS role,
    current_database()::text AS name,
    has_database_privilege(current_database(), 'CREATE') AS may_create,
    has_database_privilege(current_database(), 'TEMP') AS may_temp,
    pg_is_in_recovery() AS standby,
    (SELECT reset_val = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only') AS read_only,
    inet_server_addr() IS NULL AS is_local,
    (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls,
    (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls_version
