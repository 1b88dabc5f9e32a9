-- Minimum version: PostgreSQL 14. Objects that are not the connected role's, with the owner's name.
SELECT o.class::int8 AS class, o.oid::int8 AS oid, r.rolname::text AS owner
FROM (
    SELECT 1259 AS class, oid, relowner AS owner FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT 1255, oid, proowner FROM pg_catalog.pg_proc
    UNION ALL SELECT 1247, oid, typowner FROM pg_catalog.pg_type
    UNION ALL SELECT 2615, oid, nspowner FROM pg_catalog.pg_namespace
    UNION ALL SELECT 2612, oid, lanowner FROM pg_catalog.pg_language
    UNION ALL SELECT 2617, oid, oprowner FROM pg_catalog.pg_operator
    UNION ALL SELECT 2616, oid, opcowner FROM pg_catalog.pg_opclass
    UNION ALL SELECT 2753, oid, opfowner FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 3456, oid, collowner FROM pg_catalog.pg_collation
    UNION ALL SELECT 2607, oid, conowner FROM pg_catalog.pg_conversion
    UNION ALL SELECT 3381, oid, stxowner FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 3600, oid, dictowner FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 3602, oid, cfgowner FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 3466, oid, evtowner FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 6104, oid, pubowner FROM pg_catalog.pg_publication
    UNION ALL SELECT 2328, oid, fdwowner FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 1417, oid, srvowner FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 3079, oid, extowner FROM pg_catalog.pg_extension
) o
JOIN pg_catalog.pg_roles r ON r.oid = o.owner
WHERE r.rolname <> current_user
ORDER BY o.class, o.oid
