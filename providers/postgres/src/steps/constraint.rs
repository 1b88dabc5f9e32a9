//! Keys, checks, foreign keys and exclusion constraints.

use std::collections::BTreeMap;

use trueup_contract::{Fact, Hazard, Lock, Question, Sql};
use trueup_state::{
    Address, Check, Definition, ForeignKey, Ident, Object, Part, PostgresCheck, PostgresForeignKey, PostgresKey,
    PostgresObject, PrimaryKey, Qualified, Table, Unique,
};

use super::{
    Statement,
    frame::context::{Context, Course},
    index::term,
    online,
    partition::indexes::{complete, is_only},
    questions::Rows,
    table::{rows_for, rows_now, rows_then},
};
use crate::render::{sql, table as render};

/// The constraint's name, and its table's.
fn names(address: &Address, object: Object<'_>) -> Option<(Qualified, Ident)> {
    let table = address.owner()?.clone();
    let name = match object {
        Object::PrimaryKey(key) => render::primary_key_name(&table, key),
        _ => address.name()?.clone(),
    };
    Some((table, name))
}

fn start(context: &Context<'_>, table: &Qualified) -> Sql {
    let known = context.work.after.table(table).or_else(|| context.work.before.table(table));
    render::alter(table, &known.map(|it| it.extra.postgres()).unwrap_or_default())
}

/// ADD CONSTRAINT; on a large table in several steps.
pub(super) fn create(context: &Context<'_>, address: &Address, object: Object<'_>) -> Vec<Statement> {
    let (Some(add), Some((table, name))) = (add(context, address, object), names(address, object)) else {
        return Vec::new();
    };
    match object {
        _ if !online::has_way(context, address, object) => vec![add],
        Object::PrimaryKey(it) => online::key(&table, &name, (&it.parts, it.extra.postgres()), true, add),
        Object::Unique(it) => online::key(&table, &name, (&it.parts, it.extra.postgres()), false, add),
        _ => online::validated(&table, &name, add),
    }
}

fn add(context: &Context<'_>, address: &Address, object: Object<'_>) -> Option<Statement> {
    let (table, name) = names(address, object)?;
    let constraint = match object {
        Object::Postgres(PostgresObject::Exclude(it)) => render::exclude(&name, it),
        _ => {
            let mut alone = Table::default();
            match object {
                Object::PrimaryKey(it) => alone.primary_key = Some(it.clone()),
                Object::Unique(it) => alone.uniques.extend([(name.clone(), it.clone())]),
                Object::Check(it) => alone.checks.extend([(name.clone(), it.clone())]),
                Object::ForeignKey(it) => alone.foreign_keys.extend([(name.clone(), it.clone())]),
                _ => return None,
            }
            render::constraint(&table, &alone, address)?
        }
    };
    let is_new = context.comes(&Address::Table(table.clone()));
    let lock = match (is_new, object) {
        (_, Object::ForeignKey(_)) => Lock::Writes,
        (true, _) => Lock::None,
        (false, _) => Lock::ReadsAndWrites,
    };
    let alter = match is_only(object) {
        true => sql("ALTER TABLE ONLY").name(&table),
        false => start(context, &table),
    };
    Some(Statement {
        undo: Some(start(context, &table).raw("DROP CONSTRAINT").ident(&name).finish()),
        lock,
        hazards: hazard(context, &table, address, object).into_iter().collect(),
        ..Statement::of(render::add_constraint(alter, &constraint))
    })
}

/// DROP CONSTRAINT.
pub(super) fn drop(context: &Context<'_>, address: &Address, object: Object<'_>) -> Option<Statement> {
    let (table, name) = names(address, object)?;
    let sql = start(context, &table).raw("DROP CONSTRAINT").ident(&name).finish();
    Some(Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql) })
}

/// VALIDATE and ALTER CONSTRAINT where that is all, RENAME where only the name differs; otherwise it goes and comes.
pub(super) fn alter(context: &Context<'_>, address: &Address, before: Object<'_>, after: Object<'_>) -> Course {
    let (Some((table, old)), Some((_, new))) = (names(address, before), names(address, after)) else {
        return Course::Recreate;
    };
    let alter = || start(context, &table);
    let validate = |hazards: Vec<Hazard>| {
        let sql = alter().raw("VALIDATE CONSTRAINT").ident(&new).finish();
        Course::InPlace(vec![Statement { hazards, ..Statement::of(sql) }])
    };
    match (before, after) {
        (Object::PrimaryKey(_) | Object::Unique(_), _) if is_only(before) && whole(before).as_object() == after => {
            Course::InPlace(complete(context, address))
        }
        (Object::PrimaryKey(a), Object::PrimaryKey(b)) => {
            let is_name = old != new && a.parts == b.parts && a.extra == b.extra;
            if is_name {
                let sql = alter().raw("RENAME CONSTRAINT").ident(&old).raw("TO").ident(&new).finish();
                return Course::InPlace(vec![Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql) }]);
            }
            Course::Recreate
        }
        (Object::Check(a), Object::Check(b)) => {
            let valid = PostgresCheck { not_valid: false, ..a.extra.postgres() };
            if a.extra.postgres().not_valid && (Check { extra: valid.into(), ..a.clone() }) == *b {
                return validate(check_hazard(context, &table, address, b).into_iter().collect());
            }
            Course::Recreate
        }
        (Object::ForeignKey(a), Object::ForeignKey(b)) => {
            alter_foreign_key(context, (&table, &new), address, (a, b), validate)
        }
        (_, _) => Course::Recreate,
    }
}

