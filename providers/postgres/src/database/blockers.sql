-- Minimum version: PostgreSQL 14. Who keeps a backend waiting; a prepared transaction has the process id 0. What others
-- run is NULL or hidden from ordinary roles.
SELECT
    a.pid,
    a.usename::text AS role,
    nullif(a.application_name, '') AS application,
    a.state,
    to_char(coalesce(a.xact_start, a.backend_start), 'YYYY-MM-DD HH24:MI:SS') AS since,
    left(regexp_replace(a.query, '\s+', ' ', 'g'), 80) AS query,
    a.backend_type
FROM unnest(pg_blocking_pids($1)) AS blocker (pid)
LEFT JOIN pg_stat_activity a ON a.pid = blocker.pid
ORDER BY a.xact_start NULLS LAST, a.pid
