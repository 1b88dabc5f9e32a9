//! CREATE TABLE.

use trueup_state::Ident;

use super::{
    Created, Cursor, ReadError,
    assemble::{Addition, Assembly},
    column::column_definition,
    constraint::{check, foreign_key},
    key::{begins_key, key_definition},
    partition::partitions,
    table_option::table_options,
};

/// What follows `CREATE [TEMPORARY] TABLE`.
pub(super) fn read(mut cursor: Cursor<'_, '_>) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    if let Some(like) = like(&mut cursor)? {
        cursor.finish()?;
        return Ok(Created::TableLike { name, like });
    }
    let mut assembly = Assembly::new(name);
    if cursor.peek_is("(") {
        elements(&mut cursor, &mut assembly)?;
    }
    table_options(&mut cursor, &mut assembly.extra)?;
    if cursor.peek_is("partition") {
        assembly.extra.partitions = Some(partitions(&mut cursor)?);
    }
    if cursor.peek_any(&["as", "select", "ignore", "replace", "with", "values", "table", "("]) {
        let hint = "declare its columns";
        let refused = cursor.refuse("the columns of this table depend on a query");
        return Err(ReadError { hint: Some(hint.to_owned()), ..refused });
    }
    cursor.finish()?;
    let (name, table) = assembly.finish();
    Ok(Created::Table { name, table })
}

/// `LIKE other`, with or without parentheses.
fn like(cursor: &mut Cursor<'_, '_>) -> Result<Option<Ident>, ReadError> {
    if cursor.accept("like") {
        return Ok(Some(cursor.own_name("the other table's name")?));
    }
    if cursor.accept_all(&["(", "like"]) {
        let like = cursor.own_name("the other table's name")?;
        cursor.expect(")")?;
        return Ok(Some(like));
    }
    Ok(None)
}

fn elements(cursor: &mut Cursor<'_, '_>, assembly: &mut Assembly) -> Result<(), ReadError> {
    let before = *cursor;
    let list = cursor.list()?;
    if list.is_empty() {
        return Err(before.refuse("a table has columns"));
    }
    // Keys and constraints may stand before the columns that they name.
    let mut waiting = Vec::new();
    for start in list {
        let mut element = start;
        for addition in self::element(&mut element, assembly)? {
            waiting.push((start, addition));
        }
        if !element.is_done() {
            return Err(element.wrong("a comma"));
        }
    }
    // A check without a name gets one that no other has, wherever that stands.
    waiting.sort_by_key(|(_, it)| matches!(it, Addition::Check(check) if check.name.is_none()));
    for (start, addition) in waiting {
        assembly.add(addition, cursor.facts).map_err(|message| start.refuse(&message))?;
    }
    Ok(())
}

/// A column or period, which the table has then; or a key, check or foreign key, which waits.
fn element(cursor: &mut Cursor<'_, '_>, assembly: &mut Assembly) -> Result<Vec<Addition>, ReadError> {
    if cursor.accept_all(&["period", "for"]) {
        let name = cursor.name("the period's name")?;
        return match cursor.names()?.as_slice() {
            [from, to] => {
                assembly.extra.periods.insert(name, (from.clone(), to.clone()));
                Ok(Vec::new())
            }
            _ => Err(cursor.refuse("a period goes from one column to another")),
        };
    }
    let constraint = if cursor.accept("constraint") { Some(constraint_name(cursor)?) } else { None };
    let name = constraint.clone().flatten();
    if begins_key(cursor) {
        return Ok(vec![Addition::Key(key_definition(cursor, name)?)]);
    }
    if cursor.accept_all(&["foreign", "key"]) {
        return Ok(vec![Addition::ForeignKey(foreign_key(cursor, name)?)]);
    }
    if cursor.accept("check") {
        return Ok(vec![Addition::Check(check(cursor, name)?)]);
    }
    if constraint.is_some() {
        return Err(cursor.wrong("a constraint, such as `CHECK`"));
    }
    let start = *cursor;
    let name = cursor.name("a column")?;
    let definition = column_definition(cursor, &name)?;
    assembly.insert_column(name, definition, cursor.facts).map_err(|message| start.refuse(&message))
}

/// The name after CONSTRAINT, which may be left out.
pub(crate) fn constraint_name(cursor: &mut Cursor<'_, '_>) -> Result<Option<Ident>, ReadError> {
    if cursor.peek_any(&["primary", "unique", "foreign", "check"]) {
        return Ok(None);
    }
    cursor.accept_all(&["if", "not", "exists"]);
    Ok(Some(cursor.name("the constraint's name")?))
}
