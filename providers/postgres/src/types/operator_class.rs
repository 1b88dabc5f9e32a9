//! Operator classes: which are a type's own, and which belong to well-known extensions.

/// PostgreSQL's own operator classes (`pg_opclass.dat` of PostgreSQL 14 to 18), but for those of BRIN.
#[rustfmt::skip]
const OWN: [&str; 59] = [
    "aclitem_ops", "array_ops", "bit_ops", "bool_ops", "box_ops", "bpchar_ops", "bpchar_pattern_ops", "bytea_ops",
    "char_ops", "cid_ops", "cidr_ops", "circle_ops", "date_ops", "enum_ops", "float4_ops", "float8_ops", "inet_ops",
    "int2_ops", "int4_ops", "int8_ops", "interval_ops", "jsonb_ops", "jsonb_path_ops", "kd_point_ops", "macaddr8_ops",
    "macaddr_ops", "money_ops", "multirange_ops", "name_ops", "numeric_ops", "oid_ops", "oidvector_ops", "pg_lsn_ops",
    "point_ops", "poly_ops", "quad_point_ops", "range_ops", "record_image_ops", "record_ops", "text_ops",
    "text_pattern_ops", "tid_ops", "time_ops", "timestamp_ops", "timestamptz_ops", "timetz_ops", "tsquery_ops",
    "tsvector_ops", "uuid_ops", "varbit_ops", "varchar_ops", "varchar_pattern_ops", "xid8_ops", "xid_ops",
    "box_inclusion_ops", "inet_inclusion_ops", "range_inclusion_ops", "network_ops", "network_subnet_ops",
];

/// Those that no type has by itself, or not for every method.
#[rustfmt::skip]
const NOT_DEFAULT: [&str; 9] = [
    "bpchar_pattern_ops", "cidr_ops", "jsonb_path_ops", "kd_point_ops", "record_image_ops", "text_pattern_ops",
    "varchar_ops", "varchar_pattern_ops", "network_subnet_ops",
];

/// (extension, its operator classes that are no type's own).
const EXTENSIONS: [(&str, &[&str]); 9] = [
    ("pg_trgm", &["gin_trgm_ops", "gist_trgm_ops"]),
    (
        "vector",
        &[
            "vector_ip_ops",
            "vector_cosine_ops",
            "vector_l1_ops",
            "vector_l2_ops",
            "halfvec_l2_ops",
            "halfvec_ip_ops",
            "halfvec_cosine_ops",
            "halfvec_l1_ops",
            "sparsevec_l2_ops",
            "sparsevec_ip_ops",
            "sparsevec_cosine_ops",
            "sparsevec_l1_ops",
            "bit_hamming_ops",
            "bit_jaccard_ops",
        ],
    ),
    ("citext", &["citext_pattern_ops", "citext_ops"]),
    ("hstore", &["gin_hstore_ops", "gist_hstore_ops", "btree_hstore_ops", "hash_hstore_ops"]),
    ("ltree", &["gist_ltree_ops", "gist__ltree_ops", "ltree_ops"]),
    ("intarray", &["gin__int_ops", "gist__int_ops", "gist__intbig_ops"]),
    (
        "postgis",
        &[
            "gist_geometry_ops_nd",
            "brin_geometry_inclusion_ops_nd",
            "spgist_geometry_ops_nd",
            "gist_geometry_ops_2d",
            "gist_geography_ops",
        ],
    ),
    ("bloom", &["int4_ops", "text_ops"]),
    ("pgroonga", &["pgroonga_text_full_text_search_ops_v2", "pgroonga_varchar_full_text_search_ops_v2"]),
];

/// Classes of extensions that their types have by themselves.
#[rustfmt::skip]
const EXTENSION_DEFAULT: [&str; 10] = [
    "citext_ops", "gin_hstore_ops", "gist_hstore_ops", "btree_hstore_ops", "hash_hstore_ops", "gist_ltree_ops",
    "gist__ltree_ops", "ltree_ops", "gist_geometry_ops_2d", "gist_geography_ops",
];

/// Whether an operator class is one of PostgreSQL's own.
pub(crate) fn is_own(name: &str) -> bool {
    let is_brin = ["_minmax_ops", "_minmax_multi_ops", "_bloom_ops"].iter().any(|end| name.ends_with(end));
    is_brin || OWN.contains(&name)
}

/// The extension that brings an operator class.
pub(crate) fn of_extension(name: &str) -> Option<&'static str> {
    EXTENSIONS.iter().find(|(_, classes)| classes.contains(&name)).map(|(extension, _)| *extension)
}

/// Whether a type (`None` where it is not known) has an operator class by itself for a method.
pub(crate) fn is_default(method: &str, name: &str, ty: Option<&str>) -> bool {
    if EXTENSION_DEFAULT.contains(&name) {
        return true;
    }
    if !is_own(name) || NOT_DEFAULT.contains(&name) || name.ends_with("_multi_ops") || name.ends_with("_bloom_ops") {
        return false;
    }
    match (method, name) {
        ("btree" | "hash" | "spgist", "text_ops") => {
            ty.is_none_or(|it| it == "text" || it.starts_with("character varying"))
        }
        ("gist", "inet_ops") => false,
        // The type's own is the one that compares as ranges or arrays do.
        ("brin", "box_inclusion_ops" | "range_inclusion_ops" | "inet_inclusion_ops") => true,
        _ => true,
    }
}