fn alter_foreign_key(
    context: &Context<'_>,
    (table, name): (&Qualified, &Ident),
    address: &Address,
    (before, after): (&ForeignKey, &ForeignKey),
    validate: impl Fn(Vec<Hazard>) -> Course,
) -> Course {
    let (old, new) = (before.extra.postgres(), after.extra.postgres());
    let valid = PostgresForeignKey { not_valid: false, ..old.clone() };
    if old.not_valid && (ForeignKey { extra: valid.into(), ..before.clone() }) == *after {
        return validate(foreign_key_hazard(context, table, address, after).into_iter().collect());
    }
    let is_deferral = ForeignKey { deferral: after.deferral, ..before.clone() } == *after && !new.not_enforced;
    if is_deferral {
        let sql = start(context, table).raw("ALTER CONSTRAINT").ident(name);
        let sql = match after.deferral {
            trueup_state::Deferral::NotDeferrable => sql.raw("NOT DEFERRABLE"),
            trueup_state::Deferral::InitiallyImmediate => sql.raw("DEFERRABLE INITIALLY IMMEDIATE"),
            trueup_state::Deferral::InitiallyDeferred => sql.raw("DEFERRABLE INITIALLY DEFERRED"),
        };
        return Course::InPlace(vec![Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql.finish()) }]);
    }
    Course::Recreate
}

/// What the rows that are there may have against a constraint.
fn hazard(context: &Context<'_>, table: &Qualified, address: &Address, object: Object<'_>) -> Option<Hazard> {
    match object {
        Object::PrimaryKey(key) => unique_hazard(context, table, address, &key.parts, false),
        Object::Unique(key) => {
            unique_hazard(context, table, address, &key.parts, key.extra.postgres().nulls_not_distinct)
        }
        Object::Check(check) => {
            let PostgresCheck { not_valid, no_inherit: _, not_enforced } = check.extra.postgres();
            if not_valid || not_enforced { None } else { check_hazard(context, table, address, check) }
        }
        Object::ForeignKey(key) => {
            let extra = key.extra.postgres();
            if extra.not_valid || extra.not_enforced || extra.period {
                return None;
            }
            foreign_key_hazard(context, table, address, key)
        }
        _ => None,
    }
}

/// Nothing about it differs but that it goes and comes again: rows that fit go on fitting.
fn was_there(context: &Context<'_>, address: &Address) -> bool {
    let same =
        context.work.before.object(address).is_some_and(|before| context.work.after.object(address) == Some(before));
    same && context.closure.recreated.contains(address)
}

fn unique_hazard(
    context: &Context<'_>,
    table: &Qualified,
    address: &Address,
    parts: &[Part],
    with_nulls: bool,
) -> Option<Hazard> {
    if was_there(context, address) {
        return None;
    }
    rows_now(context, table)?;
    let question = rows_for(context, address, table).map(|rows| {
        let terms: Vec<Sql> = parts.iter().map(term).collect();
        let counts = ["keys that stand in more than one row of ", &table.to_string()].concat();
        rows.duplicates(&terms, None, with_nulls, counts)
    });
    Some(Hazard { address: address.clone(), fact: Fact::AddsUnique, question })
}

fn check_hazard(context: &Context<'_>, table: &Qualified, address: &Address, check: &Check) -> Option<Hazard> {
    if was_there(context, address) {
        return None;
    }
    rows_now(context, table)?;
    let question = rows_for(context, address, table).map(|rows| {
        let condition = render::enclosed(sql("NOT"), &check.expression);
        let name = address.name().map(Ident::text).unwrap_or_default();
        rows.matching(&condition, ["rows of ", &table.to_string(), " that break ", name].concat())
    });
    Some(Hazard { address: address.clone(), fact: Fact::AddsCheck, question })
}

fn foreign_key_hazard(context: &Context<'_>, table: &Qualified, address: &Address, key: &ForeignKey) -> Option<Hazard> {
    if was_there(context, address) {
        return None;
    }
    rows_now(context, table)?;
    let question = rows_for(context, address, table).and_then(|rows| orphans(context, &rows, key));
    Some(Hazard { address: address.clone(), fact: Fact::AddsForeignKey, question })
}

