//! What a Prisma schema means: every name resolved, every name in the database known.

use super::{
    native::{Provider, Scalar},
    syntax::{Arity, Span},
};

/// A place in one of the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    /// Which file.
    pub(super) file: usize,
    /// Where in it.
    pub(super) span: Span,
}

/// A whole schema.
#[derive(Clone, Debug)]
pub(super) struct Datamodel {
    pub(super) datasource: Datasource,
    pub(super) enums: Vec<Enum>,
    pub(super) models: Vec<Model>,
    pub(super) relations: Vec<Relation>,
    /// Whether indexes can have conditions in it.
    pub(super) says_conditions: bool,
}

/// What a datasource says that is of use here; its URLs are not among it.
#[derive(Clone, Debug)]
pub(super) struct Datasource {
    /// What stands before the dot of a native type.
    pub(super) name: String,
    pub(super) provider: Provider,
    pub(super) uses_foreign_keys: bool,
    /// `None` where models do not say their schema.
    pub(super) schemas: Option<Vec<(String, Spot)>>,
    /// `None` where nothing is said of extensions.
    pub(super) extensions: Option<Vec<Extension>>,
}

#[derive(Clone, Debug)]
pub(super) struct Extension {
    pub(super) name: String,
    pub(super) schema: Option<String>,
    pub(super) version: Option<String>,
    pub(super) spot: Spot,
}

#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) name: String,
    /// Its name in the database.
    pub(super) mapped: String,
    pub(super) schema: Option<String>,
    pub(super) values: Vec<EnumValue>,
    pub(super) spot: Spot,
}

#[derive(Clone, Debug)]
pub(super) struct EnumValue {
    pub(super) name: String,
    /// Its name in the database.
    pub(super) mapped: String,
}

/// A model or a view.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) name: String,
    /// The name of the table.
    pub(super) mapped: String,
    pub(super) schema: Option<String>,
    pub(super) is_view: bool,
    pub(super) is_ignored: bool,
    pub(super) columns: Vec<Column>,
    pub(super) key: Option<Key>,
    pub(super) indexes: Vec<Index>,
    pub(super) links: Vec<Link>,
    pub(super) spot: Spot,
}

impl Model {
    /// Whether a column alone is the primary key.
    pub(super) fn is_whole_key(&self, column: &Column) -> bool {
        let whole = self.key.as_ref().filter(|key| key.fields.len() == 1);
        whole.is_some_and(|key| self.columns[key.fields[0].column].mapped == column.mapped)
    }

    pub(super) fn column(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }

    /// Whether exactly these columns, in any order, can occur only once.
    pub(super) fn is_unique(&self, columns: &[usize]) -> bool {
        let same = |fields: &[IndexField]| {
            fields.len() == columns.len() && fields.iter().all(|field| columns.contains(&field.column))
        };
        self.key.as_ref().is_some_and(|key| same(&key.fields))
            || self.indexes.iter().any(|index| index.kind == IndexKind::Unique && same(&index.fields))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) field: String,
    /// Its name in the database.
    pub(super) mapped: String,
    pub(super) kind: Kind,
    /// The type that `@db.` names, as SQL.
    pub(super) native: Option<String>,
    pub(super) arity: Arity,
    pub(super) default: Option<Default>,
    pub(super) spot: Spot,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar(Scalar),
    /// An enum by its place in the list.
    Enum(usize),
    /// A type as the database writes it.
    Unsupported(String),
}

/// What a column is if nothing is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Default {
    Literal(Literal),
    Now,
    Autoincrement,
    /// With what stands in parentheses after IDENTITY.
    Sequence(Vec<(&'static str, String)>),
    /// An expression as the database writes it; `None` for one that is not told.
    Generated(Option<String>),
    /// Made by Prisma Client: nothing in the database.
    Client,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A number or a boolean as it is written.
    Bare(String),
    Text(String),
    /// Date, time, and offset.
    Moment(String, String, String),
    Json(String),
    Bytes(Vec<u8>),
    List(Vec<Literal>),
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) fields: Vec<IndexField>,
    pub(super) map: Option<String>,
    pub(super) spot: Spot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexKind {
    Plain,
    Unique,
    Fulltext,
}

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) kind: IndexKind,
    pub(super) fields: Vec<IndexField>,
    pub(super) map: Option<String>,
    /// As it stands after USING; `None` for a B-tree.
    pub(super) method: Option<&'static str>,
    /// The condition of a partial index.
    pub(super) condition: Option<Condition>,
    pub(super) spot: Spot,
}

#[derive(Clone, Debug)]
pub(super) struct IndexField {
    /// The column by its place in the table.
    pub(super) column: usize,
    pub(super) sort: Option<&'static str>,
    pub(super) length: Option<String>,
    pub(super) operators: Option<String>,
}

/// When a row stands in a partial index.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// SQL as it is.
    Raw(String),
    /// All of: a column, whether it must differ, and a value; no value is NULL.
    All(Vec<(usize, bool, Option<Literal>)>),
}

/// A field that leads to another model.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) field: String,
    /// The model by its place in the list.
    pub(super) target: usize,
    pub(super) arity: Arity,
    /// The name of the relation.
    pub(super) name: Option<String>,
    pub(super) fields: Option<Vec<(String, Span)>>,
    pub(super) references: Option<Vec<(String, Span)>>,
    pub(super) on_delete: Option<(&'static str, Span)>,
    pub(super) on_update: Option<(&'static str, Span)>,
    pub(super) map: Option<String>,
    /// The type of the field, to point at.
    pub(super) spot: Spot,
}

/// Two links that belong together.
#[derive(Clone, Debug)]
pub(super) enum Relation {
    /// A foreign key.
    Reference {
        /// The model that has it.
        model: usize,
        target: usize,
        columns: Vec<usize>,
        references: Vec<usize>,
        on_delete: &'static str,
        on_update: &'static str,
        map: Option<String>,
        spot: Spot,
    },
    /// A table between two models.
    Join {
        /// The table without the underscore before it.
        name: String,
        /// The models of columns `A` and `B`.
        models: [usize; 2],
        spot: Spot,
    },
}
