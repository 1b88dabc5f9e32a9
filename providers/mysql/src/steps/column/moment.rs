//! Values that become dates, times and years.

use trueup_contract::Sql;

use super::{
    conversion::{Doubt, Values, is_read, outside},
    kind::Kind,
};
use crate::render::sql;

/// Dates and moments as text: what the server takes beyond this is rather refused.
const MOMENT: &str = "NOT REGEXP '^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]*)?)?)?\
                      |[0-9]{8}|[0-9]{14})$'";
/// The same as a number.
const NUMBER: &str = "NOT REGEXP '^(0|[0-9]{8}|[0-9]{14})([.]0*)?$'";
const TIME: &str = "NOT REGEXP '^-?([0-7]?[0-9]{1,2}|8[0-2][0-9]|83[0-8]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]*)?)?$'";
const YEAR: &str = "NOT REGEXP '^[0-9]{1,4}$'";

/// The least and the greatest moment of a timestamp, whatever the time zone.
const TIMESTAMPS: &str = "BETWEEN '1970-01-02 00:00:00' AND '2038-01-18 00:00:00'";
const ZERO: &str = "'0000-00-00 00:00:00'";

/// The doubts about making such values of others.
pub(super) fn doubts(from: &Values<'_>, to: &Kind) -> Vec<Doubt> {
    let own = || from.own();
    let is_read = is_read(&from.kind) || matches!(from.kind, Kind::Enum(_) | Kind::Set(_));
    match (&from.kind, to) {
        (Kind::Other(_), _) => vec![Doubt::Unknown],
        (_, Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_)) if is_read => of_text(from, to),
        (_, Kind::Time(digits)) if is_read => {
            vec![Doubt::Refused(from.text().raw(TIME)), fraction(&from.text(), "TIME", *digits)]
        }
        (Kind::Enum(_) | Kind::Set(_), Kind::Year) => vec![Doubt::Refused(no_year(&from.number())), Doubt::Unknown],
        (_, Kind::Year) if is_read => {
            let condition = from.text().raw(YEAR).raw("OR").sql(&no_year(&from.number()));
            vec![Doubt::Refused(condition), short_year(&from.number())]
        }
        (Kind::Integer(..), Kind::Year) => vec![Doubt::Refused(no_year(&own())), short_year(&own())],
        (Kind::Bit(_) | Kind::Decimal(..) | Kind::Float(_) | Kind::Double(_), Kind::Year) => {
            let whole = sql("ROUND(").sql(&from.number()).raw(")");
            let refused = no_year(&whole).raw("OR").sql(&from.number()).raw("< 0");
            vec![Doubt::Refused(refused), Doubt::Unknown]
        }
        (_, Kind::Year) | (Kind::Year, _) => vec![Doubt::Refused(from.any())],
        (Kind::Date, Kind::Datetime(_)) => Vec::new(),
        (Kind::Datetime(_) | Kind::Timestamp(_), Kind::Date) => {
            vec![Doubt::Changes(own().raw("<> DATE(").ident(from.name).raw(")"))]
        }
        (Kind::Date | Kind::Datetime(_), Kind::Timestamp(digits)) => {
            vec![Doubt::Refused(late(&own())), fraction(&own(), "DATETIME", *digits)]
        }
        (Kind::Datetime(a) | Kind::Timestamp(a), Kind::Datetime(b)) | (Kind::Timestamp(a), Kind::Timestamp(b)) => {
            (a > b).then(|| fraction(&own(), "DATETIME", *b)).into_iter().collect()
        }
        (Kind::Time(a), Kind::Time(b)) => (a > b).then(|| fraction(&own(), "TIME", *b)).into_iter().collect(),
        (Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_) | Kind::Time(_), _) => vec![Doubt::Unknown],
        (_, Kind::Time(_)) => {
            let read = sql("CAST(").sql(&as_text(from)).raw("AS TIME) IS NULL AND").sql(&from.any());
            let great = outside(&from.number(), -8_385_959, 8_385_959);
            vec![Doubt::Refused(sql("(").sql(&read).raw(") OR").sql(&great)), Doubt::Unknown]
        }
        (_, _) => {
            let read = sql("CAST(").sql(&as_text(from)).raw("AS DATETIME)");
            let refused = as_text(from).raw(NUMBER).raw("OR (").sql(&read).raw("IS NULL AND").sql(&from.any()).raw(")");
            let refused = if matches!(to, Kind::Timestamp(_)) { refused.raw("OR").sql(&late(&read)) } else { refused };
            vec![Doubt::Refused(refused), Doubt::Unknown]
        }
    }
}

/// A number's text.
fn as_text(from: &Values<'_>) -> Sql {
    sql("CAST(").sql(&from.number()).raw("AS CHAR)")
}

fn of_text(from: &Values<'_>, to: &Kind) -> Vec<Doubt> {
    let read = sql("CAST(").sql(&from.text()).raw("AS DATETIME(6))");
    let refused = from.text().raw(MOMENT).raw("OR (").sql(&read).raw("IS NULL AND").sql(&from.any()).raw(")");
    match to {
        Kind::Date => vec![Doubt::Refused(refused), Doubt::Changes(sql("DATE(").sql(&read).raw(") <>").sql(&read))],
        Kind::Timestamp(digits) => {
            vec![Doubt::Refused(refused.raw("OR").sql(&late(&read))), fraction(&read, "DATETIME", *digits)]
        }
        Kind::Datetime(digits) => vec![Doubt::Refused(refused), fraction(&read, "DATETIME", *digits)],
        _ => vec![Doubt::Refused(refused)],
    }
}

/// Moments that no timestamp can be.
fn late(moment: &Sql) -> Sql {
    let is_late = sql("(").sql(moment).raw("NOT").raw(TIMESTAMPS).raw("OR DAYOFMONTH(").sql(moment);
    let is_late = is_late.raw(") = 0 OR MONTH(").sql(moment).raw(") = 0)");
    sql("(").sql(&is_late).raw("AND").sql(moment).raw("<>").raw(ZERO).raw(")")
}

fn no_year(number: &Sql) -> Sql {
    sql("(").sql(&outside(number, 1901, 2155)).raw("AND").sql(&outside(number, 0, 99)).raw(")")
}

/// Two digits are a year of this century or of the last.
fn short_year(number: &Sql) -> Doubt {
    Doubt::Changes(sql("").sql(number).raw("BETWEEN 1 AND 99"))
}

fn fraction(value: &Sql, ty: &str, digits: u64) -> Doubt {
    let cast = sql("CAST(").sql(value).raw("AS").raw(ty).raw("(").raw(&digits.to_string()).raw("))");
    Doubt::Changes(cast.raw("<>").sql(value))
}
