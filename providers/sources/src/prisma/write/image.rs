//! What a schema is in Prisma's words, before it is put into files.

use trueup_state::{Qualified, ReferentialAction};

use super::{
    default::Default,
    types::{Native, SqlType},
};
use crate::prisma::syntax::Arity;

/// A whole schema.
#[derive(Clone, Debug, std::default::Default)]
pub(super) struct Image {
    /// In the order of their tables' names.
    pub(super) models: Vec<Model>,
    /// In the order of their names.
    pub(super) enums: Vec<Enum>,
    /// Foreign keys, each between two models.
    pub(super) relations: Vec<Relation>,
    /// Tables that are nothing but a relation from many to many.
    pub(super) many: Vec<Many>,
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) table: Qualified,
    pub(super) name: String,
    /// Which model of the files it is.
    pub(super) known: Option<usize>,
    /// Whether it has no key by which Prisma's client could find a row.
    pub(super) is_ignored: bool,
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Key>,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) column: String,
    pub(super) field: String,
    pub(super) kind: Kind,
    pub(super) arity: Arity,
    pub(super) default: Option<Default>,
}

/// What type a column is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One that Prisma has.
    Native(Native, SqlType),
    /// One of the enums.
    Enum(usize),
    /// Another, in the database's words.
    Unsupported(String),
}

/// What an enum is in the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EnumKey {
    /// A type.
    Named(Qualified),
    /// The type of a column, said in place.
    Column(Qualified, String),
}

/// An enum.
#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) key: EnumKey,
    pub(super) name: String,
    /// Which enum of the files it is.
    pub(super) known: Option<usize>,
    /// (name, as the database has it).
    pub(super) values: Vec<(String, String)>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyKind {
    Id,
    Unique,
    Index,
    Fulltext,
}

/// The kinds with the names of their attributes.
pub(super) const KEY_KINDS: [(KeyKind, &str); 4] =
    [(KeyKind::Id, "id"), (KeyKind::Unique, "unique"), (KeyKind::Index, "index"), (KeyKind::Fulltext, "fulltext")];

/// A key or an index, in the words of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) kind: KeyKind,
    /// Its name; `None` where it has none or it does not matter.
    pub(super) name: Option<String>,
    pub(super) parts: Vec<KeyPart>,
    /// The method, where it is not the usual one, as Prisma calls it: `Gin`.
    pub(super) method: Option<String>,
    /// The condition of a partial index.
    pub(super) predicate: Option<String>,
}

/// A column of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyPart {
    pub(super) column: String,
    pub(super) is_descending: bool,
    pub(super) length: Option<u32>,
    /// The operator class, where it is not the usual one, as the database calls it.
    pub(super) operators: Option<String>,
}

/// A foreign key as two fields.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// The models, by their places in the image.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) columns: Vec<String>,
    pub(super) referenced: Vec<String>,
    pub(super) on_delete: ReferentialAction,
    pub(super) on_update: ReferentialAction,
    /// The foreign key's name, where it is not the one that Prisma gives.
    pub(super) map: Option<String>,
    /// Whether a row must point at another.
    pub(super) is_required: bool,
    /// Whether no two rows point at the same one.
    pub(super) is_single: bool,
    /// What tells it from others between the same models.
    pub(super) name: Option<String>,
    /// The name of the field that points.
    pub(super) forward: String,
    /// The name of the field on the other side.
    pub(super) back: String,
    /// Which relation of the files it is.
    pub(super) known: Option<usize>,
}

/// A relation from many to many through a table of its own, which Prisma makes by itself.
#[derive(Clone, Debug)]
pub(super) struct Many {
    pub(super) table: Qualified,
    /// The model that column A points at, and the one that B points at.
    pub(super) models: [usize; 2],
    /// What tells it from others between the same models.
    pub(super) name: Option<String>,
    /// The name of the field in each model.
    pub(super) fields: [String; 2],
    /// Which relation of the files it is.
    pub(super) known: Option<usize>,
}
