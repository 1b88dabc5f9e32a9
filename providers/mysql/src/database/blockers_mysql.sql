-- Minimum version: MySQL 8.0. Who has a metadata lock on what a session waits for, or a lock on its rows; with the
-- privilege to see them.
SELECT DISTINCT
    t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST, t.PROCESSLIST_COMMAND,
    DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL t.PROCESSLIST_TIME SECOND, '%Y-%m-%d %H:%i:%s'),
    LEFT(REGEXP_REPLACE(COALESCE(t.PROCESSLIST_INFO, s.SQL_TEXT, ''), '[[:space:]]+', ' '), 80)
FROM performance_schema.threads AS own
JOIN performance_schema.metadata_locks AS wanted
    ON wanted.OWNER_THREAD_ID = own.THREAD_ID AND wanted.LOCK_STATUS = 'PENDING'
JOIN performance_schema.metadata_locks AS held
    ON held.OBJECT_TYPE = wanted.OBJECT_TYPE AND held.OBJECT_SCHEMA <=> wanted.OBJECT_SCHEMA
    AND held.OBJECT_NAME <=> wanted.OBJECT_NAME AND held.LOCK_STATUS = 'GRANTED'
    AND held.OWNER_THREAD_ID <> wanted.OWNER_THREAD_ID
JOIN performance_schema.threads AS t ON t.THREAD_ID = held.OWNER_THREAD_ID AND t.PROCESSLIST_ID IS NOT NULL
LEFT JOIN performance_schema.events_statements_current AS s ON s.THREAD_ID = t.THREAD_ID
WHERE own.PROCESSLIST_ID = @waiting
ORDER BY 1
