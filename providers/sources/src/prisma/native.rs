//! What types a provider has, and what Prisma Migrate makes of each.
//!
//! The tables are those of Prisma's own connectors (prisma-engines, `psl/psl-core/src/builtin_connectors`, Prisma 7):
//! the
//! names are what stands after `@db.`.

/// A database as a datasource names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `postgresql`
    Postgres,
    /// `cockroachdb`
    Cockroach,
    /// `mysql`
    Mysql,
    /// `sqlite`
    Sqlite,
}

/// Every word that can stand after `provider =`, and the dialect that the database speaks.
pub const PROVIDERS: &[(&str, Provider, &str)] = &[
    ("postgresql", Provider::Postgres, "postgres"),
    ("postgres", Provider::Postgres, "postgres"),
    ("cockroachdb", Provider::Cockroach, "postgres"),
    ("mysql", Provider::Mysql, "mysql"),
    ("sqlite", Provider::Sqlite, "sqlite"),
];

/// A type of Prisma's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    /// `String`
    String,
    /// `Boolean`
    Boolean,
    /// `Int`
    Int,
    /// `BigInt`
    BigInt,
    /// `Float`
    Float,
    /// `Decimal`
    Decimal,
    /// `DateTime`
    DateTime,
    /// `Json`
    Json,
    /// `Bytes`
    Bytes,
}

/// All types of Prisma's own with their names.
pub const SCALARS: &[(&str, Scalar)] = &[
    ("String", Scalar::String),
    ("Boolean", Scalar::Boolean),
    ("Int", Scalar::Int),
    ("BigInt", Scalar::BigInt),
    ("Float", Scalar::Float),
    ("Decimal", Scalar::Decimal),
    ("DateTime", Scalar::DateTime),
    ("Json", Scalar::Json),
    ("Bytes", Scalar::Bytes),
];

/// The numbers that a native type takes in parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// How many it takes if it takes any.
    pub count: usize,
    /// Whether it can stand without.
    pub is_optional: bool,
    /// The least that the first may be, and the most.
    pub range: (u64, u64),
}

/// A native type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Native {
    /// What stands after `@db.`.
    pub name: &'static str,
    /// The type as SQL, without its numbers.
    pub sql: &'static str,
    /// The types of Prisma's own that it can stand beside.
    pub scalars: &'static [Scalar],
    /// The numbers that it takes.
    pub numbers: Numbers,
}

const NONE: Numbers = Numbers { count: 0, is_optional: true, range: (0, 0) };

const fn optional(least: u64, most: u64) -> Numbers {
    Numbers { count: 1, is_optional: true, range: (least, most) }
}

const fn required(least: u64, most: u64) -> Numbers {
    Numbers { count: 1, is_optional: false, range: (least, most) }
}

/// A precision and a scale.
const fn decimal(most: u64) -> Numbers {
    Numbers { count: 2, is_optional: true, range: (1, most) }
}

const fn native(name: &'static str, sql: &'static str, scalars: &'static [Scalar], numbers: Numbers) -> Native {
    Native { name, sql, scalars, numbers }
}

use Scalar::{BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};

const ANY: u64 = u32::MAX as u64;

const POSTGRES: &[Native] = &[
    native("SmallInt", "SMALLINT", &[Int], NONE),
    native("Integer", "INTEGER", &[Int], NONE),
    native("BigInt", "BIGINT", &[BigInt], NONE),
    native("Decimal", "DECIMAL", &[Decimal], decimal(1000)),
    native("Money", "MONEY", &[Decimal], NONE),
    native("Inet", "INET", &[String], NONE),
    native("Oid", "OID", &[Int], NONE),
    native("Citext", "CITEXT", &[String], NONE),
    native("Real", "REAL", &[Float], NONE),
    native("DoublePrecision", "DOUBLE PRECISION", &[Float], NONE),
    native("VarChar", "VARCHAR", &[String], optional(1, 10_485_760)),
    native("Char", "CHAR", &[String], optional(1, 10_485_760)),
    native("Text", "TEXT", &[String], NONE),
    native("ByteA", "BYTEA", &[Bytes], NONE),
    native("Timestamp", "TIMESTAMP", &[DateTime], optional(0, 6)),
    native("Timestamptz", "TIMESTAMPTZ", &[DateTime], optional(0, 6)),
    native("Date", "DATE", &[DateTime], NONE),
    native("Time", "TIME", &[DateTime], optional(0, 6)),
    native("Timetz", "TIMETZ", &[DateTime], optional(0, 6)),
    native("Boolean", "BOOLEAN", &[Boolean], NONE),
    native("Bit", "BIT", &[String], optional(1, ANY)),
    native("VarBit", "VARBIT", &[String], optional(1, ANY)),
    native("Uuid", "UUID", &[String], NONE),
    native("Xml", "XML", &[String], NONE),
    native("Json", "JSON", &[Json], NONE),
    native("JsonB", "JSONB", &[Json], NONE),
];

