//! Types that well-known extensions bring.

/// (extension, its types).
const EXTENSIONS: [(&str, &[&str]); 20] = [
    ("citext", &["citext"]),
    ("hstore", &["hstore"]),
    ("ltree", &["ltree", "lquery", "ltxtquery"]),
    ("cube", &["cube"]),
    ("seg", &["seg"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("intarray", &["query_int"]),
    ("lo", &["lo"]),
    ("pg_trgm", &["gtrgm"]),
    ("vector", &["vector", "halfvec", "sparsevec"]),
    (
        "postgis",
        &["geometry", "geography", "box2d", "box3d", "box2df", "gidx", "spheroid", "geometry_dump", "valid_detail"],
    ),
    ("postgis_raster", &["raster", "rastbandarg", "addbandarg", "geomval", "reclassarg", "summarystats", "unionarg"]),
    ("postgis_topology", &["topogeometry", "getfaceedges_returntype", "topoelement", "topoelementarray"]),
    ("uint", &["uint1", "uint2", "uint4", "uint8", "int1"]),
    ("semver", &["semver"]),
    ("ip4r", &["ip4", "ip4r", "ip6", "ip6r", "ipaddress", "iprange"]),
    ("h3", &["h3index"]),
    ("pgroonga", &[]),
    ("pg_uuidv7", &[]),
    ("prefix", &["prefix_range"]),
];

/// Extensions that bring no types.
const WITHOUT_TYPES: [&str; 40] = [
    "adminpack",
    "amcheck",
    "autoinc",
    "bloom",
    "btree_gin",
    "btree_gist",
    "dblink",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "insert_username",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_cron",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_repack",
    "pg_stat_statements",
    "pg_surgery",
    "pg_visibility",
    "pg_walinspect",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "refint",
    "sslinfo",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "xml2",
    "pgaudit",
];

/// The extension that brings a type.
pub(crate) fn of_extension(name: &str) -> impl Iterator<Item = &'static str> {
    let brings = EXTENSIONS.iter().filter(move |(_, types)| types.contains(&name));
    brings.map(|(extension, _)| *extension)
}

/// Whether we know which types an extension brings.
pub(crate) fn is_known_extension(name: &str) -> bool {
    EXTENSIONS.iter().any(|(it, types)| *it == name && !types.is_empty()) || WITHOUT_TYPES.contains(&name)
}

/// The shapes of PostGIS, as it writes them.
const SHAPES: [&str; 16] = [
    "Geometry",
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
    "CircularString",
    "CompoundCurve",
    "CurvePolygon",
    "MultiCurve",
    "MultiSurface",
    "PolyhedralSurface",
    "Triangle",
    "Tin",
];

/// The modifiers of `geometry` and `geography` as PostGIS writes them: `(Point,4326)`. Empty where it writes none.
pub(crate) fn spatial_modifier(ty: &str, shape: &str, system: &str) -> Option<String> {
    let lower = shape.trim_matches('\'').to_ascii_lowercase();
    let (base, dimensions) = ["zm", "z", "m", ""].iter().find_map(|end| {
        let base = lower.strip_suffix(end)?.trim_end();
        SHAPES.iter().find(|it| it.eq_ignore_ascii_case(base)).map(|it| (*it, end.to_ascii_uppercase()))
    })?;
    let system = match (ty, system) {
        ("geography", "" | "0") => "4326",
        (_, "0") => "",
        (_, other) => other,
    };
    Some(match (base, dimensions.as_str(), system) {
        ("Geometry", "", "") => String::new(),
        (_, _, "") => ["(", base, &dimensions, ")"].concat(),
        _ => ["(", base, &dimensions, ",", system, ")"].concat(),
    })
}
