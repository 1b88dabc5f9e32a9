-- Minimum version: MariaDB 10.6, MySQL 8.0. Tables, views and sequences, and which tables have more than 8 MiB of rows: what is
-- done to all of those takes long enough to be noticed.
SELECT TABLE_NAME, TABLE_TYPE, COALESCE(DATA_LENGTH, 0) > 8388608
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME
