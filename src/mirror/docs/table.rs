//! The page of one table.

use std::collections::BTreeSet;

use trueup_state::{
    Address, Check, Column, ForeignKey, Generated, Ident, Index, Part, PrimaryKey, Qualified, ReferentialAction,
    Schema, Table, Term, Trigger, Unique,
};

use super::{
    Book,
    text::{code, prose},
    title,
};
use crate::{export, markdown::fenced};

/// The whole page.
pub(super) fn page(book: &Book<'_>, name: &Qualified, table: &Table) -> String {
    let Table { columns, primary_key, uniques, checks, foreign_keys, indexes, triggers, extra: _ } = table;
    let mut page = ["# ", &code(&title(name)), "\n\n[All tables](../README.md)\n"].concat();
    let comment = book.comment_on_table(name, table);
    if !comment.is_empty() {
        page.extend(["\n", &prose(&comment), "\n"]);
    }
    let rows = columns.iter().map(|(own, it)| column(book, name, own, it));
    rows_of(&mut page, "Columns", &["Column", "Type", "Null", "Default", "Comment"], rows);
    let keys = primary_key.iter().map(|PrimaryKey { name: own, parts: it, extra: _ }| {
        vec!["primary".to_owned(), own.as_ref().map(|it| code(it.text())).unwrap_or_default(), parts(it)]
    });
    let unique = sorted(uniques)
        .map(|(own, Unique { name: _, parts: it, extra: _ })| vec!["unique".to_owned(), code(own.text()), parts(it)]);
    rows_of(&mut page, "Keys", &["Kind", "Name", "Columns"], keys.chain(unique));
    let rows = sorted(foreign_keys).map(|(own, it)| foreign_key(own, it, book.linked(&it.references)));
    rows_of(&mut page, "Foreign keys", &["Name", "Columns", "References", "On delete", "On update"], rows);
    rows_of(
        &mut page,
        "Referenced by",
        &["Table", "Foreign key", "Columns", "On delete", "On update"],
        referrers(book, name),
    );
    let rows = sorted(indexes).map(|(own, Index { unique, parts: it, predicate, extra: _ })| {
        let condition = predicate.as_ref().map(|it| code(it.written())).unwrap_or_default();
        vec![code(own.text()), yes(*unique), parts(it), condition]
    });
    rows_of(&mut page, "Indexes", &["Name", "Unique", "Columns", "Condition"], rows);
    let rows = sorted(checks)
        .map(|(own, Check { name: _, expression, extra: _ })| vec![code(own.text()), code(expression.written())]);
    rows_of(&mut page, "Checks", &["Name", "Condition"], rows);
    let rows = sorted(triggers)
        .map(|(own, Trigger { definition, extra: _ })| vec![code(own.text()), code(definition.written())]);
    rows_of(&mut page, "Triggers", &["Name", "Definition"], rows);
    page.push_str("\n## Diagram\n\n");
    page.push_str(&fenced("mermaid", &export::mermaid(&neighbours(book, name, table))));
    page.push_str("\n## SQL\n\n");
    page.push_str(&fenced("sql", &book.sql(&Address::Table(name.clone()))));
    page
}

/// A section with a table, unless it has no rows.
fn rows_of(page: &mut String, heading: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    page.extend(["\n## ", heading, "\n\n| ", &columns.join(" | "), " |\n|", &"---|".repeat(columns.len()), "\n"]);
    for row in rows {
        page.extend(["| ", &row.join(" | "), " |\n"]);
    }
}

/// The entries of a map, by name.
fn sorted<'a, T: 'a>(
    entries: impl IntoIterator<Item = (&'a Ident, &'a T)>,
) -> impl Iterator<Item = (&'a Ident, &'a T)> {
    let mut entries: Vec<(&Ident, &T)> = entries.into_iter().collect();
    entries.sort_unstable_by_key(|(name, _)| *name);
    entries.into_iter()
}

