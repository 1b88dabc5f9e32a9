//! Types of columns as a database calls them, and the scalar and native type that each is to Prisma (`native.rs`).

use trueup_state::{Address, Column, Definition, MySqlColumn, ObjectKind, PostgresObject, Qualified, Schema, SqlText};

use super::engine::Engine;
use crate::prisma::native::{Native as Row, Scalar};

/// What a database calls a type that Prisma Migrate writes otherwise: the engine, Migrate's word, the database's own.
const OWN_WORDS: &[(Engine, &str, &str)] = &[
    (Engine::Postgres, "varchar", "character varying"),
    (Engine::Postgres, "char", "character"),
    (Engine::Postgres, "varbit", "bit varying"),
    (Engine::Postgres, "decimal", "numeric"),
    (Engine::Postgres, "timestamp", "timestamp without time zone"),
    (Engine::Postgres, "timestamptz", "timestamp with time zone"),
    (Engine::Postgres, "time", "time without time zone"),
    (Engine::Postgres, "timetz", "time with time zone"),
    (Engine::MySql, "integer", "int"),
    (Engine::MySql, "integer unsigned", "int unsigned"),
];

/// What a type means where nothing is in parentheses, by the database's own word.
const ABSENT: &[(&str, &str)] = &[
    ("character", "1"),
    ("char", "1"),
    ("bit", "1"),
    ("binary", "1"),
    ("timestamp without time zone", "6"),
    ("timestamp with time zone", "6"),
    ("time without time zone", "6"),
    ("time with time zone", "6"),
    ("datetime", "0"),
    ("timestamp", "0"),
    ("time", "0"),
];

/// (beginning of a declared type in lower case, scalar): SQLite has no native types, the longest that fits counts.
const SQLITE: &[(&str, &str)] = &[
    ("int", "Int"),
    ("integer", "Int"),
    ("int2", "Int"),
    ("int4", "Int"),
    ("smallint", "Int"),
    ("mediumint", "Int"),
    ("tinyint", "Int"),
    ("serial", "Int"),
    ("bigint", "BigInt"),
    ("int8", "BigInt"),
    ("unsigned big int", "BigInt"),
    ("boolean", "Boolean"),
    ("bool", "Boolean"),
    ("text", "String"),
    ("varchar", "String"),
    ("char", "String"),
    ("character", "String"),
    ("nchar", "String"),
    ("nvarchar", "String"),
    ("clob", "String"),
    ("varying character", "String"),
    ("native character", "String"),
    ("tinytext", "String"),
    ("mediumtext", "String"),
    ("longtext", "String"),
    ("uuid", "String"),
    ("real", "Float"),
    ("float", "Float"),
    ("double", "Float"),
    ("double precision", "Float"),
    ("decimal", "Decimal"),
    ("numeric", "Decimal"),
    ("money", "Decimal"),
    ("date", "DateTime"),
    ("datetime", "DateTime"),
    ("timestamp", "DateTime"),
    ("json", "Json"),
    ("jsonb", "Json"),
    ("blob", "Bytes"),
    ("bytea", "Bytes"),
    ("binary", "Bytes"),
    ("varbinary", "Bytes"),
];

/// A type in the database's own words, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prisma) struct SqlType {
    /// Without what is in parentheses.
    pub(super) base: String,
    /// What is in parentheses, without spaces.
    pub(super) arguments: String,
    /// Whether it is an array of these.
    pub(in crate::prisma) is_list: bool,
}

impl SqlType {
    /// Take a type's text apart. A text in quotes is left whole.
    pub(in crate::prisma) fn of(text: &str) -> SqlType {
        let element = text.trim_end_matches("[]");
        let is_list = element.len() < text.len();
        let (base, arguments) = match (element.find('('), element.rfind(')')) {
            (Some(open), Some(close)) if open < close && !element.contains('\'') => {
                let after = element[close + 1..].trim();
                let base = [element[..open].trim(), after].join(" ");
                (base.trim().to_owned(), element[open + 1..close].replace(' ', ""))
            }
            _ => (element.to_owned(), String::new()),
        };
        SqlType { base, arguments, is_list }
    }
}

/// What a column is in a Prisma schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::prisma) struct Native {
    /// The scalar type.
    pub(in crate::prisma) scalar: &'static str,
    /// The native type, where it is not the one that the scalar means by itself: `VarChar(20)`.
    pub(super) native: Option<String>,
}

