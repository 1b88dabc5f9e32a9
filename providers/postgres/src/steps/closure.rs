//! What goes and comes again because of others: the dependents that do not survive what happens to an object.

use std::collections::{BTreeSet, VecDeque};

use trueup_contract::{DialectError, Fact};
use trueup_state::{Address, Object, ObjectKind, PartKind, PostgresObject, Qualified, RoutineBody, SqlText, Term};

use super::{
    Statement,
    frame::context::{Context, Course},
};
use crate::render::sql;

/// What goes and comes again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Closure {
    /// Objects that are dropped and made again.
    pub(crate) recreated: BTreeSet<Address>,
    /// Types among them that columns are of: they are set aside until no column needs them.
    pub(crate) renamed_types: BTreeSet<Address>,
    /// Columns that take a type that was made again.
    pub(crate) retyped: BTreeSet<Address>,
    /// Columns whose default goes and comes again.
    pub(crate) redefaulted: BTreeSet<Address>,
    /// Parts that have to go before their table does.
    pub(crate) explicit: BTreeSet<Address>,
}

/// What happens to an object that others depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// It goes; it may come again.
    Gone,
    /// The type of its values changes.
    Retyped,
}

struct Search<'a, 'b> {
    context: &'b Context<'a>,
    closure: Closure,
    open: VecDeque<(Address, Event)>,
}

pub(crate) fn of(context: &Context<'_>) -> Result<Closure, DialectError> {
    let mut search = Search { context, closure: Closure::default(), open: VecDeque::new() };
    search.closure.explicit = explicit(context);
    for address in context.dropped.iter().filter(|it| !context.absorbed.contains_key(*it)) {
        search.open.push_back((address.clone(), Event::Gone));
    }
    for (address, course) in &context.courses {
        match course {
            Course::InPlace(_) => (),
            Course::Retype(_) => search.open.push_back((address.clone(), Event::Retyped)),
            Course::Recreate => search.recreate(address),
        }
    }
    while let Some((address, event)) = search.open.pop_front() {
        for dependent in context.needs_before.dependents(&address) {
            search.meet(&address, dependent, event);
        }
    }
    Ok(search.closure)
}

impl Search<'_, '_> {
    fn recreate(&mut self, address: &Address) {
        let context = self.context;
        if context.dropped.contains(address) || context.work.after.object(address).is_none() {
            return;
        }
        if !self.closure.recreated.insert(address.clone()) {
            return;
        }
        self.open.push_back((address.clone(), Event::Gone));
        let parts: Vec<Address> = match address {
            Address::Namespace(_) => Vec::new(),
            _ => context.needs_before.dependents(address).iter().filter(|it| it.is_within(address)).cloned().collect(),
        };
        for part in parts {
            self.recreate(&part);
        }
    }

    /// What becomes of an object that needs one to which something happens.
    fn meet(&mut self, cause: &Address, dependent: &Address, event: Event) {
        let context = self.context;
        if context.dropped.contains(dependent) || self.closure.recreated.contains(dependent) {
            return;
        }
        let Some(before) = context.work.before.object(dependent) else { return };
        match event {
            Event::Retyped if survives_retyping(cause, dependent, before) => return,
            Event::Gone if self.lets_go(cause, dependent) => return,
            Event::Gone | Event::Retyped => (),
        }
        match (dependent, before) {
            (Address::Column(..), Object::Column(column)) => {
                // One that changes its own type gets its default again in any case.
                let is_retyped = matches!(context.courses.get(dependent), Some(Course::Retype(_)));
                if column.generated.is_some() {
                    self.recreate(dependent);
                } else if is_type(cause) {
                    self.retype(cause, dependent);
                } else if !is_retyped {
                    self.closure.redefaulted.insert(dependent.clone());
                }
            }
            // A table, and what has a place in it, goes for good or not at all.
            (Address::Table(_) | Address::Namespace(_) | Address::Object(ObjectKind::Sequence, _), _) => (),
            _ => self.recreate(dependent),
        }
    }

    /// A column is of a type that goes and comes again.
    fn retype(&mut self, ty: &Address, column: &Address) {
        if self.context.dropped.contains(ty) {
            return;
        }
        self.closure.renamed_types.insert(ty.clone());
        if matches!(self.context.courses.get(column), Some(Course::Retype(_))) {
            return;
        }
        if self.closure.retyped.insert(column.clone()) {
            self.open.push_back((column.clone(), Event::Retyped));
        }
    }

    /// Whether a dependent that is altered, or was never there in this way, no longer needs what goes.
    fn lets_go(&self, cause: &Address, dependent: &Address) -> bool {
        let in_place = matches!(self.context.courses.get(dependent), Some(Course::InPlace(_)));
        in_place && !self.context.needs_after.has(dependent, cause) && !self.context.comes_otherwise(cause)
    }
}

impl Context<'_> {
    /// Whether an object of another kind takes the place of one that goes: what spoke of the one speaks of the other.
    fn comes_otherwise(&self, address: &Address) -> bool {
        let Some(name) = address.relation().filter(|_| address.owner().is_none()) else { return false };
        let kinds = [
            Address::Table(name.clone()),
            Address::View(name.clone()),
            Address::Object(ObjectKind::MaterializedView, name.clone()),
        ];
        kinds.iter().any(|it| self.created.contains(it))
    }
}

