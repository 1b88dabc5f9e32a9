//! What follows the parentheses of CREATE TABLE, and stands in ALTER TABLE too.

use trueup_state::MySqlTable;

use super::{
    Cursor, ReadError,
    option::{generic, value},
    types::{charset, collation},
};

/// Options, with or without commas between, until something else comes; says whether there was one.
pub(crate) fn table_options(cursor: &mut Cursor<'_, '_>, table: &mut MySqlTable) -> Result<bool, ReadError> {
    let mut some = false;
    loop {
        let before = *cursor;
        if some {
            cursor.accept(",");
        }
        if !table_option(cursor, table)? {
            *cursor = before;
            return Ok(some);
        }
        some = true;
    }
}

/// One option, if one is next.
pub(crate) fn table_option(cursor: &mut Cursor<'_, '_>, table: &mut MySqlTable) -> Result<bool, ReadError> {
    let after_default = cursor.peek_is("default");
    let mut rest = *cursor;
    rest.accept("default");
    if let Some(name) = charset(&mut rest)? {
        // `DEFAULT` stands for the database's own.
        table.charset = Some(name).filter(|it| it != "default");
        table.collation = None;
        *cursor = rest;
        return Ok(true);
    }
    if let Some(name) = collation(&mut rest)? {
        table.collation = Some(name).filter(|it| it != "default");
        *cursor = rest;
        return Ok(true);
    }
    if after_default {
        return Ok(false);
    }
    if cursor.accept("engine") || cursor.accept_all(&["storage", "engine"]) || accept_type(cursor) {
        cursor.accept("=");
        table.engine = Some(engine(&value(cursor)?));
    } else if cursor.accept("comment") {
        cursor.accept("=");
        table.comment = cursor.string()?;
    } else if cursor.accept("auto_increment") {
        cursor.accept("=");
        cursor.number::<u64>()?;
    } else if cursor.accept_all(&["with", "system", "versioning"]) {
        table.versioned = true;
    } else if cursor.accept_all(&["start", "transaction"]) {
        // Only about how the rows of CREATE … SELECT are written.
    } else if cursor.accept("union") {
        cursor.accept("=");
        let names = cursor.names()?;
        let names: Vec<&str> = names.iter().map(|it| it.text()).collect();
        set(table, "union", names.join(","));
    } else if let Some(name) = known(cursor) {
        cursor.accept("=");
        let value = value(cursor)?;
        set(table, name, spelled(name, value));
    } else {
        return generic(cursor, &mut table.options);
    }
    Ok(true)
}

/// `TYPE=` is MariaDB's old word for ENGINE.
fn accept_type(cursor: &mut Cursor<'_, '_>) -> bool {
    cursor.facts.is_mariadb() && cursor.accept_all(&["type", "="])
}

/// Options that have no field of their own.
const KNOWN: [&[&str]; 30] = [
    &["avg_row_length"],
    &["autoextend_size"],
    &["table_checksum"],
    &["checksum"],
    &["compression"],
    &["connection"],
    &["data", "directory"],
    &["delay_key_write"],
    &["encryption"],
    &["engine_attribute"],
    &["ietf_quotes"],
    &["index", "directory"],
    &["insert_method"],
    &["key_block_size"],
    &["max_rows"],
    &["min_rows"],
    &["pack_keys"],
    &["page_checksum"],
    &["password"],
    &["row_format"],
    &["secondary_engine"],
    &["secondary_engine_attribute"],
    &["secondary_load"],
    &["sequence"],
    &["stats_auto_recalc"],
    &["stats_persistent"],
    &["stats_sample_pages"],
    &["storage"],
    &["tablespace"],
    &["transactional"],
];

fn known(cursor: &mut Cursor<'_, '_>) -> Option<&'static str> {
    let words = KNOWN.iter().find(|words| cursor.accept_all(words))?;
    match words {
        ["data", "directory"] => Some("data directory"),
        ["index", "directory"] => Some("index directory"),
        ["table_checksum"] => Some("checksum"),
        [word] => Some(word),
        _ => None,
    }
}

/// Words and sizes as the server prints them.
fn spelled(name: &str, value: String) -> String {
    match name {
        "row_format" | "insert_method" | "storage" | "encryption" => value.to_uppercase(),
        "autoextend_size" => bytes(&value).unwrap_or(value),
        _ => value,
    }
}

/// A size in bytes: `4M` is `4194304`.
fn bytes(size: &str) -> Option<String> {
    let number = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match size[number.len()..].to_ascii_lowercase().as_str() {
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    Some(number.parse::<u64>().ok()?.checked_mul(unit)?.to_string())
}

/// Options that are not said print nothing: the default, and zero where that is the default.
fn set(table: &mut MySqlTable, name: &str, value: String) {
    const ZERO: [&str; 8] = [
        "avg_row_length",
        "checksum",
        "delay_key_write",
        "key_block_size",
        "max_rows",
        "min_rows",
        "stats_sample_pages",
        "sequence",
    ];
    let is_default = value.eq_ignore_ascii_case("default")
        || value.is_empty()
        || (value == "0" && ZERO.contains(&name))
        || (value == "NO" && name == "insert_method")
        || (name == "secondary_engine" && value.eq_ignore_ascii_case("null"));
    if is_default {
        table.options.remove(name);
    } else {
        table.options.insert(name.to_owned(), value);
    }
}

/// An engine as the server spells it.
pub(crate) fn engine(name: &str) -> String {
    const ENGINES: [&str; 20] = [
        "InnoDB",
        "MyISAM",
        "Aria",
        "MEMORY",
        "CSV",
        "ARCHIVE",
        "BLACKHOLE",
        "MRG_MyISAM",
        "FEDERATED",
        "SEQUENCE",
        "CONNECT",
        "SPIDER",
        "ROCKSDB",
        "S3",
        "Mroonga",
        "Columnstore",
        "OQGRAPH",
        "SphinxSE",
        "TokuDB",
        "ndbcluster",
    ];
    let name = match name.to_lowercase().as_str() {
        "heap" => "MEMORY",
        "merge" => "MRG_MyISAM",
        "maria" => "Aria",
        "innobase" => "InnoDB",
        "ndb" => "ndbcluster",
        _ => name,
    };
    ENGINES.iter().find(|it| it.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), |it| (*it).to_owned())
}
