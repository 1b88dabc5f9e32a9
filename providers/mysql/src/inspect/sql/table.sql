-- Minimum version: MariaDB 10.6, MySQL 8.0. Whether there is a table, view or sequence of a name, and which of these it is.
SELECT TABLE_NAME, TABLE_TYPE, 0
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = @name
