//! Types of columns as Prisma's scalar and native types (Prisma 6 documentation, "Field types": native type mapping).

use trueup_state::{Address, Column, Definition, MySqlColumn, ObjectKind, PostgresObject, Qualified, Schema, SqlText};

use super::engine::Engine;

/// A native type.
struct Row {
    scalar: &'static str,
    native: &'static str,
    /// The database's own name, without what is in parentheses.
    base: &'static str,
    /// What is in parentheses where the scalar stands alone; `None` where the scalar alone means another type.
    alone: Option<&'static str>,
    /// What is meant where there are no parentheses.
    absent: &'static str,
    /// Only with exactly this in parentheses.
    only: Option<&'static str>,
}

const fn row(scalar: &'static str, native: &'static str, base: &'static str) -> Row {
    Row { scalar, native, base, alone: None, absent: "", only: None }
}

/// The type of a scalar that stands alone.
const fn alone(scalar: &'static str, native: &'static str, base: &'static str, arguments: &'static str) -> Row {
    Row { alone: Some(arguments), ..row(scalar, native, base) }
}

/// One with a precision where none is given.
const fn moment(native: &'static str, base: &'static str, alone: Option<&'static str>, absent: &'static str) -> Row {
    Row { alone, absent, ..row("DateTime", native, base) }
}

const POSTGRES: &[Row] = &[
    alone("Int", "Integer", "integer", ""),
    row("Int", "SmallInt", "smallint"),
    row("Int", "Oid", "oid"),
    alone("BigInt", "BigInt", "bigint", ""),
    alone("Float", "DoublePrecision", "double precision", ""),
    row("Float", "Real", "real"),
    alone("Decimal", "Decimal", "numeric", "65,30"),
    row("Decimal", "Money", "money"),
    alone("Boolean", "Boolean", "boolean", ""),
    alone("String", "Text", "text", ""),
    row("String", "VarChar", "character varying"),
    Row { absent: "1", ..row("String", "Char", "character") },
    Row { absent: "1", ..row("String", "Bit", "bit") },
    row("String", "VarBit", "bit varying"),
    row("String", "Uuid", "uuid"),
    row("String", "Xml", "xml"),
    row("String", "Inet", "inet"),
    row("String", "Citext", "citext"),
    moment("Timestamp", "timestamp without time zone", Some("3"), "6"),
    moment("Timestamptz", "timestamp with time zone", None, "6"),
    row("DateTime", "Date", "date"),
    moment("Time", "time without time zone", None, "6"),
    moment("Timetz", "time with time zone", None, "6"),
    alone("Json", "JsonB", "jsonb", ""),
    row("Json", "Json", "json"),
    alone("Bytes", "ByteA", "bytea", ""),
];

const MYSQL: &[Row] = &[
    Row { alone: Some("1"), only: Some("1"), ..row("Boolean", "TinyInt", "tinyint") },
    Row { absent: "1", only: Some("1"), ..row("Boolean", "Bit", "bit") },
    alone("Int", "Int", "int", ""),
    row("Int", "UnsignedInt", "int unsigned"),
    row("Int", "SmallInt", "smallint"),
    row("Int", "UnsignedSmallInt", "smallint unsigned"),
    row("Int", "MediumInt", "mediumint"),
    row("Int", "UnsignedMediumInt", "mediumint unsigned"),
    row("Int", "TinyInt", "tinyint"),
    row("Int", "UnsignedTinyInt", "tinyint unsigned"),
    row("Int", "Year", "year"),
    alone("BigInt", "BigInt", "bigint", ""),
    row("BigInt", "UnsignedBigInt", "bigint unsigned"),
    alone("Float", "Double", "double", ""),
    row("Float", "Float", "float"),
    alone("Decimal", "Decimal", "decimal", "65,30"),
    alone("String", "VarChar", "varchar", "191"),
    Row { absent: "1", ..row("String", "Char", "char") },
    row("String", "TinyText", "tinytext"),
    row("String", "Text", "text"),
    row("String", "MediumText", "mediumtext"),
    row("String", "LongText", "longtext"),
    alone("Bytes", "LongBlob", "longblob", ""),
    Row { absent: "1", ..row("Bytes", "Bit", "bit") },
    Row { absent: "1", ..row("Bytes", "Binary", "binary") },
    row("Bytes", "VarBinary", "varbinary"),
    row("Bytes", "TinyBlob", "tinyblob"),
    row("Bytes", "Blob", "blob"),
    row("Bytes", "MediumBlob", "mediumblob"),
    moment("DateTime", "datetime", Some("3"), "0"),
    moment("Timestamp", "timestamp", None, "0"),
    row("DateTime", "Date", "date"),
    moment("Time", "time", None, "0"),
    alone("Json", "Json", "json", ""),
];

