//! Steps with what decides their place: dropping, making and altering one object.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trueup_contract::{DialectError, Step};
use trueup_state::{Address, Ident, Object, ObjectKind, PartKind, PostgresObject, Qualified, RoutineBody};

use super::{
    Statement, closure, column, constraint,
    frame::{
        context::{Context, Course},
        evaluation,
        names::names,
        needs, write,
    },
    index, objects, partition, table,
};
use crate::render::{attachments, sql};

/// The steps that drop an object with everything that goes with it.
pub(super) fn drop(
    context: &Context<'_>,
    whole: &Address,
    group: &BTreeSet<Address>,
) -> Result<Vec<Step>, DialectError> {
    let Some(object) = context.work.before.object(whole) else { return Ok(Vec::new()) };
    let statements = drop_statements(context, whole, object)?;
    let mut steps = write::steps(whole, "drop", statements);
    // What has no statement of its own goes by itself.
    if steps.is_empty() {
        return Ok(steps);
    }
    let releases: BTreeSet<Address> = group
        .iter()
        .flat_map(|it| context.needs_before.of_object(it))
        .filter(|it| !group.contains(*it))
        .filter(|it| whole.subject().is_none() || !is_retyped(context, it))
        .cloned()
        .collect();
    let wholes = needs::wholes(whole, context.work.before);
    for step in &mut steps {
        step.releases.extend(releases.iter().cloned());
        step.requires.extend(wholes.iter().filter(|it| is_altered_table(context, it)).cloned());
    }
    if let Some(last) = steps.last_mut() {
        last.changes.extend(group.iter().filter(|it| context.dropped.contains(*it)).cloned());
        last.changes.extend(context.absorbed.iter().filter(|(_, by)| *by == whole).map(|(it, _)| it.clone()));
        let along = context.absorbed.iter().filter(|(it, by)| *by == whole && context.dropped.contains(*it));
        let group: BTreeSet<Address> = group.iter().chain(along.map(|(it, _)| it)).cloned().collect();
        last.removes.extend(group.iter().cloned());
        let objects = group.iter().filter_map(|it| Some((it, context.work.before.object(it)?)));
        last.names.frees.extend(objects.flat_map(|(address, object)| names(address, object)));
        if let Address::PrimaryKey(table) | Address::Unique(table, _) | Address::Index(table, _) = whole {
            last.names.frees.push(keys(table));
            last.names.takes.extend(partition::indexes::let_go(context, whole));
        }
        last.names.frees.extend(overload(whole));
        if let Address::Column(table, name) = whole {
            last.names.frees.extend([columns(table), column_of(table, name), partition::shape(table)]);
        }
    }
    Ok(steps)
}

/// When the keys of a table that go have gone: a foreign key takes the oldest index that fits.
fn keys(table: &Qualified) -> String {
    ["keys ", &table.to_string()].concat()
}

/// When a routine of a name is gone: a call may be meant for another of that name, and be understood only without it.
pub(super) fn overload(routine: &Address) -> Option<String> {
    match routine {
        Address::Signed(_, name, _) if is_routine(routine) => Some(["call of ", &name.to_string()].concat()),
        _ => None,
    }
}

/// When the columns of a table that go have gone: `*` is what is there when it is read.
fn columns(table: &Qualified) -> String {
    ["columns ", &table.to_string()].concat()
}

/// When a column of a table has gone.
fn column_of(table: &Qualified, column: &Ident) -> String {
    ["column ", &table.to_string(), " ", column.text()].concat()
}

/// The columns that have to be gone before an object is made: those of tables of which it shows whatever is there, and
/// those in place of which children inherit a new one.
fn columns_awaited(context: &Context<'_>, whole: &Address, object: Object<'_>, needed: &[Address]) -> Vec<String> {
    let query = match object {
        Object::View(it) => Some(&it.definition),
        Object::Postgres(PostgresObject::MaterializedView(it)) => Some(&it.definition),
        _ => None,
    };
    if query.is_some_and(|it| it.written().contains('*')) {
        return needed.iter().filter_map(Address::relation).map(columns).collect();
    }
    let Address::Column(table, name) = whole else { return Vec::new() };
    let children = objects::descendants(context.work.after, table);
    children.iter().map(|it| column_of(it, name)).collect()
}

