-- Minimum version: MariaDB 10.6, MySQL 8.0. Events, and whether one starts when it was made or changed: nobody has declared that.
SELECT EVENT_NAME, STARTS = CREATED OR STARTS = LAST_ALTERED
FROM information_schema.EVENTS
WHERE EVENT_SCHEMA = DATABASE()
ORDER BY EVENT_NAME
