-- Minimum version: PostgreSQL 15. Publications as the definitions that would make them; publish_generated_columns is 18's.
SELECT 6104::int8 AS class, p.oid::int8 AS oid, 'publication' AS word, '' AS namespace, p.pubname::text AS name,
       NULL::text AS signature,
       pg_catalog.array_to_string(ARRAY[
           'FOR ' || CASE WHEN i.items <> '' THEN i.items END,
           'WITH (' || CASE WHEN o.options <> '' THEN o.options END || ')'], ' ') AS definition, NULL::text AS enabled
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL (
    SELECT CASE WHEN p.puballtables THEN 'ALL TABLES' ELSE pg_catalog.array_to_string(ARRAY[(
           SELECT pg_catalog.string_agg('TABLE ' || t.name || t.rest, ', ' ORDER BY t.name COLLATE "C")
           FROM (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
                        coalesce(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                                                       ORDER BY a.attnum)
                                          FROM pg_catalog.pg_attribute a
                                          WHERE a.attrelid = r.prrelid
                                            AND a.attnum = ANY (r.prattrs::pg_catalog.int2[])) || ')', '')
                        || coalesce(' WHERE (' || pg_catalog.chr(1) || pg_catalog.pg_get_expr(r.prqual, r.prrelid)
                                    || pg_catalog.chr(1) || ')', '') AS rest
                 FROM pg_catalog.pg_publication_rel r
                 JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE r.prpubid = p.oid) t),
           (SELECT pg_catalog.string_agg('TABLES IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), ', '
                                         ORDER BY pg_catalog.quote_ident(n.nspname) COLLATE "C")
            FROM pg_catalog.pg_publication_namespace s
            JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
            WHERE s.pnpubid = p.oid)], ', ') END AS items
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
