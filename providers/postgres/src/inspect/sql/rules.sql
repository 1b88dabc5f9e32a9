-- Minimum version: PostgreSQL 14. Every rewrite rule but those that are views.
SELECT
    r.oid::int8 AS oid,
    r.ev_class::int8 AS relation,
    r.rulename::text AS name,
    pg_get_ruledef(r.oid) AS definition,
    quote_ident(r.rulename) AS quoted,
    r.ev_enabled::text AS enabled
FROM pg_catalog.pg_rewrite r
WHERE r.rulename <> '_RETURN'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid AND d.deptype = 'e'
    )
ORDER BY r.ev_class, name;
