//! From what the server wrote back to a declared object in the server's form.

use trueup_state::{Address, Definition, Ident, PostgresObject, PostgresTable, RoutineBody, SqlText, TableExtra, Term};

use crate::canonical::{plain, quoted};

/// A text with the namespace of temporary objects replaced by the one that is meant. It goes by its own name, and in
/// definitions of triggers by the name that it has for everybody.
pub(super) fn home(text: &str, temporary: &str, namespace: &Ident) -> String {
    if temporary.is_empty() || namespace.is_empty() {
        return text.to_owned();
    }
    let meant = [&quoted(namespace.text()), "."].concat();
    text.replace(&[temporary, "."].concat(), &meant).replace("pg_temp.", &meant)
}

/// The canonical form that was answered, with what was written kept.
fn set(text: &mut SqlText, answer: Option<String>) -> Option<()> {
    *text = SqlText::new(plain(&answer?).canonical(), text.written());
    Some(())
}

/// The same for a text that the server may have dropped: a default of NULL is none.
fn set_or_drop(text: &mut Option<SqlText>, answer: Option<String>) {
    if let Some(it) = text
        && set(it, answer).is_none()
    {
        *text = None;
    }
}

/// The declared object with the texts that the server would have written; `None`: the answers do not fit.
pub(super) fn form(address: &Address, mut definition: Definition, answers: Vec<Option<String>>) -> Option<Definition> {
    let mut answers = answers.into_iter();
    match &mut definition {
        Definition::Column(it) => match &mut it.generated {
            Some(generated) => set(&mut generated.expression, answers.next()?)?,
            None => set_or_drop(&mut it.default, answers.next()?),
        },
        Definition::Check(it) => set(&mut it.expression, answers.next()?)?,
        Definition::Index(it) => {
            let predicate = answers.next()?;
            if let Some(text) = &mut it.predicate {
                set(text, predicate)?;
            }
            for part in &mut it.parts {
                let answer = answers.next()?;
                if let Term::Expression(text) = &mut part.term {
                    set(text, answer)?;
                }
            }
        }
        Definition::View(it) => set(&mut it.definition, answers.next()?)?,
        Definition::Trigger(it) => {
            let whole = answers.next()??;
            let rest =
                whole.strip_prefix("CREATE TRIGGER ").or_else(|| whole.strip_prefix("CREATE CONSTRAINT TRIGGER "))?;
            let rest = rest.strip_prefix(&quoted(address.name()?.text()))?;
            set(&mut it.definition, Some(rest.to_owned()))?;
        }
        Definition::Table(extra) => *extra = table(extra, answers)?,
        Definition::Postgres(it) => postgres(address, it, answers)?,
        Definition::Namespace
        | Definition::PrimaryKey(_)
        | Definition::Unique(_)
        | Definition::ForeignKey(_)
        | Definition::VirtualTable(_)
        | Definition::MySql(_) => return None,
    }
    Some(definition)
}

fn table(extra: &TableExtra, mut answers: impl Iterator<Item = Option<String>>) -> Option<TableExtra> {
    let mut table: PostgresTable = extra.postgres();
    if let Some(text) = &mut table.partition_by {
        set(text, answers.next()?)?;
    }
    if let Some(partition) = &mut table.partition_of {
        set(&mut partition.bound, answers.next()?)?;
    }
    for column in table.overrides.values_mut().filter(|it| it.default.is_some()) {
        set_or_drop(&mut column.default, answers.next()?);
    }
    Some(table.into())
}

fn postgres(
    address: &Address,
    object: &mut PostgresObject,
    mut answers: impl Iterator<Item = Option<String>>,
) -> Option<()> {
    match object {
        PostgresObject::Domain(it) => {
            set_or_drop(&mut it.default, answers.next()?);
            for check in it.checks.values_mut() {
                set(&mut check.expression, answers.next()?)?;
            }
        }
        PostgresObject::MaterializedView(it) => set(&mut it.definition, answers.next()?)?,
        PostgresObject::Routine(it) => {
            let body = answers.next()?;
            if let RoutineBody::Sql(text) = &mut it.body {
                set(text, body)?;
            }
            for argument in &mut it.arguments {
                let answer = answers.next()?;
                if let Some(text) = &mut argument.default {
                    set(text, answer)?;
                }
            }
        }
        PostgresObject::Exclude(it) => {
            let whole = answers.next()??;
            let rest = whole.strip_prefix("EXCLUDE ")?;
            let rest = rest.split(" DEFERRABLE").next()?;
            set(&mut it.definition, Some(rest.to_owned()))?;
        }
        PostgresObject::Policy(it) => {
            for text in [&mut it.using, &mut it.check] {
                let answer = answers.next()?;
                if let Some(text) = text {
                    set(text, answer)?;
                }
            }
        }
        PostgresObject::Rule(it) => {
            let whole = answers.next()??;
            let rest = whole.strip_prefix("CREATE RULE ")?.strip_prefix(&quoted(address.name()?.text()))?;
            set(&mut it.definition, Some(rest.strip_prefix(" AS")?.to_owned()))?;
        }
        PostgresObject::Extension(_)
        | PostgresObject::Sequence(_)
        | PostgresObject::Enum(_)
        | PostgresObject::Composite(_)
        | PostgresObject::Grant(_)
        | PostgresObject::Comment(_)
        | PostgresObject::Owner(_)
        | PostgresObject::Defined(_) => return None,
    }
    Some(())
}
