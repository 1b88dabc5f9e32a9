//! Partitions and children: ATTACH, DETACH, INHERIT, and what changes hands with them.

pub(super) mod align;
pub(crate) mod indexes;

use std::collections::BTreeSet;

use trueup_contract::{DialectError, Lock};
use trueup_state::{
    Address, Column, Ident, InheritedColumn, Object, Partition, PostgresTable, Qualified, Schema, SqlText,
};

use super::{
    Statement,
    frame::{context::Context, names::names},
};
use crate::render::{sql, table as render};

/// The key of the values that the partitions of a table share among them.
pub(super) fn bounds(parent: &Qualified) -> String {
    ["bounds ", &parent.to_string()].concat()
}

/// When the columns of a table that change or go have done so: who joins it must have what it has then.
pub(super) fn shape(table: &Qualified) -> String {
    ["shape of ", &table.to_string()].concat()
}

/// The parents of a table.
fn parents(extra: &PostgresTable) -> Vec<Qualified> {
    extra.inherits.iter().cloned().chain(extra.partition_of.as_ref().map(|it| it.parent.clone())).collect()
}

/// What a table that gets or loses a parent no longer has, or has from now on, as its own: the statement that hangs it
/// elsewhere brings that about.
pub(super) fn absorb(context: &mut Context<'_>) {
    let mut absorbed = Vec::new();
    for address in &context.altered {
        let Address::Table(name) = address else { continue };
        let (Some(before), Some(after)) = (context.work.before.table(name), context.work.after.table(name)) else {
            continue;
        };
        let (old, new) = (parents(&before.extra.postgres()), parents(&after.extra.postgres()));
        if old == new {
            continue;
        }
        let is_part = |it: &&Address| it.owner() == Some(name) && it.subject().is_none();
        for part in context.dropped.iter().filter(is_part) {
            if inherited(part, context.work.before, context.work.after, &new) {
                absorbed.push((part.clone(), address.clone()));
            }
        }
        for part in context.created.iter().filter(is_part) {
            if inherited(part, context.work.after, context.work.before, &old) {
                absorbed.push((part.clone(), address.clone()));
            }
        }
    }
    absorbed.extend(kept(context));
    absorbed.extend(attached(context));
    absorbed.extend(indexes::absorbed(context));
    context.absorbed.extend(absorbed);
}

/// Indexes and keys of partitions that become those of their parents: one that the parent gets takes what fits.
fn attached(context: &Context<'_>) -> Vec<(Address, Address)> {
    let mut attached = Vec::new();
    for address in &context.dropped {
        let is_key = matches!(address, Address::PrimaryKey(_) | Address::Unique(..) | Address::Index(..));
        let Some(table) = address.owner().filter(|_| is_key) else { continue };
        let (Some(before), Some(after)) = (context.work.before.table(table), context.work.after.table(table)) else {
            continue;
        };
        if before.extra.postgres().partition_of.is_none() || after.extra.postgres().partition_of.is_none() {
            continue;
        }
        let of = ancestors(context.work.after, &parents(&after.extra.postgres()));
        let comes = |it: &&Address| {
            it.owner().is_some_and(|owner| of.contains(owner))
                && it.kind() == address.kind()
                && same_key(context.work.before.object(address), context.work.after.object(it))
        };
        let found = context.created.iter().chain(&context.altered).find(comes).cloned();
        let table = Address::Table(table.clone());
        let hangs = before.extra.postgres().attached != after.extra.postgres().attached;
        let found = found.or_else(|| {
            let stays = of.iter().any(|above| {
                let there = context.work.after.table(above).into_iter().flat_map(|it| it.indexes.values());
                there.into_iter().any(|it| {
                    it.extra.postgres().only && same_key(context.work.before.object(address), Some(Object::Index(it)))
                })
            });
            (hangs && stays).then_some(table)
        });
        attached.extend(found.map(|it| (address.clone(), it)));
    }
    attached
}

/// Whether two keys or indexes are over the same columns and expressions.
fn same_key(one: Option<Object<'_>>, other: Option<Object<'_>>) -> bool {
    match (one, other) {
        (Some(Object::PrimaryKey(a)), Some(Object::PrimaryKey(b))) => a.parts == b.parts,
        (Some(Object::Unique(a)), Some(Object::Unique(b))) => a.parts == b.parts && a.extra == b.extra,
        (Some(Object::Index(a)), Some(Object::Index(b))) => {
            let (x, y) = (a.extra.postgres(), b.extra.postgres());
            a.parts == b.parts
                && a.predicate == b.predicate
                && a.unique == b.unique
                && x.method == y.method
                && x.include == y.include
        }
        (_, _) => false,
    }
}

