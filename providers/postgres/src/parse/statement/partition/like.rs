//! `LIKE table INCLUDING …`.

use squawk_syntax::{ast, ast::AstNode};
use trueup_state::{Address, Column, Ident, PostgresColumn, Qualified, Table};

use super::columns;
use crate::{
    naming,
    parse::{
        fold::{Fold, Trouble, later, wrong_with},
        statement::table::index_name,
    },
};

/// What is copied besides names, types and NOT NULL.
#[derive(Clone, Copy, Default)]
struct Including {
    comments: bool,
    compression: bool,
    constraints: bool,
    defaults: bool,
    generated: bool,
    identity: bool,
    indexes: bool,
    storage: bool,
}

/// What a LIKE clause copies.
pub(crate) struct Copied {
    source: Qualified,
    /// The columns.
    pub(crate) columns: Vec<(Ident, Column)>,
    including: Including,
}

/// Look up what a LIKE clause copies.
pub(crate) fn like(fold: &Fold<'_>, clause: &ast::LikeClause) -> Result<Copied, Trouble> {
    let Some(node) = clause.relation_name_ref() else {
        return Err(later(clause.syntax(), "the table to copy"));
    };
    let candidates = fold.candidates(node.syntax());
    if let Some(view) = candidates.iter().find(|it| fold.schema.view(it).is_some()) {
        let message = ["`", &view.to_string(), "` is a view: LIKE copies only tables here"].concat();
        return Err(wrong_with(node.syntax(), message, "write the columns themselves"));
    }
    let source = fold.table(node.syntax())?;
    let including = including(clause);
    let copied = columns(fold, &source).into_iter().map(|(name, column)| {
        // A NOT NULL constraint is copied with its name (18; an older server has none).
        let own = naming::not_null_of(&source, &name, &column.extra.postgres());
        let not_null_name = Some(own).filter(|_| !column.nullable);
        (name, copy(column, including, not_null_name))
    });
    Ok(Copied { columns: copied.collect(), source, including })
}

fn including(clause: &ast::LikeClause) -> Including {
    let mut all = Including::default();
    for option in clause.like_options() {
        let (property, value) = match &option {
            ast::LikeOption::IncludingProperty(it) => (it.table_property(), true),
            ast::LikeOption::ExcludingProperty(it) => (it.table_property(), false),
        };
        match property {
            Some(ast::TableProperty::PropertyAll(_)) => {
                all = Including {
                    comments: value,
                    compression: value,
                    constraints: value,
                    defaults: value,
                    generated: value,
                    identity: value,
                    indexes: value,
                    storage: value,
                };
            }
            Some(ast::TableProperty::PropertyComments(_)) => all.comments = value,
            Some(ast::TableProperty::PropertyCompression(_)) => all.compression = value,
            Some(ast::TableProperty::PropertyConstraints(_)) => all.constraints = value,
            Some(ast::TableProperty::PropertyDefaults(_)) => all.defaults = value,
            Some(ast::TableProperty::PropertyGenerated(_)) => all.generated = value,
            Some(ast::TableProperty::PropertyIdentity(_)) => all.identity = value,
            Some(ast::TableProperty::PropertyIndexes(_)) => all.indexes = value,
            Some(ast::TableProperty::PropertyStorage(_)) => all.storage = value,
            // Extended statistics are objects of their own, with names that are generated.
            Some(ast::TableProperty::PropertyStatistics(_)) | None => (),
        }
    }
    all
}

fn copy(column: Column, including: Including, not_null_name: Option<Ident>) -> Column {
    let PostgresColumn { collation, identity, storage, compression, .. } = column.extra.postgres();
    let extra = PostgresColumn {
        collation,
        // A sequence that has a name of its own cannot have it twice.
        identity: identity.filter(|_| including.identity).map(|it| trueup_state::Identity { name: None, ..it }),
        storage: storage.filter(|_| including.storage),
        compression: compression.filter(|_| including.compression),
        not_null_name,
        ..PostgresColumn::default()
    };
    Column {
        default: column.default.filter(|_| including.defaults),
        generated: column.generated.filter(|_| including.generated),
        extra: extra.into(),
        ..column
    }
}

