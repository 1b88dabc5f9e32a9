-- Minimum version: PostgreSQL 14. Every view, materialized or not, that is neither the system's nor an extension's, with
-- what it is known by.
SELECT
    c.oid::int8 AS oid,
    n.nspname::text AS namespace,
    c.relname::text AS name,
    pg_get_viewdef(c.oid) AS definition,
    c.relkind = 'm' AS is_materialized,
    to_json(coalesce(c.reloptions, '{}') || ARRAY(
        SELECT 'toast.' || o FROM pg_catalog.pg_class toast, unnest(toast.reloptions) AS o
        WHERE toast.oid = c.reltoastrelid
    )) AS options,
    nullif(m.amname::text, 'heap') AS access_method,
    r.oid::int8 AS rule,
    c.reltype::int8 AS row_type,
    t.typarray::int8 AS array_type,
    to_json(ARRAY(
        SELECT a.attname::text FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    )) AS columns,
    ARRAY(
        SELECT a.attnum FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    ) AS numbers,
    ARRAY(SELECT d.oid::int8 FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid ORDER BY d.adnum) AS default_rows,
    ARRAY(SELECT d.adnum FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid ORDER BY d.adnum) AS default_numbers,
    to_json(ARRAY(
        SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid ORDER BY d.adnum
    )) AS default_texts
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
LEFT JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reltype
WHERE c.relkind IN ('v', 'm')
    AND n.nspname !~ '^pg_'
    AND n.nspname NOT IN ('information_schema', 'trueup')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
ORDER BY namespace, name;
