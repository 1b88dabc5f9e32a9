-- Minimum version: PostgreSQL 14. Indexes, those of unique and exclusion constraints included, as finding those out here
-- would take a join without an index. indnullsnotdistinct is 15's; before, the row of `otherwise` answers. For an index
-- with expressions: their texts, the types of all parts, and whether COLLATE follows each part, which is not in the
-- catalogue, as the collation of an expression is not.
SELECT it.*
FROM (VALUES (false)) AS otherwise (indnullsnotdistinct)
CROSS JOIN LATERAL (
  SELECT
    i.indexrelid, i.indrelid, ic.relname,
    ic.relispartition,
    am.amname, pg_indexam_has_property(am.oid, 'can_order'),
    i.indisunique,
    coalesce(indnullsnotdistinct, false),
    (i.indkey::int2[])[0:], i.indnkeyatts,
    (i.indoption::int2[])[0:], (i.indclass::oid[])[0:], (i.indcollation::oid[])[0:],
    e.texts, e.types, e.are_collated,
    pg_get_expr(i.indpred, i.indrelid),
    to_json(ic.reloptions),
    i.indisvalid AND i.indislive,
    ic.relkind = 'I'
  FROM pg_index AS i
  JOIN pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_class AS c ON c.oid = i.indrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_am AS am ON am.oid = ic.relam
  CROSS JOIN LATERAL (
    SELECT
      json_agg(p.text ORDER BY p.number),
      array_agg(p.type ORDER BY p.number),
      array_agg(
        p.collated NOT IN (0, p.own_collated)
          AND position(p.text || ' COLLATE ' IN pg_get_indexdef(i.indexrelid)) > 0
        ORDER BY p.number
      )
    FROM (
      SELECT
        a.attnum, pg_get_indexdef(a.attrelid, a.attnum, false), a.atttypid, t.typcollation,
        i.indcollation[a.attnum - 1]
      FROM pg_attribute AS a
      JOIN pg_type AS t ON t.oid = a.atttypid
      WHERE i.indexprs IS NOT NULL AND a.attrelid = i.indexrelid AND a.attnum BETWEEN 1 AND i.indnkeyatts
    ) AS p (number, text, type, own_collated, collated)
  ) AS e (texts, types, are_collated)
  WHERE c.relkind IN ('r', 'p', 'm') AND NOT i.indisprimary
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  ORDER BY n.nspname, ic.relname
) AS it