/// Whether a column gets another type: its comment and its privileges stay, and go after that if they go.
fn is_retyped(context: &Context<'_>, address: &Address) -> bool {
    matches!(context.courses.get(address), Some(Course::Retype(_)))
}

/// A table that is there before and after: it is spoken of while its parts go.
fn is_altered_table(context: &Context<'_>, address: &Address) -> bool {
    context.work.after.object(address).is_some() && !context.goes(address)
}

fn drop_statements(context: &Context<'_>, whole: &Address, object: Object<'_>) -> Result<Vec<Statement>, DialectError> {
    Ok(match (whole, object) {
        (Address::Table(name), Object::Table(_)) => table::drop(context, name),
        (Address::Column(table, name), Object::Column(it)) => vec![column::drop(context, (table, name), it)],
        (Address::Index(owner, name), Object::Index(_)) => {
            partition::indexes::release(context, whole, vec![index::drop(context, owner, name)])
        }
        (
            Address::PrimaryKey(_)
            | Address::Unique(..)
            | Address::Check(..)
            | Address::ForeignKey(..)
            | Address::Part(PartKind::Exclude, ..),
            object,
        ) => {
            let drop = constraint::drop(context, whole, object).into_iter().collect();
            partition::indexes::release(context, whole, drop)
        }
        (Address::Object(kind, name), _) if kind.is_type() && context.closure.renamed_types.contains(whole) => {
            vec![closure::set_aside(name, object)]
        }
        (_, object) => objects::drop(context.work, whole, object)?,
    })
}

/// The steps that make an object, with what is made by the same statement.
pub(super) fn create(
    context: &Context<'_>,
    whole: &Address,
    group: &BTreeSet<Address>,
) -> Result<Vec<Step>, DialectError> {
    let Some(object) = context.new_form(whole) else { return Ok(Vec::new()) };
    let mut statements = create_statements(context, whole, object, group)?;
    statements.extend(owner_again(context, whole));
    let verb = if context.closure.recreated.contains(whole) { "restore" } else { "create" };
    let mut steps = write::steps(whole, verb, statements);
    let needed: BTreeSet<Address> = group
        .iter()
        .flat_map(|it| context.needs_after.of_object(it))
        .filter(|it| !group.contains(*it))
        .cloned()
        .collect();
    let needed = needed.into_iter().filter(|it| !waits_the_other_way(whole, it));
    let needed = needed.filter(|it| !matches!(object_default(context, whole, it), Some(true)));
    if let Some(first) = steps.first_mut() {
        let needed: Vec<Address> = needed.collect();
        first.names.takes.extend(needed.iter().filter_map(overload));
        first.names.takes.extend(columns_awaited(context, whole, object, &needed));
        first.requires.extend(needed);
        first.requires.extend(evaluation::calls(context, whole));
        first.provides.extend(group.iter().cloned());
        let objects = group.iter().filter_map(|it| Some((it, context.work.after.object(it)?)));
        first.names.takes.extend(objects.flat_map(|(address, object)| names(address, object)));
        if let Object::ForeignKey(key) = object {
            first.names.takes.push(keys(&key.references));
        }
        // The name may still be that of an index which goes with the parent's.
        if let Address::PrimaryKey(table) | Address::Unique(table, _) | Address::Index(table, _) = whole {
            first.names.takes.extend(partition::ancestors_before(context, table).iter().map(keys));
        }
    }
    if let Some(last) = steps.last_mut() {
        let is_change = |it: &&Address| context.created.contains(*it) || context.altered.contains(*it);
        last.changes.extend(group.iter().filter(is_change).cloned());
        last.changes.extend(context.absorbed.iter().filter(|(_, by)| *by == whole).map(|(it, _)| it.clone()));
    }
    Ok(steps)
}

