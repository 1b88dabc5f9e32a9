//! Indexes of partitions that hang on indexes of the tables above them: they come, go and are altered with those, and
//! have names of their own.

use trueup_contract::{Lock, Names, Step};
use trueup_state::{
    Address, Ident, Index, Object, PostgresIndex, PostgresKey, PostgresTable, PrimaryKey, Qualified, Schema, Table,
    Unique,
};

use super::ancestors;
use crate::{
    naming,
    render::{sql, table as render},
    steps::{
        Statement,
        frame::{context::Context, names, write},
    },
};

/// An index of a partition that hangs on one of a table above it.
pub(crate) struct Hanging<'a> {
    /// The index above, or the constraint that it belongs to.
    root: Address,
    object: Object<'a>,
    /// What the partition's is called.
    name: Ident,
}

/// The indexes of a table that its partitions have, too.
fn roots<'a>(name: &Qualified, table: &'a Table) -> Vec<(Address, Object<'a>)> {
    let key = table.primary_key.iter().map(|it| (Address::PrimaryKey(name.clone()), Object::PrimaryKey(it)));
    let uniques =
        table.uniques.iter().map(|(own, it)| (Address::Unique(name.clone(), own.clone()), Object::Unique(it)));
    let indexes = table.indexes.iter().map(|(own, it)| (Address::Index(name.clone(), own.clone()), Object::Index(it)));
    key.chain(uniques).chain(indexes).collect()
}

/// The name of an index, or of a constraint's.
fn index_name(address: &Address, object: Object<'_>) -> Option<Ident> {
    match object {
        Object::PrimaryKey(it) => Some(render::primary_key_name(address.owner()?, it)),
        _ => address.name().cloned(),
    }
}

/// Whether a partition may do without.
pub(in crate::steps) fn is_only(object: Object<'_>) -> bool {
    match object {
        Object::Index(it) => it.extra.postgres().only,
        Object::PrimaryKey(it) => it.extra.postgres().only,
        Object::Unique(it) => it.extra.postgres().only,
        _ => false,
    }
}

/// Everything that hangs on something above a partition.
pub(crate) fn hanging<'a>(schema: &'a Schema, partition: &Qualified) -> Vec<Hanging<'a>> {
    let Some(extra) = schema.table(partition).map(|it| it.extra.postgres()) else { return Vec::new() };
    let Some(of) = &extra.partition_of else { return Vec::new() };
    let above = ancestors(schema, std::slice::from_ref(&of.parent));
    let roots = above.iter().filter_map(|name| Some(roots(name, schema.table(name)?))).flatten();
    let found = roots.filter_map(|(root, object)| {
        let written = extra.attached.get(&index_name(&root, object)?).cloned();
        let name = written.or_else(|| naming::attached(partition, object).filter(|_| !is_only(object)))?;
        Some(Hanging { root, object, name })
    });
    found.collect()
}

/// The partitions below a table, those of partitions first.
fn partitions_below(schema: &Schema, table: &Qualified) -> Vec<Qualified> {
    let mut found: Vec<Qualified> = Vec::new();
    let mut open = vec![table.clone()];
    while let Some(above) = open.pop() {
        if schema.table(&above).is_none_or(|it| it.extra.postgres().partition_by.is_none()) {
            continue;
        }
        let is_below = |it: &PostgresTable| it.partition_of.as_ref().is_some_and(|it| it.parent == above);
        let below = schema.tables().filter(|(_, it)| is_below(&it.extra.postgres())).map(|(name, _)| name);
        for name in below {
            open.push(name.clone());
            found.push(name);
        }
    }
    found.reverse();
    found
}

/// The object of a partition whose index is of this name.
fn own_object(schema: &Schema, partition: &Qualified, name: &Ident) -> Option<Address> {
    let table = schema.table(partition)?;
    roots(partition, table).into_iter().find(|(at, it)| index_name(at, *it).as_ref() == Some(name)).map(|it| it.0)
}

fn full(table: &Qualified, name: &Ident) -> Qualified {
    Qualified { namespace: table.namespace.clone(), name: name.clone() }
}

fn rename(table: &Qualified, from: &Ident, to: &Ident) -> Statement {
    let sql = sql("ALTER INDEX").name(&full(table, from)).raw("RENAME TO").ident(to);
    Statement { lock: Lock::Writes, ..Statement::of(sql.finish()) }
}

