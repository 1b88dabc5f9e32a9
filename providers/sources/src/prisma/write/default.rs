//! Defaults of columns, as a database has them and as Prisma writes them.

use super::{
    engine::Engine,
    types::{SqlType, qualified},
};

/// What a column has where nothing is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prisma) enum Default {
    /// `autoincrement()`
    Autoincrement,
    /// `now()`
    Now,
    /// `dbgenerated("…")`
    Expression(String),
    /// `dbgenerated()`: whatever the database has.
    Unstated,
    /// A string.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A value of an enum, as the database has it.
    Label(String),
    /// `[…]`
    List(Vec<Default>),
    /// What Prisma's client fills in by itself, such as `cuid()`.
    Client,
}

/// What a default is read for.
pub(in crate::prisma) struct Target<'a> {
    pub(in crate::prisma) engine: Engine,
    /// The scalar type; an empty one is an enum.
    pub(in crate::prisma) scalar: &'a str,
    pub(in crate::prisma) sql: &'a SqlType,
}

const SEQUENCE: &str = "nextval(";

impl Target<'_> {
    /// What a column's default is to Prisma.
    pub(super) fn read(&self, text: &str) -> Default {
        self.known(text).unwrap_or_else(|| Default::Expression(self.expression(text)))
    }

    /// The same, where it is none that only the database understands.
    pub(in crate::prisma) fn known(&self, text: &str) -> Option<Default> {
        if self.sql.is_list {
            return self.list(text);
        }
        if self.engine == Engine::Postgres && text.starts_with(SEQUENCE) && matches!(self.scalar, "Int" | "BigInt") {
            return Some(Default::Autoincrement);
        }
        if self.scalar == "DateTime" && is_now(text) {
            return Some(Default::Now);
        }
        self.value(text)
    }

    /// A literal.
    fn value(&self, text: &str) -> Option<Default> {
        let (value, is_quoted) = self.literal(text)?;
        match self.scalar {
            "" if is_quoted => Some(Default::Label(value)),
            "String" | "Json" if is_quoted => Some(Default::Text(value)),
            "Boolean" => boolean(&value).map(Default::Boolean),
            "Int" | "BigInt" => value.parse::<i64>().ok().map(|_| Default::Number(value)),
            "Float" | "Decimal" => is_number(&value).then_some(Default::Number(value)),
            _ => None,
        }
    }

    /// What a literal says, and whether it is in quotes. One that is cast to another type than the column's is none.
    fn literal(&self, text: &str) -> Option<(String, bool)> {
        let text = text.trim();
        let text = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(text);
        if let Some(bits) = text.strip_prefix("b'").filter(|_| self.engine == Engine::MySql) {
            return Some((bits.strip_suffix('\'')?.to_owned(), true)).filter(|_| self.scalar == "Boolean");
        }
        let Some(quoted) = text.strip_prefix('\'') else {
            let (bare, cast) = text.split_once("::").unwrap_or((text, ""));
            let is_plain = bare.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '+'));
            return (is_plain && !bare.is_empty() && self.fits(cast)).then(|| (bare.to_owned(), false));
        };
        let end = closing(quoted)?;
        let cast = quoted[end + 1..].trim();
        let cast = if cast.is_empty() { "" } else { cast.strip_prefix("::")? };
        self.fits(cast).then(|| (quoted[..end].replace("''", "'"), true))
    }

    fn fits(&self, cast: &str) -> bool {
        let base = SqlType::of(cast).base;
        let is_text = |it: &str| matches!(it, "text" | "character varying" | "character" | "bpchar");
        cast.is_empty()
            || base == self.sql.base
            || (is_text(&base) && is_text(&self.sql.base))
            || (self.scalar.is_empty() && qualified(&base) == qualified(&self.sql.base))
            || (self.scalar == "String" && base.ends_with("citext"))
            || (matches!(self.scalar, "Float" | "Decimal") && matches!(base.as_str(), "numeric" | "integer"))
            || (self.scalar == "BigInt" && base == "integer")
    }

    fn list(&self, text: &str) -> Option<Default> {
        if text.starts_with("'{}'") {
            return Some(Default::List(Vec::new()));
        }
        let rest = text.strip_prefix("ARRAY[")?;
        let end = rest.rfind(']').map(|it| if rest.ends_with("[]") { rest[..it].rfind("]::") } else { Some(it) })??;
        let one = SqlType { is_list: false, ..self.sql.clone() };
        let one = Target { engine: self.engine, scalar: self.scalar, sql: &one };
        if rest[..end].trim().is_empty() {
            return Some(Default::List(Vec::new()));
        }
        pieces(&rest[..end]).into_iter().map(|it| one.value(it)).collect::<Option<Vec<_>>>().map(Default::List)
    }

    /// An expression as it can stand after DEFAULT.
    fn expression(&self, text: &str) -> String {
        let is_plain = text.starts_with(['\'', '(']) || text.starts_with("b'") || is_now(text) || is_number(text);
        if self.engine == Engine::Postgres || is_plain { text.to_owned() } else { ["(", text, ")"].concat() }
    }
}

