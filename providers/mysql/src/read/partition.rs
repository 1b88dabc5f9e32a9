//! `PARTITION BY …`.

use trueup_state::{Ident, Options, PartitionBy, PartitionDefinition, Partitions, SqlText};

use super::{Cursor, ReadError, cursor::split_commas, option::value};
use crate::{
    canonical::{self, Names},
    token::{Kind, Token},
};

/// From `PARTITION BY` on.
pub(crate) fn partitions(cursor: &mut Cursor<'_, '_>) -> Result<Partitions, ReadError> {
    cursor.expect("partition")?;
    cursor.expect("by")?;
    let mut by = rule(cursor)?;
    let mut count = if cursor.accept("partitions") { Some(cursor.number()?) } else { None };
    let mut subpartition_by = None;
    if cursor.accept_all(&["subpartition", "by"]) {
        let mut by = rule(cursor)?;
        if cursor.accept("subpartitions") {
            by.count = Some(cursor.number()?);
        }
        subpartition_by = Some(by);
    }
    by.count = None;
    let list = if cursor.peek_is("(") { partition_definitions(cursor)? } else { Vec::new() };
    if !list.is_empty() {
        count = None;
    } else if by.method != "system_time" {
        // One partition is what there is when nothing is said.
        count = count.or(Some(1));
    }
    // Named ones are not counted.
    if let Some(by) = subpartition_by.as_mut().filter(|_| list.iter().any(|it| !it.subpartitions.is_empty())) {
        by.count = None;
    }
    Ok(Partitions { by, subpartition_by, count, list })
}

/// The method and what it looks at.
fn rule(cursor: &mut Cursor<'_, '_>) -> Result<PartitionBy, ReadError> {
    let linear = if cursor.accept("linear") { "linear " } else { "" };
    let Some(word) = cursor.accept_any(&["range", "list", "hash", "key", "system_time"]) else {
        return Err(cursor.wrong("how to partition, such as `RANGE`"));
    };
    if word == "system_time" {
        return Ok(PartitionBy { method: word.to_owned(), terms: system_time(cursor)?, count: None });
    }
    let columns = cursor.accept("columns");
    let mut method = [linear, word, if columns { " columns" } else { "" }].concat();
    if cursor.accept("algorithm") {
        cursor.expect("=")?;
        // The second algorithm is the one that is not said.
        if cursor.number::<u32>()? == 1 {
            method.push_str(" algorithm = 1");
        }
    }
    let group = cursor.group()?;
    let source = cursor.source();
    let terms = match columns || word == "key" {
        true => canonical::text(source, group, Names::Columns),
        false => canonical::expression(source, group),
    };
    Ok(PartitionBy { method, terms, count: None })
}

/// `INTERVAL … [STARTS …] [AUTO]`, `LIMIT n`.
fn system_time(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    let tokens = cursor.rest();
    let length = tokens.iter().position(|it| it.is("(") || it.is_any(&["partitions", "subpartition"]));
    let (terms, rest) = tokens.split_at(length.unwrap_or(tokens.len()));
    *cursor = cursor.over(rest);
    Ok(canonical::text(cursor.source(), terms, Names::Columns))
}

/// Definitions in parentheses.
pub(crate) fn partition_definitions(cursor: &mut Cursor<'_, '_>) -> Result<Vec<PartitionDefinition>, ReadError> {
    let mut list = Vec::new();
    for mut one in cursor.list()? {
        list.push(definition(&mut one)?);
        one.finish()?;
    }
    Ok(list)
}

fn definition(cursor: &mut Cursor<'_, '_>) -> Result<PartitionDefinition, ReadError> {
    cursor.expect("partition")?;
    let name = cursor.name("the partition's name")?;
    let values = values(cursor)?;
    let options = options(cursor)?;
    let mut subpartitions = Vec::new();
    if cursor.peek_is("(") {
        for mut one in cursor.list()? {
            subpartitions.push(subpartition(&mut one)?);
        }
    }
    Ok(PartitionDefinition { name, values, options, subpartitions })
}

fn subpartition(cursor: &mut Cursor<'_, '_>) -> Result<Ident, ReadError> {
    cursor.expect("subpartition")?;
    let name = cursor.name("the subpartition's name")?;
    let start = *cursor;
    if !options(cursor)?.is_empty() {
        return Err(start.refuse("options of single subpartitions are not supported"));
    }
    cursor.finish()?;
    Ok(name)
}

/// `VALUES LESS THAN …`, `VALUES IN (…)`, `HISTORY`, `CURRENT`, `DEFAULT`.
fn values(cursor: &mut Cursor<'_, '_>) -> Result<Option<SqlText>, ReadError> {
    let start = cursor.rest();
    if cursor.accept_any(&["history", "current", "default"]).is_some() {
        return Ok(Some(read_since(cursor, start)));
    }
    if !cursor.accept("values") {
        return Ok(None);
    }
    let start = cursor.rest();
    if cursor.accept_all(&["less", "than"]) {
        if cursor.accept("maxvalue") || cursor.accept_all(&["(", "maxvalue", ")"]) {
            let written = read_since(cursor, start).written().to_owned();
            return Ok(Some(SqlText::new("less than maxvalue", written)));
        }
        cursor.group()?;
        return Ok(Some(read_since(cursor, start)));
    }
    cursor.expect("in")?;
    let group = cursor.group()?;
    let read = read_since(cursor, start);
    if let [only] = group
        && only.is("default")
    {
        return Ok(Some(SqlText::new("default", read.written())));
    }
    // The server keeps NULL first.
    let mut parts = split_commas(group);
    parts.sort_by_key(|part| !matches!(part, [only] if only.is("null")));
    let canonical: Vec<String> = parts
        .iter()
        .map(|part| canonical::text(cursor.source(), part, Names::Columns).canonical().to_owned())
        .collect();
    Ok(Some(SqlText::new(["in ( ", &canonical.join(" , "), " )"].concat(), read.written())))
}

fn read_since(cursor: &Cursor<'_, '_>, start: &[Token<'_>]) -> SqlText {
    canonical::text(cursor.source(), &start[..start.len() - cursor.rest().len()], Names::Columns)
}

/// Options of a partition; its engine is the table's and is not kept.
fn options(cursor: &mut Cursor<'_, '_>) -> Result<Options, ReadError> {
    let mut options = Options::new();
    loop {
        if cursor.accept_all(&["storage", "engine"]) || cursor.accept("engine") {
            cursor.accept("=");
            value(cursor)?;
            continue;
        }
        let name = if cursor.accept_all(&["data", "directory"]) {
            "data directory"
        } else if cursor.accept_all(&["index", "directory"]) {
            "index directory"
        } else if let Some(name) = cursor.accept_any(&["comment", "max_rows", "min_rows", "tablespace", "nodegroup"]) {
            name
        } else if cursor.peek().is_some_and(|it| it.kind == Kind::Word || it.kind == Kind::Quoted) {
            if super::option::generic(cursor, &mut options)? {
                continue;
            }
            return Err(cursor.wrong("an option of the partition"));
        } else {
            return Ok(options);
        };
        cursor.accept("=");
        let value = value(cursor)?;
        if !value.is_empty() && value != "0" {
            options.insert(name.to_owned(), value);
        }
    }
}
