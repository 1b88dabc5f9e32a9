-- Minimum version: PostgreSQL 14. Casts, transforms, conversions, collations, statistics, event triggers, languages,
-- access methods and subscriptions as the definitions that would make them. What initdb made has an OID below 16384; the
-- casts that come with range types are left out.
WITH functions AS (
    SELECT p.oid, pg_catalog.regexp_replace(p.oid::pg_catalog.regproc::text, '^pg_catalog\.', '') AS name,
           pg_catalog.regexp_replace(p.oid::pg_catalog.regproc::text, '^pg_catalog\.', '') || '('
           || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS spelled
    FROM pg_catalog.pg_proc p
), found AS (
    SELECT 2605 AS class, c.oid, 'cast' AS word, '' AS namespace,
           pg_catalog.format_type(c.castsource, NULL) AS name, pg_catalog.format_type(c.casttarget, NULL) AS signature,
           CASE c.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION'
                             ELSE 'WITH FUNCTION ' || f.spelled END
           || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition,
           NULL AS enabled
    FROM pg_catalog.pg_cast c
    LEFT JOIN functions f ON f.oid = c.castfunc
    UNION ALL
    SELECT 3576, t.oid, 'transform', '', pg_catalog.format_type(t.trftype, NULL), l.lanname::text,
           '(' || pg_catalog.array_to_string(ARRAY[
               'FROM SQL WITH FUNCTION ' || (SELECT f.spelled FROM functions f WHERE f.oid = t.trffromsql),
               'TO SQL WITH FUNCTION ' || (SELECT f.spelled FROM functions f WHERE f.oid = t.trftosql)], ', ') || ')', NULL
    FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
    UNION ALL
    SELECT 2607, c.oid, 'conversion', n.nspname, c.conname, NULL,
           'FOR ''' || pg_catalog.pg_encoding_to_char(c.conforencoding) || ''' TO '''
           || pg_catalog.pg_encoding_to_char(c.contoencoding) || ''' FROM ' || f.name, NULL
    FROM pg_catalog.pg_conversion c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    JOIN functions f ON f.oid = c.conproc
    WHERE NOT c.condefault
    UNION ALL
    SELECT 3456, c.oid, 'collation', n.nspname, c.collname, NULL,
           '(' || pg_catalog.array_to_string(ARRAY[
               'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
               CASE WHEN c.collprovider <> 'c' OR c.collcollate = c.collctype THEN
                   'locale = ''' || coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale',
                                             pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate) || '''' END,
               CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype
                    THEN 'lc_collate = ''' || c.collcollate || '''' END,
               CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype
                    THEN 'lc_ctype = ''' || c.collctype || '''' END,
               CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
               'rules = ''' || pg_catalog.replace(pg_catalog.to_jsonb(c) ->> 'collicurules', '''', '''''') || ''''
           ], ', ') || ')', NULL
    FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    UNION ALL
    SELECT 3381, s.oid, 'statistics', n.nspname, s.stxname, NULL,
           pg_catalog.substr(pg_catalog.pg_get_statisticsobjdef(s.oid), pg_catalog.length(
               'CREATE STATISTICS ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(s.stxname)) + 2)
           || CASE WHEN s.stxstattarget >= 0 THEN '; SET STATISTICS ' || s.stxstattarget ELSE '' END,
           NULL
    FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
    UNION ALL
    SELECT 3466, e.oid, 'event_trigger', '', e.evtname, NULL,
           'ON ' || e.evtevent
           || CASE WHEN e.evttags IS NOT NULL THEN ' WHEN TAG IN (' || (
                  SELECT pg_catalog.string_agg(pg_catalog.quote_literal(t.tag), ', ' ORDER BY t.place)
                  FROM pg_catalog.unnest(e.evttags) WITH ORDINALITY t(tag, place)) || ')' ELSE '' END
           || ' EXECUTE FUNCTION ' || f.name || '()', e.evtenabled::text
    FROM pg_catalog.pg_event_trigger e JOIN functions f ON f.oid = e.evtfoid
    UNION ALL
    SELECT 2612, l.oid, 'language', '', l.lanname, NULL,
           pg_catalog.array_to_string(ARRAY[
               'HANDLER ' || (SELECT f.name FROM functions f WHERE f.oid = l.lanplcallfoid),
               'INLINE ' || (SELECT f.name FROM functions f WHERE f.oid = l.laninline),
               'VALIDATOR ' || (SELECT f.name FROM functions f WHERE f.oid = l.lanvalidator)], ' '), NULL
    FROM pg_catalog.pg_language l WHERE NOT l.lanpltrusted
    UNION ALL
    SELECT 2601, m.oid, 'access_method', '', m.amname, NULL,
           'TYPE ' || CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER '
           || pg_catalog.regexp_replace(m.amhandler::text, '^pg_catalog\.', ''), NULL
    FROM pg_catalog.pg_am m
    UNION ALL
    -- How it connects is a secret, so that it can be seen and dropped, and not made.
    SELECT 6100, s.oid, 'subscription', '', s.subname, NULL,
           'PUBLICATION ' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', ' ORDER BY p.name)
                              FROM pg_catalog.unnest(s.subpublications) p(name))
           || CASE WHEN s.subslotname IS NULL THEN ' WITH (slot_name = NONE)' ELSE '' END, NULL
    FROM pg_catalog.pg_subscription s
    JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = pg_catalog.current_database()
)
SELECT f.class::int8 AS class, f.oid::int8 AS oid, f.word, f.namespace::text AS namespace, f.name::text AS name,
       f.signature, f.definition, f.enabled
FROM found f
WHERE f.oid >= 16384 AND f.namespace !~ '^pg_' AND f.namespace NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = f.class::oid AND d.objid = f.oid
                    AND (d.deptype = 'e' OR (d.deptype = 'i' AND f.word = 'cast')))
ORDER BY f.word, f.namespace, f.name, f.signature
