//! TOML files: trueup's own declarative format (docs/formats/schema-toml.md).
//!
//! What a file says is held against tables of constants ([`format`]), of which the JSON Schema for editors is made
//! too. It becomes SQL of the dialect that is asked for, each line with the place of the value that it was made from.

mod files;
mod form;
mod format;
mod json_schema;
mod lower;
mod node;
mod script;
mod write;

use std::path::PathBuf;

use toml::{Spanned, de::DeTable};
use trueup_contract::{Coverage, Loaded, Source, SourceError};

use form::{Wrong, check_keys};
pub use json_schema::json_schema;
use node::File;
use script::Engine;
pub use write::{TomlObject, write_toml};

use trueup_state::Address;

/// A file, a folder or a pattern of TOML files.
#[derive(Clone, Debug)]
pub struct TomlFiles {
    path: PathBuf,
    name: String,
}

impl TomlFiles {
    /// Read from `path`; messages call it `name`.
    pub fn new(path: impl Into<PathBuf>, name: impl Into<String>) -> TomlFiles {
        TomlFiles { path: path.into(), name: name.into() }
    }
}

impl Source for TomlFiles {
    fn load(&self, dialect: &str) -> Result<Loaded, SourceError> {
        let files = files::read(&self.path, &self.name)?;
        let mut parsed = Vec::with_capacity(files.len());
        for file in &files {
            parsed.push((file, parse(file)?));
        }
        let statements = lower::lower(Engine::of(dialect), &parsed)?;
        Ok(statements.finish().finish(self.path.clone(), Coverage::default(), Vec::new()))
    }
}

/// A file's tree, every key and value of which is known and of the right form.
fn parse(file: &File) -> Result<Spanned<DeTable<'_>>, SourceError> {
    let malformed = |error: toml::de::Error| {
        let span = error.span().unwrap_or_default();
        file.error(Wrong { span, message: error.message().trim_end().to_owned(), hint: None })
    };
    let root = DeTable::parse(&file.text).map_err(malformed)?;
    check_keys(&[format::FILE], root.get_ref()).map_err(|wrong| file.error(wrong))?;
    Ok(root)
}

/// Whether a comment or an owner on such an object can be said beside it.
fn can_comment(address: &Address) -> bool {
    lower::subject(address).is_some() || matches!(address, Address::PrimaryKey(_))
}

/// Whether privileges on such an object can be said beside it.
fn can_grant(address: &Address) -> bool {
    lower::granted(address).is_some() || matches!(address, Address::Column(..))
}