/// What goes and comes again belongs to whom it belonged to; what is new belongs to the connected role.
fn owner_again(context: &Context<'_>, whole: &Address) -> Option<Statement> {
    let is_managed = context.work.after.others.contains_key(&Address::Owner(Box::new(whole.clone())));
    if is_managed || !context.closure.recreated.contains(whole) {
        return None;
    }
    let owner = context.work.cluster.owners.get(whole)?;
    attachments::owner(whole, owner, context.work.after).map(Statement::of)
}

/// A default that waits is no reason for its table to wait.
fn object_default(context: &Context<'_>, whole: &Address, needed: &Address) -> Option<bool> {
    let Address::Table(table) = whole else { return None };
    let waiting = table::waiting_defaults(context, table);
    let columns: Vec<Address> = waiting.iter().map(|name| Address::Column(table.clone(), (*name).clone())).collect();
    if columns.is_empty() || !is_routine(needed) {
        return None;
    }
    // Only the columns that wait need it.
    Some(
        context
            .needs_after
            .dependents(needed)
            .iter()
            .filter(|it| it.owner() == Some(table))
            .all(|it| columns.contains(it)),
    )
}

fn is_routine(address: &Address) -> bool {
    matches!(address, Address::Signed(ObjectKind::Function | ObjectKind::Procedure | ObjectKind::Aggregate, ..))
}

/// A sequence is made before the column that it goes with.
fn waits_the_other_way(whole: &Address, needed: &Address) -> bool {
    matches!(whole, Address::Object(ObjectKind::Sequence, _)) && !matches!(needed, Address::Namespace(_))
}

fn create_statements(
    context: &Context<'_>,
    whole: &Address,
    object: Object<'_>,
    group: &BTreeSet<Address>,
) -> Result<Vec<Statement>, DialectError> {
    Ok(match (whole, object) {
        (Address::Table(name), Object::Table(_)) => table::create(context, name, group),
        (Address::Column(table, name), Object::Column(it)) => column::create(context, (table, name), it),
        (Address::Index(owner, name), Object::Index(it)) => {
            partition::indexes::around(context, whole, object, index::create(context, (owner, name), it))
        }
        (
            Address::PrimaryKey(_)
            | Address::Unique(..)
            | Address::Check(..)
            | Address::ForeignKey(..)
            | Address::Part(PartKind::Exclude, ..),
            object,
        ) => {
            let statements = constraint::create(context, whole, object);
            partition::indexes::around(context, whole, object, statements)
        }
        (_, object) => objects::create(context.work, whole, object)?,
    })
}

/// The steps that bring an object that stays into its new form.
pub(super) fn alter(context: &Context<'_>, address: &Address, course: &Course) -> Result<Vec<Step>, DialectError> {
    let (statements, retypes) = match course {
        Course::InPlace(statements) => (statements.clone(), false),
        Course::Retype(statements) => (statements.clone(), true),
        Course::Recreate => return Ok(Vec::new()),
    };
    if context.absorbed.contains_key(address) {
        return Ok(Vec::new());
    }
    let statements = if statements.is_empty() { vec![nothing(address)] } else { statements };
    let (mut steps, early) = write::steps_with_early(address, "alter", statements);
    let needed: BTreeSet<Address> = context.needs_after.of_object(address).cloned().collect();
    let is_table = matches!(address, Address::Table(_));
    let released = context.needs_before.of_object(address).filter(|it| !needed.contains(*it)).cloned();
    let released: Vec<Address> = released.collect();
    let owner = needs::wholes(address, context.work.after);
    for (at, step) in steps.iter_mut().enumerate() {
        let new_needs = needed.iter().filter(|it| at >= early && !waits_the_other_way(address, it));
        if at >= early && early > 0 {
            step.names.takes.extend(needed.iter().filter_map(overload));
        }
        step.requires.extend(new_needs.chain(&owner).cloned());
        if at < early.max(1) {
            step.releases.extend(released.iter().cloned());
        }
        if is_table {
            step.requires.push(address.clone());
        }
    }
    if retypes && let Some(first) = steps.get_mut(early) {
        first.removes.push(address.clone());
        first.provides.push(address.clone());
    }
    if let Some(last) = steps.last_mut() {
        last.changes.push(address.clone());
        if let Address::Column(table, _) = address {
            last.names.frees.push(partition::shape(table));
        }
        last.changes.extend(context.absorbed.iter().filter(|(_, by)| *by == address).map(|(it, _)| it.clone()));
        // What comes may need the new form; a table's parts come and go by themselves.
        let is_whole = address.owner().is_none() && !is_table && address.subject().is_none();
        if is_whole && !last.provides.contains(address) {
            last.provides.push(address.clone());
        }
    }
    Ok(steps)
}