fn column(book: &Book<'_>, table: &Qualified, name: &Ident, column: &Column) -> Vec<String> {
    let Column { ty, nullable, default, collation: _, generated, extra } = column;
    let value = match (generated, default) {
        (Some(Generated { expression, stored: _ }), _) => ["generated: ", &code(expression.written())].concat(),
        (None, Some(default)) => code(default.written()),
        (None, None) if extra.postgres().identity.is_some() => "identity".to_owned(),
        (None, None) if extra.mysql().auto_increment => "auto increment".to_owned(),
        (None, None) => String::new(),
    };
    let comment = match extra.mysql().comment {
        own if !own.is_empty() => own,
        _ => book.comment(&Address::Column(table.clone(), name.clone())),
    };
    vec![code(name.text()), code(ty.written()), yes(*nullable), value, prose(&comment)]
}

fn yes(is_so: bool) -> String {
    if is_so { "yes".to_owned() } else { String::new() }
}

fn parts(parts: &[Part]) -> String {
    let shown = parts.iter().map(|Part { term, collation: _, descending, extra: _ }| {
        let term = match term {
            Term::Column(name) => code(name.text()),
            Term::Expression(expression) => code(expression.written()),
        };
        if *descending { [&term, " descending"].concat() } else { term }
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn foreign_key(name: &Ident, key: &ForeignKey, other: String) -> Vec<String> {
    let referenced = match key.referenced_columns.as_slice() {
        [] => String::new(),
        columns => [" (", &names(columns), ")"].concat(),
    };
    vec![
        code(name.text()),
        names(&key.columns),
        [&other, referenced.as_str()].concat(),
        action(key.on_delete).to_owned(),
        action(key.on_update).to_owned(),
    ]
}

fn names(names: &[Ident]) -> String {
    names.iter().map(|it| code(it.text())).collect::<Vec<_>>().join(", ")
}

fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "no action",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::SetNull => "set null",
        ReferentialAction::SetDefault => "set default",
        ReferentialAction::Cascade => "cascade",
    }
}

/// The foreign keys of others that point here.
fn referrers(book: &Book<'_>, name: &Qualified) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for other in book.referrers.get(name).into_iter().flatten() {
        let Some((table, _)) = book.tables.get(other) else { continue };
        for (own, key) in sorted(&table.foreign_keys).filter(|(_, it)| it.references == *name) {
            let actions = [action(key.on_delete).to_owned(), action(key.on_update).to_owned()];
            rows.push([book.linked(other), code(own.text()), names(&key.columns)].into_iter().chain(actions).collect());
        }
    }
    rows
}

/// The table with those that it points at and those that point at it, of which only the columns of keys are shown.
fn neighbours(book: &Book<'_>, name: &Qualified, table: &Table) -> Schema {
    let mut around = Schema::default();
    let mut own = table.clone();
    own.foreign_keys.retain(|_, it| book.tables.contains_key(&it.references));
    let pointed: BTreeSet<&Qualified> = own.foreign_keys.values().map(|it| &it.references).collect();
    let pointing = book.referrers.get(name).into_iter().flatten();
    let others: BTreeSet<&Qualified> = pointed.into_iter().chain(pointing).filter(|it| *it != name).collect();
    for other in others {
        let Some((table, _)) = book.tables.get(other) else { continue };
        let mut foreign_keys = table.foreign_keys.clone();
        foreign_keys.retain(|_, it| it.references == *name);
        let in_key = |column: &Ident| {
            let is_own = foreign_keys.values().any(|it| it.columns.contains(column));
            let in_primary = table.primary_key.iter().flat_map(|it| &it.parts);
            is_own || in_primary.filter_map(Part::column_name).any(|it| it == column)
        };
        let columns = table.columns.iter().filter(|(column, _)| in_key(column));
        let columns = columns.map(|(column, it)| (column.clone(), it.clone())).collect();
        let shown = Table { columns, primary_key: table.primary_key.clone(), foreign_keys, ..Table::default() };
        around.namespace_mut(&other.namespace).tables.insert(other.name.clone(), shown);
    }
    around.namespace_mut(&name.namespace).tables.insert(name.name.clone(), own);
    around
}