impl Default {
    /// Whether a person's words mean what the database has. Prisma itself does not tell some apart.
    pub(in crate::prisma) fn means(&self, there: Option<&Default>) -> bool {
        match (self, there) {
            (Default::Unstated, _) | (Default::Client, None) => true,
            (_, None) => false,
            (Default::Now, Some(Default::Expression(it))) => is_now(it),
            (Default::Expression(it), Some(Default::Now)) => is_now(it),
            (Default::Expression(one), Some(Default::Expression(other))) => bare(one) == bare(other),
            (Default::Expression(one), Some(other)) => other.sql().is_some_and(|it| bare(&it) == uncast(&bare(one))),
            (Default::Number(one), Some(Default::Number(other))) => {
                one == other || one.parse::<f64>().ok().zip(other.parse::<f64>().ok()).is_some_and(|(a, b)| a == b)
            }
            (Default::Number(one), Some(Default::Text(other))) | (Default::Text(one), Some(Default::Number(other))) => {
                one == other
            }
            (Default::List(one), Some(Default::List(other))) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.means(Some(other)))
            }
            (Default::Label(one), Some(Default::Text(other))) => one == other,
            (one, Some(other)) => one == other,
        }
    }

    /// A literal in SQL, without a cast.
    fn sql(&self) -> Option<String> {
        match self {
            Default::Text(it) | Default::Label(it) => Some(["'", &it.replace('\'', "''"), "'"].concat()),
            Default::Number(it) => Some(it.clone()),
            Default::Boolean(it) => Some(it.to_string()),
            _ => None,
        }
    }

    /// As Prisma writes it, with the names of an enum's values.
    pub(super) fn render(&self, name_of: &dyn Fn(&str) -> String) -> String {
        match self {
            Default::Autoincrement => "autoincrement()".to_owned(),
            Default::Now => "now()".to_owned(),
            Default::Expression(it) => ["dbgenerated(", &quoted(it), ")"].concat(),
            Default::Unstated | Default::Client => "dbgenerated()".to_owned(),
            Default::Text(it) => quoted(it),
            Default::Number(it) => it.clone(),
            Default::Boolean(it) => it.to_string(),
            Default::Label(it) => name_of(it),
            Default::List(all) => {
                let all: Vec<String> = all.iter().map(|it| it.render(name_of)).collect();
                ["[", &all.join(", "), "]"].concat()
            }
        }
    }
}

/// A string as Prisma writes it.
pub(super) fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            it if it.is_control() => written.push_str(&std::format!("\\u{:04x}", u32::from(it))),
            it => written.push(it),
        }
    }
    written.push('"');
    written
}

/// Whether an expression is the moment, in any of its spellings.
pub(in crate::prisma) fn is_now(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let word = text.split('(').next().unwrap_or_default();
    let is_bare = text
        .split_once('(')
        .is_none_or(|(_, rest)| rest.strip_suffix(')').is_some_and(|it| it.chars().all(|it| it.is_ascii_digit())));
    is_bare && matches!(word, "now" | "current_timestamp")
}

fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    text.starts_with(|it: char| it.is_ascii_digit()) && text.chars().all(|it| it.is_ascii_digit() || it == '.')
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "t" => Some(true),
        "false" | "0" | "f" => Some(false),
        _ => None,
    }
}

/// Where a string ends whose opening quote was taken off.
fn closing(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('\'')?;
        if text.get(at + 1..)?.starts_with('\'') {
            at += 2;
        } else {
            return Some(at);
        }
    }
}

