//! PostgreSQL schemas as the generator knows them: nothing of trueup's own model is used, so that the two can disagree.

use std::collections::BTreeMap;

/// A namespace and a name in it.
pub(crate) type Name = (&'static str, &'static str);

/// What values of a type are like: which texts and which rows fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Integer,
    Number,
    Text,
    Boolean,
    Time,
    Json,
    Uuid,
    List,
    Mood,
}

/// Every type that a column can have. What begins with `app.` is one of the fixtures.
pub(crate) const TYPES: &[(&str, Class)] = &[
    ("integer", Class::Integer),
    ("integer", Class::Integer),
    ("bigint", Class::Integer),
    ("smallint", Class::Integer),
    ("numeric(10,2)", Class::Number),
    ("double precision", Class::Number),
    ("text", Class::Text),
    ("text", Class::Text),
    ("character varying(40)", Class::Text),
    ("varchar(4)", Class::Text),
    ("char(3)", Class::Text),
    ("boolean", Class::Boolean),
    ("timestamp with time zone", Class::Time),
    ("timestamp", Class::Time),
    ("date", Class::Time),
    ("jsonb", Class::Json),
    ("uuid", Class::Uuid),
    ("text[]", Class::List),
    ("app.mood", Class::Mood),
    ("app.score", Class::Integer),
    ("app.label", Class::Text),
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
    Identity(&'static str),
    Serial,
    Generated(Text),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: &'static str,
    pub(crate) not_null: bool,
    pub(crate) source: Source,
    pub(crate) collation: Option<&'static str>,
    pub(crate) comment: Option<&'static str>,
}

/// A primary or unique key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) include: Vec<String>,
    pub(crate) deferral: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) name: Option<String>,
    pub(crate) text: Text,
    pub(crate) ending: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForeignKey {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) parent: Name,
    pub(crate) parent_columns: Vec<String>,
    pub(crate) actions: &'static str,
    pub(crate) ending: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) unique: bool,
    /// Each with what follows it: order, operator class, collation.
    pub(crate) terms: Vec<(Text, &'static str)>,
    pub(crate) ending: &'static str,
    pub(crate) predicate: Option<Text>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) command: &'static str,
    pub(crate) text: Text,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    pub(crate) event: &'static str,
    pub(crate) when: Option<Text>,
}

/// How the rows of a table are spread over others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Partitioning {
    pub(crate) strategy: &'static str,
    pub(crate) column: String,
    /// Names and bounds.
    pub(crate) parts: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: Name,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Option<Key>,
    pub(crate) uniques: Vec<Key>,
    pub(crate) checks: Vec<Check>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) partitioning: Option<Partitioning>,
    /// Whether it is UNLOGGED.
    pub(crate) unlogged: bool,
    pub(crate) options: &'static str,
    pub(crate) row_security: bool,
    pub(crate) comment: Option<&'static str>,
    pub(crate) grants: Vec<&'static str>,
    pub(crate) statistics: Vec<String>,
    /// A rule, by its text behind `CREATE RULE keep AS`.
    pub(crate) rule: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) name: Name,
    pub(crate) materialized: bool,
    pub(crate) template: &'static str,
    /// The columns that the text needs, in the order of `{0}`, `{1}`…; a relation is `{T0}`, `{T1}`…
    pub(crate) uses: Vec<(Name, Text)>,
    /// Another view that it reads.
    pub(crate) over: Option<Name>,
    pub(crate) options: &'static str,
    pub(crate) comment: Option<&'static str>,
    pub(crate) grants: Vec<&'static str>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Schema {
    /// Which variant of each fixture is there.
    pub(crate) fixtures: BTreeMap<&'static str, usize>,
    pub(crate) tables: Vec<Table>,
    pub(crate) views: Vec<View>,
}

impl Column {
    pub(crate) fn is_generated(&self) -> bool {
        matches!(self.source, Source::Generated(_))
    }

    pub(crate) fn class(&self) -> Class {
        class(self.ty)
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

    pub(crate) fn has_all(&self, names: &[String]) -> bool {
        names.iter().all(|name| self.column(name).is_some())
    }

    /// Name and class of all columns, or of those with values of their own.
    pub(crate) fn choices(&self, stored_only: bool) -> Vec<(String, Class)> {
        let wanted = self.columns.iter().filter(|it| !stored_only || !it.is_generated());
        wanted.map(|it| (it.name.clone(), it.class())).collect()
    }
}

impl Schema {
    pub(crate) fn table(&self, name: Name) -> Option<&Table> {
        self.tables.iter().find(|it| it.name == name)
    }

    pub(crate) fn view(&self, name: Name) -> Option<&View> {
        self.views.iter().find(|it| it.name == name)
    }
}