/// Written as PostgreSQL knows them, which CockroachDB understands too.
const COCKROACH: &[Native] = &[
    native("Bit", "BIT", &[String], optional(1, ANY)),
    native("Bool", "BOOLEAN", &[Boolean], NONE),
    native("Bytes", "BYTEA", &[Bytes], NONE),
    native("Char", "CHAR", &[String], optional(1, ANY)),
    native("Date", "DATE", &[DateTime], NONE),
    native("Decimal", "DECIMAL", &[Decimal], decimal(1000)),
    native("Float4", "REAL", &[Float], NONE),
    native("Float8", "DOUBLE PRECISION", &[Float], NONE),
    native("Inet", "INET", &[String], NONE),
    native("Int2", "SMALLINT", &[Int], NONE),
    native("Int4", "INTEGER", &[Int], NONE),
    native("Int8", "BIGINT", &[BigInt], NONE),
    native("JsonB", "JSONB", &[Json], NONE),
    native("Oid", "OID", &[Int], NONE),
    native("CatalogSingleChar", "\"char\"", &[String], NONE),
    native("String", "VARCHAR", &[String], optional(1, ANY)),
    native("Time", "TIME", &[DateTime], optional(0, 6)),
    native("Timestamp", "TIMESTAMP", &[DateTime], optional(0, 6)),
    native("Timestamptz", "TIMESTAMPTZ", &[DateTime], optional(0, 6)),
    native("Timetz", "TIMETZ", &[DateTime], optional(0, 6)),
    native("Uuid", "UUID", &[String], NONE),
    native("VarBit", "VARBIT", &[String], optional(1, ANY)),
];

const MYSQL: &[Native] = &[
    native("Int", "INTEGER", &[Int], NONE),
    native("UnsignedInt", "INTEGER UNSIGNED", &[Int], NONE),
    native("SmallInt", "SMALLINT", &[Int], NONE),
    native("UnsignedSmallInt", "SMALLINT UNSIGNED", &[Int], NONE),
    native("TinyInt", "TINYINT", &[Boolean, Int], NONE),
    native("UnsignedTinyInt", "TINYINT UNSIGNED", &[Boolean, Int], NONE),
    native("MediumInt", "MEDIUMINT", &[Int], NONE),
    native("UnsignedMediumInt", "MEDIUMINT UNSIGNED", &[Int], NONE),
    native("BigInt", "BIGINT", &[BigInt], NONE),
    native("UnsignedBigInt", "BIGINT UNSIGNED", &[BigInt], NONE),
    native("Decimal", "DECIMAL", &[Decimal], decimal(65)),
    native("Float", "FLOAT", &[Float], NONE),
    native("Double", "DOUBLE", &[Float], NONE),
    native("Bit", "BIT", &[Boolean, Bytes], required(1, 64)),
    native("Char", "CHAR", &[String], required(0, 255)),
    native("VarChar", "VARCHAR", &[String], required(0, 65_535)),
    native("Binary", "BINARY", &[Bytes], required(0, ANY)),
    native("VarBinary", "VARBINARY", &[Bytes], required(0, ANY)),
    native("TinyBlob", "TINYBLOB", &[Bytes], NONE),
    native("Blob", "BLOB", &[Bytes], NONE),
    native("MediumBlob", "MEDIUMBLOB", &[Bytes], NONE),
    native("LongBlob", "LONGBLOB", &[Bytes], NONE),
    native("TinyText", "TINYTEXT", &[String], NONE),
    native("Text", "TEXT", &[String], NONE),
    native("MediumText", "MEDIUMTEXT", &[String], NONE),
    native("LongText", "LONGTEXT", &[String], NONE),
    native("Date", "DATE", &[DateTime], NONE),
    native("Time", "TIME", &[DateTime], optional(0, 6)),
    native("DateTime", "DATETIME", &[DateTime], optional(0, 6)),
    native("Timestamp", "TIMESTAMP", &[DateTime], optional(0, 6)),
    native("Year", "YEAR", &[Int], NONE),
    native("Json", "JSON", &[Json], NONE),
];

/// What each type of Prisma's own is without a native type.
const DEFAULTS: &[(Scalar, [&str; 4])] = &[
    // PostgreSQL, CockroachDB, MySQL, SQLite
    (Int, ["INTEGER", "INTEGER", "INTEGER", "INTEGER"]),
    (BigInt, ["BIGINT", "BIGINT", "BIGINT", "BIGINT"]),
    (Float, ["DOUBLE PRECISION", "DOUBLE PRECISION", "DOUBLE", "REAL"]),
    (Decimal, ["DECIMAL(65,30)", "DECIMAL(65,30)", "DECIMAL(65,30)", "DECIMAL"]),
    (Boolean, ["BOOLEAN", "BOOLEAN", "BOOLEAN", "BOOLEAN"]),
    (String, ["TEXT", "TEXT", "VARCHAR(191)", "TEXT"]),
    (DateTime, ["TIMESTAMP(3)", "TIMESTAMP(3)", "DATETIME(3)", "DATETIME"]),
    (Bytes, ["BYTEA", "BYTEA", "LONGBLOB", "BLOB"]),
    (Json, ["JSONB", "JSONB", "JSON", "JSONB"]),
];

impl Provider {
    /// The native types that it has.
    pub fn natives(self) -> &'static [Native] {
        match self {
            Provider::Postgres => POSTGRES,
            Provider::Cockroach => COCKROACH,
            Provider::Mysql => MYSQL,
            Provider::Sqlite => &[],
        }
    }

    /// The SQL type of a scalar without a native type.
    pub fn type_of(self, scalar: Scalar) -> &'static str {
        let column = match self {
            Provider::Postgres => 0,
            Provider::Cockroach => 1,
            Provider::Mysql => 2,
            Provider::Sqlite => 3,
        };
        DEFAULTS.iter().find(|(known, _)| *known == scalar).map_or("", |(_, types)| types[column])
    }

    /// How many bytes a name may have; SQLite has no such limit.
    pub fn longest_name(self) -> usize {
        match self {
            Provider::Postgres | Provider::Cockroach => 63,
            Provider::Mysql => 64,
            Provider::Sqlite => 10_000,
        }
    }
}

impl Scalar {
    /// The scalar of a name.
    pub fn named(name: &str) -> Option<Scalar> {
        SCALARS.iter().find(|(known, _)| *known == name).map(|(_, scalar)| *scalar)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        SCALARS.iter().find(|(_, scalar)| *scalar == self).map_or("", |(name, _)| name)
    }
}
