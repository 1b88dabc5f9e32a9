-- Minimum version: PostgreSQL 14. Tables, views, sequences, routines and types of others: only their owners, and members of
-- those roles, may change them. What belongs to an extension or to a table is not listed.
SELECT
    n.nspname::text AS namespace,
    o.name::text AS name,
    pg_get_userbyid(o.owner)::text AS owner,
    o.kind AS kind,
    coalesce((SELECT rolsuper FROM pg_roles r WHERE r.oid = o.owner), false) AS is_super
FROM (
    SELECT 'pg_class'::regclass AS class, oid, relnamespace, relname, relowner,
        CASE relkind
            WHEN 'v' THEN 'VIEW'
            WHEN 'm' THEN 'MATERIALIZED VIEW'
            WHEN 'f' THEN 'FOREIGN TABLE'
            WHEN 'S' THEN 'SEQUENCE'
            ELSE 'TABLE'
        END
    FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, pronamespace, proname, proowner, 'ROUTINE'
    FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace, typname, typowner, 'TYPE'
    FROM pg_type
    WHERE typtype IN ('d', 'e', 'r')
) AS o (class, oid, namespace, name, owner, kind)
JOIN pg_namespace n ON n.oid = o.namespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT pg_has_role(o.owner, 'USAGE')
    AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = o.class AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i', 'a')
            AND d.refclassid IN ('pg_extension'::regclass, 'pg_class'::regclass)
    )
ORDER BY 1, 2
