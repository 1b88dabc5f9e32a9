-- Minimum version: PostgreSQL 14. Constraints of tables. Columns that newer servers have are named without their table:
-- where pg_constraint or pg_index has none of that name, the row of `otherwise` around them answers
-- (indnullsnotdistinct and confdelsetcols 15, conperiod and conenforced 18).
SELECT it.*
FROM (VALUES (false, NULL::int2[], false, true)) AS otherwise (indnullsnotdistinct, confdelsetcols, conperiod, conenforced)
CROSS JOIN LATERAL (
  SELECT
    k.oid, k.conrelid, k.conname, k.contype::text,
    k.conislocal AND k.conparentid = 0,
    k.conkey,
    k.confrelid,
    k.confkey,
    k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text,
    confdelsetcols,
    k.condeferrable, k.condeferred,
    k.convalidated, conenforced, k.connoinherit, conperiod,
    CASE
      WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid)
      WHEN k.contype = 'x' THEN pg_get_constraintdef(k.oid)
    END,
    i.indexrelid,
    (i.indkey::int2[])[0:], i.indnkeyatts,
    coalesce(indnullsnotdistinct, false),
    to_json(ic.reloptions),
    coalesce(ic.relkind = 'I' AND NOT i.indisvalid, false)
  FROM pg_constraint AS k
  JOIN pg_class AS c ON c.oid = k.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class AS ic ON ic.oid = i.indexrelid
  WHERE k.contype IN ('p', 'u', 'x', 'c', 'f', 'n')
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  ORDER BY k.conrelid, k.conname
) AS it
