//! Defaults of columns, in the form in which the server keeps them.

mod bytes;
mod choice;
mod moment;
mod number;
mod temporal;
#[cfg(test)]
mod tests;

use trueup_state::SqlText;

use super::{
    Cursor, ReadError,
    types::{Family, family, numbers},
};
use crate::{
    canonical::{literal, sendable_literal, spelled, strip_parentheses, written},
    token::{Kind, Token},
};

pub(crate) use bytes::text_of_hex;
pub(crate) use moment::moment;

use bytes::{bytes, bytes_of_bits, bytes_of_hex, hex};
use choice::chosen;

/// What a literal says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Literal {
    Null,
    /// Digits, with a sign where it is negative.
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    Bits(String),
}

/// What follows DEFAULT, for a column of this canonical type; nothing where it is NULL.
pub(crate) fn default(cursor: &mut Cursor<'_, '_>, ty: &str) -> Result<Option<SqlText>, ReadError> {
    let mut tokens = value(cursor)?;
    tokens = strip_parentheses(tokens);
    if let Some(moment) = moment::whole(tokens) {
        return Ok(Some(moment));
    }
    Ok(match literal_of(tokens) {
        Some(Literal::Null) => None,
        Some(literal) => Some(introduced(cursor.source(), tokens, of_type(literal, ty))),
        None => Some(spelled(cursor.source(), tokens, &moment::spell(tokens))),
    })
}

/// MariaDB keeps which character set a text is written in, which means nothing; it is sent as it was written.
fn introduced(source: &str, tokens: &[Token<'_>], kept: SqlText) -> SqlText {
    let is_introduced = tokens.len() > 1 && tokens[0].text.starts_with('_');
    if is_introduced { SqlText::new(kept.canonical(), written(source, tokens)) } else { kept }
}

/// The tokens of a value: in parentheses, a literal, or a call.
fn value<'t, 'a>(cursor: &mut Cursor<'t, 'a>) -> Result<&'t [Token<'a>], ReadError> {
    let start = cursor.rest();
    let first = cursor.peek().copied();
    if cursor.peek_is("(") {
        cursor.group()?;
    } else if cursor.accept("-") || cursor.accept("+") {
        cursor.next("a number")?;
    } else if cursor.accept("case") {
        case(cursor)?;
    } else if cursor.accept_all(&["next", "value", "for"]) {
        cursor.qualified_name("a sequence")?;
    } else if first.is_some_and(|it| it.kind == Kind::String) {
        cursor.string()?;
    } else {
        let first = cursor.next("a value")?;
        let starts_literal = first.kind == Kind::Word && cursor.peek().is_some_and(|it| it.kind == Kind::String);
        let introduces = first.is_any(&["date", "time", "timestamp", "n"]) || first.text.starts_with('_');
        if starts_literal && introduces {
            cursor.string()?;
        } else if first.is_name() {
            while cursor.accept(".") {
                cursor.word("a name")?;
            }
            if cursor.peek_is("(") {
                cursor.group()?;
            }
        } else if !matches!(first.kind, Kind::Number | Kind::Bytes | Kind::Bits | Kind::Variable) {
            return Err(cursor.over(start).wrong("a value"));
        }
    }
    Ok(&start[..start.len() - cursor.rest().len()])
}

/// The rest of a CASE, to its END.
fn case(cursor: &mut Cursor<'_, '_>) -> Result<(), ReadError> {
    let mut depth = 1;
    while depth > 0 {
        let token = cursor.next("`END`")?;
        if token.is("case") {
            depth += 1;
        } else if token.is("end") {
            depth -= 1;
        }
    }
    Ok(())
}

fn literal_of(tokens: &[Token<'_>]) -> Option<Literal> {
    let (first, rest) = strip_parentheses(tokens).split_first()?;
    if first.is("-") || first.is("+") {
        return match literal_of(rest)? {
            Literal::Number(number) if first.is("-") => Some(Literal::Number(match number.strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None => ["-", &number].concat(),
            })),
            Literal::Number(number) => Some(Literal::Number(number)),
            _ => None,
        };
    }
    if first.kind == Kind::Word && !rest.is_empty() {
        // Which character set it is written in does not matter to what is ASCII.
        let text = strings(rest)?;
        let introduces = (first.text.starts_with('_') || first.is("n")) && text.is_ascii();
        let is_temporal = first.is_any(&["date", "time", "timestamp"]);
        let is_unicode = first.text.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("_utf"));
        return (introduces || is_temporal || is_unicode).then_some(Literal::Text(text));
    }
    match first.kind {
        Kind::String => Some(Literal::Text(strings(tokens)?)),
        _ if !rest.is_empty() => None,
        Kind::Word if first.is("null") => Some(Literal::Null),
        Kind::Word if first.is("true") => Some(Literal::Number("1".to_owned())),
        Kind::Word if first.is("false") => Some(Literal::Number("0".to_owned())),
        Kind::Number => Some(Literal::Number(first.text.to_owned())),
        Kind::Bytes => Some(Literal::Bytes(bytes_of_hex(&first.unquoted())?)),
        Kind::Bits => Some(Literal::Bits(first.unquoted().into_owned())),
        _ => None,
    }
}

