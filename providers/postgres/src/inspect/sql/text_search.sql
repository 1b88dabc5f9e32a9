-- Minimum version: PostgreSQL 14. Text search parsers, templates, dictionaries and configurations as the definitions that
-- would make them; after a configuration stand the statements that add its mappings.
WITH names AS (
    SELECT 3601 AS class, p.oid, p.prsnamespace AS namespace, p.prsname AS name FROM pg_catalog.pg_ts_parser p
    UNION ALL SELECT 3764, t.oid, t.tmplnamespace, t.tmplname FROM pg_catalog.pg_ts_template t
    UNION ALL SELECT 3600, d.oid, d.dictnamespace, d.dictname FROM pg_catalog.pg_ts_dict d
), spelled AS (
    SELECT s.class, s.oid, CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
           || pg_catalog.quote_ident(s.name) AS name
    FROM names s JOIN pg_catalog.pg_namespace n ON n.oid = s.namespace
), found AS (
    SELECT 3601 AS class, p.oid, 'text_search_parser' AS word, p.prsnamespace AS namespace, p.prsname AS name,
           '(start = ' || pg_catalog.regexp_replace(p.prsstart::text, '^pg_catalog\.', '')
           || ', gettoken = ' || pg_catalog.regexp_replace(p.prstoken::text, '^pg_catalog\.', '')
           || ', end = ' || pg_catalog.regexp_replace(p.prsend::text, '^pg_catalog\.', '')
           || CASE WHEN p.prsheadline::oid <> 0
                   THEN ', headline = ' || pg_catalog.regexp_replace(p.prsheadline::text, '^pg_catalog\.', '') ELSE '' END
           || ', lextypes = ' || pg_catalog.regexp_replace(p.prslextype::text, '^pg_catalog\.', '') || ')' AS definition
    FROM pg_catalog.pg_ts_parser p
    UNION ALL
    SELECT 3764, t.oid, 'text_search_template', t.tmplnamespace, t.tmplname,
           '(' || CASE WHEN t.tmplinit::oid <> 0
                       THEN 'init = ' || pg_catalog.regexp_replace(t.tmplinit::text, '^pg_catalog\.', '') || ', ' ELSE '' END
           || 'lexize = ' || pg_catalog.regexp_replace(t.tmpllexize::text, '^pg_catalog\.', '') || ')'
    FROM pg_catalog.pg_ts_template t
    UNION ALL
    SELECT 3600, d.oid, 'text_search_dictionary', d.dictnamespace, d.dictname,
           '(template = ' || s.name || coalesce(', ' || d.dictinitoption, '') || ')'
    FROM pg_catalog.pg_ts_dict d JOIN spelled s ON s.class = 3764 AND s.oid = d.dicttemplate
    UNION ALL
    SELECT 3602, c.oid, 'text_search_configuration', c.cfgnamespace, c.cfgname,
           '(parser = ' || s.name || ')' || coalesce((
               SELECT pg_catalog.string_agg(
                   '; ALTER TEXT SEARCH CONFIGURATION "' || pg_catalog.replace(n.nspname, '"', '""') || '"."'
                   || pg_catalog.replace(c.cfgname, '"', '""') || '" ADD MAPPING FOR ' || m.token || ' WITH '
                   || m.dictionaries, '' ORDER BY m.token COLLATE "C")
               FROM (SELECT pg_catalog.quote_ident(t.alias) AS token,
                            pg_catalog.string_agg(d.name, ', ' ORDER BY m.mapseqno) AS dictionaries
                     FROM pg_catalog.pg_ts_config_map m
                     JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                     JOIN spelled d ON d.class = 3600 AND d.oid = m.mapdict
                     WHERE m.mapcfg = c.oid
                     GROUP BY t.alias) m), '')
    FROM pg_catalog.pg_ts_config c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
    JOIN spelled s ON s.class = 3601 AND s.oid = c.cfgparser
    WHERE c.oid >= 16384
)
SELECT f.class::int8 AS class, f.oid::int8 AS oid, f.word, n.nspname::text AS namespace, f.name::text AS name,
       NULL::text AS signature, f.definition, NULL::text AS enabled
FROM found f
JOIN pg_catalog.pg_namespace n ON n.oid = f.namespace
WHERE f.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = f.class::oid AND d.objid = f.oid AND d.deptype = 'e')
ORDER BY f.word, n.nspname, f.name