impl Copied {
    /// What expressions of copied columns mention.
    pub(crate) fn mentions(&self, fold: &mut Fold<'_>, table: &Qualified) {
        for (name, _) in &self.columns {
            let from = Address::Column(self.source.clone(), name.clone());
            copy_mentions(fold, &from, &Address::Column(table.clone(), name.clone()));
        }
    }

    /// Copy what stands beside the columns into the new table.
    pub(crate) fn finish(&self, fold: &mut Fold<'_>, table: &Qualified) {
        let Some(source) = fold.schema.table(&self.source).cloned() else { return };
        if self.including.constraints {
            for (name, check) in &source.checks {
                let from = Address::Check(self.source.clone(), name.clone());
                copy_mentions(fold, &from, &Address::Check(table.clone(), name.clone()));
                fold.taken.add_constraint(Qualified { namespace: table.namespace.clone(), name: name.clone() });
                if let Some(it) = fold.schema.table_mut(table) {
                    it.checks.insert(name.clone(), check.clone());
                }
            }
        }
        if self.including.indexes {
            self.keys(fold, table, &source);
            self.indexes(fold, table, &source);
        }
        if self.including.comments {
            self.comments(fold, table);
        }
    }

    fn keys(&self, fold: &mut Fold<'_>, table: &Qualified, source: &Table) {
        if let Some(key) = &source.primary_key {
            let name = fold.free_relation_name(table, None, "pkey", true);
            let key = trueup_state::PrimaryKey { name: Some(name.clone()), ..key.clone() };
            self.note(fold, table, name, Address::PrimaryKey(table.clone()));
            if let Some(it) = fold.schema.table_mut(table) {
                it.primary_key = Some(key);
            }
        }
        for unique in source.uniques.values() {
            let columns = unique.parts.iter().filter_map(|it| it.column_name()).map(Ident::text);
            let name = fold.free_relation_name(table, Some(&naming::addition(columns)), "key", true);
            let unique = trueup_state::Unique { name: Some(name.clone()), ..unique.clone() };
            self.note(fold, table, name.clone(), Address::Unique(table.clone(), name.clone()));
            if let Some(it) = fold.schema.table_mut(table) {
                it.uniques.insert(name, unique);
            }
        }
    }

    fn note(&self, fold: &mut Fold<'_>, table: &Qualified, name: Ident, address: Address) {
        let full = Qualified { namespace: table.namespace.clone(), name };
        fold.taken.add_constraint(full.clone());
        fold.taken.add_index(full, address);
    }

    fn indexes(&self, fold: &mut Fold<'_>, table: &Qualified, source: &Table) {
        for (old, index) in &source.indexes {
            let name = index_name::generated_name(fold, table, index);
            let from = Address::Index(self.source.clone(), old.clone());
            let address = Address::Index(table.clone(), name.clone());
            copy_mentions(fold, &from, &address);
            let full = Qualified { namespace: table.namespace.clone(), name: name.clone() };
            fold.taken.add_index(full, address);
            if let Some(it) = fold.schema.table_mut(table) {
                it.indexes.insert(name, index.clone());
            }
        }
    }

    fn comments(&self, fold: &mut Fold<'_>, table: &Qualified) {
        for (name, _) in &self.columns {
            let from = Address::Comment(Box::new(Address::Column(self.source.clone(), name.clone())));
            let to = Address::Comment(Box::new(Address::Column(table.clone(), name.clone())));
            if let Some(comment) = fold.schema.others.get(&from).cloned() {
                fold.schema.others.insert(to, comment);
            }
        }
    }
}

fn copy_mentions(fold: &mut Fold<'_>, from: &Address, to: &Address) {
    if let Some(mentions) = fold.mentions.get(from).cloned() {
        fold.mentions.insert(to.clone(), mentions);
    }
}
