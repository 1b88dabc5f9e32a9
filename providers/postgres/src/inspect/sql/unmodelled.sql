-- Minimum version: PostgreSQL 14. What is there and cannot be managed, with the reason.
SELECT 'conversion' AS kind, n.nspname || '.' || c.conname AS name, 'default conversions cannot be declared' AS reason
FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.condefault AND c.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'language', l.lanname::text, 'trusted languages without an extension cannot be declared'
FROM pg_catalog.pg_language l
WHERE l.lanpltrusted AND l.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
                  AND d.objid = l.oid AND d.deptype = 'e')
UNION ALL
SELECT 'operator family', n.nspname || '.' || f.opfname, 'it has members across types, which cannot be declared'
FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                  AND d.objid = f.oid AND d.deptype = 'e')
  AND EXISTS (SELECT FROM (SELECT a.amopfamily AS family, a.amoplefttype AS l, a.amoprighttype AS r FROM pg_catalog.pg_amop a
                           UNION ALL
                           SELECT a.amprocfamily, a.amproclefttype, a.amprocrighttype FROM pg_catalog.pg_amproc a) i
              WHERE i.family = f.oid
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass c
                                WHERE c.opcfamily = f.oid AND c.opcintype = i.l
                                  AND (i.r = i.l OR (SELECT pg_catalog.count(*) FROM pg_catalog.pg_opclass o
                                                     WHERE o.opcfamily = f.oid) = 1)))
UNION ALL
SELECT 'security label', pg_catalog.concat(l.objtype, ' ', l.objname), 'security labels are not managed'
FROM pg_catalog.pg_seclabels l
WHERE l.objtype NOT IN ('database', 'role', 'tablespace')
ORDER BY 1, 2
