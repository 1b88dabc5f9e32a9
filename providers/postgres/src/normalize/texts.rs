//! The expressions and queries of an object, in a fixed order.

use trueup_state::{Definition, PostgresObject, RoutineBody, SqlText, TableExtra, Term};

/// All of them; a text that is absent has no place in the list.
pub(super) fn of(definition: &mut Definition) -> Vec<&mut SqlText> {
    match definition {
        Definition::Namespace
        | Definition::PrimaryKey(_)
        | Definition::Unique(_)
        | Definition::ForeignKey(_)
        | Definition::VirtualTable(_)
        | Definition::MySql(_) => Vec::new(),
        Definition::Table(TableExtra::Postgres(it)) => {
            let bound = it.partition_of.iter_mut().map(|it| &mut it.bound);
            let defaults = it.overrides.values_mut().filter_map(|it| it.default.as_mut());
            it.partition_by.iter_mut().chain(bound).chain(defaults).collect()
        }
        Definition::Table(_) => Vec::new(),
        Definition::Column(it) => {
            it.default.iter_mut().chain(it.generated.iter_mut().map(|it| &mut it.expression)).collect()
        }
        Definition::Check(it) => vec![&mut it.expression],
        Definition::Index(it) => {
            let parts = it.parts.iter_mut().filter_map(|it| match &mut it.term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            });
            parts.chain(&mut it.predicate).collect()
        }
        Definition::Trigger(it) => vec![&mut it.definition],
        Definition::View(it) => vec![&mut it.definition],
        Definition::Postgres(it) => postgres(it),
    }
}

fn postgres(object: &mut PostgresObject) -> Vec<&mut SqlText> {
    match object {
        PostgresObject::Extension(_)
        | PostgresObject::Sequence(_)
        | PostgresObject::Enum(_)
        | PostgresObject::Composite(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_) => Vec::new(),
        PostgresObject::Domain(it) => {
            it.default.iter_mut().chain(it.checks.values_mut().map(|it| &mut it.expression)).collect()
        }
        PostgresObject::MaterializedView(it) => vec![&mut it.definition],
        PostgresObject::Routine(it) => {
            let body = match &mut it.body {
                RoutineBody::Sql(text) => Some(text),
                RoutineBody::Text(_) | RoutineBody::Library { .. } => None,
            };
            body.into_iter().chain(it.arguments.iter_mut().filter_map(|it| it.default.as_mut())).collect()
        }
        PostgresObject::Exclude(it) => vec![&mut it.definition],
        PostgresObject::Policy(it) => it.using.iter_mut().chain(&mut it.check).collect(),
        PostgresObject::Rule(it) => vec![&mut it.definition],
        PostgresObject::Defined(it) => vec![&mut it.definition],
    }
}
