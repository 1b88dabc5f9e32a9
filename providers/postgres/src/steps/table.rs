//! CREATE TABLE, DROP TABLE, and what ALTER TABLE does to a table as a whole.

mod rows;

use std::collections::BTreeSet;

use trueup_contract::{DialectError, Fact, Hazard, Lock};
use trueup_state::{
    Address, ForeignTable, Ident, Object, ObjectKind, Options, PostgresTable, Qualified, ReplicaIdentity,
};

pub(super) use rows::{rows_for, rows_now, rows_then};

use super::{Statement, frame::context::Context, objects, partition, questions};
use crate::render::{sql, table as render};

/// The table with what stands inside its CREATE TABLE.
pub(super) fn create(context: &Context<'_>, name: &Qualified, group: &BTreeSet<Address>) -> Vec<Statement> {
    let Some(there) = context.work.after.table(name) else { return Vec::new() };
    // What is made is what will be there; how it is written is as it was declared.
    let mut table = there.clone();
    for address in group {
        match (address, context.new_form(address)) {
            (Address::Table(_), Some(Object::Table(it))) => table.extra = it.clone(),
            (Address::Column(_, own), Some(Object::Column(it))) => {
                table.columns.insert(own.clone(), it.clone());
            }
            (Address::PrimaryKey(_), Some(Object::PrimaryKey(it))) => table.primary_key = Some(it.clone()),
            (Address::Unique(_, own), Some(Object::Unique(it))) => {
                table.uniques.insert(own.clone(), it.clone());
            }
            (Address::Check(_, own), Some(Object::Check(it))) => {
                table.checks.insert(own.clone(), it.clone());
            }
            (_, _) => (),
        }
    }
    let all = render::Inside::all(name, there);
    let apart = partition::indexes::apart(context, name);
    let inside = render::Inside {
        columns: all
            .columns
            .into_iter()
            .filter(|own| group.contains(&Address::Column(name.clone(), (*own).clone())))
            .collect(),
        constraints: all.constraints.into_iter().filter(|address| group.contains(address)).collect(),
        without_default: waiting_defaults(context, name),
        is_apart: apart.is_some(),
    };
    table.columns.retain(|own, _| inside.columns.contains(&own));
    let create = Statement {
        undo: Some(sql("DROP TABLE").name(name).finish()),
        ..Statement::of(render::create(name, &table, &inside))
    };
    let follow_ups = render::follow_ups(name, &table).into_iter().map(Statement::of);
    let mut statements: Vec<Statement> = [create].into_iter().chain(follow_ups).collect();
    if let (Some(indexes), Some(of)) = (apart, there.extra.postgres().partition_of) {
        statements.extend(indexes);
        let attach = sql("ALTER TABLE").name(&of.parent).raw("ATTACH PARTITION").name(name).text(&of.bound);
        statements.push(Statement::of(attach.finish()));
    }
    statements.extend(objects::after_create(context.work, &Address::Table(name.clone())));
    statements.extend(index_choices(name, &PostgresTable::default(), &table.extra.postgres()));
    statements
}

/// REPLICA IDENTITY USING INDEX and CLUSTER ON need their index.
fn index_choices(name: &Qualified, before: &PostgresTable, after: &PostgresTable) -> Vec<Statement> {
    let mut statements = Vec::new();
    let of_index = |own: &Ident| {
        let addresses = [Address::Index(name.clone(), own.clone()), Address::Unique(name.clone(), own.clone())];
        addresses.into_iter().chain([Address::PrimaryKey(name.clone())]).collect::<Vec<_>>()
    };
    if before.replica_identity != after.replica_identity
        && let ReplicaIdentity::Index(index) = &after.replica_identity
    {
        statements.push(Statement {
            summary: Some(["identify rows of ", &name.to_string(), " by ", index.text()].concat()),
            requires: of_index(index),
            ..Statement::of(render::replica_identity(render::alter(name, after), &after.replica_identity).finish())
        });
    }
    if before.cluster_on != after.cluster_on {
        let alter = render::alter(name, after);
        statements.push(match &after.cluster_on {
            Some(index) => Statement {
                summary: Some(["cluster ", &name.to_string(), " on ", index.text()].concat()),
                requires: of_index(index),
                ..Statement::of(alter.raw("CLUSTER ON").ident(index).finish())
            },
            None => Statement::of(alter.raw("SET WITHOUT CLUSTER").finish()),
        });
    }
    statements
}

