-- Minimum version: MariaDB 10.6. Who may have a lock that a session waits for: the sessions that are in a transaction or run
-- a statement in the same database, and do not wait themselves. Which locks they have is told by a plugin that few install.
SELECT
    p.ID, p.USER, p.HOST, IF(t.trx_id IS NULL, p.COMMAND, 'in a transaction'),
    DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL COALESCE(TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), p.TIME) SECOND,
        '%Y-%m-%d %H:%i:%s'),
    LEFT(REGEXP_REPLACE(COALESCE(p.INFO, ''), '[[:space:]]+', ' '), 80)
FROM information_schema.PROCESSLIST AS p
LEFT JOIN information_schema.INNODB_TRX AS t ON t.trx_mysql_thread_id = p.ID
WHERE p.ID <> CONNECTION_ID() AND p.ID <> @waiting
    AND p.DB <=> DATABASE()
    AND (t.trx_id IS NOT NULL OR p.COMMAND NOT IN ('Sleep', 'Daemon'))
    AND COALESCE(p.STATE, '') NOT LIKE 'Waiting for%'
    AND COALESCE(p.INFO, '') NOT LIKE 'SELECT SLEEP(%trueup%'
ORDER BY p.ID
