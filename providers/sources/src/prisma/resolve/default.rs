//! What a column is if nothing is given: `@default(…)`.

use super::{Resolved, attributes::number};
use crate::prisma::{
    datamodel::{Default, Enum, Kind, Literal},
    native::{Provider, Scalar},
    problem::Problem,
    syntax::{Argument, Arity, Attribute, Expression, ExpressionKind, Name},
};

/// What Prisma Client makes: the function, and the types it can stand beside.
const CLIENT: &[(&str, &[Scalar])] = &[
    ("uuid", &[Scalar::String]),
    ("cuid", &[Scalar::String]),
    ("nanoid", &[Scalar::String]),
    ("ulid", &[Scalar::String]),
];

/// The options of `sequence()` and of the identity that it becomes.
const SEQUENCE: &[(&str, &str)] = &[
    ("increment", "INCREMENT"),
    ("cache", "CACHE"),
    ("start", "START"),
    ("minValue", "MINVALUE"),
    ("maxValue", "MAXVALUE"),
];

/// A column as far as its default asks.
pub(super) struct Asking<'a> {
    pub(super) kind: &'a Kind,
    pub(super) arity: Arity,
    pub(super) enums: &'a [Enum],
    pub(super) provider: Provider,
}

/// What an attribute `@default(…)` says.
pub(super) fn default(attribute: &Attribute, asking: &Asking<'_>) -> Resolved<Default> {
    let Some(argument) = attribute.arguments().first() else {
        return Err(Problem::new(attribute.span, "the default is missing").hint("write `@default(value)`"));
    };
    let value = &argument.value;
    if let ExpressionKind::Function { name, arguments } = &value.kind {
        return function(value, name, arguments, asking);
    }
    if asking.arity != Arity::List {
        return Ok(Default::Literal(literal(value, asking)?));
    }
    let ExpressionKind::Array(items) = &value.kind else {
        return Err(Problem::new(value.span, "the default of a list is a list").hint("write `@default([…])`"));
    };
    let items = items.iter().map(|item| literal(item, asking)).collect::<Resolved<Vec<_>>>()?;
    Ok(Default::Literal(Literal::List(items)))
}

fn function(value: &Expression, name: &Name, arguments: &[Argument], asking: &Asking<'_>) -> Resolved<Default> {
    let scalar = match asking.kind {
        Kind::Scalar(scalar) => Some(*scalar),
        Kind::Enum(_) | Kind::Unsupported(_) => None,
    };
    let fits = |scalars: &[Scalar], made: Default| match scalar {
        Some(scalar) if scalars.contains(&scalar) && asking.arity != Arity::List => Ok(made),
        _ => {
            let known = scalars.iter().map(|it| it.name()).collect::<Vec<_>>().join(" or ");
            Err(Problem::new(value.span, ["`", &name.text, "()` is for a single ", &known].concat()))
        }
    };
    let integers = &[Scalar::Int, Scalar::BigInt];
    match name.text.as_str() {
        "now" => fits(&[Scalar::DateTime], Default::Now),
        "autoincrement" => fits(integers, Default::Autoincrement),
        "sequence" if asking.provider == Provider::Cockroach => fits(integers, Default::Sequence(sequence(arguments)?)),
        "dbgenerated" => generated(value, arguments),
        other => match CLIENT.iter().find(|(known, _)| *known == other) {
            Some((_, scalars)) => fits(scalars, Default::Client),
            None => {
                let own = ["now", "autoincrement", "dbgenerated"];
                let known = CLIENT.iter().map(|(known, _)| *known).chain(own);
                let message = ["`", other, "()` is no function that can be a default here"].concat();
                Err(Problem::new(value.span, message).meant(other, known, ""))
            }
        },
    }
}

fn generated(value: &Expression, arguments: &[Argument]) -> Resolved<Default> {
    match arguments {
        [] => Ok(Default::Generated(None)),
        [Argument { value: Expression { kind: ExpressionKind::String(text), .. }, .. }] if !text.trim().is_empty() => {
            Ok(Default::Generated(Some(text.clone())))
        }
        _ => Err(Problem::new(value.span, "`dbgenerated` takes one string with an expression of the database")),
    }
}

fn sequence(arguments: &[Argument]) -> Resolved<Vec<(&'static str, String)>> {
    let one = |argument: &Argument| {
        let name = argument.name.as_ref().map_or("", |name| name.text.as_str());
        match SEQUENCE.iter().find(|(known, _)| *known == name) {
            Some((_, keyword)) => Ok((*keyword, number(&argument.value)?)),
            None => Err(Problem::new(argument.span, "a sequence takes start, increment, minValue, maxValue and cache")),
        }
    };
    arguments.iter().map(one).collect()
}