/// The columns of a new table whose defaults call a routine that itself needs the table.
pub(super) fn waiting_defaults<'a>(context: &Context<'a>, name: &Qualified) -> Vec<&'a Ident> {
    let Some(table) = context.work.after.table(name) else { return Vec::new() };
    let own = Address::Table(name.clone());
    if !context.created.contains(&own) {
        return Vec::new();
    }
    let columns = table.columns.iter().filter(|(_, column)| column.default.is_some());
    let waiting =
        columns.filter(|(column, _)| needs_back(context, &own, &Address::Column(name.clone(), (*column).clone())));
    waiting.map(|(column, _)| column).collect()
}

/// Whether a part of a new table calls a routine that itself needs the table, or has no words in CREATE TABLE: what is
/// declared there is valid, as there are no rows, whatever is said (CREATE TABLE, "Notes").
pub(super) fn must_wait(context: &Context<'_>, table: &Address, part: &Address) -> bool {
    let is_plain = match context.work.after.object(part) {
        Some(Object::Check(check)) if check.extra.postgres().not_valid => return true,
        Some(Object::Column(column)) => column.generated.is_none(),
        Some(Object::PrimaryKey(_) | Object::Unique(_)) => true,
        _ => false,
    };
    !is_plain && needs_back(context, table, part)
}

fn needs_back(context: &Context<'_>, table: &Address, part: &Address) -> bool {
    let routine = |it: &&Address| {
        matches!(it, Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, ..))
    };
    let routines = context.needs_after.of_object(part).filter(routine);
    context.needs_after.reaches(routines, |it| it == table || it.is_within(table))
}

/// DROP TABLE, with everything in it. A partition below a table that a foreign key points at is let go before: that key has
/// a part of its own for each partition, which would hold it back.
pub(super) fn drop(context: &Context<'_>, name: &Qualified) -> Vec<Statement> {
    let extra = context.work.before.table(name).map(|table| table.extra.postgres()).unwrap_or_default();
    let keywords = if extra.foreign.is_some() { "DROP FOREIGN TABLE" } else { "DROP TABLE" };
    let mut hazards = Vec::new();
    // A foreign table's rows are elsewhere, and stay there.
    if extra.foreign.is_none() {
        let question = questions::rows(&context.origins.table(name));
        hazards.push(Hazard {
            address: Address::Table(name.clone()),
            fact: Fact::DropsTable,
            question: Some(question),
        });
    }
    let detach = extra.partition_of.as_ref().filter(|_| {
        let above = partition::ancestors_before(context, name);
        let mut tables = context.work.before.tables();
        tables.any(|(_, it)| it.foreign_keys.values().any(|key| above.contains(&key.references)))
    });
    let detach = detach.map(|of| sql("ALTER TABLE").name(&of.parent).raw("DETACH PARTITION").name(name).finish());
    let statement = |sql| Statement { lock: Lock::ReadsAndWrites, ..Statement::of(sql) };
    let drop = Statement { hazards, ..statement(sql(keywords).name(name).finish()) };
    detach.map(statement).into_iter().chain([drop]).collect()
}

