-- Minimum version: PostgreSQL 14. Why temporary objects cannot be made here or would be noticed; null where they can.
SELECT CASE
    WHEN pg_is_in_recovery() THEN 'the server is a standby'
    WHEN current_setting('default_transaction_read_only')::bool THEN 'the session is read-only'
    WHEN NOT has_database_privilege(current_database(), 'TEMP') THEN 'the role may not make temporary objects'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D' AND evtevent <> 'login')
        THEN 'event triggers would fire'
END;