/// What differs is nothing that the database keeps: the change is carried out by doing nothing.
fn nothing(address: &Address) -> Statement {
    let summary = write::summary("nothing to do for", address);
    Statement { summary: Some(summary), ..Statement::of(sql("SELECT 1").finish()) }
}

/// What an extension brings may be used anywhere, and nobody can tell from a text: extensions come before everything that
/// they do not wait for themselves, and go after everything that does not wait for that.
pub(super) fn extensions_around(steps: &mut [Step]) {
    let extensions = |addresses: &[Address]| -> Vec<Address> {
        let is_one = |it: &&Address| matches!(it, Address::Object(ObjectKind::Extension, _));
        addresses.iter().filter(is_one).cloned().collect()
    };
    let comes: Vec<(usize, Vec<Address>)> =
        steps.iter().enumerate().map(|(at, step)| (at, extensions(&step.provides))).collect();
    let goes: Vec<(usize, Vec<Address>)> =
        steps.iter().enumerate().map(|(at, step)| (at, extensions(&step.removes))).collect();
    let edges = if comes.iter().chain(&goes).all(|(_, found)| found.is_empty()) { return } else { edges(steps) };
    let backwards: BTreeSet<(usize, usize)> = edges.iter().map(|(first, second)| (*second, *first)).collect();
    let of = |all: &[(usize, Vec<Address>)]| -> BTreeSet<usize> {
        all.iter().filter(|(_, found)| !found.is_empty()).map(|(at, _)| *at).collect()
    };
    let (coming, going) = (of(&comes), of(&goes));
    let (before, after) = (reached(&backwards, &coming), reached(&edges, &going));
    let new: Vec<Address> = comes.into_iter().flat_map(|(_, found)| found).collect();
    let old: Vec<Address> = goes.into_iter().flat_map(|(_, found)| found).collect();
    for (at, step) in steps.iter_mut().enumerate() {
        if !before.contains(&at) && !going.contains(&at) {
            step.requires.extend(new.iter().filter(|it| !step.provides.contains(it)).cloned());
        }
        if !after.contains(&at) && !coming.contains(&at) {
            step.releases.extend(old.iter().cloned());
        }
    }
}

/// These nodes and all that the edges lead to from there.
fn reached(edges: &BTreeSet<(usize, usize)>, from: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = from.iter().copied().collect();
    let mut seen = from.clone();
    while let Some(at) = open.pop() {
        open.extend(edges.range((at, 0)..=(at, usize::MAX)).map(|(_, to)| *to).filter(|to| seen.insert(*to)));
    }
    seen
}

/// Break the circles that only a routine's body makes: a string is not looked into where the check is off.
pub(super) fn untangle(context: &Context<'_>, steps: &mut [Step]) {
    while let Some(stuck) = stuck(steps) {
        let mut eased = false;
        for at in stuck {
            eased |= ease(context, &mut steps[at]);
        }
        if !eased {
            return;
        }
    }
}

