//! A column: its type, whether it can be null, and its default.

use trueup_contract::Sql;

use super::{Lowering, ident, qualified, sql};
use crate::prisma::{
    datamodel::{Column, Default, Kind, Literal, Model},
    native::{Provider, Scalar},
    syntax::Arity,
};

/// What a column that counts by itself is on PostgreSQL.
const SERIALS: &[(&str, &str)] = &[("SMALLINT", "SMALLSERIAL"), ("INTEGER", "SERIAL"), ("BIGINT", "BIGSERIAL")];

impl Lowering<'_> {
    /// The whole column, as it stands in CREATE TABLE.
    pub(super) fn column(&self, model: &Model, column: &Column) -> Sql {
        let counts = column.default == Some(Default::Autoincrement);
        let provider = self.provider();
        let mut sql = self.column_type(sql(provider, "").ident(&ident(&column.mapped)), column, counts);
        sql = match column.arity {
            Arity::Required => sql.raw("NOT NULL"),
            Arity::Optional if provider == Provider::Mysql => sql.raw("NULL"),
            Arity::Optional | Arity::List => sql,
        };
        if let Some(default) = &column.default {
            sql = self.default(sql, column, default);
        }
        let is_key = model.is_whole_key(column);
        match provider {
            Provider::Sqlite if is_key && column.kind == Kind::Scalar(Scalar::Int) => {
                sql.raw("PRIMARY KEY AUTOINCREMENT")
            }
            Provider::Sqlite if is_key => sql.raw("PRIMARY KEY"),
            Provider::Mysql if counts => sql.raw("AUTO_INCREMENT"),
            _ => sql,
        }
    }

    /// The type, with `[]` for a list.
    pub(super) fn column_type(&self, sql: Sql, column: &Column, counts: bool) -> Sql {
        let provider = self.provider();
        let typed = match &column.kind {
            Kind::Unsupported(text) => sql.raw(text),
            Kind::Enum(found) => self.enum_type(sql, *found),
            Kind::Scalar(scalar) => {
                let plain = column.native.as_deref().unwrap_or_else(|| provider.type_of(*scalar));
                let serial = SERIALS.iter().find(|(known, _)| *known == plain && counts);
                match serial {
                    Some((_, serial)) if provider == Provider::Postgres => sql.raw(serial),
                    _ => sql.raw(plain),
                }
            }
        };
        if column.arity == Arity::List { glued(provider, typed, "[]") } else { typed }
    }

    fn enum_type(&self, sql: Sql, found: usize) -> Sql {
        let Some(kind) = self.data.enums.get(found) else { return sql };
        match self.provider() {
            Provider::Postgres | Provider::Cockroach => sql.name(&qualified(kind.schema.as_deref(), &kind.mapped)),
            Provider::Mysql => {
                sql.raw("ENUM").list(kind.values.iter().map(|value| value.mapped.as_str()), string_of_mysql)
            }
            Provider::Sqlite => sql.raw("TEXT"),
        }
    }

    fn default(&self, sql: Sql, column: &Column, default: &Default) -> Sql {
        let provider = self.provider();
        let scalar = match column.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Enum(_) | Kind::Unsupported(_) => None,
        };
        match default {
            Default::Client | Default::Generated(None) => sql,
            Default::Autoincrement if provider == Provider::Cockroach => sql.raw("DEFAULT unique_rowid()"),
            Default::Autoincrement => sql,
            Default::Sequence(options) => identity(sql, options),
            Default::Generated(Some(expression)) => sql.raw("DEFAULT").raw(expression),
            Default::Now if provider == Provider::Mysql => {
                glued(provider, sql.raw("DEFAULT CURRENT_TIMESTAMP"), &precision(column.native.as_deref()))
            }
            Default::Now => sql.raw("DEFAULT CURRENT_TIMESTAMP"),
            // MySQL takes no literal as the default of JSON or of bytes, so Migrate makes none.
            Default::Literal(_) if provider == Provider::Mysql && needs_expression(scalar) => sql,
            Default::Literal(value) => self.literal(sql.raw("DEFAULT"), column, value),
        }
    }

    /// A value as SQL.
    pub(super) fn literal(&self, sql: Sql, column: &Column, value: &Literal) -> Sql {
        let provider = self.provider();
        match value {
            Literal::Bare(text) => sql.raw(text),
            Literal::Text(text) | Literal::Json(text) if provider == Provider::Mysql => string_of_mysql(sql, text),
            Literal::Text(text) | Literal::Json(text) => sql.string(text),
            Literal::Moment(date, time, offset) => sql.string(&moment(provider, date, time, offset)),
            Literal::Bytes(bytes) => {
                let start = if provider == Provider::Sqlite { "" } else { "\\x" };
                sql.string(&[start, &hexadecimal(bytes)].concat())
            }
            Literal::List(values) => {
                let mut sql = sql.raw("ARRAY[");
                for (at, value) in values.iter().enumerate() {
                    let separated = if at > 0 { sql.raw(",") } else { sql };
                    sql = self.literal(separated, column, value);
                }
                let typed = self.column_type(self.sql(""), column, false).finish();
                glued(provider, sql, &["]::", &typed].concat())
            }
        }
    }
}

/// Put right after what is there, without the space that the builder sets.
fn glued(provider: Provider, before: Sql, text: &str) -> Sql {
    sql(provider, "").raw(&[before.finish().as_str(), text].concat())
}

fn needs_expression(scalar: Option<Scalar>) -> bool {
    matches!(scalar, Some(Scalar::Json | Scalar::Bytes))
}

fn string_of_mysql(sql: Sql, text: &str) -> Sql {
    sql.string(&text.replace('\\', "\\\\"))
}

/// The digits of a second that a native type keeps: three without a word of it.
fn precision(native: Option<&str>) -> String {
    let told = native.and_then(|native| native.split_once('(')).and_then(|(_, rest)| rest.strip_suffix(')'));
    ["(", told.unwrap_or("3"), ")"].concat()
}

fn moment(provider: Provider, date: &str, time: &str, offset: &str) -> String {
    match provider {
        // MariaDB takes no offset in a literal, and MySQL makes it the session's time; `literal` lets only UTC through.
        Provider::Mysql => [date, " ", time].concat(),
        Provider::Postgres | Provider::Cockroach | Provider::Sqlite => [date, " ", time, " ", offset].concat(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: u8| char::from(DIGITS[usize::from(at)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn identity(sql: Sql, options: &[(&'static str, String)]) -> Sql {
    let sql = sql.raw("GENERATED BY DEFAULT AS IDENTITY");
    if options.is_empty() {
        return sql;
    }
    let start = sql.raw("(");
    options.iter().fold(start, |sql, (keyword, number)| sql.raw(keyword).raw(number)).raw(")")
}
