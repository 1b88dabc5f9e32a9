//! Making a random schema one that SQLite accepts, by leaving out what does not fit.

use std::collections::BTreeSet;

use super::model::{ForeignKey, Key, Schema, Table, Term, Text};

pub(crate) fn repair(schema: &mut Schema) {
    schema.tables.iter_mut().for_each(repair_table);
    let all = schema.clone();
    for table in &mut schema.tables {
        let whole = table.clone();
        table.foreign_keys.retain(|key| fits(&all, &whole, key));
    }
    let mut taken = BTreeSet::new();
    let mut is_free = |name: &String| taken.insert(name.to_ascii_lowercase());
    schema.tables.retain(|table| is_free(&table.name));
    schema.tables.iter_mut().for_each(|table| table.indexes.retain(|index| is_free(&index.name)));
    schema.searches.retain(|search| is_free(&search.name));
    schema.views.retain(|view| is_free(&view.name));
    // A view may use another one, which may go.
    loop {
        let known = schema.clone();
        schema.views.retain(|view| view.uses.iter().all(|used| is_there(&known, used)));
        if schema.views.len() == known.views.len() {
            break;
        }
    }
    let known = schema.clone();
    let mut names = BTreeSet::new();
    schema.triggers.retain(|trigger| {
        let instead = trigger.text.template.starts_with("INSTEAD");
        let fits = instead == known.views.iter().any(|view| view.name == trigger.on);
        fits && trigger.uses.iter().all(|used| is_there(&known, used))
            && names.insert(trigger.name.to_ascii_lowercase())
    });
}

fn is_there(schema: &Schema, (relation, columns): &(String, Vec<String>)) -> bool {
    match schema.table(relation) {
        Some(table) => columns.iter().all(|column| table.column(column).is_some()),
        None => columns.is_empty() && schema.views.iter().any(|view| view.name == *relation),
    }
}

fn repair_table(table: &mut Table) {
    repair_columns(table);
    let stored = table.names(true);
    let names = table.names(false);
    let mut constraint_names = BTreeSet::new();
    let mut settle = |name: &mut Option<String>| {
        if name.as_ref().is_some_and(|it| !constraint_names.insert(it.to_ascii_lowercase())) {
            *name = None;
        }
    };
    if let Some(key) = &mut table.key {
        key.parts.retain(|part| stored.contains(&part.column));
        settle(&mut key.name);
    }
    table.key = table.key.take().filter(|key| !key.parts.is_empty());
    table.without_rowid &= table.key.is_some();
    let alias = table.alias().map(str::to_owned);
    let without_rowid = table.without_rowid;
    if let Some(key) = &mut table.key {
        let plain = key.parts.iter().all(|part| !part.desc && part.collation.is_none());
        key.autoincrement &= alias.is_some() && plain && !without_rowid;
    }
    let fits = |text: &Text| text.names.iter().all(|name| names.contains(name));
    for unique in &mut table.uniques {
        unique.parts.retain(|part| names.contains(&part.column));
        settle(&mut unique.name);
    }
    table.uniques.retain(|unique| !unique.parts.is_empty());
    share_order(table);
    table.checks.retain(|check| fits(&check.text));
    table.checks.iter_mut().for_each(|check| settle(&mut check.name));
    table.foreign_keys.iter_mut().for_each(|key| settle(&mut key.name));
    for index in &mut table.indexes {
        index.terms.retain(|term| match term {
            Term::Column(part) => names.contains(&part.column),
            Term::Expression(text, _) => fits(text),
        });
        index.predicate = index.predicate.take().filter(|text| fits(text));
    }
    table.indexes.retain(|index| !index.terms.is_empty());
}

/// Keys of the same columns share one index, and the first of them decides how it is sorted; the order of constraints
/// is no part of a schema, so they must agree. When it renames a table, SQLite also takes keys whose
/// collations differ for equal, and refuses conflict clauses that differ.
fn share_order(table: &mut Table) {
    let columns = |key: &Key| key.parts.iter().map(|part| part.column.clone()).collect::<Vec<_>>();
    let mut seen: Vec<Key> = table.key.iter().cloned().collect();
    for unique in &mut table.uniques {
        match seen.iter().find(|key| columns(key) == columns(unique)) {
            Some(key) => {
                unique.conflict = key.conflict;
                unique.parts.iter_mut().zip(&key.parts).for_each(|(part, same)| part.desc = same.desc);
            }
            None => seen.push(unique.clone()),
        }
    }
}

fn repair_columns(table: &mut Table) {
    let stored = table.names(true);
    let strict = table.strict;
    for column in &mut table.columns {
        if strict {
            column.ty = strict_type(column.ty);
        }
        let Some((text, _)) = &column.generated else { continue };
        if text.names.len() == 2 && text.names.iter().all(|name| stored.contains(name) && *name != column.name) {
            (column.default, column.not_null) = (None, None);
            if strict {
                column.ty = "ANY";
            }
        } else {
            column.generated = None;
        }
    }
}

fn strict_type(ty: &'static str) -> &'static str {
    match ty {
        "INTEGER" | "INT" | "TEXT" | "REAL" | "BLOB" | "ANY" => ty,
        "BOOLEAN" => "INT",
        "VARCHAR(10)" | "DATETIME" => "TEXT",
        "DECIMAL(10, 2)" | "double precision" => "REAL",
        _ => "ANY",
    }
}

/// Whether a foreign key's columns are there, and the parent has a key of just its columns.
fn fits(schema: &Schema, child: &Table, key: &ForeignKey) -> bool {
    let stored = child.names(true);
    let own = key.columns.iter().all(|column| stored.contains(column));
    let Some(parent) = schema.table(&key.parent) else {
        let is_view = schema.views.iter().any(|view| view.name == key.parent);
        return own && key.dangles && key.parent_columns.is_empty() && !is_view;
    };
    let wanted: BTreeSet<&String> = key.parent_columns.iter().collect();
    let keys = parent.key.iter().map(|it| (true, it)).chain(parent.uniques.iter().map(|it| (false, it)));
    let fitting = keys.into_iter().any(|(is_primary, it)| {
        let columns: BTreeSet<&String> = it.parts.iter().map(|part| &part.column).collect();
        let plain = it.parts.iter().all(|part| part.collation.is_none());
        let named = if wanted.is_empty() { is_primary } else { columns == wanted };
        plain && named && columns.len() == key.columns.len()
    });
    own && fitting
}
