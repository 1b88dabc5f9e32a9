//! Data types that nobody has to declare: PostgreSQL's own and those of well-known extensions.

mod extension;
pub(crate) mod operator_class;

pub(crate) use extension::{is_known_extension, of_extension, spatial_modifier};

/// Types in `pg_catalog` that keep their name in `format_type` (`pg_type.dat` of PostgreSQL 14 to 18), in order.
#[rustfmt::skip]
const OWN: [&str; 91] = [
    "aclitem", "anyarray", "anycompatible", "anycompatiblearray", "anycompatiblemultirange", "anycompatiblenonarray",
    "anycompatiblerange", "anyelement", "anyenum", "anymultirange", "anynonarray", "anyrange", "box", "bpchar",
    "bytea", "cid", "cidr", "circle", "cstring", "date", "datemultirange", "daterange", "event_trigger",
    "fdw_handler", "gtsvector", "index_am_handler", "inet", "int2vector", "int4multirange", "int4range",
    "int8multirange", "int8range", "internal", "json", "jsonb", "jsonpath", "language_handler", "line", "lseg",
    "macaddr", "macaddr8", "money", "name", "nummultirange", "numrange", "oid", "oidvector", "path",
    "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary", "pg_ddl_command", "pg_dependencies", "pg_lsn",
    "pg_mcv_list", "pg_ndistinct", "pg_node_tree", "pg_snapshot", "point", "polygon", "record", "refcursor",
    "regclass", "regcollation", "regconfig", "regdatabase", "regdictionary", "regnamespace", "regoper", "regoperator",
    "regproc", "regprocedure", "regrole", "regtype", "table_am_handler", "text", "tid", "trigger", "tsm_handler",
    "tsmultirange", "tsquery", "tsrange", "tstzmultirange", "tstzrange", "tsvector", "txid_snapshot", "unknown",
    "uuid", "void", "xid", "xid8", "xml",
];

/// Names that `format_type` replaces by the standard's, or by a shorter one: (name, what it writes).
const RENAMED: [(&str, &str); 14] = [
    ("bool", "boolean"),
    ("boolean", "boolean"),
    ("bigint", "bigint"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("integer", "integer"),
    ("smallint", "smallint"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("real", "real"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
];

/// What `format_type` writes for a type of PostgreSQL's own that takes no modifier.
pub(crate) fn own(name: &str) -> Option<&'static str> {
    if let Some((_, written)) = RENAMED.iter().find(|(it, _)| *it == name) {
        return Some(written);
    }
    match name {
        "any" => Some("\"any\""),
        "char" => Some("\"char\""),
        _ => OWN.iter().find(|it| **it == name).copied(),
    }
}

/// How long values of one of PostgreSQL's own types are stored (`pg_type.typstorage`); `None` for any other type.
pub(crate) fn storage(written: &str) -> Option<&'static str> {
    if written.ends_with("[]") {
        return Some("extended");
    }
    let base = written.split(['(', ' ']).next().unwrap_or(written);
    Some(match base {
        "numeric" | "inet" | "cidr" => "main",
        "text" | "character" | "bytea" | "json" | "jsonb" | "xml" | "bpchar" | "tsvector" | "path" | "polygon"
        | "int4range" | "int8range" | "numrange" | "daterange" | "tsrange" | "tstzrange" | "int4multirange"
        | "int8multirange" | "nummultirange" | "datemultirange" | "tsmultirange" | "tstzmultirange" | "jsonpath"
        | "bit" | "\"bit\"" => "extended",
        _ if base.contains('.') => return None,
        _ => "plain",
    })
}
