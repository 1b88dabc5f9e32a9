-- Minimum version: MariaDB 10.6, MySQL 8.0. The database's own defaults, as a statement that makes it.
SELECT '', CONCAT('CREATE DATABASE `trueup` DEFAULT CHARACTER SET ', DEFAULT_CHARACTER_SET_NAME,
    ' DEFAULT COLLATE ', DEFAULT_COLLATION_NAME)
FROM information_schema.SCHEMATA
WHERE SCHEMA_NAME = DATABASE()
