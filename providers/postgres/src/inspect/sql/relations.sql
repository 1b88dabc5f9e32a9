-- Minimum version: PostgreSQL 14. Every relation that is not the system's, with whether an extension brought it; and,
-- with no name, every namespace, so that empty ones are seen.
SELECT
  n.oid, n.nspname, c.oid, c.relname, c.relkind::text,
  coalesce(ce.objid, ne.objid) IS NOT NULL AS is_member
FROM pg_namespace AS n
LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')
LEFT JOIN pg_depend AS ce
  ON ce.classid = 1259 AND ce.objid = c.oid AND ce.objsubid = 0 AND ce.deptype = 'e'
LEFT JOIN pg_depend AS ne
  ON ne.classid = 2615 AND ne.objid = n.oid AND ne.deptype = 'e' AND c.oid IS NULL
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
ORDER BY n.nspname, c.relname
