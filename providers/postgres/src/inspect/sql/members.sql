-- Minimum version: PostgreSQL 14. Relations, types, routines and schemas that belong to extensions. `word` is the kind
-- in an address; row types of tables and array types are left out.
SELECT m.*, e.extname::text AS extension
FROM (
    SELECT d.refobjid, d.classid::int8 AS class, d.objid::int8 AS oid, n.nspname::text AS namespace,
           c.relname::text AS name, NULL::text AS types,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
                          WHEN 'c' THEN 'composite_type' ELSE 'table' END AS word
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    UNION ALL
    SELECT d.refobjid, d.classid::int8, d.objid::int8, n.nspname::text, t.typname::text, NULL,
           CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range_type'
                          WHEN 'c' THEN 'composite_type' ELSE 'base_type' END
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_type t ON t.oid = d.objid AND t.typtype IN ('e', 'd', 'r', 'b', 'c', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    UNION ALL
    SELECT d.refobjid, d.classid::int8, d.objid::int8, n.nspname::text, p.proname::text,
           pg_catalog.oidvectortypes(p.proargtypes),
           CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_proc p ON p.oid = d.objid
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    UNION ALL
    SELECT d.refobjid, d.classid::int8, d.objid::int8, NULL, n.nspname::text, NULL, 'schema'
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_namespace n ON n.oid = d.objid
    WHERE d.deptype = 'e' AND d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
) m
JOIN pg_catalog.pg_extension e ON e.oid = m.refobjid
ORDER BY m.word, m.namespace, m.name, m.types
