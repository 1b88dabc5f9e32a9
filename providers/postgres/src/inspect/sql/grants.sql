-- Minimum version: PostgreSQL 14. Who has other privileges on an object than PostgreSQL gives by itself: one row for each
-- object and role; the owner goes by no name. Schema `public` starts from what initdb gave,
-- and an object of an extension from what that gave.
WITH objects AS (
    SELECT 1259::int8 AS class, c.oid, 0 AS part, c.relowner AS owner, c.relacl AS acl,
           pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner) AS usual
    FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 1259, a.attrelid, a.attnum, c.relowner, a.attacl, NULL::aclitem[]
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 1255, p.oid, 0, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
    FROM pg_catalog.pg_proc p WHERE p.proacl IS NOT NULL
    UNION ALL
    SELECT 1247, t.oid, 0, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
    FROM pg_catalog.pg_type t WHERE t.typacl IS NOT NULL
    UNION ALL
    SELECT 2615, n.oid, 0, n.nspowner, n.nspacl,
           CASE WHEN n.nspname <> 'public' THEN pg_catalog.acldefault('n', n.nspowner)
                ELSE coalesce((SELECT i.initprivs FROM pg_catalog.pg_init_privs i
                               WHERE i.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.objoid = n.oid
                                 AND i.privtype = 'i'),
                              pg_catalog.acldefault('n', n.nspowner) || pg_catalog.makeaclitem(
                                  0, n.nspowner,
                                  CASE WHEN pg_catalog.current_setting('server_version_num')::int4 < 150000
                                       THEN 'USAGE, CREATE' ELSE 'USAGE' END, false)) END
    FROM pg_catalog.pg_namespace n WHERE n.nspacl IS NOT NULL
    UNION ALL
    SELECT 2612, l.oid, 0, l.lanowner, l.lanacl, pg_catalog.acldefault('l', l.lanowner)
    FROM pg_catalog.pg_language l WHERE l.lanacl IS NOT NULL
    UNION ALL
    SELECT 2328, f.oid, 0, f.fdwowner, f.fdwacl, pg_catalog.acldefault('F', f.fdwowner)
    FROM pg_catalog.pg_foreign_data_wrapper f WHERE f.fdwacl IS NOT NULL
    UNION ALL
    SELECT 1417, s.oid, 0, s.srvowner, s.srvacl, pg_catalog.acldefault('S', s.srvowner)
    FROM pg_catalog.pg_foreign_server s WHERE s.srvacl IS NOT NULL
), given AS (
    SELECT o.class, o.oid, o.part, o.owner, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM objects o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) a
    GROUP BY 1, 2, 3, 4, 5, 6
), usual AS (
    SELECT o.class, o.oid, o.part, o.owner, a.grantee, a.privilege_type, pg_catalog.bool_or(a.is_grantable) AS option
    FROM objects o
    LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.class::oid AND i.objoid = o.oid AND i.objsubid = o.part
        AND i.privtype = 'e'
    CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(i.initprivs, o.usual)) a
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT coalesce(g.class, u.class) AS class, coalesce(g.oid, u.oid)::int8 AS oid, coalesce(g.part, u.part)::int4 AS part,
       CASE coalesce(g.grantee, u.grantee) WHEN 0 THEN 'public' WHEN coalesce(g.owner, u.owner) THEN ''
            ELSE r.rolname::text END AS grantee,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type)
           FILTER (WHERE g.privilege_type IS NOT NULL), '[]') AS privileges,
       coalesce(pg_catalog.json_agg(g.privilege_type ORDER BY g.privilege_type) FILTER (WHERE g.option), '[]') AS options
FROM given g
FULL JOIN usual u USING (class, oid, part, owner, grantee, privilege_type)
LEFT JOIN pg_catalog.pg_roles r ON r.oid = coalesce(g.grantee, u.grantee)
GROUP BY 1, 2, 3, 4
HAVING pg_catalog.bool_or((g.privilege_type IS NULL) <> (u.privilege_type IS NULL) OR g.option IS DISTINCT FROM u.option)
ORDER BY 1, 2, 3, 4
