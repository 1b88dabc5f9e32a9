-- Minimum version: MariaDB 10.6, MySQL 8.0. Settings of the server that say what it is and whether it can be written to.
SHOW GLOBAL VARIABLES WHERE Variable_name IN (
    'server_uuid', 'server_uid', 'read_only', 'super_read_only', 'innodb_read_only', 'innodb_force_recovery',
    'transaction_read_only', 'tx_read_only', 'collation_database', 'default_storage_engine', 'lower_case_table_names',
    'sql_mode', 'max_connections'
)