/// The tables that a table is a partition or child of, directly or through others, as they are.
pub(super) fn ancestors_before(context: &Context<'_>, table: &Qualified) -> BTreeSet<Qualified> {
    let extra = context.work.before.table(table).map(|it| it.extra.postgres()).unwrap_or_default();
    ancestors(context.work.before, &parents(&extra))
}

/// Columns that go from a parent and that its children keep as their own: `DROP COLUMN` of the parent alone.
fn kept(context: &Context<'_>) -> Vec<(Address, Address)> {
    let mut kept = Vec::new();
    for address in &context.created {
        let Address::Column(table, name) = address else { continue };
        let Some(before) = context.work.before.table(table) else { continue };
        let of = ancestors(context.work.before, &parents(&before.extra.postgres()));
        let mut gone = of.into_iter().map(|parent| Address::Column(parent, name.clone()));
        if let Some(gone) = gone.find(|it| context.dropped.contains(it)) {
            kept.push((address.clone(), gone));
        }
    }
    kept
}

/// Whether a table's own part on one side is one of its parents' on the other.
fn inherited(part: &Address, here: &Schema, there: &Schema, parents: &[Qualified]) -> bool {
    let Some(object) = here.object(part) else { return false };
    let ancestors = ancestors(there, parents);
    ancestors.iter().filter_map(|name| there.table(name)).any(|parent| match object {
        Object::Column(_) => part.name().is_some_and(|name| parent.columns.contains_key(name)),
        Object::PrimaryKey(key) => parent.primary_key.as_ref().is_some_and(|it| it.parts == key.parts),
        Object::Unique(key) => parent.uniques.values().any(|it| it.parts == key.parts && it.extra == key.extra),
        Object::Index(index) => {
            parent.indexes.values().any(|it| it.parts == index.parts && it.predicate == index.predicate)
        }
        Object::Check(check) => {
            parent.checks.iter().any(|(name, it)| Some(name) == part.name() && it.expression == check.expression)
        }
        Object::ForeignKey(key) => {
            parent.foreign_keys.values().any(|it| it.columns == key.columns && it.references == key.references)
        }
        _ => false,
    })
}

fn ancestors(schema: &Schema, of: &[Qualified]) -> BTreeSet<Qualified> {
    let mut found: BTreeSet<Qualified> = of.iter().cloned().collect();
    let mut open: Vec<Qualified> = of.to_vec();
    while let Some(name) = open.pop() {
        let next = schema.table(&name).map(|table| parents(&table.extra.postgres())).unwrap_or_default();
        open.extend(next.into_iter().filter(|it| found.insert(it.clone())));
    }
    found
}

/// ATTACH, DETACH, INHERIT and NO INHERIT, and between leaving and joining what the columns have to become.
pub(super) fn alter(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&PostgresTable, &PostgresTable),
) -> Result<Vec<Statement>, DialectError> {
    let (old, new) = (before.partition_of.as_ref(), after.partition_of.as_ref());
    let is_rehung = old != new;
    if !is_rehung && before.inherits == after.inherits {
        return Ok(Vec::new());
    }
    let mut statements = Vec::new();
    let inherit = |parent: &Qualified, words: &str| render::alter(name, after).raw(words).name(parent).finish();
    for parent in before.inherits.iter().filter(|it| !after.inherits.contains(it)) {
        statements.push(Statement {
            early: true,
            summary: Some(["take ", &name.to_string(), " from ", &parent.to_string()].concat()),
            ..Statement::of(inherit(parent, "NO INHERIT"))
        });
    }
    statements.extend(old.filter(|_| is_rehung).into_iter().flat_map(|it| detach(context, name, it)));
    statements.extend(align::columns(context, name, (before, after))?);
    statements.extend(new.filter(|_| is_rehung).into_iter().flat_map(|it| attach(context, name, it)));
    for parent in after.inherits.iter().filter(|it| !before.inherits.contains(it)) {
        let mut join = Statement::of(inherit(parent, "INHERIT"));
        join.summary = Some(["let ", &name.to_string(), " inherit from ", &parent.to_string()].concat());
        statements.push(joining(context, parent, join));
    }
    statements.iter_mut().for_each(|it| it.lock = Lock::ReadsAndWrites);
    Ok(statements)
}