/// What Prisma makes of a type; `None` where it has none.
pub(in crate::prisma) fn native(engine: Engine, sql: &SqlType) -> Option<Native> {
    let base = sql.base.to_ascii_lowercase();
    if engine == Engine::Sqlite {
        let (_, scalar) = SQLITE.iter().find(|(it, _)| *it == base)?;
        return Some(Native { scalar, native: None });
    }
    let base = plain(&base);
    let found = row(engine, base)?;
    let is_boolean = match base {
        "tinyint" => sql.arguments == "1",
        "bit" => arguments(found, Scalar::Boolean, base, &sql.arguments) == "1",
        "boolean" => true,
        _ => false,
    };
    let scalar = *found.scalars.iter().find(|it| is_boolean || **it != Scalar::Boolean)?;
    let given = arguments(found, scalar, base, &sql.arguments);
    let alone = own(engine, engine.provider().type_of(scalar));
    if alone.base == base && alone.arguments == given {
        return Some(Native { scalar: scalar.name(), native: None });
    }
    if !given.is_empty() && !can_take(found, &given) {
        return None;
    }
    let shown = given.replace(',', ", ");
    let native = if shown.is_empty() { found.name.to_owned() } else { [found.name, "(", &shown, ")"].concat() };
    Some(Native { scalar: scalar.name(), native: Some(native) })
}

/// The database's own type of a scalar with a native type.
fn sql(engine: Engine, scalar: Scalar, native: Option<(&str, &str)>) -> Option<SqlType> {
    let provider = engine.provider();
    let Some((name, given)) = native else { return Some(own(engine, provider.type_of(scalar))) };
    let native = provider.natives().iter().find(|it| it.name == name && it.scalars.contains(&scalar))?;
    let own = own(engine, native.sql);
    let arguments = match (scalar, own.base.as_str()) {
        (Scalar::Boolean, "tinyint") => "1".to_owned(),
        (_, base) => arguments(native, scalar, base, &given.replace(' ', "")),
    };
    Some(SqlType { arguments, ..own })
}

/// A type that Migrate writes, in the database's own words.
fn own(engine: Engine, text: &str) -> SqlType {
    let text = text.to_ascii_lowercase();
    let is_boolean = engine == Engine::MySql && text == "boolean";
    let ty = SqlType::of(if is_boolean { "tinyint(1)" } else { &text });
    let word = OWN_WORDS.iter().find(|(of, migrates, _)| *of == engine && *migrates == ty.base);
    SqlType { base: word.map_or_else(|| ty.base.clone(), |(.., own)| (*own).to_owned()), ..ty }
}

/// Without the namespace of citext.
fn plain(base: &str) -> &str {
    if base.ends_with(".citext") { "citext" } else { base }
}

/// Whether a scalar with a native type means a database's type.
pub(super) fn means(engine: Engine, scalar: &str, written: Option<(&str, &str)>, ty: &SqlType) -> bool {
    if engine == Engine::Sqlite {
        return native(engine, ty).is_some_and(|it| it.scalar == scalar);
    }
    let Some(scalar) = Scalar::named(scalar) else { return false };
    let Some(meant) = sql(engine, scalar, written) else { return false };
    let there = ty.base.to_ascii_lowercase();
    let base = plain(&there);
    meant.base == base
        && row(engine, base).is_some_and(|it| arguments(it, scalar, base, &ty.arguments) == meant.arguments)
}

/// Whether an unsupported type is written as a type in the database's words, with or without its namespace.
pub(super) fn means_unsupported(written: &str, text: &str) -> bool {
    let bare = |it: &str| {
        let it = it.to_ascii_lowercase().replace(['"', ' '], "");
        let end = it.find('(').unwrap_or(it.len());
        let start = it[..end].rfind('.').map_or(0, |at| at + 1);
        it[start..].to_owned()
    };
    bare(written) == bare(text)
}

/// The native type of a type in the database's own words.
fn row(engine: Engine, base: &str) -> Option<&'static Row> {
    let word = OWN_WORDS.iter().find(|(of, _, own)| *of == engine && *own == base).map_or(base, |(_, word, _)| word);
    engine.provider().natives().iter().find(|it| it.sql.eq_ignore_ascii_case(word))
}

/// What stands in parentheses, where it means something to Prisma: of a boolean the width that MySQL shows, and numbers of
/// types that take some.
fn arguments(row: &Row, scalar: Scalar, base: &str, given: &str) -> String {
    match given {
        _ if row.numbers.count == 0 && scalar != Scalar::Boolean => String::new(),
        "" => ABSENT.iter().find(|(it, _)| *it == base).map_or("", |(_, meant)| meant).to_owned(),
        given => given.to_owned(),
    }
}

/// Whether Prisma takes these numbers: PostgreSQL has scales below zero and above the precision, Prisma has none.
fn can_take(row: &Row, given: &str) -> bool {
    let numbers: Option<Vec<u64>> = given.split(',').map(|it| it.parse().ok()).collect();
    let (least, most) = row.numbers.range;
    match numbers.as_deref() {
        Some([one]) => row.numbers.count == 1 && (least..=most).contains(one),
        Some([one, scale]) => row.numbers.count == 2 && (least..=most).contains(one) && scale <= one,
        _ => false,
    }
}

/// Whether a column is MariaDB's JSON: long text with a check.
pub(in crate::prisma) fn is_json_text(column: &Column) -> bool {
    let MySqlColumn { check, .. } = column.extra.mysql();
    let is_json = |it: SqlText| it.canonical().to_lowercase().replace(' ', "").starts_with("json_valid(");
    column.ty.canonical() == "longtext" && check.is_some_and(is_json)
}

