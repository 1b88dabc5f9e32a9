-- Minimum version: PostgreSQL 14. Foreign data wrappers, servers and user mappings as the definitions that would make
-- them. Options that hold secrets are left out.
WITH found AS (
    SELECT 2328 AS class, w.oid, 'foreign_data_wrapper' AS word, w.fdwname::text AS name, NULL::text AS signature,
           ARRAY[
               'HANDLER ' || CASE WHEN w.fdwhandler <> 0 THEN
                   pg_catalog.regexp_replace(w.fdwhandler::pg_catalog.regproc::text, '^pg_catalog\.', '') END,
               'VALIDATOR ' || CASE WHEN w.fdwvalidator <> 0 THEN
                   pg_catalog.regexp_replace(w.fdwvalidator::pg_catalog.regproc::text, '^pg_catalog\.', '') END
           ] AS words, w.fdwoptions AS options
    FROM pg_catalog.pg_foreign_data_wrapper w
    UNION ALL
    SELECT 1417, s.oid, 'foreign_server', s.srvname, NULL,
           ARRAY['TYPE ''' || pg_catalog.replace(s.srvtype, '''', '''''') || '''',
                 'VERSION ''' || pg_catalog.replace(s.srvversion, '''', '''''') || '''',
                 'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname)], s.srvoptions
    FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    UNION ALL
    SELECT 1418, u.umid, 'user_mapping', u.srvname, u.usename, ARRAY[]::text[], u.umoptions
    FROM pg_catalog.pg_user_mappings u
)
SELECT f.class::int8 AS class, f.oid::int8 AS oid, f.word, '' AS namespace, f.name, f.signature,
       pg_catalog.array_to_string(f.words || (
           SELECT 'OPTIONS (' || pg_catalog.string_agg(
                      pg_catalog.quote_ident(o.option_name) || ' ''' || pg_catalog.replace(o.option_value, '''', '''''')
                      || '''', ', ' ORDER BY pg_catalog.quote_ident(o.option_name) COLLATE "C") || ')'
           FROM pg_catalog.pg_options_to_table(f.options) o
           WHERE o.option_name NOT IN
               ('password', 'sslpassword', 'passwd', 'secret', 'secret_access_key', 'token')), ' ') AS definition,
       NULL::text AS enabled
FROM found f
WHERE f.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = f.class::oid AND d.objid = f.oid AND d.deptype = 'e')
ORDER BY f.word, f.name, f.signature
