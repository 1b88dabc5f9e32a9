//! What PostgreSQL will make of a declared expression, as far as that can be known without asking it.

mod analyze;
mod function;
mod keywords;
mod literal;
mod operator;
mod plain;
#[cfg(test)]
mod tests;
mod ty;
mod value;

use std::collections::HashMap;

use trueup_state::{
    Address, Column, Definition, Ident, Part, PartKind, PostgresObject, Qualified, Schema, SqlText, Table, Term,
};

use analyze::Analysis;
pub(crate) use keywords::quoted;
pub(crate) use plain::plain;
use ty::{Names, Ty};
use value::{Unknown, Value};

/// Columns of tables with their types, those that are inherited too.
type Columns = HashMap<Qualified, HashMap<Ident, Ty>>;

/// Give every declared text the canonical form that PostgreSQL would give it, where that is certain. What is not certain
/// keeps the text as it was written, which is equal only to the very same text.
pub(crate) fn canonicalize(declared: &mut Schema) {
    let names = Names::of(declared);
    let columns = columns(declared);
    let mut defaults = Defaults { names: &names, known: HashMap::new() };
    for (namespace, objects) in &mut declared.namespaces {
        for (name, table) in &mut objects.tables {
            let full = Qualified { namespace: namespace.clone(), name: name.clone() };
            let analysis =
                Analysis { names: &names, columns: columns.get(&full), table: Some(&full.name), value: None };
            canonicalize_table(&analysis, &mut defaults, table);
        }
    }
    for (address, definition) in &mut declared.others {
        canonicalize_other(&names, &columns, address, definition);
    }
}

fn columns(schema: &Schema) -> Columns {
    let own = |table: &Table| -> HashMap<Ident, Ty> {
        table.columns.iter().map(|(name, it)| (name.clone(), Ty::parse(it.ty.canonical()))).collect()
    };
    let mut all: Columns = schema.tables().map(|(name, table)| (name, own(table))).collect();
    for (name, table) in schema.tables() {
        let mut waiting = parents(table);
        let mut inherited = HashMap::new();
        let mut seen = 0;
        while let Some(parent) = waiting.pop() {
            seen += 1;
            if let Some(table) = schema.table(&parent).filter(|_| seen < 1000) {
                inherited.extend(own(table));
                waiting.extend(parents(table));
            }
        }
        if let Some(own) = all.get_mut(&name) {
            inherited.extend(own.drain());
            *own = inherited;
        }
    }
    all
}

fn parents(table: &Table) -> Vec<Qualified> {
    let extra = table.extra.postgres();
    extra.inherits.into_iter().chain(extra.partition_of.map(|it| it.parent)).collect()
}

/// Replace a canonical form; what was written stays.
fn set(text: &mut SqlText, canonical: Option<String>) {
    if let Some(canonical) = canonical {
        *text = SqlText::new(plain::squeeze(&canonical), text.written());
    }
}

fn condition(analysis: &Analysis<'_>, text: &mut SqlText) {
    let canonical = analysis.condition(text.written());
    set(text, canonical);
}

fn canonicalize_table(analysis: &Analysis<'_>, defaults: &mut Defaults<'_>, table: &mut Table) {
    for column in table.columns.values_mut() {
        let ty = Ty::parse(column.ty.canonical());
        defaults.canonicalize(&mut column.default, &ty);
        generated(analysis, column, &ty);
    }
    for check in table.checks.values_mut() {
        condition(analysis, &mut check.expression);
    }
    for index in table.indexes.values_mut() {
        index.predicate.iter_mut().for_each(|it| condition(analysis, it));
        index.parts.iter_mut().for_each(|it| part(analysis, it));
    }
    let mut extra = table.extra.postgres();
    if !extra.overrides.is_empty() {
        for (name, column) in &mut extra.overrides {
            if let Some(ty) = analysis.columns.and_then(|it| it.get(name)) {
                let ty = ty.clone();
                defaults.canonicalize(&mut column.default, &ty);
            }
        }
        table.extra = extra.into();
    }
}

/// Defaults that were met before: the same few stand in most tables.
struct Defaults<'a> {
    names: &'a Names,
    /// By both forms of the text and the column's type.
    known: HashMap<(String, String, Ty), Option<SqlText>>,
}

impl Defaults<'_> {
    fn canonicalize(&mut self, text: &mut Option<SqlText>, ty: &Ty) {
        let Some(it) = text else { return };
        let key = (it.written().to_owned(), it.canonical().to_owned(), ty.clone());
        let found = self.known.entry(key).or_insert_with(|| {
            let mut found = Some(it.clone());
            default(self.names, &mut found, ty);
            found
        });
        text.clone_from(found);
    }
}

/// The text of a default; a bare NULL is none at all.
fn default(names: &Names, text: &mut Option<SqlText>, ty: &Ty) {
    let Some(it) = text else { return };
    let analysis = Analysis { names, columns: None, table: None, value: None };
    let Some(value) = analysis.of(it.written()) else { return };
    // A domain may forbid NULL, so that it has to be computed; what an extension's type is, is not known here.
    let is_plain = !ty.base.contains('.') || names.labels(ty.base.trim_end_matches("[]")).is_some();
    let null = ["NULL::", &ty.text()].concat();
    match (&value.unknown, ty.modifier.is_empty()) {
        _ if ty.base == "interval" && !ty.modifier.is_empty() => (),
        (Some(Unknown::Null), true) if is_plain => *text = None,
        (None, true) if is_plain && value.hidden == null => *text = None,
        (Some(Unknown::Null), _) if !is_plain => (),
        (Some(_), _) => set(it, analysis.coerce(value, &ty.bare()).map(|it| it.hidden)),
        (None, _) => set(it, Some(value.hidden)),
    }
}

fn generated(analysis: &Analysis<'_>, column: &mut Column, ty: &Ty) {
    let Some(generated) = &mut column.generated else { return };
    let text = analysis.of(generated.expression.written()).and_then(|value| match value.unknown {
        Some(_) => analysis.coerce(value, &ty.bare()).map(|it| it.hidden),
        None => Some(value.hidden),
    });
    set(&mut generated.expression, text);
}

fn part(analysis: &Analysis<'_>, part: &mut Part) {
    if let Term::Expression(text) = &mut part.term {
        let canonical = analysis.of(text.written()).and_then(Value::decided).map(|it| it.hidden);
        set(text, canonical);
    }
}

fn canonicalize_other(names: &Names, columns: &Columns, address: &Address, definition: &mut Definition) {
    match (address, definition) {
        (Address::Part(PartKind::Policy, table, _), Definition::Postgres(object)) => {
            if let PostgresObject::Policy(policy) = &mut **object {
                let analysis = Analysis { names, columns: columns.get(table), table: Some(&table.name), value: None };
                policy.using.iter_mut().chain(&mut policy.check).for_each(|it| condition(&analysis, it));
            }
        }
        (_, Definition::Postgres(object)) => {
            if let PostgresObject::Domain(domain) = &mut **object {
                let ty = Ty::parse(domain.ty.canonical());
                default(names, &mut domain.default, &ty);
                let value = Some(names.base(&ty));
                let analysis = Analysis { names, columns: None, table: None, value };
                domain.checks.values_mut().for_each(|it| condition(&analysis, &mut it.expression));
            }
        }
        _ => (),
    }
}
