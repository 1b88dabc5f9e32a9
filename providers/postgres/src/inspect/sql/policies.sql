-- Minimum version: PostgreSQL 14. Every row-level security policy, with the roles it is for.
SELECT
    p.oid::int8 AS oid,
    p.polrelid::int8 AS relation,
    p.polname::text AS name,
    p.polpermissive AS permissive,
    p.polcmd::text AS command,
    to_json(ARRAY(
        SELECT coalesce(a.rolname::text, 'public')
        FROM unnest(p.polroles) AS it (role)
        LEFT JOIN pg_catalog.pg_roles a ON a.oid = it.role
    )) AS roles,
    pg_get_expr(p.polqual, p.polrelid) AS using_text,
    pg_get_expr(p.polwithcheck, p.polrelid) AS check_text
FROM pg_catalog.pg_policy p
ORDER BY p.polrelid, name;