/// Rows that point at nothing.
fn orphans(context: &Context<'_>, rows: &Rows<'_>, key: &ForeignKey) -> Option<Question> {
    let parent = rows_then(context, &key.references, &key.referenced_columns.iter().collect())?;
    let (child, other) = (Ident::from("c"), Ident::from("p"));
    let mut condition = sql("");
    let mut matches = sql("");
    for (at, (own, theirs)) in key.columns.iter().zip(&key.referenced_columns).enumerate() {
        if at > 0 {
            condition = condition.raw("AND");
            matches = matches.raw("AND");
        }
        let own = Qualified { namespace: child.clone(), name: own.clone() };
        let theirs = Qualified { namespace: other.clone(), name: theirs.clone() };
        condition = condition.name(&own).raw("IS NOT NULL");
        matches = matches.name(&theirs).raw("=").name(&own);
    }
    let parent = Rows { alias: other, ..parent };
    let nothing = sql("AND NOT EXISTS (SELECT").sql(&parent.from()).raw("WHERE").sql(&matches);
    let rows = Rows { alias: child, ..rows.clone() };
    let counts =
        ["rows of ", &rows.table.to_string(), " that point at nothing in ", &key.references.to_string()].concat();
    Some(rows.matching(&condition.sql(&nothing).raw(")"), counts))
}

/// A constraint or index that goes while one of the same content comes to the same table is called otherwise: both
/// changes are one RENAME.
pub(super) fn pair_renames(context: &mut Context<'_>) {
    let mut pairs: BTreeMap<Address, Address> = BTreeMap::new();
    for gone in &context.dropped {
        let Some(before) = context.work.before.object(gone) else { continue };
        let stays = gone.owner().is_some_and(|owner| {
            context.work.before.table(owner).is_some() == context.work.after.table(owner).is_some()
        });
        let owner_is_same = |it: &Address| it.owner() == gone.owner() && it.kind() == gone.kind();
        if !stays || !is_renamable(gone) {
            continue;
        }
        let twin = context.created.iter().find(|it| {
            owner_is_same(it)
                && !pairs.contains_key(*it)
                && context.work.after.object(it).is_some_and(|after| is_same(before, after))
        });
        if let Some(twin) = twin {
            pairs.insert(twin.clone(), gone.clone());
        }
    }
    for (new, old) in pairs {
        context.absorbed.insert(old.clone(), new.clone());
        context.absorbed.insert(new.clone(), old.clone());
        context.renamed.insert(new, old);
    }
}

/// A key as it is when every partition has it.
fn whole(object: Object<'_>) -> Definition {
    let key = |extra: PostgresKey| PostgresKey { only: false, ..extra }.into();
    match object.to_definition() {
        Definition::PrimaryKey(it) => Definition::PrimaryKey(PrimaryKey { extra: key(it.extra.postgres()), ..it }),
        Definition::Unique(it) => Definition::Unique(Unique { extra: key(it.extra.postgres()), ..it }),
        other => other,
    }
}

fn is_renamable(address: &Address) -> bool {
    matches!(
        address,
        Address::Unique(..)
            | Address::Check(..)
            | Address::ForeignKey(..)
            | Address::Index(..)
            | Address::Part(trueup_state::PartKind::Exclude, ..)
    )
}

/// Whether two constraints or indexes say the same under different names.
fn is_same(before: Object<'_>, after: Object<'_>) -> bool {
    match (before, after) {
        (Object::Unique(a), Object::Unique(b)) => a.parts == b.parts && a.extra == b.extra,
        (Object::Check(a), Object::Check(b)) => a.expression == b.expression && a.extra == b.extra,
        (Object::ForeignKey(a), Object::ForeignKey(b)) => {
            ForeignKey { name: None, ..a.clone() } == ForeignKey { name: None, ..b.clone() }
        }
        (Object::Index(a), Object::Index(b)) => a == b && !a.extra.postgres().is_invalid,
        (a, b) => a == b,
    }
}

/// RENAME, for what is only called otherwise.
pub(super) fn rename(context: &Context<'_>, old: &Address, new: &Address) -> Option<Statement> {
    let table = new.owner()?;
    let (from, to) = (old.name()?, new.name()?);
    let sql = match new {
        Address::Index(..) => {
            let from = Qualified { namespace: table.namespace.clone(), name: from.clone() };
            sql("ALTER INDEX").name(&from).raw("RENAME TO").ident(to)
        }
        _ => start(context, table).raw("RENAME CONSTRAINT").ident(from).raw("TO").ident(to),
    };
    Some(Statement { lock: Lock::Writes, ..Statement::of(sql.finish()) })
}
