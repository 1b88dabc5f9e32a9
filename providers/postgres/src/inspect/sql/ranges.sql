-- Minimum version: PostgreSQL 14. Range types as the options that would make them, without those that PostgreSQL would
-- choose by itself.
SELECT r.rngtypid::int8 AS oid,
       pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN
           CASE WHEN opn.nspname = 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(opn.nspname) || '.' END
           || pg_catalog.quote_ident(o.opcname) END AS subtype_opclass,
       CASE WHEN r.rngcollation <> s.typcollation THEN
           CASE WHEN cn.nspname = 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(cn.nspname) || '.' END
           || pg_catalog.quote_ident(c.collname) END AS collation,
       CASE WHEN r.rngcanonical::oid <> 0 THEN r.rngcanonical::text END AS canonical,
       CASE WHEN r.rngsubdiff::oid <> 0 THEN r.rngsubdiff::text END AS subtype_diff,
       CASE WHEN m.typnamespace <> t.typnamespace OR m.typname <> CASE WHEN t.typname ~ 'range'
                THEN pg_catalog.left(overlay(t.typname::text PLACING 'multirange'
                                                        FROM pg_catalog.strpos(t.typname::text, 'range') FOR 5), 63)
                ELSE pg_catalog.left(t.typname::text, 52) || '_multirange' END
           THEN pg_catalog.quote_ident(mn.nspname) || '.' || pg_catalog.quote_ident(m.typname) END AS multirange
FROM pg_catalog.pg_range r
JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace opn ON opn.oid = o.opcnamespace
JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
LEFT JOIN pg_catalog.pg_collation c ON c.oid = r.rngcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.collnamespace
ORDER BY r.rngtypid
