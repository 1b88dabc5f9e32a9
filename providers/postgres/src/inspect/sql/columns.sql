-- Minimum version: PostgreSQL 14. Columns of everything that has columns, in their order. A statistics target that is not
-- set is -1 up to 16 and NULL from 17 on.
SELECT
  a.attrelid, a.attnum, a.attname,
  a.attcollation,
  a.atttypid,
  format_type(a.atttypid, a.atttypmod),
  NOT a.attnotnull,
  a.attislocal,
  a.attgenerated::text,
  pg_get_expr(d.adbin, d.adrelid),
  d.oid,
  CASE WHEN a.attcollation <> t.typcollation THEN cn.nspname END,
  CASE WHEN a.attcollation <> t.typcollation THEN co.collname END,
  CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
  a.attcompression::text,
  nullif(a.attstattarget::int, -1),
  to_json(a.attoptions),
  to_json(a.attfdwoptions)
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation AS co ON co.oid = a.attcollation
LEFT JOIN pg_namespace AS cn ON cn.oid = co.collnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
ORDER BY a.attrelid, a.attnum
