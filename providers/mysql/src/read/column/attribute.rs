//! What may follow the type of a column, in any order.

use trueup_state::{Generated, Ident};

use super::Reading;
use crate::{
    facts::Facts,
    read::{
        Cursor, ReadError,
        constraint::{check_expression, enforcement, references},
        default::{default, moment},
        key::KeyDefinition,
        option::{generic, value},
        types,
    },
    token::Kind,
};

/// Read one attribute, if one is next.
pub(super) fn read(cursor: &mut Cursor<'_, '_>, it: &mut Reading) -> Result<bool, ReadError> {
    Ok(of_value(cursor, it)?
        || of_key(cursor, it)?
        || of_storage(cursor, it)?
        || generic(cursor, &mut it.extra.options)?)
}

/// What decides the values of the column.
fn of_value(cursor: &mut Cursor<'_, '_>, it: &mut Reading) -> Result<bool, ReadError> {
    if cursor.accept_all(&["not", "null"]) {
        it.nullable = Some(false);
    } else if cursor.accept("null") {
        it.nullable = Some(true);
    } else if cursor.accept("default") {
        it.default = default(cursor, it.ty.canonical())?;
        it.says_default = true;
    } else if cursor.accept_all(&["on", "update"]) {
        it.extra.on_update = Some(moment(cursor)?);
        it.says_default = true;
    } else if cursor.accept_all(&["serial", "default", "value"]) {
        it.serial();
    } else if cursor.accept("auto_increment") {
        it.extra.auto_increment = true;
    } else if cursor.accept_all(&["generated", "always", "as"]) || cursor.accept("as") {
        generated(cursor, it)?;
    } else if it.generated.is_some() && cursor.accept("virtual") {
        store(it, false);
    } else if it.generated.is_some() && cursor.accept_any(&["stored", "persistent"]).is_some() {
        store(it, true);
    } else if let Some(charset) = types::charset(cursor)? {
        it.extra.charset = Some(charset);
    } else if let Some(collation) = types::collation(cursor)? {
        it.collation = Some(collation);
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn generated(cursor: &mut Cursor<'_, '_>, it: &mut Reading) -> Result<(), ReadError> {
    if cursor.accept("row") {
        let Some(row) = cursor.accept_any(&["start", "end"]) else { return Err(cursor.wrong("`START` or `END`")) };
        it.extra.row = Some(row.to_owned());
        it.nullable = Some(false);
        return Ok(());
    }
    it.generated = Some(Generated { expression: cursor.group_expression()?, stored: false });
    Ok(())
}

fn store(it: &mut Reading, stored: bool) {
    if let Some(generated) = &mut it.generated {
        generated.stored = stored;
    }
}

/// Keys and constraints of this column alone.
fn of_key(cursor: &mut Cursor<'_, '_>, it: &mut Reading) -> Result<bool, ReadError> {
    if cursor.accept_all(&["primary", "key"]) || cursor.accept("key") {
        it.keys.push(KeyDefinition::of_column(&it.name, true));
        it.nullable = Some(false);
    } else if cursor.accept("unique") {
        let _ = cursor.accept("key") || cursor.accept("index");
        it.keys.push(KeyDefinition::of_column(&it.name, false));
    } else if cursor.accept("constraint") {
        let named = !cursor.peek_any(&["check", "references"]);
        let name = if named { Some(cursor.name("a name")?) } else { None };
        if !cursor.peek_any(&["check", "references"]) {
            return Err(cursor.wrong("`CHECK` or `REFERENCES`"));
        }
        constraint(cursor, it, name)?;
    } else if cursor.peek_any(&["check", "references"]) {
        constraint(cursor, it, None)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn constraint(cursor: &mut Cursor<'_, '_>, it: &mut Reading, name: Option<Ident>) -> Result<(), ReadError> {
    if cursor.accept("references") {
        let columns = vec![it.name.clone()];
        let foreign_key = references(cursor, name, columns)?;
        if honours_inline_references(cursor.facts) {
            it.foreign_keys.push(foreign_key);
        }
        return Ok(());
    }
    let start = *cursor;
    cursor.expect("check")?;
    let expression = check_expression(cursor)?;
    if cursor.facts.is_mariadb() {
        if it.extra.check.is_some() || name.is_some() {
            return Err(start.refuse("a column has one check, without a name; more of them are the table's"));
        }
        it.extra.check = Some(expression);
    } else {
        it.checks.push(enforcement(cursor, name, expression));
    }
    Ok(())
}

/// MySQL reads `REFERENCES` after a column before version 9, and forgets it.
fn honours_inline_references(facts: &Facts) -> bool {
    facts.is_mariadb() || facts.version.is_some_and(|it| it.is_mysql(9, 0, 0))
}

/// What decides how it is kept and shown.
fn of_storage(cursor: &mut Cursor<'_, '_>, it: &mut Reading) -> Result<bool, ReadError> {
    let options = &mut it.extra.options;
    if cursor.accept("comment") {
        it.extra.comment = cursor.string()?;
    } else if cursor.accept("invisible") {
        it.extra.invisible = true;
    } else if cursor.accept("visible") {
        it.extra.invisible = false;
    } else if let Some(name) = cursor.accept_any(&["column_format", "storage"]) {
        let value = cursor.word("a word")?.text().to_uppercase();
        if value != "DEFAULT" {
            options.insert(name.to_owned(), value);
        }
    } else if let Some(name) = cursor.accept_any(&["engine_attribute", "secondary_engine_attribute"]) {
        cursor.accept("=");
        options.insert(name.to_owned(), value(cursor)?);
    } else if cursor.accept("compressed") {
        // The only method there is, zlib, is not printed.
        if cursor.accept("=") {
            cursor.word("a method")?;
        }
        options.insert("compressed".to_owned(), String::new());
    } else if cursor.peek_is("srid") && cursor.peek_at(1).is_some_and(|it| it.kind == Kind::Number) {
        cursor.accept("srid");
        it.extra.srid = Some(cursor.number()?);
    } else if cursor.accept_all(&["ref_system_id", "="]) {
        it.extra.srid = Some(cursor.number()?);
    } else if cursor.accept_all(&["without", "system", "versioning"]) {
        it.extra.unversioned = true;
    } else if cursor.accept_all(&["not", "secondary"]) {
        options.insert("not secondary".to_owned(), String::new());
    } else {
        return Ok(false);
    }
    Ok(true)
}
