-- Minimum version: PostgreSQL 14. Indexes that are no constraint's. indnullsnotdistinct is 15's; before, the row of
-- `otherwise` answers.
SELECT it.*
FROM (VALUES (false)) AS otherwise (indnullsnotdistinct)
CROSS JOIN LATERAL (
  SELECT
    i.indexrelid, i.indrelid, ic.relname,
    ic.relispartition,
    am.amname,
    i.indisunique,
    coalesce(indnullsnotdistinct, false),
    (i.indkey::int2[])[0:], i.indnkeyatts,
    pg_get_expr(i.indpred, i.indrelid),
    ic.reloptions,
    i.indisvalid AND i.indislive,
    ic.relkind = 'I'
  FROM pg_index AS i
  JOIN pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_class AS c ON c.oid = i.indrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_am AS am ON am.oid = ic.relam
  LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
  WHERE c.relkind IN ('r', 'p', 'm') AND k.oid IS NULL
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  ORDER BY n.nspname, ic.relname
) AS it
