-- Minimum version: PostgreSQL 14. Parts of indexes with parameters of their operator class or a statistics target.
SELECT a.attrelid, a.attnum::int, to_json(a.attoptions), nullif(a.attstattarget::int, -1)
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND (a.attoptions IS NOT NULL OR a.attstattarget > -1) AND c.relkind IN ('i', 'I')
