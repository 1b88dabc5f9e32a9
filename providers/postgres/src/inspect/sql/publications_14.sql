-- Minimum version: PostgreSQL 14. Publications as the definitions that would make them, for servers before 15.
SELECT 6104::int8 AS class, p.oid::int8 AS oid, 'publication' AS word, '' AS namespace, p.pubname::text AS name,
       NULL::text AS signature,
       pg_catalog.array_to_string(ARRAY[
           'FOR ' || CASE WHEN i.items <> '' THEN i.items END,
           'WITH (' || CASE WHEN o.options <> '' THEN o.options END || ')'], ' ') AS definition, NULL::text AS enabled
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.puballtables THEN 'ALL TABLES' ELSE pg_catalog.array_to_string(ARRAY[(
           SELECT pg_catalog.string_agg('TABLE ' || t.name, ', ' ORDER BY t.name COLLATE "C")
           FROM (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
                 FROM pg_catalog.pg_publication_rel r
                 JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE r.prpubid = p.oid) t)], ', ') END AS items
) i
CROSS JOIN LATERAL (
    SELECT pg_catalog.array_to_string(ARRAY[
        CASE WHEN NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate) THEN
            'publish = ''' || pg_catalog.array_to_string(ARRAY[
                CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], ', ') || '''' END,
        CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'publish_generated_columns = stored' END,
        CASE WHEN p.pubviaroot THEN 'publish_via_partition_root = true' END], ', ') AS options
) o
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_publication'::pg_catalog.regclass
                  AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.pubname
