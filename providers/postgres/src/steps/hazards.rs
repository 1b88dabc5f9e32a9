//! What may hurt about a step on a table that exists, besides what its rows say: locks, rewrites, and what others see.
//!
//! These are facts of PostgreSQL, found from the change alone; whether they matter is for a rule to say. Nothing is said
//! about a table that the plan creates: nobody uses it yet.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{Fact, Hazard, Question, Step, Work};
use trueup_state::{Address, Change, Column, Object, ObjectKind, PartKind, Policy, PostgresObject, Qualified, Routine};

use super::{frame::context::Context, online};
use crate::render;

/// Add to each step the facts about the changes that it carries out.
pub(super) fn add(context: &Context<'_>, steps: &mut [Step]) {
    let work = context.work;
    let created: BTreeSet<&Qualified> = work
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Create(Address::Table(name)) => Some(name),
            _ => None,
        })
        .collect();
    let dropped: BTreeSet<&Address> =
        work.changes.iter().filter(|change| matches!(change, Change::Drop(_))).map(Change::address).collect();
    let mut by_address: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
    for (at, change) in work.changes.iter().enumerate() {
        by_address.entry(change.address()).or_default().push(at);
    }
    let mut told = BTreeSet::new();
    for step in steps {
        let at: BTreeSet<usize> =
            step.changes.iter().filter_map(|address| by_address.get(address)).flatten().copied().collect();
        // A rename is carried out by one step, though others make the object anew.
        let at = at.into_iter().filter(|at| told.insert(*at) || !is_rename(&work.changes[*at]));
        let mut found = Vec::new();
        for change in at.filter_map(|at| work.changes.get(at)) {
            let owner = change.address().owner();
            let is_new = owner.is_some_and(|owner| created.contains(owner));
            let goes = owner.is_some_and(|owner| dropped.contains(&Address::Table(owner.clone())));
            if !is_new && !goes {
                found.extend(facts(work, change));
            }
        }
        found.retain(|(address, fact)| !online::spares(context, address, fact));
        let hazards = found.into_iter().map(|(address, fact)| {
            let question = if asks_size(&fact) { address.owner().map(size) } else { None };
            Hazard { address, fact, question }
        });
        step.hazards.extend(hazards.collect::<Vec<_>>());
    }
}

fn is_rename(change: &Change) -> bool {
    matches!(change, Change::Rename { from: _, to: _ })
}

/// The facts about one change.
fn facts(work: &Work<'_>, change: &Change) -> Vec<(Address, Fact)> {
    let address = change.address();
    let facts = match change {
        Change::Create(_) => work.after.object(address).map(|it| created(address, it)).unwrap_or_default(),
        Change::Drop(_) => work.before.object(address).map(|it| dropped(address, it)).unwrap_or_default(),
        Change::Alter(_) => match (work.before.object(address), work.after.object(address)) {
            (Some(before), Some(after)) => altered(address, before, after),
            (_, _) => Vec::new(),
        },
        Change::Rename { .. } => vec![Fact::RenamesInUse],
    };
    facts.into_iter().map(|fact| (address.clone(), fact)).collect()
}

fn created(address: &Address, object: Object<'_>) -> Vec<Fact> {
    match object {
        Object::Index(_) => vec![Fact::BuildsIndex],
        Object::Check(it) if !it.extra.postgres().not_valid => vec![Fact::ValidatesConstraint],
        Object::ForeignKey(it) if !it.extra.postgres().not_valid => vec![Fact::ValidatesConstraint],
        Object::PrimaryKey(_) | Object::Unique(_) => vec![Fact::BuildsKey],
        Object::Column(it) => added_column(it),
        Object::Postgres(it) => created_object(address, it),
        _ => Vec::new(),
    }
}

fn added_column(column: &Column) -> Vec<Fact> {
    let is_stored = column.generated.as_ref().is_some_and(|it| it.stored);
    let text = column.default.as_ref().map(|it| it.written().to_lowercase()).unwrap_or_default();
    // Functions whose value differs from row to row; what a function of the user's own does is not known.
    let volatile = ["random(", "uuid_generate", "gen_random", "clock_timestamp(", "timeofday("];
    if is_stored || column.extra.postgres().identity.is_some() || text.contains("nextval(") {
        vec![Fact::RewritesForStored]
    } else if volatile.iter().any(|it| text.contains(it)) {
        vec![Fact::RewritesForDefault]
    } else {
        Vec::new()
    }
}

fn created_object(address: &Address, object: &PostgresObject) -> Vec<Fact> {
    match object {
        PostgresObject::Exclude(_) => vec![Fact::BuildsExclusion],
        PostgresObject::Policy(it) => vec![policy(it, true)],
        PostgresObject::Grant(_) if !is_comment(address) => vec![Fact::ChangesPrivileges],
        PostgresObject::Routine(it) if is_open_definer(it) => vec![Fact::DefinerWithoutPath],
        _ => Vec::new(),
    }
}

fn is_comment(address: &Address) -> bool {
    matches!(address, Address::Comment(_))
}

