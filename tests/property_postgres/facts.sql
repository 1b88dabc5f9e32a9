-- Minimum version: PostgreSQL 14. What the server itself says of every object, by name and in any order: the judge that knows nothing of trueup.
WITH namespace AS MATERIALIZED (
  SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'trueup')
), relation AS MATERIALIZED (
  SELECT c.*, c.oid::regclass::text AS known FROM pg_class AS c JOIN namespace AS n ON n.oid = c.relnamespace
), granted (known, list) AS (
  SELECT 'relation ' || known, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)) FROM relation WHERE relkind NOT IN ('i', 'I')
  UNION ALL SELECT 'routine ' || p.oid::regprocedure, coalesce(p.proacl, acldefault('f', p.proowner)) FROM pg_proc AS p JOIN namespace AS n ON n.oid = p.pronamespace
  -- What makes values of a range type comes and goes with it.
  WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
  UNION ALL SELECT 'type ' || t.oid::regtype, coalesce(t.typacl, acldefault('T', t.typowner)) FROM pg_type AS t JOIN namespace AS n ON n.oid = t.typnamespace WHERE t.typrelid = 0 AND t.typelem = 0
  UNION ALL SELECT 'schema ' || n.nspname, coalesce(s.nspacl, acldefault('n', s.nspowner)) FROM pg_namespace AS s JOIN namespace AS n ON n.oid = s.oid
  UNION ALL SELECT 'column ' || a.attrelid::regclass || ' ' || a.attname, a.attacl FROM pg_attribute AS a JOIN relation AS r ON r.oid = a.attrelid WHERE a.attacl IS NOT NULL
  UNION ALL SELECT concat_ws(' ', 'default', d.defaclobjtype, d.defaclnamespace::regnamespace), d.defaclacl FROM pg_default_acl AS d
  UNION ALL SELECT 'server ' || srvname, coalesce(srvacl, acldefault('S', srvowner)) FROM pg_foreign_server
)
SELECT concat_ws(' ', 'schema', nspname) AS fact FROM namespace
UNION ALL
SELECT concat_ws(' | ', 'relation', known, relkind, relpersistence, array_to_string(reloptions, ','), relrowsecurity, relforcerowsecurity, relreplident, relispartition,
  pg_get_expr(relpartbound, oid), CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END)
FROM relation WHERE relkind NOT IN ('i', 'I')
UNION ALL
SELECT concat_ws(' | ', 'column', r.known, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
  CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END, a.attstorage, a.attcompression, nullif(coalesce(a.attstattarget, -1), -1), a.attoptions)
FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT concat_ws(' | ', 'constraint', coalesce(nullif(c.conrelid, 0)::regclass::text, c.contypid::regtype::text), c.conname, pg_get_constraintdef(c.oid), c.convalidated, c.conislocal, c.coninhcount)
FROM pg_constraint AS c JOIN namespace AS n ON n.oid = c.connamespace WHERE c.contype <> 't'
UNION ALL
SELECT concat_ws(' | ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisreplident, i.indisclustered, (SELECT h.inhparent::regclass FROM pg_inherits AS h WHERE h.inhrelid = i.indexrelid))
FROM pg_index AS i JOIN relation AS r ON r.oid = i.indexrelid
UNION ALL SELECT concat_ws(' | ', 'view', known, pg_get_viewdef(oid)) FROM relation WHERE relkind IN ('v', 'm')
UNION ALL SELECT concat_ws(' | ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger AS t JOIN relation AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL SELECT concat_ws(' | ', 'rule', pg_get_ruledef(w.oid), w.ev_enabled) FROM pg_rewrite AS w JOIN relation AS r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT concat_ws(' | ', 'policy', r.known, p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
  (SELECT string_agg(coalesce(o.rolname, 'public'), ',' ORDER BY o.rolname) FROM unnest(p.polroles) AS x LEFT JOIN pg_roles AS o ON o.oid = x))
FROM pg_policy AS p JOIN relation AS r ON r.oid = p.polrelid
UNION ALL SELECT concat_ws(' | ', 'routine', pg_get_functiondef(p.oid)) FROM pg_proc AS p JOIN namespace AS n ON n.oid = p.pronamespace WHERE p.prokind <> 'a'
UNION ALL
SELECT concat_ws(' | ', 'aggregate', p.oid::regprocedure, a.aggtransfn, a.aggfinalfn, a.aggtranstype::regtype, a.agginitval)
FROM pg_proc AS p JOIN namespace AS n ON n.oid = p.pronamespace JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
UNION ALL
SELECT concat_ws(' | ', 'type', t.oid::regtype, t.typtype, t.typnotnull, t.typdefault, CASE WHEN t.typbasetype <> 0 THEN format_type(t.typbasetype, t.typtypmod) END,
  CASE WHEN t.typtype = 'd' THEN t.typcollation::regcollation END, (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid),
  (SELECT concat_ws(' ', g.rngsubtype::regtype, g.rngsubdiff) FROM pg_range AS g WHERE g.rngtypid = t.oid))
FROM pg_type AS t JOIN namespace AS n ON n.oid = t.typnamespace WHERE t.typelem = 0
UNION ALL
SELECT concat_ws(' | ', 'sequence', r.known, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  (SELECT concat_ws('.', d.refobjid::regclass, a.attname, d.deptype) FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
   WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass))
FROM pg_sequence AS s JOIN relation AS r ON r.oid = s.seqrelid
UNION ALL
SELECT concat_ws(' | ', 'statistics', s.stxname, s.stxkind, s.stxrelid::regclass, pg_get_statisticsobjdef_expressions(s.oid),
  (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM pg_attribute AS a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)))
FROM pg_statistic_ext AS s
UNION ALL SELECT concat_ws(' | ', 'operator', o.oid::regoperator, o.oprcode, o.oprcom, o.oprnegate) FROM pg_operator AS o JOIN namespace AS n ON n.oid = o.oprnamespace
UNION ALL SELECT concat_ws(' | ', 'collation', c.collname, c.collprovider, c.collcollate) FROM pg_collation AS c JOIN namespace AS n ON n.oid = c.collnamespace
UNION ALL
SELECT concat_ws(' | ', 'search', c.cfgname, (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ',' ORDER BY m.maptokentype, m.mapseqno)
  FROM pg_ts_config_map AS m WHERE m.mapcfg = c.oid))
FROM pg_ts_config AS c JOIN namespace AS n ON n.oid = c.cfgnamespace
UNION ALL SELECT concat_ws(' | ', 'wrapper', fdwname, fdwoptions) FROM pg_foreign_data_wrapper
UNION ALL SELECT concat_ws(' | ', 'server', srvname, srvtype, srvversion, srvoptions) FROM pg_foreign_server
UNION ALL SELECT concat_ws(' | ', 'foreign', ftrelid::regclass, ftoptions) FROM pg_foreign_table
UNION ALL
SELECT concat_ws(' | ', 'comment', i.type, i.identity, d.description) FROM pg_description AS d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
WHERE d.objoid >= 16384 OR d.objoid = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' | ', 'grant', g.known, (SELECT string_agg(concat_ws(' ', x.grantor::regrole, coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC'), x.privilege_type, x.is_grantable), ', '
  ORDER BY x.grantee, x.privilege_type) FROM aclexplode(g.list) AS x))
FROM granted AS g
ORDER BY 1