/// MySQL's types whose number in parentheses is only how wide they are shown.
const SHOWN_WIDE: &[&str] = &["tinyint", "smallint", "mediumint", "int", "bigint", "year"];

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
    let base = base.rsplit_once(".citext").map_or(base.as_str(), |_| "citext");
    let rows = rows(engine).iter().filter(|it| it.base == base);
    let mut fitting = rows.filter(|it| it.only.is_none_or(|only| arguments(engine, it, &sql.arguments) == only));
    let row = fitting.next()?;
    let given = arguments(engine, row, &sql.arguments);
    if row.alone == Some(given.as_str()) {
        return Some(Native { scalar: row.scalar, native: None });
    }
    let shown = given.replace(',', ", ");
    let native = if shown.is_empty() { row.native.to_owned() } else { [row.native, "(", &shown, ")"].concat() };
    Some(Native { scalar: row.scalar, native: Some(native) })
}

/// The database's own name, and what is in parentheses, of a scalar with a native type.
pub(super) fn sql(engine: Engine, scalar: &str, native: Option<(&str, &str)>) -> Option<(&'static str, String)> {
    let rows = rows(engine).iter().filter(|it| it.scalar == scalar);
    match native {
        None => rows.filter_map(|it| Some((it.base, it.alone?.to_owned()))).next(),
        Some((name, given)) => {
            let row = rows.clone().find(|it| it.native == name)?;
            Some((row.base, arguments(engine, row, &given.replace(' ', ""))))
        }
    }
}

/// Whether a scalar with a native type means a database's type.
pub(super) fn means(engine: Engine, scalar: &str, written: Option<(&str, &str)>, ty: &SqlType) -> bool {
    if engine == Engine::Sqlite {
        return native(engine, ty).is_some_and(|it| it.scalar == scalar);
    }
    let Some((base, given)) = sql(engine, scalar, written) else { return false };
    let there = ty.base.to_ascii_lowercase();
    let there = there.rsplit_once(".citext").map_or(there.as_str(), |_| "citext");
    let row = rows(engine).iter().find(|it| it.base == base && it.scalar == scalar);
    base == there && row.is_some_and(|row| arguments(engine, row, &ty.arguments) == given)
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

fn rows(engine: Engine) -> &'static [Row] {
    match engine {
        Engine::Postgres => POSTGRES,
        Engine::MySql => MYSQL,
        Engine::Sqlite => &[],
    }
}

/// What stands in parentheses, where it means something.
fn arguments(engine: Engine, row: &Row, given: &str) -> String {
    let is_wide = engine == Engine::MySql && row.only.is_none() && {
        let word = row.base.split(' ').next().unwrap_or_default();
        SHOWN_WIDE.contains(&word)
    };
    match given {
        _ if is_wide => String::new(),
        "" => row.alone.filter(|_| row.only.is_some()).unwrap_or(row.absent).to_owned(),
        given => given.to_owned(),
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
        check(Engine::MySql, "bit(1)", "Boolean @db.Bit(1)");
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
    fn a_name_in_quotes_is_read() {
        let name = qualified("public.\"User \"\"Role\"").unwrap();
        assert_eq!((name.namespace.text(), name.name.text()), ("public", "User \"Role"));
    }
}