/// Let a step go without what only its body mentions. Whether there was anything to ease.
fn ease(context: &Context<'_>, step: &mut Step) -> bool {
    let routine = step.provides.iter().find_map(|address| match context.new_form(address) {
        Some(Object::Postgres(PostgresObject::Routine(it))) => Some(it),
        _ => None,
    });
    let Some(routine) = routine else {
        // What only alters its object need not come first.
        let before = step.provides.len();
        let altered: Vec<Address> = step
            .provides
            .iter()
            .filter(|it| context.altered.contains(*it) && !step.removes.contains(it))
            .cloned()
            .collect();
        step.provides.retain(|it| !altered.contains(it));
        return step.provides.len() < before;
    };
    if matches!(routine.body, RoutineBody::Sql(_)) {
        return false;
    }
    let arguments = routine.arguments.iter().flat_map(|it| [Some(&it.ty), it.default.as_ref()]);
    let texts: Vec<_> = arguments.flatten().chain(&routine.returns).collect();
    let is_named = |address: &Address| match address {
        Address::Namespace(_) | Address::Object(ObjectKind::Language | ObjectKind::Extension, _) => true,
        Address::Column(..) => false,
        _ => address.name().is_some_and(|name| texts.iter().any(|text| text.mentions(name.text()))),
    };
    let before = step.requires.len();
    step.requires.retain(is_named);
    if step.requires.len() == before {
        return false;
    }
    let [off, on] = ["off", "on"].map(|word| sql("SET LOCAL check_function_bodies =").raw(word).finish());
    step.action = trueup_contract::Action::Sql(write::script([off, step.action.sql().to_owned(), on]));
    true
}

/// The steps in circles, or between them.
fn stuck(steps: &[Step]) -> Option<Vec<usize>> {
    let edges = edges(steps);
    let mut left: BTreeSet<usize> = (0..steps.len()).collect();
    for forwards in [true, false] {
        let mut waiting: BTreeMap<usize, usize> = left.iter().map(|at| (*at, 0)).collect();
        let mut next: HashMap<usize, Vec<usize>> = HashMap::new();
        for (first, second) in &edges {
            if !left.contains(first) || !left.contains(second) {
                continue;
            }
            let (from, to) = if forwards { (*first, *second) } else { (*second, *first) };
            next.entry(from).or_default().push(to);
            *waiting.entry(to).or_default() += 1;
        }
        let mut ready: Vec<usize> = waiting.iter().filter(|(_, count)| **count == 0).map(|(at, _)| *at).collect();
        while let Some(at) = ready.pop() {
            left.remove(&at);
            for to in next.get(&at).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(to) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*to);
                    }
                }
            }
        }
    }
    (!left.is_empty()).then(|| left.into_iter().collect())
}

/// (first, second) for every two steps whose order matters, as the planner sees it.
pub(crate) fn edges(steps: &[Step]) -> BTreeSet<(usize, usize)> {
    fn index<'a, T: std::hash::Hash + Eq>(
        steps: &'a [Step],
        field: impl Fn(&'a Step) -> &'a Vec<T>,
    ) -> HashMap<&'a T, Vec<usize>> {
        let mut index: HashMap<&T, Vec<usize>> = HashMap::new();
        for (at, step) in steps.iter().enumerate() {
            field(step).iter().for_each(|item| index.entry(item).or_default().push(at));
        }
        index
    }
    let provides = index(steps, |step| &step.provides);
    let removes = index(steps, |step| &step.removes);
    let frees = index(steps, |step| &step.names.frees);
    let mut edges = BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        for needed in &step.requires {
            match provides.get(needed) {
                Some(providers) => edges.extend(providers.iter().map(|provider| (*provider, at))),
                None => edges.extend(removes.get(needed).into_iter().flatten().map(|remover| (at, *remover))),
            }
        }
        let removers = step.releases.iter().filter_map(|it| removes.get(it)).flatten();
        edges.extend(removers.map(|remover| (at, *remover)));
        let providers = step.removes.iter().filter_map(|it| provides.get(it)).flatten();
        edges.extend(providers.map(|provider| (at, *provider)));
        let freers = step.names.takes.iter().filter_map(|it| frees.get(it)).flatten();
        edges.extend(freers.map(|freer| (*freer, at)));
    }
    edges.retain(|(first, second)| first != second);
    edges
}
