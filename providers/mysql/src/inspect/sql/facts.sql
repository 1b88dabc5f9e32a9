-- Minimum version: MariaDB 10.6, MySQL 8.0. One row: the database, the user, and the defaults that decide what a declaration means.
SELECT
    DATABASE(), CURRENT_USER(), VERSION(), @@default_storage_engine, @@collation_database, @@lower_case_table_names,
    @@explicit_defaults_for_timestamp, @@GLOBAL.sql_mode
