-- Minimum version: PostgreSQL 14. Ordinary, partitioned and foreign tables, with everything that is not in their columns.
SELECT
  c.oid,
  c.relpersistence = 'u',
  to_json(c.reloptions),
  to_json(toast.reloptions),
  CASE WHEN am.amname <> 'heap' THEN am.amname END,
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
  tn.nspname, t.typname,
  -- Foreign tables have none, and nobody can say so.
  CASE WHEN c.relkind = 'f' THEN 'd' ELSE c.relreplident::text END,
  replica.relname,
  c.relrowsecurity,
  c.relforcerowsecurity,
  s.srvname,
  to_json(f.ftoptions),
  clustered.relname
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_class AS toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_type AS t ON t.oid = c.reloftype
LEFT JOIN pg_namespace AS tn ON tn.oid = t.typnamespace
LEFT JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
LEFT JOIN pg_foreign_server AS s ON s.oid = f.ftserver
LEFT JOIN pg_index AS ri ON ri.indrelid = c.oid AND ri.indisreplident
LEFT JOIN pg_class AS replica ON replica.oid = ri.indexrelid
LEFT JOIN pg_index AS ci ON ci.indrelid = c.oid AND ci.indisclustered
LEFT JOIN pg_class AS clustered ON clustered.oid = ci.indexrelid
WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
ORDER BY n.nspname, c.relname
