-- Minimum version: PostgreSQL 14. Base types as the options that would make them, without those that are the default.
SELECT t.oid::int8 AS oid, t.typisdefined AS is_defined,
       pg_catalog.to_json(pg_catalog.array_remove(ARRAY[
           'input = ' || t.typinput::text,
           'output = ' || t.typoutput::text,
           CASE WHEN t.typreceive::oid <> 0 THEN 'receive = ' || t.typreceive::text END,
           CASE WHEN t.typsend::oid <> 0 THEN 'send = ' || t.typsend::text END,
           CASE WHEN t.typmodin::oid <> 0 THEN 'typmod_in = ' || t.typmodin::text END,
           CASE WHEN t.typmodout::oid <> 0 THEN 'typmod_out = ' || t.typmodout::text END,
           CASE WHEN t.typanalyze::oid <> 0 THEN 'analyze = ' || t.typanalyze::text END,
           CASE WHEN t.typsubscript::oid <> 0 THEN 'subscript = ' || t.typsubscript::text END,
           CASE WHEN t.typlen <> -1 THEN 'internallength = ' || t.typlen::text END,
           CASE WHEN t.typbyval THEN 'passedbyvalue = true' END,
           CASE t.typalign WHEN 'c' THEN 'alignment = char' WHEN 's' THEN 'alignment = int2'
                           WHEN 'd' THEN 'alignment = double' END,
           CASE t.typstorage WHEN 'e' THEN 'storage = external' WHEN 'x' THEN 'storage = extended'
                             WHEN 'm' THEN 'storage = main' END,
           CASE WHEN t.typcategory <> 'U' THEN 'category = ' || pg_catalog.quote_literal(t.typcategory::text) END,
           CASE WHEN t.typispreferred THEN 'preferred = true' END,
           CASE WHEN t.typdefault IS NOT NULL THEN 'default = ' || pg_catalog.quote_literal(t.typdefault) END,
           CASE WHEN t.typelem <> 0 THEN 'element = ' || pg_catalog.format_type(t.typelem, NULL) END,
           CASE WHEN t.typdelim <> ',' THEN 'delimiter = ' || pg_catalog.quote_literal(t.typdelim::text) END,
           CASE WHEN t.typcollation <> 0 THEN 'collatable = true' END
       ], NULL)) AS options
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'b' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
ORDER BY t.oid
