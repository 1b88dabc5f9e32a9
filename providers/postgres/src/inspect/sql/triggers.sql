-- Minimum version: PostgreSQL 14. Every trigger that somebody made: neither the system's for a foreign key, nor the copy
-- that a partition has of its parent's, nor an extension's.
SELECT
    t.oid::int8 AS oid,
    t.tgrelid::int8 AS relation,
    t.tgname::text AS name,
    pg_get_triggerdef(t.oid) AS definition,
    quote_ident(t.tgname) AS quoted,
    t.tgenabled::text AS enabled,
    t.tgconstraint::int8 AS constraint_row
FROM pg_catalog.pg_trigger t
WHERE NOT t.tgisinternal
    AND t.tgparentid = 0
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e'
    )
ORDER BY t.tgrelid, name;
