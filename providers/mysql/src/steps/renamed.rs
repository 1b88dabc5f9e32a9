//! A schema under the names to come, as the server would show it: it writes the texts of a table anew where a column of
//! it gets another name, and the head of a trigger with its table; views and bodies it leaves alone.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use trueup_state::{
    Address, Change, Column, ForeignKey, Ident, Part, Qualified, Schema, SqlText, Table, TableExtra, Term, Trigger,
};

use crate::token::{self, Kind, Token};

/// New names by the folded old ones.
type Names = BTreeMap<String, Ident>;

/// A schema under the names after some renames, texts included.
pub(crate) fn renamed(schema: &Schema, renames: &[Change]) -> Schema {
    let mut schema = schema.clone();
    let mut all = along(renames, &schema);
    all.extend(renames.iter().filter_map(|change| match change {
        Change::Rename { from, to } => Some((from.clone(), to.clone())),
        Change::Create(_) | Change::Drop(_) | Change::Alter(_) => None,
    }));
    for (table, names) in columns(renames) {
        rename_columns(&mut schema, &table, &names);
    }
    for (from, to) in &all {
        match (from, to) {
            (Address::Index(table, old), Address::Index(_, new)) => {
                rename_key(schema.table_mut(table).map(|it| &mut it.indexes), old, new);
            }
            (Address::ForeignKey(table, old), Address::ForeignKey(_, new)) => {
                rename_key(schema.table_mut(table).map(|it| &mut it.foreign_keys), old, new);
            }
            (Address::Check(table, old), Address::Check(_, new)) => {
                rename_key(schema.table_mut(table).map(|it| &mut it.checks), old, new);
            }
            (_, _) => (),
        }
    }
    rename_relations(&mut schema, &all);
    schema
}

/// Constraints whose names the server made of a table's, and makes anew when that gets another name.
pub(crate) fn along(renames: &[Change], schema: &Schema) -> Vec<(Address, Address)> {
    let mut found = Vec::new();
    for change in renames {
        let Change::Rename { from: Address::Table(old), to: Address::Table(new) } = change else { continue };
        let Some(table) = schema.table(old) else { continue };
        for (name, own) in table.foreign_keys.keys().filter_map(|it| Some((it, made_of(it, old, new, "_ibfk_")?))) {
            found.push((Address::ForeignKey(old.clone(), name.clone()), Address::ForeignKey(new.clone(), own)));
        }
        let checks = table.checks.keys().filter(|_| !has_widths(schema));
        for (name, own) in checks.filter_map(|it| Some((it, made_of(it, old, new, "_chk_")?))) {
            found.push((Address::Check(old.clone(), name.clone()), Address::Check(new.clone(), own)));
        }
    }
    found
}

/// The name that takes the place of one that was made of a table's.
fn made_of(name: &Ident, old: &Qualified, new: &Qualified, between: &str) -> Option<Ident> {
    let number = name.text().strip_prefix(old.name.text())?.strip_prefix(between)?;
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| Ident::from([new.name.text(), between, number].concat()))
}

/// Whether integers have display widths: MariaDB shows them, MySQL does not, and only MySQL makes names of checks of
/// the table's.
fn has_widths(schema: &Schema) -> bool {
    let types = schema.tables().flat_map(|(_, it)| it.columns.values());
    types.into_iter().any(|it| it.ty.canonical().starts_with("int(") || it.ty.canonical().starts_with("bigint("))
}

/// The renamed columns of each table, by its name of now.
fn columns(renames: &[Change]) -> BTreeMap<Qualified, Names> {
    let mut found: BTreeMap<Qualified, Names> = BTreeMap::new();
    for change in renames {
        if let Change::Rename { from: Address::Column(table, old), to: Address::Column(_, new) } = change {
            found.entry(table.clone()).or_default().insert(old.folded(), new.clone());
        }
    }
    found
}

fn rename_key<T>(map: Option<&mut IndexMap<Ident, T>>, old: &Ident, new: &Ident) {
    if let Some(map) = map {
        let to = |name: Ident| if name == *old { new.clone() } else { name };
        *map = std::mem::take(map).into_iter().map(|(name, it)| (to(name), it)).collect();
    }
}

fn rename_relations(schema: &mut Schema, all: &[(Address, Address)]) {
    let mut names: BTreeMap<Qualified, Qualified> = BTreeMap::new();
    for (from, to) in all {
        if let (Address::Table(old) | Address::View(old), Address::Table(new) | Address::View(new)) = (from, to) {
            names.insert(old.clone(), new.clone());
        }
    }
    if names.is_empty() {
        return;
    }
    for (namespace, objects) in &mut schema.namespaces {
        let to = |name: Ident| {
            let old = Qualified { namespace: namespace.clone(), name };
            names.get(&old).map_or(old.name, |it| it.name.clone())
        };
        objects.views = std::mem::take(&mut objects.views).into_iter().map(|(name, it)| (to(name), it)).collect();
        objects.tables = std::mem::take(&mut objects.tables)
            .into_iter()
            .map(|(name, mut table)| {
                for key in table.foreign_keys.values_mut() {
                    if let Some(new) = names.get(&key.references) {
                        key.references = new.clone();
                    }
                }
                let new = to(name.clone());
                if new != name {
                    table.triggers.values_mut().for_each(|it| on_table(it, &new));
                }
                (new, table)
            })
            .collect();
    }
}

