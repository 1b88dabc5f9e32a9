-- Minimum version: PostgreSQL 14. Default privileges: one row for each scope and role. Those for one schema are
-- additions; those for any start from what PostgreSQL gives by itself, and only what is otherwise is listed.
WITH scopes AS (
    SELECT d.oid, d.defaclrole AS owner, n.nspname::text AS namespace, d.defaclobjtype AS kind, d.defaclacl AS acl,
           CASE WHEN d.defaclnamespace <> 0 THEN NULL::aclitem[]
                ELSE pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END,
                                           d.defaclrole) END AS usual
    FROM pg_catalog.pg_default_acl d
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
    WHERE d.defaclobjtype IN ('r', 'S', 'f', 'T', 'n')
      AND coalesce(n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup'), true)
), given AS (
    SELECT s.oid, s.owner, s.namespace, s.kind, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM scopes s CROSS JOIN LATERAL pg_catalog.aclexplode(s.acl) a
    GROUP BY 1, 2, 3, 4, 5, 6
), usual AS (
    SELECT s.oid, s.owner, s.namespace, s.kind, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM scopes s CROSS JOIN LATERAL pg_catalog.aclexplode(s.usual) a
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT s.oid::int8 AS oid,
       CASE WHEN o.rolname = current_user THEN '' ELSE o.rolname::text END AS owner,
       coalesce(s.namespace, '') AS namespace,
       CASE s.kind WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                   ELSE 'schemas' END AS objects,
       CASE coalesce(g.grantee, u.grantee) WHEN 0 THEN 'public' ELSE r.rolname::text END AS grantee,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type)
           FILTER (WHERE g.privilege_type IS NOT NULL), '[]') AS privileges,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type) FILTER (WHERE g.option), '[]') AS options
FROM given g
FULL JOIN usual u USING (oid, grantee, privilege_type)
JOIN scopes s ON s.oid = coalesce(g.oid, u.oid)
JOIN pg_catalog.pg_roles o ON o.oid = s.owner
LEFT JOIN pg_catalog.pg_roles r ON r.oid = coalesce(g.grantee, u.grantee)
GROUP BY 1, 2, 3, 4, 5
HAVING pg_catalog.bool_or((g.privilege_type IS NULL) <> (u.privilege_type IS NULL) OR g.option IS DISTINCT FROM u.option)
ORDER BY 2, 3, 4, 5
