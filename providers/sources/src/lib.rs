//! Where desired schemas come from and where mirrors go. Sources read and write files; they never look into SQL.
//!
//! A source of another format than SQL becomes SQL of the dialect that is asked for, line by line, and each line knows the
//! place it was made from: there is one reader of declarations, the provider's own.

mod form;
mod generated;
mod paths;
pub mod prisma;
mod sql;
mod sqlalchemy;
mod toml;

pub use self::toml::{TomlFiles, TomlObject, json_schema as toml_json_schema, write_toml};
pub use form::FileForm;
pub use generated::Generated;
pub use sql::SqlFiles;
pub use sqlalchemy::{SqlAlchemy, Surroundings};
