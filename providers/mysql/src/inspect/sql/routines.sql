-- Minimum version: MariaDB 10.6, MySQL 8.0. Functions, procedures and packages.
SELECT ROUTINE_NAME, ROUTINE_TYPE
FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = DATABASE()
ORDER BY ROUTINE_NAME, ROUTINE_TYPE
