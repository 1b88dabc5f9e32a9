-- Minimum version: PostgreSQL 14. Identity columns with their sequences; what a partition shares with its parent (17) is
-- left out, as the sequence depends on the parent's column alone.
SELECT
  a.attrelid, a.attnum, a.attidentity = 'a',
  s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  s.seqrelid, n.nspname, c.relname
FROM pg_attribute AS a
JOIN pg_depend AS d
  ON d.refclassid = 1259 AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
  AND d.classid = 1259 AND d.deptype = 'i'
JOIN pg_sequence AS s ON s.seqrelid = d.objid
JOIN pg_class AS c ON c.oid = s.seqrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.attidentity <> ''
ORDER BY a.attrelid, a.attnum
