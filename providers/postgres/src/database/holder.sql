-- Minimum version: PostgreSQL 14. Who has the advisory lock with this key in this database. A role that may not see what
-- another one runs sees its application name all the same.
SELECT a.application_name, a.query
FROM pg_locks l
JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.objsubid = 1
  AND l.classid::int8 = $1 >> 32
  AND l.objid::int8 = $1 & 4294967295
LIMIT 1