fn detach(context: &Context<'_>, name: &Qualified, Partition { parent, bound: _ }: &Partition) -> Vec<Statement> {
    let mut detach = Statement::of(sql("ALTER TABLE").name(parent).raw("DETACH PARTITION").name(name).finish());
    detach.summary = Some(["detach ", &name.to_string(), " from ", &parent.to_string()].concat());
    detach.names.frees.extend([bounds(parent), indexes::detached(name)]);
    let all = [detach].into_iter().chain(indexes::after_detach(context, name));
    all.map(|it| Statement { early: true, ..it }).collect()
}

fn attach(context: &Context<'_>, name: &Qualified, Partition { parent, bound }: &Partition) -> Vec<Statement> {
    let [first, last] = indexes::around_attach(context, name);
    let attach = sql("ALTER TABLE").name(parent).raw("ATTACH PARTITION").name(name).text(bound);
    let mut attach = Statement::of(attach.finish());
    attach.summary = Some(["attach ", &name.to_string(), " to ", &parent.to_string()].concat());
    attach.names.takes.push(bounds(parent));
    first.into_iter().chain([joining(context, parent, attach)]).chain(last).collect()
}

/// A table joins a parent when that has its columns, and those above it theirs.
fn joining(context: &Context<'_>, parent: &Qualified, mut join: Statement) -> Statement {
    let above = ancestors(context.work.after, std::slice::from_ref(parent));
    join.names.takes.extend(above.iter().map(shape));
    join.requires.extend(above.iter().flat_map(|it| own_columns(context, it)));
    join
}

fn own_columns(context: &Context<'_>, table: &Qualified) -> Vec<Address> {
    let columns = context.work.after.table(table).into_iter().flat_map(|it| it.columns.keys());
    columns.map(|own| Address::Column(table.clone(), own.clone())).collect()
}

/// What inherited columns have otherwise than the parent's.
pub(super) fn overrides(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&PostgresTable, &PostgresTable),
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let columns: BTreeSet<&Ident> = before.overrides.keys().chain(after.overrides.keys()).collect();
    for own in columns {
        let nothing = InheritedColumn::default();
        let old = before.overrides.get(own).unwrap_or(&nothing);
        let new = after.overrides.get(own).unwrap_or(&nothing);
        let InheritedColumn { default, no_default, not_null } = old;
        let Some(parents_own) = parent_column(context, after, own) else { continue };
        let requires = vec![Address::Column(parents_own.0, own.clone())];
        let parents_column = parents_own.1;
        let first = statements.len();
        let start = || render::alter(name, after).raw("ALTER COLUMN").ident(own);
        if *default != new.default || *no_default != new.no_default {
            let parents_default = parents_column.default.clone();
            let text: Option<SqlText> = new.default.clone().or_else(|| parents_default.filter(|_| !new.no_default));
            statements.push(Statement::of(match &text {
                Some(text) => render::written(start().raw("SET DEFAULT"), text).finish(),
                None => start().raw("DROP DEFAULT").finish(),
            }));
        }
        if *not_null != new.not_null {
            // Where the parent forbids NULL, the child does without saying so.
            let is_parents = !parents_column.nullable;
            if new.not_null {
                statements.push(Statement::of(start().raw("SET NOT NULL").finish()));
            } else if !is_parents {
                let mut statement = Statement::of(start().raw("DROP NOT NULL").finish());
                let key = Address::PrimaryKey(name.clone());
                let object = context.work.before.object(&key);
                statement.names.takes.extend(object.map(|it| names(&key, it)).unwrap_or_default());
                statements.push(statement);
            }
        }
        statements[first..].iter_mut().for_each(|it| it.requires.clone_from(&requires));
    }
    statements.iter_mut().for_each(|it| it.lock = Lock::ReadsAndWrites);
    statements
}

fn parent_column<'a>(context: &Context<'a>, extra: &PostgresTable, own: &Ident) -> Option<(Qualified, &'a Column)> {
    let tables = ancestors(context.work.after, &parents(extra));
    let mut found = tables.into_iter().filter_map(|name| {
        let column = context.work.after.table(&name)?.columns.get(own)?;
        Some((name, column))
    });
    found.next()
}