/// What ALTER TABLE does to a table as a whole.
pub(super) fn alter(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&PostgresTable, &PostgresTable),
) -> Result<Vec<Statement>, DialectError> {
    let PostgresTable {
        unlogged,
        options,
        access_method,
        partition_by,
        partition_of: _,
        inherits: _,
        of_type,
        replica_identity,
        row_security,
        force_row_security,
        foreign,
        cluster_on: _,
        overrides: _,
        attached: _,
    } = before;
    let refuse = |reason: &str| DialectError { address: Address::Table(name.clone()), reason: reason.to_owned() };
    if *partition_by != after.partition_by {
        return Err(refuse("PostgreSQL cannot change a table's partition key; make a new table and move the rows"));
    }
    if foreign.is_some() != after.foreign.is_some() {
        return Err(refuse("PostgreSQL cannot make a foreign table of a table, or the other way round"));
    }
    let start = || render::alter(name, after);
    let mut statements = partition::alter(context, name, (before, after))?;
    if *unlogged != after.unlogged {
        let words = if after.unlogged { "SET UNLOGGED" } else { "SET LOGGED" };
        statements.push(Statement { rewrites: true, ..Statement::of(start().raw(words).finish()) });
    }
    if *access_method != after.access_method {
        if !context.version.can_set_access_method() {
            return Err(refuse("PostgreSQL 14 cannot change a table's access method"));
        }
        let method = after.access_method.clone().unwrap_or_else(|| Ident::from("heap"));
        let sql = start().raw("SET ACCESS METHOD").ident(&method).finish();
        statements.push(Statement { rewrites: true, ..Statement::of(sql) });
    }
    if *of_type != after.of_type {
        statements.push(Statement::of(match &after.of_type {
            Some(ty) => start().raw("OF").name(ty).finish(),
            None => start().raw("NOT OF").finish(),
        }));
    }
    statements.extend(change_options(&start, options, &after.options).into_iter().map(Statement::of));
    statements.extend(foreign_changes(name, foreign.as_ref(), after.foreign.as_ref())?);
    let flags = [
        (*row_security, after.row_security, "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
        (*force_row_security, after.force_row_security, "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ];
    for (before, after, on, off) in flags {
        if before != after {
            statements.push(Statement::of(start().raw(if after { on } else { off }).finish()));
        }
    }
    if *replica_identity != after.replica_identity && !matches!(after.replica_identity, ReplicaIdentity::Index(_)) {
        statements.push(Statement::of(render::replica_identity(start(), &after.replica_identity).finish()));
    }
    statements.iter_mut().for_each(|it| it.lock = Lock::ReadsAndWrites);
    statements.extend(index_choices(name, before, after));
    statements.extend(partition::overrides(context, name, (before, after)));
    Ok(statements)
}

/// SET and RESET of storage parameters.
pub(super) fn change_options(
    start: &dyn Fn() -> trueup_contract::Sql,
    before: &Options,
    after: &Options,
) -> Vec<String> {
    let gone: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let set: Options = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect();
    let mut statements = Vec::new();
    if !set.is_empty() {
        statements.push(render::options(start().raw("SET"), &set).finish());
    }
    if !gone.is_empty() {
        statements.push(render::option_names(start().raw("RESET"), gone).finish());
    }
    statements
}

fn foreign_changes(
    name: &Qualified,
    before: Option<&ForeignTable>,
    after: Option<&ForeignTable>,
) -> Result<Option<Statement>, DialectError> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
    if before.server != after.server {
        let reason = "PostgreSQL cannot move a foreign table to another server; drop and create it".to_owned();
        return Err(DialectError { address: Address::Table(name.clone()), reason });
    }
    if before.options == after.options {
        return Ok(None);
    }
    let start = sql("ALTER FOREIGN TABLE").name(name);
    Ok(Some(Statement::of(foreign_options(start, &before.options, &after.options).finish())))
}

/// `OPTIONS (ADD a '1', SET b '2', DROP c)`
pub(super) fn foreign_options(start: trueup_contract::Sql, before: &Options, after: &Options) -> trueup_contract::Sql {
    let added = after.iter().map(|(name, value)| {
        let verb = if before.contains_key(name) { "SET" } else { "ADD" };
        (verb, name, Some(value), before.get(name) != Some(value))
    });
    let dropped = before.keys().filter(|name| !after.contains_key(*name)).map(|name| ("DROP", name, None, true));
    let changed = added.chain(dropped).filter(|(_, _, _, differs)| *differs);
    start.raw("OPTIONS").list(changed, |sql, (verb, name, value, _)| {
        let sql = sql.raw(verb).ident(&Ident::from(name.as_str()));
        match value {
            Some(value) => sql.string(value),
            None => sql,
        }
    })
}
