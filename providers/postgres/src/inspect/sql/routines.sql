-- Minimum version: PostgreSQL 14. Every function and procedure that is neither the system's nor an extension's.
SELECT
    p.oid::int8 AS oid,
    n.nspname::text AS namespace,
    p.proname::text AS name,
    p.prokind::text AS kind,
    l.lanname::text AS language,
    p.prosrc AS source,
    p.probin AS library,
    pg_get_function_sqlbody(p.oid) AS body,
    p.provolatile::text AS volatility,
    p.proparallel::text AS parallel,
    p.proisstrict AS strict,
    p.prosecdef AS security_definer,
    p.proleakproof AS leakproof,
    p.proretset AS returns_set,
    p.procost AS cost,
    p.prorows AS rows,
    format_type(p.prorettype, NULL) AS returns,
    to_json(coalesce(p.proconfig, '{}')) AS settings,
    s.nspname::text AS support_namespace,
    f.proname::text AS support_name,
    arguments.types,
    arguments.modes,
    arguments.names,
    arguments.defaults,
    arguments.signature,
    to_json(ARRAY(
        SELECT format_type(t.oid, NULL) FROM unnest(p.protrftypes) WITH ORDINALITY AS t (oid, place) ORDER BY place
    )) AS transforms
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_proc f ON f.oid = p.prosupport::oid
LEFT JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
CROSS JOIN LATERAL (
    SELECT
        coalesce(json_agg(format_type(a.type, NULL) ORDER BY a.place), '[]') AS types,
        coalesce(json_agg(a.mode ORDER BY a.place), '[]') AS modes,
        coalesce(json_agg(a.name ORDER BY a.place), '[]') AS names,
        coalesce(json_agg(pg_get_function_arg_default(p.oid, a.place::int) ORDER BY a.place), '[]') AS defaults,
        coalesce(string_agg(format_type(a.type, NULL), ', ' ORDER BY a.place) FILTER (WHERE a.mode IN ('i', 'b', 'v')), '')
            AS signature
    FROM (
        SELECT
            it.type,
            it.place,
            coalesce(p.proargmodes[it.place]::text, 'i') AS mode,
            coalesce(p.proargnames[it.place], '') AS name
        FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS it (type, place)
    ) a
) arguments
WHERE p.prokind IN ('f', 'p', 'w')
    AND n.nspname !~ '^pg_'
    AND n.nspname NOT IN ('information_schema', 'trueup')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
    -- The constructors and other functions that a type makes for itself go with it.
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
    )
ORDER BY namespace, name, signature;
