-- Minimum version: PostgreSQL 14. Operator classes, by the type that they are made for. Of those that fit a type by a binary
-- coercion, PostgreSQL takes the preferred type's, or that of a pseudo-type such as anyarray (GetDefaultOpClass).
SELECT
  c.oid, nullif(n.nspname, 'pg_catalog'), c.opcname, c.opcmethod, c.opcintype, c.opcdefault,
  c.opckeytype <> 0,
  t.typispreferred OR t.typtype = 'p' OR t.typcategory = 'U'
FROM pg_opclass AS c
JOIN pg_namespace AS n ON n.oid = c.opcnamespace
JOIN pg_type AS t ON t.oid = c.opcintype
