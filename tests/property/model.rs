//! Schemas as the generator knows them: nothing of trueup's own model is used, so that the two can disagree.

/// A text with names in it: `{0}` is the first of them, `{T}` the table it stands in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) template: &'static str,
    pub(crate) names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: &'static str,
    /// The conflict clause, if it is NOT NULL.
    pub(crate) not_null: Option<&'static str>,
    pub(crate) default: Option<&'static str>,
    pub(crate) collation: Option<&'static str>,
    /// The expression, and whether it is stored.
    pub(crate) generated: Option<(Text, bool)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) column: String,
    pub(crate) collation: Option<&'static str>,
    pub(crate) desc: bool,
}

/// A primary or unique key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: Option<String>,
    pub(crate) parts: Vec<Part>,
    pub(crate) conflict: &'static str,
    pub(crate) autoincrement: bool,
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
    /// Empty: the parent's primary key.
    pub(crate) parent_columns: Vec<String>,
    pub(crate) on_delete: &'static str,
    pub(crate) on_update: &'static str,
    pub(crate) deferral: &'static str,
    /// Whether it stays when its parent goes.
    pub(crate) dangles: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Column(Part),
    Expression(Text, bool),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) unique: bool,
    pub(crate) terms: Vec<Term>,
    pub(crate) predicate: Option<Text>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Option<Key>,
    pub(crate) uniques: Vec<Key>,
    pub(crate) checks: Vec<Check>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) without_rowid: bool,
    pub(crate) strict: bool,
}

/// A view, or a trigger on `on`; `uses` are the columns of relations that its text needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) on: String,
    pub(crate) text: Text,
    pub(crate) uses: Vec<(String, Vec<String>)>,
}

/// A full-text table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Search {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) option: &'static str,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    pub(crate) views: Vec<Program>,
    pub(crate) triggers: Vec<Program>,
    pub(crate) searches: Vec<Search>,
}

/// What SQLite converts values to (sqlite.org/datatype3.html, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Column {
    pub(crate) fn affinity(&self, strict: bool) -> Affinity {
        let ty = self.ty.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
        match () {
            () if strict && ty == "ANY" => Affinity::Blob,
            () if has(&["INT"]) => Affinity::Integer,
            () if has(&["CHAR", "CLOB", "TEXT"]) => Affinity::Text,
            () if ty.is_empty() || has(&["BLOB"]) => Affinity::Blob,
            () if has(&["REAL", "FLOA", "DOUB"]) => Affinity::Real,
            () => Affinity::Numeric,
        }
    }
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// The names of all columns, or of those with values of their own.
    pub(crate) fn names(&self, stored_only: bool) -> Vec<String> {
        self.columns.iter().filter(|it| !stored_only || it.generated.is_none()).map(|it| it.name.clone()).collect()
    }

    /// The column that is the rowid under another name.
    pub(crate) fn alias(&self) -> Option<&str> {
        let key = self.key.as_ref().filter(|_| !self.without_rowid)?;
        match key.parts.as_slice() {
            [part] if self.column(&part.column)?.ty.eq_ignore_ascii_case("INTEGER") => Some(&part.column),
            _ => None,
        }
    }

    pub(crate) fn is_in_key(&self, column: &str) -> bool {
        self.key.iter().any(|key| key.parts.iter().any(|part| part.column == column))
    }

    pub(crate) fn counts_ids(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.autoincrement)
    }
}

impl Schema {
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|it| it.name == name)
    }

    /// Every name that tables, views, indexes and full-text tables share.
    pub(crate) fn relations(&self) -> Vec<&String> {
        let indexes = self.tables.iter().flat_map(|it| &it.indexes).map(|it| &it.name);
        let tables = self.tables.iter().map(|it| &it.name);
        tables
            .chain(indexes)
            .chain(self.views.iter().map(|it| &it.name))
            .chain(self.searches.iter().map(|it| &it.name))
            .collect()
    }
}
