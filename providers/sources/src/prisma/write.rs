//! A Prisma schema written from a database's schema, as `prisma db pull` writes it.
//!
//! What a person wrote stays as it is: names of models and fields, comments, the order and the blanks. Only what
//! differs from
//! the database changes; where nothing differs, not one byte does.

mod default;
mod engine;
mod image;
mod introspect;
mod keys;
mod known;
mod layout;
mod losses;
mod merge;
mod names;
mod render;
#[cfg(test)]
mod tests;
mod types;

use std::{path::PathBuf, sync::Arc};

pub(super) use default::{Target, is_now};
pub(super) use engine::Engine;

use trueup_contract::{SourceError, Written};
use trueup_state::Schema;
pub(super) use types::{SqlType, is_json_text, native, resolved};

use super::parse::parse;

/// Write a schema of a dialect (`postgres`, `mysql`, `sqlite`) over the files that are there. Without files it is one
/// called
/// `schema.prisma`.
///
/// # Errors
/// When what is there is no Prisma schema, or Prisma does not know the dialect.
pub fn write(dialect: &str, schema: &Schema, there: &[(PathBuf, String)]) -> Result<Written, SourceError> {
    let Some(engine) = Engine::of(dialect) else {
        let reason = ["Prisma knows no databases of the kind `", dialect, "`"].concat();
        return Err(SourceError::Unknown { what: "schema.prisma".to_owned(), reason });
    };
    let read = |(path, text): &(PathBuf, String)| parse(Arc::new(path.clone()), Arc::from(text.as_str()));
    let files = there.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let known = known::Known::of(engine, &files);
    let found = introspect::introspect(schema, &known);
    let files = merge::files(&known, &found, schema);
    let losses = losses::losses(&known, &found, schema);
    Ok(Written { files, losses })
}
