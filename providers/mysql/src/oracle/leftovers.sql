-- Minimum version: MariaDB 10.6, MySQL 8.0. Views that were made to be read back and dropped.
SELECT TABLE_NAME
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'VIEW' AND TABLE_NAME LIKE 'trueup\_q\_%'
