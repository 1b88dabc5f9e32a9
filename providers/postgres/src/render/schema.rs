//! A whole schema as a script that creates it.

use std::collections::{BTreeMap, BTreeSet};

use trueup_contract::{Action, Cluster, Declaration, Depends, Step, Work};
use trueup_state::{
    Address, Change, Ident, Object, ObjectKind, Pair, PostgresObject, Qualified, RoutineBody, Schema, SqlText, Term,
    diff,
};

use crate::{
    render::{attachments, sql},
    steps,
};

/// The steps from nothing to the schema, in an order that works.
pub(crate) fn schema(schema: &Schema) -> Vec<Declaration> {
    let nothing = Schema::default();
    let (needs_nothing, depends) = (Depends::new(), mentions(schema));
    let changes: Vec<Change> = diff(Pair { before: &nothing, after: schema });
    let work = Work {
        observed: &nothing,
        before: &nothing,
        after: schema,
        declared: schema,
        depends: Pair { before: &needs_nothing, after: &depends },
        replaceable: &BTreeSet::new(),
        cluster: &Cluster::default(),
        changes: &changes,
        version: "18",
        minimum_version: None,
    };
    let made = match steps::steps(&work) {
        Ok(made) => with_grant_on_public(made, schema),
        // What cannot be created is no less a part of the schema.
        Err(error) => {
            let sql = ["-- ", &error.to_string(), "\n"].concat();
            return vec![Declaration { address: Some(error.address), sql }];
        }
    };
    let declaration = |step: Step| {
        let sql = [step.action.sql().trim_end().trim_end_matches(';'), ";\n"].concat();
        Declaration { address: subject(&step).cloned(), sql }
    };
    ordered(made).into_iter().map(declaration).collect()
}

/// What a step makes.
fn subject(step: &Step) -> Option<&Address> {
    step.changes.first().or(step.provides.first())
}

/// Schema `public` is in every new database.
fn is_there_anyway(step: &Step) -> bool {
    step.provides == [Address::Namespace(Ident::from("public"))]
}

/// What initdb grants on schema `public` is not the same in every version (until 14, everybody may create there): where a
/// schema says anything about it, the script says all of it.
fn with_grant_on_public(mut steps: Vec<Step>, schema: &Schema) -> Vec<Step> {
    let (public, everybody) = (Address::Namespace(Ident::from("public")), Ident::from("public"));
    let address = Address::Grant(Box::new(public.clone()), everybody.clone());
    let Some(Object::Postgres(PostgresObject::Grant(grant))) = schema.object(&address) else { return steps };
    let (all, none) = (attachments::given(&public, &Ident::default(), 14), attachments::Privileges::new());
    let sets = [Pair { before: &all, after: &none }, Pair { before: &none, after: &grant.privileges }];
    let transfers = sets.into_iter().filter_map(|it| attachments::on_object(&public, &everybody, it)).flatten();
    let script = steps::script(transfers.map(|it| it.sql));
    steps.retain(|it| !it.provides.contains(&address));
    steps.push(Step {
        summary: address.to_string(),
        action: Action::Sql(script),
        changes: vec![address.clone()],
        provides: vec![address],
        requires: vec![public],
        ..Step::default()
    });
    steps
}

