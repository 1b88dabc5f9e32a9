//! MariaDB and MySQL schemas as the generator knows them: nothing of trueup's own model is used, so that the two can
//! disagree.

use std::collections::BTreeMap;

/// The product that a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    Maria,
    MySql,
}

/// What values of a type are like: which texts and which rows fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Integer,
    Number,
    Text,
    Bytes,
    Date,
    Moment,
    Time,
    Year,
    Json,
    Bit,
    Choice,
    Choices,
    Point,
    Uuid,
    Address,
}

/// Every type that a column can have.
pub(crate) const TYPES: &[(&str, Class)] = &[
    ("int", Class::Integer),
    ("int", Class::Integer),
    ("int unsigned", Class::Integer),
    ("bigint", Class::Integer),
    ("bigint unsigned", Class::Integer),
    ("smallint", Class::Integer),
    ("mediumint", Class::Integer),
    ("tinyint(1)", Class::Integer),
    ("tinyint unsigned", Class::Integer),
    ("int(8) unsigned zerofill", Class::Integer),
    ("decimal(10,2)", Class::Number),
    ("decimal(6,3) unsigned", Class::Number),
    ("float", Class::Number),
    ("double", Class::Number),
    ("varchar(40)", Class::Text),
    ("varchar(40)", Class::Text),
    ("varchar(300)", Class::Text),
    ("varchar(4)", Class::Text),
    ("char(3)", Class::Text),
    ("text", Class::Text),
    ("tinytext", Class::Text),
    ("mediumtext", Class::Text),
    ("varbinary(40)", Class::Bytes),
    ("binary(8)", Class::Bytes),
    ("blob", Class::Bytes),
    ("date", Class::Date),
    ("datetime", Class::Moment),
    ("datetime(6)", Class::Moment),
    ("timestamp", Class::Moment),
    ("timestamp(3)", Class::Moment),
    ("time", Class::Time),
    ("time(2)", Class::Time),
    ("year", Class::Year),
    ("json", Class::Json),
    ("bit(1)", Class::Bit),
    ("bit(8)", Class::Bit),
    ("enum('a','b','c d')", Class::Choice),
    ("enum('a','b')", Class::Choice),
    ("enum('c d','it''s','b','a')", Class::Choice),
    ("set('x','y','z')", Class::Choices),
    ("set('x','y','z','w')", Class::Choices),
    ("point", Class::Point),
    ("uuid", Class::Uuid),
    ("inet6", Class::Address),
];

/// The class of a type's values.
pub(crate) fn class(ty: &str) -> Class {
    TYPES.iter().find(|it| it.0 == ty).map_or(Class::Text, |it| it.1)
}

/// A text over columns: `{0}` is the first of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) template: &'static str,
    pub(crate) columns: Vec<(String, Class)>,
}

/// Where a column's values come from, if not from who writes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Writer,
    Default(&'static str),
    /// The moment, also at every update or not.
    Now(bool),
    Counter,
    /// An expression, stored or not.
    Generated(Text, bool),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: &'static str,
    pub(crate) collation: Option<&'static str>,
    pub(crate) not_null: bool,
    pub(crate) source: Source,
    pub(crate) comment: Option<&'static str>,
    pub(crate) invisible: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Primary,
    Unique,
    Plain,
    Fulltext,
}

/// A column in a key, a prefix of it, and whether it is sorted downwards.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) column: String,
    pub(crate) prefix: Option<u32>,
    pub(crate) descending: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) parts: Vec<Part>,
    pub(crate) ending: &'static str,
    /// Not used by the optimiser: a word for each product.
    pub(crate) ignored: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) name: Option<String>,
    pub(crate) text: Text,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForeignKey {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: String,
    pub(crate) parent_columns: Vec<String>,
    pub(crate) actions: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) event: &'static str,
    pub(crate) body: Text,
}

/// How the rows of a table are spread: `{0}` stands for the column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Partitioning {
    pub(crate) template: &'static str,
    pub(crate) column: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) keys: Vec<Key>,
    pub(crate) checks: Vec<Check>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) partitioning: Option<Partitioning>,
    pub(crate) collation: Option<&'static str>,
    pub(crate) options: &'static str,
    pub(crate) comment: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) name: &'static str,
    /// What stands before `VIEW`.
    pub(crate) head: &'static str,
    pub(crate) template: &'static str,
    /// The columns that the text needs, in the order of `{0}`, `{1}`…; a relation is `{T0}`, `{T1}`…
    pub(crate) uses: Vec<(&'static str, Text)>,
    /// Another view that it reads.
    pub(crate) over: Option<&'static str>,
    pub(crate) ending: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) product: Product,
    /// Which variant of each fixture is there.
    pub(crate) fixtures: BTreeMap<&'static str, usize>,
    pub(crate) tables: Vec<Table>,
    pub(crate) views: Vec<View>,
}

/// Whether a type takes a character set.
pub(crate) fn has_collation(class: Class) -> bool {
    matches!(class, Class::Text | Class::Choice | Class::Choices)
}

impl Column {
    pub(crate) fn is_generated(&self) -> bool {
        matches!(self.source, Source::Generated(..))
    }

    pub(crate) fn class(&self) -> Class {
        class(self.ty)
    }

    /// Whether a key can hold only a prefix of it.
    pub(crate) fn is_long(&self) -> bool {
        self.ty.ends_with("text") || self.ty == "blob"
    }
}

impl Key {
    pub(crate) fn columns(&self) -> Vec<&String> {
        self.parts.iter().map(|it| &it.column).collect()
    }

    /// Whether rows are told apart by whole values.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Primary | Kind::Unique) && self.parts.iter().all(|it| it.prefix.is_none())
    }
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// Whether every column is there, with such values.
    pub(crate) fn supports(&self, text: &Text) -> bool {
        text.columns.iter().all(|(name, class)| self.column(name).is_some_and(|it| it.class() == *class))
    }

    /// Name and class of all columns, or of those with values of their own.
    pub(crate) fn choices(&self, stored_only: bool) -> Vec<(String, Class)> {
        let wanted = self.columns.iter().filter(|it| !stored_only || !it.is_generated());
        wanted.map(|it| (it.name.clone(), it.class())).collect()
    }

    /// The collation of a column's values, as far as it is said.
    pub(crate) fn collation_of(&self, column: &Column) -> Option<&'static str> {
        column.collation.or(self.collation).filter(|_| has_collation(column.class()))
    }
}

impl Schema {
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|it| it.name == name)
    }

    pub(crate) fn view(&self, name: &str) -> Option<&View> {
        self.views.iter().find(|it| it.name == name)
    }
}