/// A permissive policy lets more rows through, a restrictive one fewer; without it, the other way round.
fn policy(policy: &Policy, comes: bool) -> Fact {
    if policy.permissive == comes { Fact::WeakensRowSecurity } else { Fact::TightensRowSecurity }
}

fn is_open_definer(routine: &Routine) -> bool {
    routine.security_definer && !routine.settings.contains_key("search_path")
}

fn dropped(address: &Address, object: Object<'_>) -> Vec<Fact> {
    match object {
        Object::Index(_) => vec![Fact::DropsIndex],
        Object::PrimaryKey(_) | Object::Unique(_) | Object::Check(_) | Object::ForeignKey(_) => {
            vec![Fact::DropsConstraint]
        }
        Object::Postgres(PostgresObject::Exclude(_)) => vec![Fact::DropsConstraint],
        Object::Postgres(PostgresObject::Policy(it)) => vec![policy(it, false)],
        Object::Postgres(PostgresObject::Grant(_)) => vec![Fact::ChangesPrivileges],
        Object::Postgres(PostgresObject::Extension(_)) => vec![Fact::ChangesExtension],
        _ if matches!(address, Address::Part(PartKind::Policy, ..)) => vec![Fact::TightensRowSecurity],
        _ => Vec::new(),
    }
}

fn altered(address: &Address, before: Object<'_>, after: Object<'_>) -> Vec<Fact> {
    match (before, after) {
        (Object::Column(before), Object::Column(after)) => altered_column(before, after),
        (Object::Index(_), Object::Index(_)) => vec![Fact::BuildsIndex, Fact::DropsIndex],
        (Object::PrimaryKey(before), Object::PrimaryKey(after)) if before.parts != after.parts => vec![Fact::BuildsKey],
        (Object::Unique(before), Object::Unique(after)) if before.parts != after.parts => vec![Fact::BuildsKey],
        (Object::Check(_), Object::Check(_)) | (Object::ForeignKey(_), Object::ForeignKey(_)) => {
            vec![Fact::ValidatesConstraint]
        }
        (Object::Table(before), Object::Table(after)) => altered_table(&before.postgres(), &after.postgres()),
        (Object::Postgres(before), Object::Postgres(after)) => altered_object(address, before, after),
        (_, _) => Vec::new(),
    }
}

fn altered_column(before: &Column, after: &Column) -> Vec<Fact> {
    let mut facts = Vec::new();
    if before.ty != after.ty && !super::column::keeps_rows(&before.ty, &after.ty) {
        facts.push(Fact::RewritesForType);
    }
    match (before.nullable, after.nullable) {
        (true, false) => facts.push(Fact::ScansForNull),
        (false, true) => facts.push(Fact::AllowsNull),
        (true, true) | (false, false) => (),
    }
    facts
}

fn altered_table(before: &trueup_state::PostgresTable, after: &trueup_state::PostgresTable) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (was, is) in [(before.row_security, after.row_security), (before.force_row_security, after.force_row_security)]
    {
        match (was, is) {
            (true, false) => facts.push(Fact::WeakensRowSecurity),
            (false, true) => facts.push(Fact::TightensRowSecurity),
            (true, true) | (false, false) => (),
        }
    }
    let parent = |table: &trueup_state::PostgresTable| table.partition_of.as_ref().map(|it| it.parent.clone());
    if parent(before).is_some() && parent(before) != parent(after) {
        facts.push(Fact::DetachesPartition);
    }
    facts
}

fn altered_object(address: &Address, before: &PostgresObject, after: &PostgresObject) -> Vec<Fact> {
    match (before, after) {
        (PostgresObject::Policy(_), PostgresObject::Policy(_)) => vec![Fact::WeakensRowSecurity],
        (PostgresObject::Grant(_), _) => vec![Fact::ChangesPrivileges],
        (PostgresObject::Extension(_), _) => vec![Fact::ChangesExtension],
        (PostgresObject::Exclude(_), _) => vec![Fact::BuildsExclusion],
        (PostgresObject::Routine(_), PostgresObject::Routine(after)) if is_open_definer(after) => {
            vec![Fact::DefinerWithoutPath]
        }
        (_, _) if matches!(address, Address::Object(ObjectKind::Extension, _)) => vec![Fact::ChangesExtension],
        (_, _) => Vec::new(),
    }
}

/// Facts whose weight is the size of the table.
fn asks_size(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::BuildsIndex
            | Fact::DropsIndex
            | Fact::ValidatesConstraint
            | Fact::ScansForNull
            | Fact::BuildsKey
            | Fact::BuildsExclusion
            | Fact::RewritesForType
            | Fact::RewritesForDefault
            | Fact::RewritesForStored
    )
}

/// The question how large a table is; answered from the statistics, without a look at any row.
fn size(table: &Qualified) -> Question {
    let sql =
        render::sql("SELECT greatest(c.reltuples, 0)::bigint, NULL::text, pg_catalog.pg_total_relation_size(c.oid)")
            .raw("FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace")
            .raw("WHERE n.nspname =")
            .string(table.namespace.text())
            .raw("AND c.relname =")
            .string(table.name.text());
    Question { counts: ["rows of ", &table.to_string()].concat(), sql: sql.finish(), must_be_zero: false }
}
