-- Minimum version: PostgreSQL 14. Enums, domains, composite, range and base types that are nobody else's: no row types,
-- no array or multirange types. Everything about each kind is in one row.
SELECT t.oid::int8 AS oid, n.nspname::text AS namespace, t.typname::text AS name, t.typtype::text AS kind,
       t.typrelid::int8 AS relation, t.typisdefined AS is_defined,
       (SELECT pg_catalog.json_agg(e.enumlabel::text ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) AS labels,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN cn.nspname::text END AS collation_namespace,
       CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN c.collname::text END AS collation_name,
       t.typnotnull AS not_null,
       CASE WHEN t.typtype = 'd' THEN
           coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault)) END AS default_expression
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class r ON r.oid = t.typrelid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation c ON c.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.collnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND r.relkind = 'c')
       OR (t.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_type a WHERE a.typarray = t.oid)))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                  AND d.objid = t.oid AND d.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  AND d.objid = t.typrelid AND d.deptype = 'e' AND t.typrelid <> 0)
ORDER BY n.nspname, t.typname
