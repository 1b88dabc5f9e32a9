//! What MariaDB makes of keys that are too long: shorter prefixes, and hashes of what is unique (10.11, `sql_table.cc`,
//! `mysql_prepare_create_table`). MySQL refuses such keys, and forgets about hashes.

use indexmap::IndexMap;
use trueup_state::{Column, Ident, Index, IndexKind, MySqlPart, Part, Table};

use super::{collation, types};
use crate::facts::Facts;

/// Spell out what the server does to keys, once the types and collations of columns are known.
pub(super) fn resolve(table: &mut Table, engine: Option<&str>, facts: &Facts) {
    if engine == Some("InnoDB") {
        forget_sizes(table);
    }
    if !facts.is_mariadb() {
        if engine == Some("InnoDB") {
            table.indexes.values_mut().for_each(unhash);
            if let Some(key) = &mut table.primary_key {
                let mut extra = key.extra.mysql();
                extra.method.take_if(|it| it == "hash");
                key.extra = extra.into();
            }
        }
        return;
    }
    let limit = match engine {
        Some("InnoDB") => 3072,
        Some("Aria") => 2300,
        Some("MyISAM") => 1000,
        _ => return,
    };
    let columns = &table.columns;
    for index in table.indexes.values_mut().filter(|it| it.extra.mysql().kind == IndexKind::Plain) {
        if index.unique {
            hash(index, columns, limit);
        } else {
            index.parts.iter_mut().for_each(|part| shorten(part, columns, limit));
        }
    }
}

/// A size of blocks says nothing about a key in InnoDB. MySQL forgets it, and MariaDB writes it on every key of a table
/// that once had such a size itself.
fn forget_sizes(table: &mut Table) {
    if let Some(key) = &mut table.primary_key {
        let mut extra = key.extra.mysql();
        extra.options.remove("key_block_size");
        key.extra = extra.into();
    }
    for index in table.indexes.values_mut() {
        let mut extra = index.extra.mysql();
        extra.options.remove("key_block_size");
        index.extra = extra.into();
    }
}

/// InnoDB has no hashes, and MySQL forgets that one was wished for.
fn unhash(index: &mut Index) {
    let mut extra = index.extra.mysql();
    extra.method.take_if(|it| it == "hash");
    index.extra = extra.into();
}

/// How long values of a column are: characters, bytes for each, and whether a key needs a prefix of it.
struct Size {
    characters: u64,
    width: u64,
    needs_prefix: bool,
}

fn size(part: &Part, columns: &IndexMap<Ident, Column>) -> Option<Size> {
    let column = columns.get(part.column_name()?)?;
    let (base, _) = types::split(column.ty.canonical());
    let length = types::length(column.ty.canonical()).map_or(1, u64::from);
    let width = column.collation.as_ref().map_or(1, |it| u64::from(collation::width(it.text())));
    let (characters, needs_prefix) = match base {
        "char" | "varchar" | "binary" | "varbinary" => (length, false),
        "tinytext" | "tinyblob" => (255, true),
        "text" | "mediumtext" | "longtext" | "blob" | "mediumblob" | "longblob" => (u64::from(u32::MAX), true),
        _ => return None,
    };
    Some(Size { characters, width, needs_prefix })
}

/// A part of a plain key: what is too long is cut to what fits.
fn shorten(part: &mut Part, columns: &IndexMap<Ident, Column>, limit: u64) {
    let Some(Size { characters, width, needs_prefix }) = size(part, columns) else { return };
    let prefix = part.extra.mysql().prefix;
    let wanted = prefix.map_or(characters, u64::from);
    let fits = wanted.min(limit / width);
    if fits < wanted || (needs_prefix && prefix.is_none()) {
        part.extra = MySqlPart { prefix: u32::try_from(fits).ok() }.into();
    }
}

/// A unique key of values that are too long is one of their hashes.
fn hash(index: &mut Index, columns: &IndexMap<Ident, Column>, limit: u64) {
    let mut total = 0_u64;
    let mut is_whole = false;
    for part in &index.parts {
        let prefix = part.extra.mysql().prefix;
        let Some(Size { characters, width, needs_prefix }) = size(part, columns) else { continue };
        total = total.saturating_add(prefix.map_or(characters, u64::from).saturating_mul(width));
        is_whole |= needs_prefix && prefix.is_none();
    }
    let mut extra = index.extra.mysql();
    if (is_whole || total > limit) && extra.method.is_none() {
        extra.method = Some("hash".to_owned());
        index.extra = extra.into();
    }
}
