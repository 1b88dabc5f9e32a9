//! Constants: what a type's output function makes of the text that its input function was given.

use super::ty::Ty;

/// The output for an input, where it is certain.
pub(super) fn output(ty: &Ty, text: &str) -> Option<String> {
    let same = |is_so: bool| is_so.then(|| text.to_owned());
    if let Some(element) = ty.base.strip_suffix("[]") {
        return same(is_plain_array(element, text));
    }
    match ty.base.as_str() {
        "text" | "character varying" | "character" => Some(text.to_owned()),
        "name" => same(text.len() < 64),
        "smallint" => same(is_integer(text) && text.parse::<i16>().is_ok()),
        "integer" => same(is_integer(text) && text.parse::<i32>().is_ok()),
        "bigint" => same(is_integer(text) && text.parse::<i64>().is_ok()),
        "numeric" => same(is_decimal(text)),
        "double precision" | "real" => same(is_integer(text) && text.len() < 6),
        "boolean" => boolean(text),
        "date" => same(is_date(text)),
        "timestamp without time zone" => timestamp(text),
        "time without time zone" => same(is_time(text)),
        "interval" => same(is_interval(text)),
        "uuid" => same(is_uuid(text)),
        "json" => same(!text.is_empty()),
        "jsonb" => same(is_plain_json(text)),
        "unknown" => None,
        "regconfig" => same(matches!(text, "simple" | "english" | "german" | "french" | "spanish" | "russian")),
        // What remains is an enum type.
        base => same(base.contains('.')),
    }
}

/// How a constant prints without its type, and whether the type has to follow (`get_const_expr`).
pub(super) fn print(base: &str, output: &str) -> (String, bool) {
    match base {
        "integer" if !output.contains('-') => (output.to_owned(), false),
        "boolean" => (output.to_owned(), false),
        "numeric" if output.starts_with(|c: char| c.is_ascii_digit()) && output.contains(['.', 'e', 'E']) => {
            (output.to_owned(), false)
        }
        _ => (quote(output), true),
    }
}

/// A string literal as `simple_quote_literal` writes it with standard strings.
pub(super) fn quote(text: &str) -> String {
    ["'", &text.replace('\'', "''"), "'"].concat()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

fn is_integer(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    digits(number) && (!number.starts_with('0') || text == "0")
}

fn is_decimal(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_zero = number.bytes().all(|c| matches!(c, b'0' | b'.'));
    digits(whole)
        && (!whole.starts_with('0') || whole == "0")
        && fraction.is_none_or(digits)
        && !(is_zero && text.starts_with('-'))
        && number.len() < 100
}

fn boolean(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().as_str() {
        "t" | "true" | "yes" | "on" | "1" | "y" => Some("true".to_owned()),
        "f" | "false" | "no" | "off" | "0" | "n" => Some("false".to_owned()),
        _ => None,
    }
}

fn is_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(c, p)| if p == b'0' { c.is_ascii_digit() } else { c == p })
}

fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|it| it.parse::<u32>().ok()).unwrap_or(0);
    is_pattern(text, "0000-00-00")
        && number(0, 4) >= 1
        && (1..=12).contains(&number(5, 7))
        && (1..=28).contains(&number(8, 10)) | (matches!(number(8, 10), 29..=31) && !text.ends_with("02-30"))
}

fn is_time(text: &str) -> bool {
    is_pattern(text, "00:00:00") && text < "24" && text.as_bytes()[3] < b'6' && text.as_bytes()[6] < b'6'
}

fn timestamp(text: &str) -> Option<String> {
    match text.split_once(' ') {
        None if is_date(text) => Some([text, " 00:00:00"].concat()),
        Some((date, time)) if is_date(date) && is_time(time) => Some(text.to_owned()),
        _ => None,
    }
}

fn is_interval(text: &str) -> bool {
    let Some((count, unit)) = text.split_once(' ') else { return is_time(text) };
    let Ok(number) = count.parse::<u32>() else { return false };
    is_integer(count)
        && match unit {
            "day" | "year" | "mon" => number == 1,
            "days" | "years" => number > 1 && number < 10_000,
            "mons" => (2..=11).contains(&number),
            _ => false,
        }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == b'-',
            _ => c.is_ascii_digit() || (b'a'..=b'f').contains(&c),
        })
}

fn is_plain_json(text: &str) -> bool {
    let word = |it: &str| !it.is_empty() && it.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b' ');
    let string = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    matches!(text, "{}" | "[]" | "true" | "false" | "null") || string.is_some_and(word) || is_integer(text)
}

fn is_plain_array(element: &str, text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else { return false };
    let word = |it: &str| {
        let plain = !it.is_empty() && it.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        plain && !it.eq_ignore_ascii_case("null")
    };
    inner.is_empty()
        || match element {
            "text" | "character varying" => inner.split(',').all(word),
            "integer" => inner.split(',').all(|it| is_integer(it) && it.parse::<i32>().is_ok()),
            _ => false,
        }
}
