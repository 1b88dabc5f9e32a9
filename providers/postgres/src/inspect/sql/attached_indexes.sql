-- Minimum version: PostgreSQL 14. Indexes of partitions that hang on an index of their parent's: each with its name, and
-- whether its storage parameters are others.
SELECT i.inhrelid, i.inhparent, x.indrelid, c.relname, c.reloptions IS DISTINCT FROM p.reloptions
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
JOIN pg_class AS p ON p.oid = i.inhparent
JOIN pg_index AS x ON x.indexrelid = i.inhrelid
WHERE c.relkind IN ('i', 'I')
ORDER BY i.inhrelid
