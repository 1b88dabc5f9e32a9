-- Minimum version: PostgreSQL 14. What extensions themselves gave to roles on their objects, where it is not the usual.
WITH objects AS (
    SELECT i.classoid::int8 AS class, i.objoid::int8 AS oid, p.proowner AS owner, i.initprivs AS acl,
           pg_catalog.acldefault('f', p.proowner) AS usual
    FROM pg_catalog.pg_init_privs i JOIN pg_catalog.pg_proc p ON p.oid = i.objoid
    WHERE i.privtype = 'e' AND i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    UNION ALL
    SELECT i.classoid::int8, i.objoid::int8, c.relowner, i.initprivs,
           pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)
    FROM pg_catalog.pg_init_privs i JOIN pg_catalog.pg_class c ON c.oid = i.objoid
    WHERE i.privtype = 'e' AND i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objsubid = 0
    UNION ALL
    SELECT i.classoid::int8, i.objoid::int8, n.nspowner, i.initprivs, pg_catalog.acldefault('n', n.nspowner)
    FROM pg_catalog.pg_init_privs i JOIN pg_catalog.pg_namespace n ON n.oid = i.objoid
    WHERE i.privtype = 'e' AND i.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
), given AS (
    SELECT o.class, o.oid, o.owner, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM objects o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) a
    GROUP BY 1, 2, 3, 4, 5
), usual AS (
    SELECT o.class, o.oid, o.owner, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM objects o CROSS JOIN LATERAL pg_catalog.aclexplode(o.usual) a
    GROUP BY 1, 2, 3, 4, 5
)
SELECT coalesce(g.class, u.class) AS class, coalesce(g.oid, u.oid) AS oid,
       CASE coalesce(g.grantee, u.grantee) WHEN 0 THEN 'public' WHEN coalesce(g.owner, u.owner) THEN ''
            ELSE r.rolname::text END AS grantee,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type)
           FILTER (WHERE g.privilege_type IS NOT NULL), '[]') AS privileges,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type) FILTER (WHERE g.option), '[]') AS options
FROM given g
FULL JOIN usual u USING (class, oid, owner, grantee, privilege_type)
LEFT JOIN pg_catalog.pg_roles r ON r.oid = coalesce(g.grantee, u.grantee)
GROUP BY 1, 2, 3
HAVING pg_catalog.bool_or((g.privilege_type IS NULL) <> (u.privilege_type IS NULL) OR g.option IS DISTINCT FROM u.option)
ORDER BY 1, 2, 3
