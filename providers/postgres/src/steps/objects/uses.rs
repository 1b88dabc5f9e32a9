//! What of the work around an object its statements depend on: the server, the names of now, the columns of a type.

use trueup_contract::{Question, Work};
use trueup_state::{
    Address, Change, Column, Definition, Ident, ObjectKind, PartKind, PostgresObject, Qualified, Schema, SqlText,
    Table, Term,
};

use crate::{naming, render::sql};

/// Whether what a grant or a comment is on is there when all is done.
pub(super) fn stays(work: &Work<'_>, on: &Address) -> bool {
    let extension = work.cluster.members.get(on).cloned().map(Qualified::bare);
    let is_member =
        extension.is_some_and(|it| work.after.others.contains_key(&Address::Object(ObjectKind::Extension, it)));
    is_member || is_there(work.after, on)
}

/// Whether a text names routines that are there themselves.
pub(super) fn own_routines(schema: &Schema, text: &SqlText) -> bool {
    schema.others.keys().any(|it| matches!(it, Address::Signed(_, name, _) if text.mentions(name.name.text())))
}

/// Whether something is there. Parts that a table inherits are not listed, nor are the columns of views, and they can be
/// commented on.
fn is_there(schema: &Schema, on: &Address) -> bool {
    if schema.object(on).is_some() {
        return true;
    }
    match on {
        Address::Part(PartKind::DomainCheck, domain, name) => {
            match postgres(schema, &Address::Object(ObjectKind::Domain, domain.clone())) {
                Some(PostgresObject::Domain(it)) => it.checks.contains_key(name),
                _ => false,
            }
        }
        Address::Object(ObjectKind::Sequence, name) => schema.tables().any(|(table, it)| {
            let mut identities = it.columns.iter().filter_map(|(own, it)| Some((own, it.extra.postgres().identity?)));
            identities.any(|(own, it)| naming::identity(&table, own, &it) == *name)
        }),
        Address::Column(owner, _)
        | Address::PrimaryKey(owner)
        | Address::Unique(owner, _)
        | Address::Check(owner, _)
        | Address::ForeignKey(owner, _)
        | Address::Index(owner, _)
        | Address::Trigger(owner, _) => match schema.table(owner) {
            Some(table) => !parents(table).is_empty(),
            None => schema.view(owner).is_some() || is_other_relation(schema, owner),
        },
        _ => false,
    }
}

fn is_other_relation(schema: &Schema, name: &Qualified) -> bool {
    let kinds = [ObjectKind::MaterializedView, ObjectKind::CompositeType];
    kinds.iter().any(|kind| schema.others.contains_key(&Address::Object(*kind, name.clone())))
}

/// What must be there for a statement on an object that is not listed: what it is in. The others are known to be needed.
pub(super) fn required(work: &Work<'_>, on: &Address) -> Vec<Address> {
    if work.after.object(on).is_some() {
        return Vec::new();
    }
    // What is not declared is an extension's.
    if let Address::Signed(..) = on {
        let extensions = work.after.others.keys().filter(|it| matches!(it, Address::Object(ObjectKind::Extension, _)));
        return extensions.cloned().collect();
    }
    let domain = |owner: &Qualified| Address::Object(ObjectKind::Domain, owner.clone());
    let owner = match on {
        Address::Part(PartKind::DomainCheck, owner, _) => Some(domain(owner)),
        _ => on.owner().and_then(|owner| {
            let relations = [
                Address::Table(owner.clone()),
                Address::View(owner.clone()),
                Address::Object(ObjectKind::MaterializedView, owner.clone()),
                Address::Object(ObjectKind::CompositeType, owner.clone()),
            ];
            relations.into_iter().find(|it| work.after.object(it).is_some())
        }),
    };
    owner.into_iter().collect()
}

/// One of PostgreSQL's own objects.
pub(in crate::steps) fn postgres<'a>(schema: &'a Schema, address: &Address) -> Option<&'a PostgresObject> {
    match schema.others.get(address)? {
        Definition::Postgres(it) => Some(it),
        _ => None,
    }
}