/// A value that is written out.
pub(super) fn literal(value: &Expression, asking: &Asking<'_>) -> Resolved<Literal> {
    let scalar = match asking.kind {
        Kind::Scalar(scalar) => *scalar,
        Kind::Enum(found) => return enum_value(value, asking.enums.get(*found)),
        Kind::Unsupported(_) => {
            return Err(Problem::new(value.span, "the default of a type that Prisma does not know")
                .hint("write `@default(dbgenerated(\"…\"))`"));
        }
    };
    let wrong = || Problem::new(value.span, ["this is no ", scalar.name()].concat());
    match (&value.kind, scalar) {
        (ExpressionKind::Number(text), Scalar::Int | Scalar::BigInt) if !text.contains('.') => {
            Ok(Literal::Bare(text.clone()))
        }
        (ExpressionKind::Number(text), Scalar::Float | Scalar::Decimal) => Ok(Literal::Bare(text.clone())),
        (ExpressionKind::String(text), Scalar::Decimal) if text.parse::<f64>().is_ok() => {
            Ok(Literal::Bare(text.clone()))
        }
        (ExpressionKind::Constant(text), Scalar::Boolean) if matches!(text.as_str(), "true" | "false") => {
            Ok(Literal::Bare(text.clone()))
        }
        (ExpressionKind::String(text), Scalar::String) => Ok(Literal::Text(text.clone())),
        (ExpressionKind::String(text), Scalar::Json) => Ok(Literal::Json(text.clone())),
        (ExpressionKind::String(text), Scalar::DateTime) => {
            let read =
                moment(text).ok_or_else(|| wrong().hint("write it like `2026-01-31T12:00:00Z`, as RFC 3339 has it"))?;
            let is_utc = matches!(&read, Literal::Moment(_, _, offset) if offset.ends_with("00:00"));
            if asking.provider == Provider::Mysql && !is_utc {
                let message = "the database keeps no offset of a default";
                return Err(Problem::new(value.span, message).hint("write the same moment in UTC, with `Z` at its end"));
            }
            Ok(read)
        }
        (ExpressionKind::String(text), Scalar::Bytes) => {
            base64(text).map(Literal::Bytes).ok_or_else(|| wrong().hint("bytes are written in base64"))
        }
        _ => Err(wrong()),
    }
}

fn enum_value(value: &Expression, of: Option<&Enum>) -> Resolved<Literal> {
    let Some(of) = of else { return Err(Problem::new(value.span, "this enum is not known")) };
    let ExpressionKind::Constant(word) = &value.kind else {
        return Err(Problem::new(value.span, ["this must be a value of `", &of.name, "`"].concat()));
    };
    let found = of.values.iter().find(|value| value.name == *word);
    found.map(|value| Literal::Text(value.mapped.clone())).ok_or_else(|| {
        let message = ["`", word, "` is no value of `", &of.name, "`"].concat();
        Problem::new(value.span, message).meant(word, of.values.iter().map(|value| value.name.as_str()), "")
    })
}

/// `2026-01-31T12:00:00.5Z` to date, time with three, six or nine digits after the point, and offset.
fn moment(text: &str) -> Option<Literal> {
    let is_shaped = |part: &str, shape: &str| {
        let letters = part.chars().zip(shape.chars());
        part.len() == shape.len()
            && letters.into_iter().all(|(letter, wanted)| match wanted {
                '0' => letter.is_ascii_digit(),
                _ => letter == wanted,
            })
    };
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = rest.split_at(at);
    let offset = if offset.eq_ignore_ascii_case("z") { "+00:00" } else { offset };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let is_right = is_shaped(date, "0000-00-00")
        && is_shaped(clock, "00:00:00")
        && is_shaped(offset.get(1..)?, "00:00")
        && fraction.len() <= 9
        && fraction.chars().all(|letter| letter.is_ascii_digit());
    if !is_right {
        return None;
    }
    let trimmed = fraction.trim_end_matches('0');
    let digits = trimmed.len().div_ceil(3) * 3;
    let padded: String = trimmed.chars().chain(std::iter::repeat('0')).take(digits).collect();
    let time = if padded.is_empty() { clock.to_owned() } else { [clock, ".", &padded].concat() };
    Some(Literal::Moment(date.to_owned(), time, offset.to_owned()))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.trim_end_matches('=').chars() {
        held = (held << 6) | u32::try_from(LETTERS.find(letter)?).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (bits < 6 && held == 0).then_some(bytes)
}