fn is_type(address: &Address) -> bool {
    matches!(address, Address::Object(kind, _) if kind.is_type())
}

/// What PostgreSQL carries along when a column changes its type: `ALTER TABLE` in the manual, and `RememberAll…` in
/// `tablecmds.c`: indexes, constraints and statistics are rebuilt from their texts.
fn survives_retyping(column: &Address, dependent: &Address, object: Object<'_>) -> bool {
    // A cast in the text was right for the old type; made from its declared text again, it has those of the new one.
    let casts = |text: &SqlText| text.canonical().contains("::");
    match (dependent, object) {
        (Address::Check(..), Object::Check(it)) => !casts(&it.expression),
        (Address::Index(..), Object::Index(it)) => {
            let expressions = it.parts.iter().filter_map(|part| match &part.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
            !expressions.chain(&it.predicate).any(casts)
        }
        (Address::Part(PartKind::Exclude, ..), Object::Postgres(PostgresObject::Exclude(it))) => !casts(&it.definition),
        (Address::Column(table, _), Object::Column(it)) => column.owner() != Some(table) || it.generated.is_none(),
        (Address::View(_) | Address::Trigger(..), _) => false,
        (Address::Part(PartKind::Policy | PartKind::Rule, ..), _) => false,
        (Address::Object(ObjectKind::MaterializedView | ObjectKind::Publication, _), _) => false,
        (_, Object::Postgres(PostgresObject::Routine(it))) => !matches!(it.body, RoutineBody::Sql(_)),
        (_, _) => true,
    }
}

/// The foreign keys that keep dropped tables from being dropped one after another.
fn explicit(context: &Context<'_>) -> BTreeSet<Address> {
    let mut explicit = BTreeSet::new();
    for (name, table) in context.work.before.tables() {
        let own = Address::Table(name.clone());
        if !context.dropped.contains(&own) {
            continue;
        }
        for (key_name, key) in &table.foreign_keys {
            let other = Address::Table(key.references.clone());
            let is_circle = key.references != name
                && context.dropped.contains(&other)
                && tables_reach(context, &key.references, &name);
            if is_circle {
                explicit.insert(Address::ForeignKey(name.clone(), key_name.clone()));
            }
        }
    }
    explicit
}

/// Whether one dropped table points at another through foreign keys or as a partition.
fn tables_reach(context: &Context<'_>, from: &Qualified, to: &Qualified) -> bool {
    let mut open = vec![from.clone()];
    let mut seen: BTreeSet<Qualified> = BTreeSet::from([from.clone()]);
    while let Some(name) = open.pop() {
        if name == *to {
            return true;
        }
        let Some(table) = context.work.before.table(&name) else { continue };
        let extra = table.extra.postgres();
        let parents = extra.inherits.into_iter().chain(extra.partition_of.map(|it| it.parent));
        let next = table.foreign_keys.values().map(|key| key.references.clone()).chain(parents);
        open.extend(next.filter(|it| seen.insert(it.clone())));
    }
    false
}

/// The name of a type that waits to be dropped.
fn aside(name: &Qualified) -> Qualified {
    let hash = trueup_state::Fingerprint::of_bytes(name.to_string().as_bytes()).to_string();
    let hex: String = hash.chars().filter(char::is_ascii_hexdigit).take(8).collect();
    Qualified { namespace: name.namespace.clone(), name: ["trueup_old_", &hex].concat().into() }
}

fn keyword(object: Object<'_>) -> &'static str {
    match object {
        Object::Postgres(PostgresObject::Domain(_)) => "DOMAIN",
        _ => "TYPE",
    }
}

/// A type is called otherwise until no column needs it.
pub(super) fn set_aside(name: &Qualified, object: Object<'_>) -> Statement {
    let keywords = ["ALTER ", keyword(object)].concat();
    Statement {
        summary: Some(["set ", &name.to_string(), " aside"].concat()),
        ..Statement::of(sql(&keywords).name(name).raw("RENAME TO").ident(&aside(name).name).finish())
    }
}

/// And dropped then.
pub(super) fn drop_aside(name: &Qualified, object: Object<'_>) -> Statement {
    let keywords = ["DROP ", keyword(object)].concat();
    Statement {
        summary: Some(["drop the old form of ", &name.to_string()].concat()),
        ..Statement::of(sql(&keywords).name(&aside(name)).finish())
    }
}

/// The values of an enum that go.
pub(super) fn removed_labels(context: &Context<'_>, ty: &Address) -> Option<Vec<String>> {
    let labels = |object: Option<Object<'_>>| match object {
        Some(Object::Postgres(PostgresObject::Enum(it))) => Some(it.labels.clone()),
        _ => None,
    };
    let (before, after) = (labels(context.work.before.object(ty))?, labels(context.work.after.object(ty))?);
    Some(before.into_iter().filter(|it| !after.contains(it)).collect())
}

/// The fact that not every value fits into a type's new form.
pub(super) fn refuses(to: &SqlText) -> Fact {
    Fact::RefusesValues { to: to.canonical().to_owned() }
}
