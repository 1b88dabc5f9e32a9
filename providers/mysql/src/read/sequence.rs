//! CREATE SEQUENCE of MariaDB.

use trueup_state::MySqlSequence;

use super::{Created, Cursor, ReadError, option::value, table_option::engine};

/// What has been said of a sequence.
#[derive(Default)]
struct Said {
    start: Option<i64>,
    increment: Option<i64>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    cache: Option<i64>,
    cycle: bool,
    engine: Option<String>,
}

/// What follows `SEQUENCE`; what is not said is as MariaDB fills it in.
pub(super) fn read(mut cursor: Cursor<'_, '_>) -> Result<Created, ReadError> {
    let name = cursor.created_name()?;
    let mut said = Said::default();
    if cursor.accept("as") && !cursor.accept("bigint") {
        return Err(cursor.refuse("sequences of another type than BIGINT are not supported"));
    }
    cursor.accept("signed");
    while option(&mut cursor, &mut said)? {}
    cursor.finish()?;
    let Said { start, increment, minimum, maximum, cache, cycle, engine } = said;
    let increment = increment.unwrap_or(1);
    let minimum = minimum.unwrap_or(if increment < 0 { -i64::MAX } else { 1 });
    let maximum = maximum.unwrap_or(if increment < 0 { -1 } else { i64::MAX - 1 });
    let start = start.unwrap_or(if increment < 0 { maximum } else { minimum });
    let cache = cache.unwrap_or(1000);
    Ok(Created::Sequence { name, sequence: MySqlSequence { start, increment, minimum, maximum, cache, cycle, engine } })
}

fn option(cursor: &mut Cursor<'_, '_>, said: &mut Said) -> Result<bool, ReadError> {
    if cursor.accept("start") {
        let _ = cursor.accept("with") || cursor.accept("=");
        said.start = Some(signed(cursor)?);
    } else if cursor.accept("increment") {
        let _ = cursor.accept("by") || cursor.accept("=");
        said.increment = Some(signed(cursor)?);
    } else if cursor.accept("nominvalue") || cursor.accept_all(&["no", "minvalue"]) {
        said.minimum = None;
    } else if cursor.accept("minvalue") {
        cursor.accept("=");
        said.minimum = Some(signed(cursor)?);
    } else if cursor.accept("nomaxvalue") || cursor.accept_all(&["no", "maxvalue"]) {
        said.maximum = None;
    } else if cursor.accept("maxvalue") {
        cursor.accept("=");
        said.maximum = Some(signed(cursor)?);
    } else if cursor.accept("nocache") || cursor.accept_all(&["no", "cache"]) {
        said.cache = Some(0);
    } else if cursor.accept("cache") {
        cursor.accept("=");
        said.cache = Some(signed(cursor)?);
    } else if cursor.accept("nocycle") || cursor.accept_all(&["no", "cycle"]) {
        said.cycle = false;
    } else if cursor.accept("cycle") {
        said.cycle = true;
    } else if cursor.accept("engine") {
        cursor.accept("=");
        said.engine = Some(engine(&value(cursor)?));
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn signed(cursor: &mut Cursor<'_, '_>) -> Result<i64, ReadError> {
    if cursor.accept("-") {
        // The lowest number has no positive counterpart.
        let start = *cursor;
        let number: i128 = cursor.number()?;
        return i64::try_from(-number).map_err(|_| start.refuse("the number is too low"));
    }
    cursor.accept("+");
    cursor.number()
}
