-- Minimum version: PostgreSQL 14. Comments on what is in this database, with the names that columns and indexes need.
SELECT d.classoid::int8 AS class, d.objoid::int8 AS oid, d.objsubid::int4 AS part, d.description AS text,
       a.attname::text AS column_name, i.indrelid::int8 AS indexed, ic.relname::text AS index_name
FROM pg_catalog.pg_description d
LEFT JOIN pg_catalog.pg_attribute a ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
LEFT JOIN pg_catalog.pg_index i ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.indexrelid = d.objoid
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
ORDER BY d.classoid, d.objoid, d.objsubid
