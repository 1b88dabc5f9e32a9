-- Minimum version: PostgreSQL 14. The parents of every partition and child, in their order; those of indexes are left
-- out, as are partitions that are being detached.
SELECT i.inhrelid, i.inhparent
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE c.relkind IN ('r', 'p', 'f') AND NOT i.inhdetachpending
ORDER BY i.inhrelid, i.inhseqno