/// A trigger of a table of another name: the name stands after the first ON.
fn on_table(trigger: &mut Trigger, table: &Ident) {
    trigger.definition = rewritten(&trigger.definition, |tokens, at| {
        let first = tokens.iter().position(|it| it.is("on"))?;
        (at == first + 1).then(|| table.clone())
    });
}

fn rename_columns(schema: &mut Schema, table: &Qualified, names: &Names) {
    for objects in schema.namespaces.values_mut() {
        for key in objects.tables.values_mut().flat_map(|it| it.foreign_keys.values_mut()) {
            if key.references == *table {
                key.referenced_columns.iter_mut().for_each(|it| rename_ident(it, names));
            }
        }
    }
    if let Some(table) = schema.table_mut(table) {
        rename_in_table(table, names);
    }
}

fn rename_ident(name: &mut Ident, names: &Names) {
    if let Some(new) = names.get(&name.folded()) {
        *name = new.clone();
    }
}

fn rename_in_table(table: &mut Table, names: &Names) {
    let Table { columns, primary_key, uniques: _, checks, foreign_keys, indexes, triggers: _, extra } = table;
    *columns = std::mem::take(columns)
        .into_iter()
        .map(|(mut name, mut column)| {
            rename_ident(&mut name, names);
            rename_in_column(&mut column, names);
            (name, column)
        })
        .collect();
    let parts = primary_key.iter_mut().flat_map(|it| it.parts.iter_mut());
    parts.chain(indexes.values_mut().flat_map(|it| it.parts.iter_mut())).for_each(|it| rename_part(it, names));
    checks.values_mut().for_each(|it| rename_text(&mut it.expression, names));
    for ForeignKey { columns, .. } in foreign_keys.values_mut() {
        columns.iter_mut().for_each(|it| rename_ident(it, names));
    }
    if let TableExtra::MySql(extra) = extra {
        if let Some(partitions) = &mut extra.partitions {
            rename_text(&mut partitions.by.terms, names);
            partitions.subpartition_by.iter_mut().for_each(|it| rename_text(&mut it.terms, names));
        }
        for (from, to) in extra.periods.values_mut() {
            rename_ident(from, names);
            rename_ident(to, names);
        }
    }
}

fn rename_part(part: &mut Part, names: &Names) {
    match &mut part.term {
        Term::Column(name) => rename_ident(name, names),
        Term::Expression(text) => rename_text(text, names),
    }
}

fn rename_in_column(column: &mut Column, names: &Names) {
    column.generated.iter_mut().for_each(|it| rename_text(&mut it.expression, names));
    column.default.iter_mut().for_each(|it| rename_text(it, names));
    let mut extra = column.extra.mysql();
    if let Some(check) = &mut extra.check {
        rename_text(check, names);
        column.extra = extra.into();
    }
}

/// Names of columns in an expression; what is called is no column.
fn rename_text(text: &mut SqlText, names: &Names) {
    *text = rewritten(text, |tokens, at| {
        let token = tokens.get(at)?;
        let is_called = token.kind == Kind::Word && tokens.get(at + 1).is_some_and(|it| it.is("("));
        names.get(&name_of(token)).filter(|_| !is_called).cloned()
    });
}

/// What a token names, folded.
fn name_of(token: &Token<'_>) -> String {
    token.unquoted().to_ascii_lowercase()
}

/// A text with other names in the place of some tokens that may be names.
fn rewritten(text: &SqlText, name: impl Fn(&[Token<'_>], usize) -> Option<Ident>) -> SqlText {
    let each = |text: &str, canonical: bool| -> String {
        let Ok(tokens) = token::significant(text, None) else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (at, token) in tokens.iter().enumerate() {
            let is_name = token.is_name() || (canonical && token.kind == Kind::String && token.text.starts_with('"'));
            if let Some(new) = name(&tokens, at).filter(|_| is_name) {
                out.push_str(&text[from..token.at]);
                out.push_str(&if canonical { plain(&new) } else { quoted(&new) });
                from = token.end();
            }
        }
        out.push_str(&text[from..]);
        out
    };
    let written = each(text.written(), false);
    let canonical = each(text.canonical(), true);
    SqlText::new(canonical, written)
}

fn quoted(name: &Ident) -> String {
    crate::render::sql("").ident(name).finish()
}

/// A name as it stands in a canonical text.
fn plain(name: &Ident) -> String {
    let is_plain = name.text().chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii());
    if is_plain { name.text().to_owned() } else { ["\"", &name.text().replace('"', "\"\""), "\""].concat() }
}
