-- Minimum version: PostgreSQL 14. The attributes of composite types.
SELECT a.attrelid::int8 AS relation, a.attnum::int4 AS position, a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN cn.nspname::text END AS collation_namespace,
       CASE WHEN a.attcollation <> t.typcollation THEN c.collname::text END AS collation_name
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class r ON r.oid = a.attrelid AND r.relkind = 'c'
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.collnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
