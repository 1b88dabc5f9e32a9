-- Minimum version: MariaDB 10.6, MySQL 8.0. Default collations that were chosen for this server; older ones have neither.
SHOW SESSION VARIABLES WHERE Variable_name IN ('character_set_collations', 'default_collation_for_utf8mb4')
