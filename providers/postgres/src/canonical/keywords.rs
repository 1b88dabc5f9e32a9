//! Identifiers as PostgreSQL reads and prints them.

use trueup_state::Ident;

/// Words that `quote_identifier` puts in quotes in every version (`pg_get_keywords()`, all but the unreserved).
const QUOTED: &str = " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit \
    boolean both case cast char character check coalesce collate collation column concurrently constraint create cross \
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal \
    default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full \
    grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull \
    join lateral leading least left like limit localtime localtimestamp national natural nchar none normalize not \
    notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary \
    real references returning right row select session_user setof similar smallint some substring symmetric table \
    tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose \
    when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot \
    xmlserialize xmltable ";

/// Words that only some of the versions 14 to 18 put in quotes.
const VARYING: &str = " json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar \
    json_serialize json_table json_value merge_action system_user ";

fn is_in(list: &str, name: &str) -> bool {
    list.match_indices(name).any(|(at, _)| {
        let bytes = list.as_bytes();
        at > 0 && bytes.get(at - 1) == Some(&b' ') && bytes.get(at + name.len()) == Some(&b' ')
    })
}

/// An identifier as it is printed; nothing where that depends on the version.
pub(super) fn printed(name: &str) -> Option<String> {
    (!is_in(VARYING, name)).then(|| quoted(name))
}

/// An identifier as it is printed.
pub(crate) fn quoted(name: &str) -> String {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if starts && plain && !is_in(QUOTED, name) {
        return name.to_owned();
    }
    ["\"", &name.replace('"', "\"\""), "\""].concat()
}

/// An identifier as it is meant.
pub(super) fn ident(written: &str) -> Ident {
    match written.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => Ident::from(quoted.replace("\"\"", "\"")),
        None => Ident::from(written.to_lowercase()),
    }
}
