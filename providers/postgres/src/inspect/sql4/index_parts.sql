-- Minimum version: PostgreSQL 14. The key parts of indexes that are no constraint's, with what is not as it would be by
-- itself. An operator class marked as default is the type's own unless the type has one of exactly its own; of those
-- that fit by a binary coercion, PostgreSQL takes the preferred type's (GetDefaultOpClass). The collation of an expression
-- is not in the catalogue: it is written out where COLLATE follows the expression.
SELECT
  i.indexrelid,
  p.number,
  i.indoption[p.number - 1],
  pg_indexam_has_property(am.oid, 'can_order'),
  e.expression,
  CASE WHEN NOT x.is_default THEN nullif(opn.nspname, 'pg_catalog') END,
  CASE WHEN NOT x.is_default THEN op.opcname END,
  ia.attoptions,
  CASE WHEN x.is_collated THEN con.nspname END,
  CASE WHEN x.is_collated THEN co.collname END,
  nullif(ia.attstattarget::int, -1)
FROM pg_index AS i
JOIN pg_class AS ic ON ic.oid = i.indexrelid AND NOT ic.relispartition
JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_am AS am ON am.oid = ic.relam
LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) AS p (number)
JOIN pg_attribute AS ia ON ia.attrelid = i.indexrelid AND ia.attnum = p.number
LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.number - 1] AND a.attnum <> 0
JOIN pg_opclass AS op ON op.oid = i.indclass[p.number - 1]
JOIN pg_namespace AS opn ON opn.oid = op.opcnamespace
JOIN pg_type AS opt ON opt.oid = op.opcintype
JOIN pg_type AS t ON t.oid = coalesce(a.atttypid, ia.atttypid)
LEFT JOIN pg_collation AS co ON co.oid = i.indcollation[p.number - 1]
LEFT JOIN pg_namespace AS con ON con.oid = co.collnamespace
CROSS JOIN LATERAL (
  SELECT CASE WHEN i.indkey[p.number - 1] = 0 THEN pg_get_indexdef(i.indexrelid, p.number, false) END
) AS e (expression)
CROSS JOIN LATERAL (
  SELECT
    op.opcdefault AND (
      coalesce(nullif(t.typbasetype, 0), t.oid) = op.opcintype
      OR a.attnum IS NULL AND op.opckeytype <> 0
      OR (opt.typispreferred OR opt.typtype = 'p' OR NOT opt.typcategory = t.typcategory)
        AND NOT EXISTS (
          SELECT FROM pg_opclass AS own
          WHERE own.opcmethod = op.opcmethod AND own.opcdefault
            AND own.opcintype = coalesce(nullif(t.typbasetype, 0), t.oid)
        )
    ),
    co.oid IS NOT NULL AND CASE
      WHEN a.attnum IS NOT NULL THEN co.oid <> a.attcollation
      WHEN co.oid = t.typcollation THEN false
      ELSE position(e.expression || ' COLLATE ' IN pg_get_indexdef(i.indexrelid)) > 0
    END
) AS x (is_default, is_collated)
WHERE c.relkind IN ('r', 'p', 'm') AND k.oid IS NULL
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
ORDER BY i.indexrelid, p.number