/// The tables that this one inherits from, partitioned ones included.
pub(super) fn parents(table: &Table) -> Vec<Qualified> {
    let extra = table.extra.postgres();
    extra.partition_of.map(|it| it.parent).into_iter().chain(extra.inherits).collect()
}

/// Whether a table has a column, declared or inherited.
fn has_column(schema: &Schema, table: &Qualified, column: &Ident, depth: u32) -> bool {
    // No hierarchy is that deep; a wrong declaration may go in a circle.
    let Some(it) = schema.table(table).filter(|_| depth < 64) else { return false };
    it.columns.contains_key(column) || parents(it).iter().any(|parent| has_column(schema, parent, column, depth + 1))
}

/// Whether a table has a column from its parents, so that only theirs can be altered.
pub(in crate::steps) fn inherits_column(schema: &Schema, table: &Table, column: &Ident) -> bool {
    parents(table).iter().any(|parent| has_column(schema, parent, column, 0))
}

/// The tables below a table, at any depth.
pub(crate) fn descendants(schema: &Schema, of: &Qualified) -> Vec<Qualified> {
    let mut found = vec![of.clone()];
    let mut at = 0;
    while at < found.len() {
        let parent = found[at].clone();
        for (name, table) in schema.tables() {
            if parents(table).contains(&parent) && !found.contains(&name) {
                found.push(name);
            }
        }
        at += 1;
    }
    found.split_off(1)
}

/// A column of a type, or of arrays of it.
pub(super) struct Use<'a> {
    /// The table.
    pub(super) table: Qualified,
    /// The column.
    pub(super) name: &'a Ident,
    /// What it is.
    pub(super) column: &'a Column,
    /// Whether it holds arrays of the type.
    pub(super) array: bool,
}

/// The columns of a type in a schema, inherited ones left to their parents.
pub(super) fn of_type<'a>(schema: &'a Schema, ty: &Qualified) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for (table, it) in schema.tables() {
        for (name, column) in &it.columns {
            if let Some(array) = is_of(column.ty.canonical(), ty)
                && !inherits_column(schema, it, name)
            {
                uses.push(Use { table: table.clone(), name, column, array });
            }
        }
    }
    uses
}

/// Whether a text of a type is this type (false) or arrays of it (true); `None`: neither.
pub(super) fn is_of(text: &str, ty: &Qualified) -> Option<bool> {
    let element = text.trim_end_matches("[]");
    (parts(element)? == [ty.namespace.clone(), ty.name.clone()]).then_some(element.len() < text.len())
}

/// The two parts of a qualified name as PostgreSQL writes it. `None`: it is no such name.
fn parts(text: &str) -> Option<[Ident; 2]> {
    let (first, rest) = part(text)?;
    let (second, rest) = part(rest.strip_prefix('.')?)?;
    rest.is_empty().then_some([first, second])
}

/// The name at the beginning of a text, and what follows it.
fn part(text: &str) -> Option<(Ident, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['.', '(', ' ', '[']).unwrap_or(text.len());
        return (end > 0).then(|| (Ident::from(&text[..end]), &text[end..]));
    };
    let mut from = 0;
    loop {
        let end = from + quoted[from..].find('"')?;
        if !quoted[end + 1..].starts_with('"') {
            return Some((Ident::from(quoted[..end].replace("\"\"", "\"")), &quoted[end + 1..]));
        }
        from = end + 2;
    }
}

/// Domains and composite types that are made of a type.
pub(super) fn made_of(schema: &Schema, ty: &Qualified) -> Option<Address> {
    let found = schema.others.iter().find(|(_, it)| {
        let Definition::Postgres(it) = it else { return false };
        match it.as_ref() {
            PostgresObject::Domain(it) => is_of(it.ty.canonical(), ty).is_some(),
            PostgresObject::Composite(it) => it.attributes.iter().any(|it| is_of(it.ty.canonical(), ty).is_some()),
            _ => false,
        }
    });
    found.map(|(address, _)| address.clone())
}