/// Strings that follow each other and nothing else.
fn strings(tokens: &[Token<'_>]) -> Option<String> {
    let all = tokens.iter().all(|it| it.kind == Kind::String) && !tokens.is_empty();
    all.then(|| tokens.iter().map(Token::unquoted).collect())
}

/// A literal as a column of this type keeps it.
fn of_type(it: Literal, ty: &str) -> SqlText {
    let kept = match family(ty) {
        Family::Integer => number_of(&it).and_then(|it| number::fixed(&it, 0)),
        Family::Decimal => number_of(&it).and_then(|it| number::fixed(&it, scale(ty).unwrap_or(0))),
        Family::Float => number_of(&it).and_then(|it| match scale(ty) {
            Some(scale) => number::fixed(&it, scale),
            None => number::floating(&it, ty.starts_with("float")),
        }),
        Family::Year => number::year(&it),
        Family::Bit => number::bits(&it).map(|it| ["b'", &it, "'"].concat()),
        Family::Text => text_of(&it).map(quoted),
        Family::Other if ty == "uuid" => text_of(&it).map(|it| quoted(it.to_lowercase())),
        Family::Other => text_of(&it).map(quoted),
        Family::Choice => text_of(&it).map(|it| quoted(chosen(&it, ty))),
        Family::Binary => return bytes(&it, ty),
        Family::Date => temporal::date(&it).map(quoted),
        Family::Time => temporal::time(&it, digits(ty)).map(quoted),
        Family::Datetime => temporal::datetime(&it, digits(ty)).map(quoted),
    };
    match kept {
        Some(kept) if kept.starts_with('\'') => text(&kept[1..kept.len() - 1].replace("''", "'")),
        Some(kept) => SqlText::new(kept.clone(), kept),
        None => as_it_is(&it),
    }
}

fn quoted(value: impl AsRef<str>) -> String {
    literal(value.as_ref())
}

fn text(value: &str) -> SqlText {
    SqlText::new(literal(value), sendable_literal(value))
}

/// A literal that the type does not understand: the server shall say what is wrong with it.
fn as_it_is(it: &Literal) -> SqlText {
    let text_of = |text: String| SqlText::new(text.clone(), text);
    match it {
        Literal::Null => text_of("null".to_owned()),
        Literal::Number(number) => text_of(number.to_lowercase()),
        Literal::Text(value) => text(value),
        Literal::Bytes(bytes) => text_of(hex(bytes)),
        Literal::Bits(bits) => text_of(["b'", bits, "'"].concat()),
    }
}

/// The digits after the point of a type that says so.
fn scale(ty: &str) -> Option<usize> {
    numbers(ty).get(1).and_then(|it| usize::try_from(*it).ok())
}

/// The digits of fractions of a second.
fn digits(ty: &str) -> usize {
    numbers(ty).first().and_then(|it| usize::try_from(*it).ok()).unwrap_or(0)
}

fn number_of(it: &Literal) -> Option<String> {
    match it {
        Literal::Number(number) => Some(number.clone()),
        Literal::Text(text) => Some(text.trim().to_owned()),
        Literal::Bits(bits) => u64::from_str_radix(bits, 2).ok().map(|it| it.to_string()),
        Literal::Bytes(bytes) if bytes.len() <= 8 => {
            Some(bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)).to_string())
        }
        Literal::Bytes(_) | Literal::Null => None,
    }
}

fn text_of(it: &Literal) -> Option<String> {
    match it {
        Literal::Text(text) => Some(text.clone()),
        Literal::Number(number) => number::as_text(number),
        Literal::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
        Literal::Bits(bits) => String::from_utf8(bytes_of_bits(bits)?).ok(),
        Literal::Null => None,
    }
}

/// A moment as a literal, spelled out.
pub(crate) fn datetime_literal(value: &str) -> Option<String> {
    temporal::datetime(&Literal::Text(value.to_owned()), 0).map(quoted)
}