/// The type underneath, where a column is of a domain.
pub(in crate::prisma) fn resolved(schema: &Schema, text: &str) -> String {
    let element = text.trim_end_matches("[]");
    let domain = qualified(element).and_then(|it| schema.others.get(&Address::Object(ObjectKind::Domain, it)));
    match domain {
        Some(Definition::Postgres(it)) => match it.as_ref() {
            PostgresObject::Domain(it) => [&resolved(schema, it.ty.canonical()), &text[element.len()..]].concat(),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// A name with a namespace before it, as PostgreSQL writes it.
pub(super) fn qualified(text: &str) -> Option<Qualified> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                parts.last_mut()?.push('"');
            }
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => parts.push(String::new()),
            _ => parts.last_mut()?.push(letter),
        }
    }
    let name = parts.pop()?.into();
    Some(Qualified { namespace: parts.pop().unwrap_or_default().into(), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: Engine, text: &str, expected: &str) {
        let found = native(engine, &SqlType::of(text));
        let shown = found.map_or("-".to_owned(), |it| match it.native {
            Some(native) => [it.scalar, " @db.", &native].concat(),
            None => it.scalar.to_owned(),
        });
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn native_types_are_named_where_the_scalar_means_another() {
        check(Engine::Postgres, "integer", "Int");
        check(Engine::Postgres, "timestamp(3) without time zone", "DateTime");
        check(Engine::Postgres, "timestamp without time zone", "DateTime @db.Timestamp(6)");
        check(Engine::Postgres, "timestamp(0) with time zone", "DateTime @db.Timestamptz(0)");
        check(Engine::Postgres, "character varying(20)", "String @db.VarChar(20)");
        check(Engine::Postgres, "character varying", "String @db.VarChar");
        check(Engine::Postgres, "numeric(65,30)", "Decimal");
        check(Engine::Postgres, "numeric(10,2)", "Decimal @db.Decimal(10, 2)");
        check(Engine::Postgres, "numeric", "Decimal @db.Decimal");
        check(Engine::Postgres, "text[]", "String");
        check(Engine::Postgres, "public.citext", "String @db.Citext");
        check(Engine::Postgres, "tsvector", "-");
        check(Engine::MySql, "int(10) unsigned", "Int @db.UnsignedInt");
        check(Engine::MySql, "tinyint(1)", "Boolean");
        check(Engine::MySql, "tinyint(4)", "Int @db.TinyInt");
        check(Engine::MySql, "tinyint", "Int @db.TinyInt");
        check(Engine::MySql, "tinyint(1) unsigned", "Int @db.UnsignedTinyInt");
        check(Engine::MySql, "bit(1)", "Boolean @db.Bit(1)");
        check(Engine::MySql, "float(7,4)", "Float @db.Float");
        check(Engine::Postgres, "numeric(2,5)", "-");
        check(Engine::MySql, "bit(8)", "Bytes @db.Bit(8)");
        check(Engine::MySql, "datetime", "DateTime @db.DateTime(0)");
        check(Engine::MySql, "varchar(191)", "String");
        check(Engine::MySql, "decimal(10,2) unsigned", "-");
        check(Engine::Sqlite, "VARCHAR(20)", "String");
        check(Engine::Sqlite, "BIGINT", "BigInt");
    }

    #[test]
    fn what_a_person_wrote_means_the_type_that_is_there() {
        let means = |scalar, native, ty| means(Engine::Postgres, scalar, native, &SqlType::of(ty));
        assert!(means("String", None, "text"));
        assert!(means("String", Some(("Text", "")), "text"));
        assert!(means("DateTime", Some(("Timestamp", "6")), "timestamp without time zone"));
        assert!(!means("DateTime", None, "timestamp without time zone"));
        assert!(means("Decimal", Some(("Decimal", "10,2")), "numeric(10,2)"));
        assert!(means_unsupported("geometry(Point, 4326)", "public.geometry(Point,4326)"));
    }

    #[test]
    fn every_native_type_is_found_again() {
        for engine in [Engine::Postgres, Engine::MySql] {
            for native_type in engine.provider().natives() {
                for scalar in native_type.scalars {
                    let written = Some((native_type.name, if native_type.name == "Bit" { "1" } else { "" }));
                    let ty = sql(engine, *scalar, written).unwrap();
                    assert!(means(engine, scalar.name(), written, &ty), "{ty:?}");
                    let found = native(engine, &ty).map(|it| it.native.unwrap_or_default());
                    let is_found = found.is_some_and(|it| it.is_empty() || it.starts_with(native_type.name));
                    assert!(is_found, "{ty:?}");
                }
            }
        }
    }

    #[test]
    fn a_name_in_quotes_is_read() {
        let name = qualified("public.\"User \"\"Role\"").unwrap();
        assert_eq!((name.namespace.text(), name.name.text()), ("public", "User \"Role"));
    }
}