/// The operator family that an operator class is in, where it is not PostgreSQL's own.
pub(super) fn family(schema: &Schema, address: &Address) -> Option<Address> {
    let Address::Signed(ObjectKind::OperatorClass, _, method) = address else { return None };
    let Some(PostgresObject::Defined(it)) = postgres(schema, address) else { return None };
    let (_, rest) = it.definition.canonical().split_once(" FAMILY ")?;
    let (named, _) = rest.split_once(" AS ")?;
    let is_it = |it: &&Address| match it {
        Address::Signed(ObjectKind::OperatorFamily, name, of) => of == method && is_of(named, name) == Some(false),
        _ => false,
    };
    schema.others.keys().find(is_it).cloned()
}

/// What a table is called now, before the renames of this work.
pub(super) fn table_now(work: &Work<'_>, table: &Qualified) -> Qualified {
    let renamed = work.changes.iter().find_map(|change| match change {
        Change::Rename { from: Address::Table(from), to: Address::Table(to) } if to == table => Some(from.clone()),
        _ => None,
    });
    let moved = || {
        let from = work.changes.iter().find_map(|change| match change {
            Change::Rename { from: Address::Namespace(from), to: Address::Namespace(to) } if *to == table.namespace => {
                Some(from.clone())
            }
            _ => None,
        });
        Some(Qualified { namespace: from?, name: table.name.clone() })
    };
    renamed.or_else(moved).unwrap_or_else(|| table.clone())
}

/// What a column is called now, before the renames of this work.
pub(super) fn column_now(work: &Work<'_>, table: &Qualified, column: &Ident) -> Ident {
    let renamed = work.changes.iter().find_map(|change| match change {
        Change::Rename { from: Address::Column(_, from), to: Address::Column(owner, to) }
            if owner == table && to == column =>
        {
            Some(from.clone())
        }
        _ => None,
    });
    renamed.unwrap_or_else(|| column.clone())
}

/// The columns that are of a type before and after.
pub(super) fn kept<'a>(work: &Work<'a>, name: &Qualified) -> Vec<Use<'a>> {
    let stays = |it: &Use<'_>| {
        let after = work.after.table(&it.table).and_then(|table| table.columns.get(it.name));
        after.is_some_and(|after| is_of(after.ty.canonical(), name).is_some())
    };
    of_type(work.before, name).into_iter().filter(stays).collect()
}

/// How many rows of a table a condition holds for, with the primary keys of a few; under the names of now.
pub(super) fn count(work: &Work<'_>, table: &Qualified, counts: String, condition: &str) -> Question {
    let now = table_now(work, table);
    let key = work.observed.table(&now).and_then(|it| it.primary_key.as_ref());
    let keys: Vec<&Ident> = key
        .iter()
        .flat_map(|key| &key.parts)
        .filter_map(|part| match &part.term {
            Term::Column(name) => Some(name),
            Term::Expression(_) => None,
        })
        .collect();
    let sample = if keys.is_empty() {
        sql("ctid::text")
    } else {
        sql("concat_ws(', '")
            .raw(",")
            .sql(
                &keys
                    .iter()
                    .enumerate()
                    .fold(sql(""), |sql, (at, name)| if at > 0 { sql.raw(",") } else { sql }.ident(name)),
            )
            .raw(")")
    };
    let samples = sql("SELECT json_agg(k)::text FROM (SELECT").sql(&sample).raw("AS k FROM").name(&now);
    let samples = samples.raw("WHERE").raw(condition).raw("LIMIT 5) AS s");
    let question = sql("SELECT count(*), (").sql(&samples).raw("), NULL::bigint FROM").name(&now);
    Question { counts, sql: question.raw("WHERE").raw(condition).finish(), must_be_zero: true }
}
