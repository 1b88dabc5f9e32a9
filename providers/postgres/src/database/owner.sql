-- Minimum version: PostgreSQL 14. One row: as whom this session acts, and to whom a table, routine or type, its schema
-- and this database belong.
SELECT
    current_user::text AS role,
    (
        SELECT pg_get_userbyid(it.owner)::text
        FROM (
            SELECT relnamespace, relname, relowner, 1 FROM pg_class
            UNION ALL
            SELECT pronamespace, proname, proowner, 2 FROM pg_proc
            UNION ALL
            SELECT typnamespace, typname, typowner, 3 FROM pg_type
        ) AS it (namespace, name, owner, place)
        JOIN pg_namespace n ON n.oid = it.namespace
        WHERE n.nspname = $1 AND it.name = $2
        ORDER BY it.place
        LIMIT 1
    ) AS object,
    (SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = $1) AS namespace,
    (SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()) AS database
