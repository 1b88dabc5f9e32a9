-- Minimum version: PostgreSQL 14. Aggregates, operators, operator families and operator classes as the definitions that
-- would make them.
WITH operators AS (
    SELECT o.oid, n.nspname, o.oprname,
           CASE n.nspname WHEN 'pg_catalog' THEN o.oprname::text
                ELSE 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')' END AS spelled,
           CASE n.nspname WHEN 'pg_catalog' THEN o.oprname::text
                ELSE pg_catalog.quote_ident(n.nspname) || '.' || o.oprname END AS in_class
    FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
), families AS (
    SELECT f.oid, f.opfmethod, n.nspname,
           CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
           || pg_catalog.quote_ident(f.opfname) AS spelled
    FROM pg_catalog.pg_opfamily f JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
), items AS (
    SELECT a.amopfamily AS family, a.amoplefttype AS left_type, a.amoprighttype AS right_type, 0 AS sort,
           a.amopstrategy::int4 AS number,
           'OPERATOR ' || a.amopstrategy || ' ' || o.in_class || ' (' || pg_catalog.format_type(a.amoplefttype, NULL)
           || ', ' || pg_catalog.format_type(a.amoprighttype, NULL) || ')'
           || CASE WHEN a.amoppurpose = 'o' THEN ' FOR ORDER BY ' || f.spelled ELSE '' END AS text
    FROM pg_catalog.pg_amop a
    JOIN operators o ON o.oid = a.amopopr
    LEFT JOIN families f ON f.oid = a.amopsortfamily
    UNION ALL
    SELECT a.amprocfamily, a.amproclefttype, a.amprocrighttype, 1, a.amprocnum::int4,
           'FUNCTION ' || a.amprocnum || ' (' || pg_catalog.format_type(a.amproclefttype, NULL) || ', '
           || pg_catalog.format_type(a.amprocrighttype, NULL) || ') '
           || pg_catalog.regexp_replace(a.amproc::text, '^pg_catalog\.', '') || '('
           || pg_catalog.oidvectortypes(p.proargtypes) || ')'
    FROM pg_catalog.pg_amproc a JOIN pg_catalog.pg_proc p ON p.oid = a.amproc
), classes AS (
    SELECT c.*, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_opclass o WHERE o.opcfamily = c.opcfamily) AS siblings
    FROM pg_catalog.pg_opclass c
)
SELECT 1255::int8 AS class, p.oid::int8 AS oid, 'aggregate' AS word, n.nspname::text AS namespace, p.proname::text AS name,
       pg_catalog.oidvectortypes(p.proargtypes) AS signature,
       '(' || CASE p.pronargs WHEN 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END || ') ('
       || pg_catalog.array_to_string(ARRAY[
           'sfunc = ' || pg_catalog.regexp_replace(a.aggtransfn::text, '^pg_catalog\.', ''),
           'stype = ' || pg_catalog.format_type(a.aggtranstype, NULL),
           CASE WHEN a.aggtransspace <> 0 THEN 'sspace = ' || a.aggtransspace END,
           CASE WHEN a.aggfinalfn::oid <> 0
                THEN 'finalfunc = ' || pg_catalog.regexp_replace(a.aggfinalfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggfinalextra THEN 'finalfunc_extra = true' END,
           CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w'::"char" END
                THEN 'finalfunc_modify = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable'
                                                                    ELSE 'read_write' END END,
           CASE WHEN a.aggcombinefn::oid <> 0
                THEN 'combinefunc = ' || pg_catalog.regexp_replace(a.aggcombinefn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggserialfn::oid <> 0
                THEN 'serialfunc = ' || pg_catalog.regexp_replace(a.aggserialfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggdeserialfn::oid <> 0
                THEN 'deserialfunc = ' || pg_catalog.regexp_replace(a.aggdeserialfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.agginitval IS NOT NULL
                THEN 'initcond = ''' || pg_catalog.replace(a.agginitval, '''', '''''') || '''' END,
           CASE WHEN a.aggmtransfn::oid <> 0
                THEN 'msfunc = ' || pg_catalog.regexp_replace(a.aggmtransfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggminvtransfn::oid <> 0
                THEN 'minvfunc = ' || pg_catalog.regexp_replace(a.aggminvtransfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggmtranstype <> 0 THEN 'mstype = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
           CASE WHEN a.aggmtransspace <> 0 THEN 'msspace = ' || a.aggmtransspace END,
           CASE WHEN a.aggmfinalfn::oid <> 0
                THEN 'mfinalfunc = ' || pg_catalog.regexp_replace(a.aggmfinalfn::text, '^pg_catalog\.', '') END,
           CASE WHEN a.aggmfinalextra THEN 'mfinalfunc_extra = true' END,
           CASE WHEN a.aggmtransfn::oid <> 0
                 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w'::"char" END
                THEN 'mfinalfunc_modify = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable'
                                                                      ELSE 'read_write' END END,
           CASE WHEN a.aggminitval IS NOT NULL
                THEN 'minitcond = ''' || pg_catalog.replace(a.aggminitval, '''', '''''') || '''' END,
           CASE WHEN a.aggsortop <> 0 THEN 'sortop = ' || (SELECT o.spelled FROM operators o WHERE o.oid = a.aggsortop) END,
           CASE p.proparallel WHEN 's' THEN 'parallel = safe' WHEN 'r' THEN 'parallel = restricted' END,
           CASE a.aggkind WHEN 'h' THEN 'hypothetical = true' END], ', ') || ')' AS definition,
       NULL::text AS enabled
FROM pg_catalog.pg_aggregate a
JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                  AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 2617, o.oid::int8, 'operator', n.nspname, o.oprname,
       CASE o.oprleft WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', '
       || CASE o.oprright WHEN 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END,
       '(' || pg_catalog.array_to_string(ARRAY[
           'function = ' || pg_catalog.regexp_replace(o.oprcode::text, '^pg_catalog\.', ''),
           CASE WHEN o.oprleft <> 0 THEN 'leftarg = ' || pg_catalog.format_type(o.oprleft, NULL) END,
           CASE WHEN o.oprright <> 0 THEN 'rightarg = ' || pg_catalog.format_type(o.oprright, NULL) END,
           'commutator = ' || (SELECT r.spelled FROM operators r WHERE r.oid = o.oprcom),
           'negator = ' || (SELECT r.spelled FROM operators r WHERE r.oid = o.oprnegate),
           CASE WHEN o.oprrest::oid <> 0
                THEN 'restrict = ' || pg_catalog.regexp_replace(o.oprrest::text, '^pg_catalog\.', '') END,
           CASE WHEN o.oprjoin::oid <> 0
                THEN 'join = ' || pg_catalog.regexp_replace(o.oprjoin::text, '^pg_catalog\.', '') END,
           CASE WHEN o.oprcanhash THEN 'hashes = true' END,
           CASE WHEN o.oprcanmerge THEN 'merges = true' END], ', ') || ')', NULL
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup') AND o.oprcode::oid <> 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass
                  AND d.objid = o.oid AND d.deptype = 'e')
UNION ALL
SELECT 2753, f.oid::int8, 'operator_family', n.nspname, f.opfname, m.amname, '', NULL
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
                  AND d.objid = f.oid AND d.deptype = 'e')
UNION ALL
SELECT 2616, c.oid::int8, 'operator_class', n.nspname, c.opcname, m.amname,
       CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END || 'FOR TYPE ' || pg_catalog.format_type(c.opcintype, NULL)
       || ' USING ' || pg_catalog.quote_ident(m.amname) || ' FAMILY ' || f.spelled || ' AS '
       || coalesce(
              (SELECT pg_catalog.string_agg(i.text, ', ' ORDER BY i.sort, i.number,
                                            pg_catalog.format_type(i.left_type, NULL) || ', '
                                            || pg_catalog.format_type(i.right_type, NULL) COLLATE "C")
               FROM items i
               WHERE i.family = c.opcfamily AND i.left_type = c.opcintype
                 AND (i.right_type = c.opcintype OR c.siblings = 1))
              || CASE WHEN c.opckeytype <> 0 AND c.opckeytype <> c.opcintype
                      THEN ', STORAGE ' || pg_catalog.format_type(c.opckeytype, NULL) ELSE '' END,
              'STORAGE ' || pg_catalog.format_type(CASE c.opckeytype WHEN 0 THEN c.opcintype ELSE c.opckeytype END, NULL)),
       NULL
FROM classes c
JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
JOIN families f ON f.oid = c.opcfamily
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'trueup')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 3, 4, 5, 6