/// The statement that makes an index of a partition like the one above it, for it to hang there.
fn make(partition: &Qualified, extra: &PostgresTable, hanging: &Hanging<'_>) -> Option<Statement> {
    let own = hanging.name.clone();
    let names = Names { takes: vec![names::relation(&full(partition, &own))], ..Names::default() };
    let key = |extra: &PostgresKey| PostgresKey { only: false, ..extra.clone() }.into();
    let mut alone = Table::default();
    let address = match hanging.object {
        Object::Index(it) => {
            let extra = PostgresIndex { only: false, is_invalid: false, ..it.extra.postgres() };
            let index = Index { extra: extra.into(), ..it.clone() };
            let create = Statement::of(render::create_index(partition, &own, &index));
            return Some(Statement { lock: Lock::Writes, names, ..create });
        }
        Object::PrimaryKey(it) => {
            let extra = key(&it.extra.postgres());
            alone.primary_key = Some(PrimaryKey { name: Some(own), extra, ..it.clone() });
            Address::PrimaryKey(partition.clone())
        }
        Object::Unique(it) => {
            let unique = Unique { name: Some(own.clone()), extra: key(&it.extra.postgres()), ..it.clone() };
            alone.uniques.insert(own.clone(), unique);
            Address::Unique(partition.clone(), own)
        }
        _ => return None,
    };
    let constraint = render::constraint(partition, &alone, &address)?;
    let add = Statement::of(render::add_constraint(render::alter(partition, extra), &constraint));
    Some(Statement { lock: Lock::ReadsAndWrites, names, ..add })
}

/// An index of a partition that stays its own and that PostgreSQL would take to hang on one above it, as it takes the
/// first that fits: it gives its name away and is made anew.
fn captured(context: &Context<'_>, partition: &Qualified, hanging: &Hanging<'_>) -> Option<Ident> {
    let (before, after) = (context.work.before.table(partition)?, context.work.after.table(partition)?);
    let hung = self::hanging(context.work.before, partition);
    let is_free = |own: &Ident| hung.iter().all(|it| it.name != *own);
    let mut indexes = before.indexes.iter().filter(|(own, it)| after.indexes.get(*own) == Some(it) && is_free(own));
    let found = indexes.find(|(_, it)| super::same_key(Some(Object::Index(it)), Some(hanging.object)));
    found.map(|(own, _)| own.clone())
}

/// The statement that makes such an index anew.
fn restore(context: &Context<'_>, partition: &Qualified, hanging: &Hanging<'_>) -> Option<Statement> {
    let own = captured(context, partition, hanging)?;
    let index = context.work.after.table(partition)?.indexes.get(&own)?;
    let create = Statement::of(render::create_index(partition, &own, index));
    Some(Statement { lock: Lock::Writes, ..create })
}