/// A list's members, parted at commas outside of quotes and parentheses.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            '(' | '[' if !is_quoted => depth += 1,
            ')' | ']' if !is_quoted => depth -= 1,
            ',' if !is_quoted && depth == 0 => {
                pieces.push(text[start..at].trim());
                start = at + 1;
            }
            _ => (),
        }
    }
    pieces.push(text[start..].trim());
    pieces
}

/// An expression without what means nothing: spaces, the case of letters outside of quotes, parentheses around the
/// whole.
fn bare(text: &str) -> String {
    let (mut bare, mut is_quoted) = (String::new(), false);
    for letter in text.trim().chars() {
        is_quoted ^= letter == '\'';
        if is_quoted {
            bare.push(letter);
        } else if !letter.is_whitespace() {
            bare.extend(letter.to_lowercase());
        }
    }
    match bare.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inner) if !inner.contains('(') || inner.find('(') < inner.find(')') => inner.to_owned(),
        _ => bare,
    }
}

fn uncast(text: &str) -> &str {
    text.split_once("::").map_or(text, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: Engine, scalar: &str, ty: &str, text: &str, expected: &str) {
        let sql = SqlType::of(ty);
        let target = Target { engine, scalar, sql: &sql };
        assert_eq!(target.read(text).render(&|it| it.to_lowercase()), expected, "{ty} {text}");
    }

    #[test]
    fn defaults_are_prismas_own_where_it_has_a_word() {
        let check = |scalar, ty, text, expected| check(Engine::Postgres, scalar, ty, text, expected);
        check("Int", "integer", "nextval('public.t_id_seq'::regclass)", "autoincrement()");
        check("Int", "integer", "'-1'::integer", "-1");
        check("BigInt", "bigint", "'9223372036854775807'::bigint", "9223372036854775807");
        check("Boolean", "boolean", "true", "true");
        check("String", "text", "'it''s'::text", "\"it's\"");
        check("String", "character varying(9)", "'a'::character varying", "\"a\"");
        check("String", "uuid", "gen_random_uuid()", "dbgenerated(\"gen_random_uuid()\")");
        check("String", "text", "('a'::text || 'b'::text)", "dbgenerated(\"('a'::text || 'b'::text)\")");
        check("DateTime", "timestamp(3) without time zone", "CURRENT_TIMESTAMP", "now()");
        check("DateTime", "timestamp with time zone", "(now() + '1 day'::interval)", {
            "dbgenerated(\"(now() + '1 day'::interval)\")"
        });
        check("Json", "jsonb", "'{\"a\": 1}'::jsonb", "\"{\\\"a\\\": 1}\"");
        check("", "public.\"Role\"", "'USER'::public.\"Role\"", "user");
        check("String", "text[]", "ARRAY['a'::text, 'b,c'::text]", "[\"a\", \"b,c\"]");
        check("String", "text[]", "ARRAY[]::text[]", "[]");
        check("", "public.\"Role\"[]", "ARRAY['USER'::public.\"Role\"]", "[user]");
        check("Decimal", "numeric(65,30)", "0.50", "0.50");
    }

    #[test]
    fn other_databases_have_their_own_words() {
        check(Engine::MySql, "Boolean", "tinyint(1)", "1", "true");
        check(Engine::MySql, "Boolean", "bit(1)", "b'0'", "false");
        check(Engine::MySql, "DateTime", "datetime(3)", "current_timestamp(3)", "now()");
        check(Engine::MySql, "String", "varchar(9)", "uuid()", "dbgenerated(\"(uuid())\")");
        check(Engine::MySql, "", "enum('A','B')", "'A'", "a");
        check(Engine::Sqlite, "DateTime", "DATETIME", "CURRENT_TIMESTAMP", "now()");
        check(Engine::Sqlite, "String", "TEXT", "'x'", "\"x\"");
    }

    #[test]
    fn other_spellings_of_one_default_are_one() {
        let there = Default::Expression("gen_random_uuid()".to_owned());
        assert!(Default::Expression("GEN_RANDOM_UUID()".to_owned()).means(Some(&there)));
        assert!(Default::Number("1.0".to_owned()).means(Some(&Default::Number("1".to_owned()))));
        assert!(Default::Expression("'a'::text".to_owned()).means(Some(&Default::Text("a".to_owned()))));
        assert!(Default::Client.means(None) && !Default::Client.means(Some(&there)));
        assert!(!Default::Now.means(None));
    }
}