/// Every step after those it needs; where steps wait for each other, the first goes first.
fn ordered(mut steps: Vec<Step>) -> Vec<Step> {
    for step in steps.iter_mut().filter(|step| is_there_anyway(step)) {
        step.action = Action::Sql(sql("CREATE SCHEMA IF NOT EXISTS").ident(&Ident::from("public")).finish());
    }
    steps.sort_by_key(|step| (rank(step), step.changes.first().cloned(), step.action.sql().to_owned()));
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    let mut waits = vec![0_usize; steps.len()];
    for (first, second) in steps::edges(&steps) {
        next[first].push(second);
        waits[second] += 1;
    }
    let mut left: BTreeSet<usize> = (0..steps.len()).collect();
    let mut free: BTreeSet<usize> = left.iter().copied().filter(|at| waits[*at] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(at) = free.pop_first().or_else(|| left.first().copied()) {
        left.remove(&at);
        order.push(at);
        for to in next[at].iter().filter(|it| left.contains(*it)) {
            waits[*to] -= 1;
            if waits[*to] == 0 {
                free.insert(*to);
            }
        }
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| steps[at].take()).collect()
}

/// Kinds in the order in which people write them.
fn rank(step: &Step) -> u8 {
    match subject(step) {
        Some(Address::Namespace(_)) => 0,
        Some(Address::Object(ObjectKind::Extension, _)) => 1,
        Some(Address::Object(kind, _)) if kind.is_type() => 2,
        Some(Address::Object(ObjectKind::Sequence, _)) => 3,
        Some(Address::Table(_)) => 4,
        Some(Address::Signed(..) | Address::Column(..)) => 5,
        Some(Address::PrimaryKey(_) | Address::Unique(..) | Address::Check(..) | Address::Index(..)) => 6,
        Some(Address::ForeignKey(..)) => 7,
        Some(Address::View(_) | Address::Object(..)) => 8,
        Some(Address::Trigger(..) | Address::Part(..)) => 9,
        Some(Address::Comment(_) | Address::Owner(_) | Address::Grant(..) | Address::DefaultPrivileges(..)) => 11,
        Some(Address::VirtualTable(_)) | None => 10,
    }
}

/// What each object's texts mention: by name, so there may be one too many.
fn mentions(schema: &Schema) -> Depends {
    let objects = schema.objects();
    let mut named: BTreeMap<String, Vec<(&Qualified, &Address)>> = BTreeMap::new();
    for (address, _) in &objects {
        if let Address::Table(name) | Address::View(name) | Address::Object(_, name) | Address::Signed(_, name, _) =
            address
        {
            named.entry(name.name.folded()).or_default().push((name, address));
        }
    }
    let mut depends = Depends::new();
    for (address, object) in &objects {
        let mut needed = BTreeSet::new();
        for text in texts(*object) {
            let words: BTreeSet<String> = text.words().map(str::to_ascii_lowercase).collect();
            for (_, found) in words.iter().filter_map(|word| named.get(word)).flatten() {
                // A trigger names its own table, a view's column may be called like the view.
                if *found != address && address.owner() != found.relation().filter(|_| address.owner().is_some()) {
                    needed.insert((*found).clone());
                }
            }
        }
        if !needed.is_empty() {
            depends.insert(address.clone(), needed);
        }
    }
    depends
}

/// The texts of an object that may mention others.
fn texts(object: Object<'_>) -> Vec<SqlText> {
    match object {
        Object::Namespace
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::ForeignKey(_)
        | Object::VirtualTable(_)
        | Object::MySql(_) => Vec::new(),
        Object::Table(extra) => {
            let extra = extra.postgres();
            let overrides = extra.overrides.into_values().filter_map(|it| it.default);
            extra.partition_by.into_iter().chain(overrides).collect()
        }
        Object::Column(it) => {
            let generated = it.generated.iter().map(|generated| &generated.expression);
            [&it.ty].into_iter().chain(&it.default).chain(generated).cloned().collect()
        }
        Object::Check(it) => vec![it.expression.clone()],
        Object::Index(it) => {
            let expressions = it.parts.iter().filter_map(|part| match &part.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
            expressions.chain(&it.predicate).cloned().collect()
        }
        Object::Trigger(it) => vec![it.definition.clone()],
        Object::View(it) => vec![it.definition.clone()],
        Object::Postgres(it) => {
            let body = match it {
                PostgresObject::Routine(routine) if routine.language.text() == "sql" => match &routine.body {
                    RoutineBody::Text(text) => Some(SqlText::new(text.as_str(), text.as_str())),
                    RoutineBody::Sql(_) | RoutineBody::Library { .. } => None,
                },
                _ => None,
            };
            it.texts().into_iter().cloned().chain(body).collect()
        }
    }
}