/// What a partition's index needs before one above it comes, or before the partition hangs below that: the statement
/// that makes or renames it, unless it is there or comes by itself.
fn prepare(context: &Context<'_>, partition: &Qualified, hanging: &Hanging<'_>) -> Option<Statement> {
    let (before, after) = (context.work.before, context.work.after);
    // A constraint of the partition's own, which has statements of its own.
    if own_object(after, partition, &hanging.name).is_some() {
        return None;
    }
    let table = before.table(partition)?;
    let fits = |(_, it): &&(Address, Object<'_>)| super::same_key(Some(*it), Some(hanging.object));
    let own = roots(partition, table);
    let is_taken =
        |it: &&(Address, Object<'_>)| context.absorbed.get(&it.0).is_some_and(|by| !context.dropped.contains(by));
    let own: Vec<_> = own.iter().filter(is_taken).filter(fits).collect();
    let names: Vec<Ident> = own.iter().filter_map(|(at, it)| index_name(at, *it)).collect();
    if names.contains(&hanging.name) {
        return None;
    }
    if let Some(name) = names.first() {
        return Some(rename(partition, name, &hanging.name));
    }
    if let Some(own) = captured(context, partition, hanging) {
        return Some(rename(partition, &own, &hanging.name));
    }
    let is_usual = naming::attached(partition, hanging.object).as_ref() == Some(&hanging.name);
    if is_usual && !is_only(hanging.object) { None } else { make(partition, &table.extra.postgres(), hanging) }
}

/// What has to be done around the statement that makes an index: before it on partitions whose indexes have names of
/// their own, after it where they do not come to hang on it by themselves; and what must be there.
pub(in crate::steps) fn around(
    context: &Context<'_>,
    root: &Address,
    object: Object<'_>,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    let Some(owner) = root.owner() else { return statements };
    let (mut first, mut last, mut requires) = (Vec::new(), Vec::new(), Vec::new());
    for partition in partitions_below(context.work.after, owner) {
        let is_new = context.created.contains(&Address::Table(partition.clone()));
        if is_only(object) {
            requires.push(Address::Table(partition.clone()));
        }
        for hanging in hanging(context.work.after, &partition).into_iter().filter(|it| it.root == *root) {
            requires.extend(own_object(context.work.after, &partition, &hanging.name));
            if !is_new {
                first.extend(prepare(context, &partition, &hanging));
            }
            if is_only(object) {
                last.extend(attach(context, root, &partition, &hanging));
            }
            if !is_new {
                last.extend(restore(context, &partition, &hanging));
            }
        }
    }
    let mut all: Vec<Statement> = first.into_iter().chain(statements).chain(last).collect();
    if let Some(it) = all.first_mut() {
        it.requires.extend(requires);
    }
    all
}

/// `ALTER INDEX … ATTACH PARTITION …`: on the index of the table right above.
fn attach(context: &Context<'_>, root: &Address, partition: &Qualified, own: &Hanging<'_>) -> Option<Statement> {
    let parent = context.work.after.table(partition)?.extra.postgres().partition_of?.parent;
    let above = if root.owner() == Some(&parent) {
        index_name(root, own.object)?
    } else {
        hanging(context.work.after, &parent).into_iter().find(|it| it.root == *root)?.name
    };
    let sql = sql("ALTER INDEX").name(&full(&parent, &above)).raw("ATTACH PARTITION").name(&full(partition, &own.name));
    Some(Statement { lock: Lock::Writes, ..Statement::of(sql.finish()) })
}

/// What has to be done for an index that is to be there on more partitions than it is.
pub(in crate::steps) fn complete(context: &Context<'_>, root: &Address) -> Vec<Statement> {
    let Some(owner) = root.owner() else { return Vec::new() };
    let mut statements = Vec::new();
    for partition in partitions_below(context.work.after, owner) {
        if !context.created.contains(&Address::Table(partition.clone())) {
            statements.extend(changed(context, &partition, |it| it == root));
        }
    }
    statements
}

/// What has to be done for a partition's indexes that hang, or shall hang, on these above it, which stay.
fn changed(context: &Context<'_>, partition: &Qualified, is_one: impl Fn(&Address) -> bool) -> Vec<Statement> {
    let before = hanging(context.work.before, partition);
    let mut statements = Vec::new();
    for now in hanging(context.work.after, partition).into_iter().filter(|it| is_one(&it.root)) {
        let old_root = context.renamed.get(&now.root).unwrap_or(&now.root);
        match before.iter().find(|it| it.root == *old_root) {
            Some(old) if old.name == now.name => (),
            Some(old) => statements.push(rename(partition, &old.name, &now.name)),
            None => {
                let prepared = prepare(context, partition, &now).into_iter();
                let own = own_object(context.work.after, partition, &now.name);
                let made = prepared.chain(make_usual(context, partition, &now));
                statements.extend(made.take(1));
                let attach = attach(context, &now.root, partition, &now);
                statements.extend(attach.map(|it| Statement { requires: own.into_iter().collect(), ..it }));
            }
        }
    }
    statements
}

/// An index of the usual name comes by itself only with the one above it.
fn make_usual(context: &Context<'_>, partition: &Qualified, hanging: &Hanging<'_>) -> Option<Statement> {
    let is_there = own_object(context.work.after, partition, &hanging.name).is_some()
        || own_object(context.work.before, partition, &hanging.name)
            .is_some_and(|it| context.absorbed.contains_key(&it));
    if is_there {
        return None;
    }
    make(partition, &context.work.before.table(partition)?.extra.postgres(), hanging)
}

/// What has to be done before and after a table becomes a partition.
pub(super) fn around_attach(context: &Context<'_>, table: &Qualified) -> [Vec<Statement>; 2] {
    let all = hanging(context.work.after, table);
    let before = all.iter().filter_map(|it| prepare(context, table, it)).collect();
    [before, all.iter().filter_map(|it| restore(context, table, it)).collect()]
}

/// What has to be done after a partition has become a table of its own: what hung above is its own from then on, under
/// the name that it has, and goes where it is not to stay.
pub(super) fn after_detach(context: &Context<'_>, table: &Qualified) -> Vec<Statement> {
    let Some((before, after)) = context.work.before.table(table).zip(context.work.after.table(table)) else {
        return Vec::new();
    };
    let mut own = roots(table, after);
    own.retain(|it| context.absorbed.contains_key(&it.0));
    let mut statements = Vec::new();
    for old in hanging(context.work.before, table) {
        if own_object(context.work.before, table, &old.name).is_some() {
            continue;
        }
        let fits = |(_, it): &(Address, Object<'_>)| super::same_key(Some(*it), Some(old.object));
        let is_named = |it: &(Address, Object<'_>)| index_name(&it.0, it.1).as_ref() == Some(&old.name);
        let at = own.iter().position(|it| fits(it) && is_named(it)).or_else(|| own.iter().position(fits));
        match at.map(|at| own.remove(at)).and_then(|(address, it)| index_name(&address, it)) {
            Some(name) if name == old.name => (),
            Some(name) => statements.push(rename(table, &old.name, &name)),
            None => statements.push(Statement::of(match old.object {
                Object::Index(_) => sql("DROP INDEX").name(&full(table, &old.name)).finish(),
                _ => render::alter(table, &before.extra.postgres()).raw("DROP CONSTRAINT").ident(&old.name).finish(),
            })),
        }
    }
    statements
}

/// The moment when a table is no partition any more.
pub(in crate::steps) fn detached(table: &Qualified) -> String {
    ["detached ", &table.to_string()].concat()
}

/// The partitions that an index is on and that are let go before it goes, so that theirs stay.
pub(in crate::steps) fn let_go(context: &Context<'_>, root: &Address) -> Vec<String> {
    let below = root.owner().map(|owner| partitions_below(context.work.before, owner)).unwrap_or_default();
    below.iter().map(detached).collect()
}

/// The statements that drop an index or a constraint. One of a partition whose index hangs on one that is no
/// constraint's can go only with that, and that only with it: the partition is let go meanwhile.
pub(in crate::steps) fn release(context: &Context<'_>, whole: &Address, drop: Vec<Statement>) -> Vec<Statement> {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for Pinned { partition, extra, own, root } in pinned(context) {
        if root != *whole && (own != *whole || context.goes(&root)) {
            continue;
        }
        let Some(of) = &extra.partition_of else { continue };
        let alter = || sql("ALTER TABLE").name(&of.parent);
        first.push(Statement::of(alter().raw("DETACH PARTITION").name(&partition).finish()));
        if root == *whole && context.goes(&own) {
            let name = context.work.before.object(&own).and_then(|it| index_name(&own, it));
            let drop = |name| render::alter(&partition, &extra).raw("DROP CONSTRAINT").ident(&name).finish();
            first.extend(name.map(drop).map(Statement::of));
        }
        last.push(Statement::of(alter().raw("ATTACH PARTITION").name(&partition).text(&of.bound).finish()));
    }
    let mut all: Vec<Statement> = first.into_iter().chain(drop).chain(last).collect();
    if all.len() > 1 {
        all.iter_mut().for_each(|it| it.lock = Lock::ReadsAndWrites);
    }
    all
}

/// A constraint of a partition whose index hangs on one that is no constraint's.
struct Pinned {
    partition: Qualified,
    extra: PostgresTable,
    own: Address,
    root: Address,
}

/// Those of partitions that stay, where one of the two goes.
fn pinned(context: &Context<'_>) -> Vec<Pinned> {
    let is_index = |it: &&Address| matches!(it, Address::PrimaryKey(_) | Address::Unique(..) | Address::Index(..));
    let gone: Vec<&Address> = context.dropped.iter().chain(&context.closure.recreated).filter(is_index).collect();
    let mut found = Vec::new();
    if gone.is_empty() {
        return found;
    }
    for (partition, table) in context.work.before.tables() {
        let extra = table.extra.postgres();
        let stays = context
            .work
            .after
            .table(&partition)
            .is_some_and(|it| it.extra.postgres().partition_of == extra.partition_of);
        if extra.partition_of.is_none() || !stays || context.goes(&Address::Table(partition.clone())) {
            continue;
        }
        for hanging in hanging(context.work.before, &partition) {
            let Some(own) = own_object(context.work.before, &partition, &hanging.name) else { continue };
            if context.goes(&hanging.root) || context.goes(&own) {
                found.push(Pinned { partition: partition.clone(), extra: extra.clone(), own, root: hanging.root });
            }
        }
    }
    found
}

/// What is to be made on a new partition before it is attached, so that its indexes get their names. `None`: it can be
/// made as a partition at once.
pub(in crate::steps) fn apart(context: &Context<'_>, partition: &Qualified) -> Option<Vec<Statement>> {
    let table = context.work.after.table(partition)?;
    let all = hanging(context.work.after, partition);
    let usual = |it: &Hanging<'_>| {
        naming::attached(partition, it.object).as_ref() == Some(&it.name)
            && own_object(context.work.after, partition, &it.name).is_none()
    };
    if all.iter().all(usual) {
        return None;
    }
    let is_own = |it: &&Hanging<'_>| own_object(context.work.after, partition, &it.name).is_some();
    let made = all.iter().filter(|it| !is_own(it)).filter_map(|it| make(partition, &table.extra.postgres(), it));
    Some(made.map(|it| Statement { lock: Lock::None, ..it }).collect())
}

/// What differs in the names of a partition's indexes alone is done by whatever changes these.
pub(super) fn absorbed(context: &Context<'_>) -> Vec<(Address, Address)> {
    let mut absorbed = Vec::new();
    for address in &context.altered {
        let Address::Table(name) = address else { continue };
        let (Some(before), Some(after)) = (context.work.before.table(name), context.work.after.table(name)) else {
            continue;
        };
        let (before, after) = (before.extra.postgres(), after.extra.postgres());
        if (PostgresTable { attached: after.attached.clone(), ..before }) != after {
            continue;
        }
        let by = hanging(context.work.after, name).into_iter().map(|it| it.root);
        let by = by.filter(|it| context.created.contains(it) || completes(context, it));
        let gone = hanging(context.work.before, name).into_iter().map(|it| it.root);
        let gone = gone.filter(|it| context.dropped.contains(it));
        let either = [context.work.after, context.work.before].into_iter().flat_map(|it| hanging(it, name));
        let changed = either.map(|it| it.root).filter(|it| context.altered.contains(it));
        absorbed.push((address.clone(), by.chain(gone).chain(changed).next().unwrap_or_else(|| address.clone())));
    }
    let both = pinned(context)
        .into_iter()
        .filter(|it| context.dropped.contains(&it.root) && context.dropped.contains(&it.own));
    absorbed.extend(both.map(|it| (it.own, it.root)));
    absorbed
}

/// Whether an index that is not there on every partition shall be.
fn completes(context: &Context<'_>, root: &Address) -> bool {
    let only = |schema: &Schema| schema.object(root).map(is_only);
    context.altered.contains(root) && only(context.work.before) == Some(true) && only(context.work.after) == Some(false)
}

/// The steps for partitions whose indexes get other names, or come to hang on an index that stays as it is.
pub(in crate::steps) fn steps(context: &Context<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let partitions = context.work.after.tables().filter(|(_, it)| match &it.extra {
        trueup_state::TableExtra::Postgres(it) => it.partition_of.is_some(),
        _ => false,
    });
    for (name, _) in partitions {
        let is_partition = |schema: &Schema| schema.table(&name).and_then(|it| it.extra.postgres().partition_of);
        if is_partition(context.work.before).is_none() || context.comes(&Address::Table(name.clone())) {
            continue;
        }
        let stays = |root: &Address| {
            let was_renamed = context.renamed.contains_key(root);
            (was_renamed || !context.comes(root)) && !completes(context, root)
        };
        let statements = changed(context, &name, stays);
        let address = Address::Table(name.clone());
        let mut made = write::steps(&address, "alter indexes of", statements);
        for step in &mut made {
            step.requires.push(address.clone());
            step.requires.extend(hanging(context.work.after, &name).into_iter().map(|it| it.root));
        }
        if let Some(last) = made.last_mut()
            && context.absorbed.get(&address) == Some(&address)
        {
            last.changes.push(address);
        }
        steps.extend(made);
    }
    steps
}

/// The names of a partition's indexes, all spelled out: as they are before something gets another name.
pub(crate) fn spelled_out(schema: &Schema, partition: &Qualified) -> Vec<(Ident, Ident)> {
    let all = hanging(schema, partition).into_iter();
    all.filter_map(|it| Some((index_name(&it.root, it.object)?, it.name))).collect()
}

/// Leave out again those that are the usual ones.
pub(crate) fn leave_out_usual(schema: &mut Schema) {
    let partitions = schema.tables().filter(|(_, it)| !it.extra.postgres().attached.is_empty());
    for name in partitions.map(|(name, _)| name).collect::<Vec<_>>() {
        let is_usual =
            |it: &Hanging<'_>| !is_only(it.object) && naming::attached(&name, it.object).as_ref() == Some(&it.name);
        let usual = hanging(schema, &name).into_iter().filter(is_usual);
        let usual: Vec<Ident> = usual.filter_map(|it| index_name(&it.root, it.object)).collect();
        if let Some(table) = schema.table_mut(&name) {
            let mut extra = table.extra.postgres();
            extra.attached.retain(|root, _| !usual.contains(root));
            table.extra = extra.into();
        }
    }
}
