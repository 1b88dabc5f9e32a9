-- Minimum version: MariaDB 10.6, MySQL 8.0. The default collation of each character set.
SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS
