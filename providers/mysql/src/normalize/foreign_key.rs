//! Indexes that the server makes for foreign keys.

use std::collections::HashMap;

use trueup_state::{ForeignKey, Ident, Index, IndexExtra, IndexKind, Part, Qualified, Schema, Table, Term};

/// Make the index of every foreign key that none supports; where the engine has no foreign keys, the index is all that is
/// left of them.
pub(super) fn resolve(table: &mut Table, engine: Option<&str>) {
    let mut made: Vec<(Ident, Vec<Ident>)> = Vec::new();
    for key in table.foreign_keys.values() {
        if is_supported(table, &key.columns) {
            continue;
        }
        // Of those that begin alike the longest is made; of equal ones the last.
        made.retain(|(_, columns)| !key.columns.starts_with(columns));
        if made.iter().any(|(_, columns)| columns.starts_with(&key.columns)) {
            continue;
        }
        made.push((index_name(table, key, &made), key.columns.clone()));
    }
    for (name, columns) in made {
        let parts = columns.into_iter().map(Part::column).collect();
        table.indexes.insert(name, Index { unique: false, parts, predicate: None, extra: IndexExtra::None });
    }
    if engine.is_some_and(|it| !has_foreign_keys(it)) {
        table.foreign_keys.clear();
    }
}

/// The columns that foreign keys point at, as their tables spell them.
pub(super) fn spell(schema: &mut Schema) {
    let mut spelled: HashMap<Qualified, HashMap<String, Ident>> = HashMap::new();
    for (name, table) in schema.tables() {
        spelled.insert(name, table.columns.keys().map(|it| (it.folded(), it.clone())).collect());
    }
    for table in schema.namespaces.values_mut().flat_map(|it| it.tables.values_mut()) {
        for key in table.foreign_keys.values_mut() {
            let Some(columns) = spelled.get(&key.references) else { continue };
            let own = |name: &Ident| columns.get(&name.folded()).unwrap_or(name).clone();
            key.referenced_columns = key.referenced_columns.iter().map(own).collect();
        }
    }
}

fn has_foreign_keys(engine: &str) -> bool {
    matches!(engine, "InnoDB" | "NDB")
}

fn index_name(table: &Table, key: &ForeignKey, made: &[(Ident, Vec<Ident>)]) -> Ident {
    let is_taken = |name: &str| {
        let same = |it: &Ident| it.text().eq_ignore_ascii_case(name);
        table.indexes.keys().any(same) || made.iter().any(|(it, _)| same(it))
    };
    if let Some(name) = &key.name {
        return name.clone();
    }
    let first = key.columns.first().map(Ident::text).unwrap_or_default();
    let numbered = (2..).map(|number: u32| [first, "_", &number.to_string()].concat());
    let mut names = std::iter::once(first.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default().into()
}

fn is_supported(table: &Table, columns: &[Ident]) -> bool {
    table.primary_key.iter().any(|key| leads(&key.parts, columns))
        || table.indexes.values().any(|it| supports(it, columns))
}

/// Whether the server can look a foreign key's columns up in an index: they are its first ones, whole and in their order.
pub(crate) fn supports(index: &Index, columns: &[Ident]) -> bool {
    index.extra.mysql().kind == IndexKind::Plain && leads(&index.parts, columns)
}

fn leads(parts: &[Part], columns: &[Ident]) -> bool {
    let is = |part: &Part, column: &Ident| match &part.term {
        Term::Column(name) => name.folded() == column.folded() && part.extra.mysql().prefix.is_none(),
        Term::Expression(_) => false,
    };
    parts.len() >= columns.len() && parts.iter().zip(columns).all(|(part, column)| is(part, column))
}
