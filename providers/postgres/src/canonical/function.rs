//! PostgreSQL's own functions that declarations use often.

/// (name, argument types, result); `any` takes whatever is given.
const FUNCTIONS: &[(&str, &[&str], &str)] = &[
    ("lower", &["text"], "text"),
    ("upper", &["text"], "text"),
    ("initcap", &["text"], "text"),
    ("length", &["text"], "integer"),
    ("char_length", &["text"], "integer"),
    ("character_length", &["text"], "integer"),
    ("octet_length", &["text"], "integer"),
    ("btrim", &["text"], "text"),
    ("btrim", &["text", "text"], "text"),
    ("ltrim", &["text"], "text"),
    ("ltrim", &["text", "text"], "text"),
    ("rtrim", &["text"], "text"),
    ("rtrim", &["text", "text"], "text"),
    ("replace", &["text", "text", "text"], "text"),
    ("regexp_replace", &["text", "text", "text"], "text"),
    ("regexp_replace", &["text", "text", "text", "text"], "text"),
    ("split_part", &["text", "text", "integer"], "text"),
    ("strpos", &["text", "text"], "integer"),
    ("starts_with", &["text", "text"], "boolean"),
    ("left", &["text", "integer"], "text"),
    ("right", &["text", "integer"], "text"),
    ("reverse", &["text"], "text"),
    ("md5", &["text"], "text"),
    ("concat_ws", &["text", "any", "any"], "text"),
    ("quote_literal", &["text"], "text"),
    ("abs", &["integer"], "integer"),
    ("abs", &["bigint"], "bigint"),
    ("abs", &["numeric"], "numeric"),
    ("round", &["numeric"], "numeric"),
    ("round", &["numeric", "integer"], "numeric"),
    ("floor", &["numeric"], "numeric"),
    ("ceil", &["numeric"], "numeric"),
    ("date_trunc", &["text", "timestamp without time zone"], "timestamp without time zone"),
    ("date_trunc", &["text", "timestamp with time zone"], "timestamp with time zone"),
    ("date_part", &["text", "timestamp without time zone"], "double precision"),
    ("date_part", &["text", "timestamp with time zone"], "double precision"),
    ("date_part", &["text", "date"], "double precision"),
    ("to_tsvector", &["regconfig", "text"], "tsvector"),
    ("jsonb_typeof", &["jsonb"], "text"),
    ("json_typeof", &["json"], "text"),
    ("jsonb_array_length", &["jsonb"], "integer"),
    ("gen_random_uuid", &[], "uuid"),
    ("random", &[], "double precision"),
    ("now", &[], "timestamp with time zone"),
    ("clock_timestamp", &[], "timestamp with time zone"),
    ("statement_timestamp", &[], "timestamp with time zone"),
    ("transaction_timestamp", &[], "timestamp with time zone"),
    ("timeofday", &[], "text"),
    ("timezone", &["text", "timestamp with time zone"], "timestamp without time zone"),
    ("timezone", &["text", "timestamp without time zone"], "timestamp with time zone"),
    ("nextval", &["regclass"], "bigint"),
    ("currval", &["regclass"], "bigint"),
    ("current_setting", &["text"], "text"),
    ("current_setting", &["text", "boolean"], "text"),
    ("version", &[], "text"),
    ("pg_backend_pid", &[], "integer"),
    ("txid_current", &[], "bigint"),
    ("isfinite", &["date"], "boolean"),
];

/// The types to which the arguments are brought, and the result's, if only one function can be meant.
pub(super) fn find(name: &str, arguments: &[&str]) -> Option<(Vec<String>, &'static str)> {
    let fits = |wanted: &str, given: &str| {
        wanted == given || given == "unknown" || (wanted == "text" && given == "character varying")
    };
    let mut found = FUNCTIONS.iter().filter(|(it, wanted, _)| {
        *it == name && wanted.len() == arguments.len() && wanted.iter().zip(arguments).all(|(w, g)| fits(w, g))
    });
    let (_, wanted, result) = found.next()?;
    if found.next().is_some() || wanted.contains(&"any") {
        return None;
    }
    Some((wanted.iter().map(|it| (*it).to_owned()).collect(), result))
}
