//! The texts inside objects: to look for names in them, and to leave them out where they are not known yet.

use super::{MySqlObject, MySqlTrigger, MySqlView, Object, PostgresObject, Query, RoutineBody};
use crate::{ColumnExtra, Definition, Fingerprint, SqlText, TableExtra, Term, Trigger, TriggerExtra, ViewExtra};

impl PostgresObject {
    /// Every piece of SQL in it.
    pub fn texts(&self) -> Vec<&SqlText> {
        match self {
            PostgresObject::Extension(_)
            | PostgresObject::Sequence(_)
            | PostgresObject::Enum(_)
            | PostgresObject::Grant(_)
            | PostgresObject::Comment(_)
            | PostgresObject::Owner(_) => Vec::new(),
            PostgresObject::Domain(it) => {
                let checks = it.checks.values().map(|check| &check.expression);
                [&it.ty].into_iter().chain(&it.default).chain(checks).collect()
            }
            PostgresObject::Composite(it) => it.attributes.iter().map(|attribute| &attribute.ty).collect(),
            PostgresObject::MaterializedView(it) => vec![&it.definition],
            PostgresObject::Routine(it) => {
                let body = match &it.body {
                    RoutineBody::Sql(text) => Some(text),
                    RoutineBody::Text(_) | RoutineBody::Library { .. } => None,
                };
                let arguments =
                    it.arguments.iter().flat_map(|argument| [Some(&argument.ty), argument.default.as_ref()]);
                arguments.flatten().chain(&it.returns).chain(body).chain(&it.transforms).collect()
            }
            PostgresObject::Exclude(it) => vec![&it.definition],
            PostgresObject::Policy(it) => it.using.iter().chain(&it.check).collect(),
            PostgresObject::Rule(it) => vec![&it.definition],
            PostgresObject::Defined(it) => vec![&it.definition],
        }
    }
}

/// A text that stands for any.
fn blank(text: &mut SqlText) {
    *text = SqlText::new("", "");
}

impl Definition {
    /// The same with every expression and query left out: what is known of an object before a database that writes
    /// texts in its own way has seen it. Types and names stay.
    pub fn without_expressions(mut self) -> Definition {
        match &mut self {
            Definition::Namespace | Definition::PrimaryKey(_) | Definition::Unique(_) | Definition::ForeignKey(_) => (),
            Definition::VirtualTable(_) => (),
            Definition::Table(extra) => blank_table(extra),
            Definition::Column(it) => {
                it.default.iter_mut().for_each(blank);
                it.generated.iter_mut().for_each(|generated| blank(&mut generated.expression));
                if let ColumnExtra::MySql(it) = &mut it.extra {
                    it.check.iter_mut().for_each(blank);
                }
            }
            Definition::Check(it) => blank(&mut it.expression),
            Definition::Index(it) => {
                it.predicate.iter_mut().for_each(blank);
                for part in &mut it.parts {
                    if let Term::Expression(text) = &mut part.term {
                        blank(text);
                    }
                }
            }
            Definition::Trigger(it) => blank_trigger(it),
            Definition::View(it) => blank_view(it),
            Definition::Postgres(it) => blank_postgres(it),
            Definition::MySql(it) => blank_mysql(it),
        }
        self
    }
}

fn blank_table(extra: &mut TableExtra) {
    match extra {
        TableExtra::None | TableExtra::Sqlite(_) => (),
        TableExtra::Postgres(table) => {
            table.partition_by.iter_mut().for_each(blank);
            table.partition_of.iter_mut().for_each(|it| blank(&mut it.bound));
            table.overrides.values_mut().filter_map(|it| it.default.as_mut()).for_each(blank);
        }
        TableExtra::MySql(table) => {
            if let Some(partitions) = &mut table.partitions {
                let terms = [Some(&mut partitions.by), partitions.subpartition_by.as_mut()];
                terms.into_iter().flatten().for_each(|it| blank(&mut it.terms));
                partitions.list.iter_mut().filter_map(|it| it.values.as_mut()).for_each(blank);
            }
        }
    }
}

/// Whose it is and under which mode it was made, where no declaration says so, is the session's that makes it.
fn blank_trigger(trigger: &mut Trigger) {
    blank(&mut trigger.definition);
    if let TriggerExtra::MySql(it) = &trigger.extra {
        trigger.extra = MySqlTrigger { definer: None, sql_mode: None, ..(**it).clone() }.into();
    }
}

fn blank_view(view: &mut Query) {
    blank(&mut view.definition);
    if let ViewExtra::MySql(it) = &view.extra {
        view.extra = MySqlView { definer: None, ..(**it).clone() }.into();
    }
}

/// Bodies stay: they are kept as they were declared.
fn blank_mysql(object: &mut MySqlObject) {
    match object {
        MySqlObject::Routine(it) => {
            it.returns.iter_mut().for_each(blank);
            (it.definer, it.sql_mode) = (None, None);
        }
        MySqlObject::Event(it) => {
            blank(&mut it.schedule);
            (it.definer, it.sql_mode) = (None, None);
        }
        MySqlObject::Sequence(_) | MySqlObject::Database(_) => (),
    }
}

fn blank_postgres(object: &mut PostgresObject) {
    match object {
        PostgresObject::Extension(_)
        | PostgresObject::Sequence(_)
        | PostgresObject::Enum(_)
        | PostgresObject::Composite(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_) => (),
        PostgresObject::Domain(it) => {
            it.default.iter_mut().for_each(blank);
            it.checks.values_mut().for_each(|check| blank(&mut check.expression));
        }
        PostgresObject::MaterializedView(it) => blank(&mut it.definition),
        PostgresObject::Routine(it) => {
            it.arguments.iter_mut().filter_map(|argument| argument.default.as_mut()).for_each(blank);
            if let RoutineBody::Sql(text) = &mut it.body {
                blank(text);
            }
        }
        PostgresObject::Exclude(it) => blank(&mut it.definition),
        PostgresObject::Policy(it) => it.using.iter_mut().chain(&mut it.check).for_each(blank),
        PostgresObject::Rule(it) => blank(&mut it.definition),
        PostgresObject::Defined(it) => blank(&mut it.definition),
    }
}

impl Fingerprint {
    /// The hash of an object with its expressions left out.
    pub fn of_outline(object: Object<'_>) -> Fingerprint {
        Fingerprint::of_object(object.to_definition().without_expressions().as_object())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_a_view_is_not_promised() {
        let view = |definer: Option<&str>, invoker: bool| {
            let extra = MySqlView { definer: definer.map(str::to_owned), invoker, ..MySqlView::default() };
            let definition = SqlText::new("as select 1", "AS SELECT 1");
            Definition::View(Query { definition, extra: extra.into() }).without_expressions()
        };
        assert_eq!(view(Some("root@localhost"), false), view(None, false));
        assert_ne!(view(None, true), view(None, false));
    }
}
