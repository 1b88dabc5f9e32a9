//! The temp-object oracle: asking the server how it would write down what is declared, and leaving nothing behind.
//!
//! Everything that is asked about is made as a temporary object under its own name, read back under an empty search path
//! and undone again. A temporary table never hides the real one: `pg_temp` stands last in the search path.

mod answer;
mod question;
mod replace;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgTransaction};
use trueup_contract::{DatabaseError, Inspection, Settled};
use trueup_state::{Address, Definition, Object, ObjectKind, PostgresObject, Qualified, Schema, SqlText};

use crate::connect::failed;
use question::{Family, Question};

/// How the server would write down these declared objects.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    declared: &Schema,
    inspection: &Inspection,
    differing: &[Address],
) -> Result<Settled, DatabaseError> {
    let changes = Changes::between(declared, &inspection.schema);
    let families = question::families(declared, inspection, differing, &changes);
    let mut settled = Settled { replaceable: replace::routines(declared, inspection, differing), ..Settled::default() };
    if families.is_empty() {
        return Ok(settled);
    }
    let reason: Option<String> =
        sqlx::query_scalar(include_str!("oracle/able.sql")).fetch_one(&mut *connection).await.map_err(failed)?;
    if reason.is_some() {
        settled.skipped = reason;
        return Ok(settled);
    }
    let mut transaction = connection.begin().await.map_err(failed)?;
    let asked = ask(&mut transaction, &families, &paths(inspection)).await;
    transaction.rollback().await.map_err(failed)?;
    let (answers, temporary) = asked.map_err(failed)?;
    for question in families.into_iter().flat_map(|it| it.questions) {
        take(&mut settled, question, &answers, &temporary, &changes);
    }
    forget_dependents(&mut settled, &inspection.schema);
    Ok(settled)
}

/// Answers by the number of the question.
type Answers = HashMap<u64, Vec<Option<String>>>;

/// Where unqualified names lead: to `public`, as everywhere; what is not there may be an extension's.
fn paths(inspection: &Inspection) -> Vec<String> {
    let quoted = |name: &trueup_state::Ident| crate::render::sql("").ident(name).finish();
    let mut all = vec!["\"public\"".to_owned()];
    let extensions = inspection.schema.others.values().filter_map(|it| match it {
        Definition::Postgres(it) => match &**it {
            PostgresObject::Extension(it) => it.schema.as_ref(),
            _ => None,
        },
        _ => None,
    });
    for namespace in extensions.chain(inspection.schema.namespaces.keys()).filter(|it| !it.is_empty()) {
        let name = quoted(namespace);
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let first = "\"public\", pg_temp".to_owned();
    all.push("pg_temp".to_owned());
    if all.len() == 2 { vec![first] } else { vec![first, all.join(", ")] }
}

async fn ask(
    transaction: &mut PgTransaction<'_>,
    families: &[Family],
    paths: &[String],
) -> Result<(Answers, String), sqlx::Error> {
    let connection: &mut PgConnection = transaction;
    let families: Vec<Value> = families.iter().map(Family::to_json).collect();
    let questions = json!({ "paths": paths, "families": families }).to_string();
    // Nobody shall wait for a question, and a question for nobody.
    sqlx::raw_sql(include_str!("oracle/limits.sql")).execute(&mut *connection).await?;
    let set = "SELECT set_config('trueup.questions', $1, true)";
    sqlx::query(set).bind(questions).execute(&mut *connection).await?;
    sqlx::raw_sql(include_str!("oracle/ask.sql")).execute(&mut *connection).await?;
    let (answers, temporary): (String, String) =
        sqlx::query_as(include_str!("oracle/answers.sql")).fetch_one(&mut *connection).await?;
    let answers: Vec<(u64, Option<Vec<Option<String>>>)> = serde_json::from_str(&answers).unwrap_or_default();
    Ok((answers.into_iter().map(|(number, texts)| (number, texts.unwrap_or_default())).collect(), temporary))
}

fn take(settled: &mut Settled, question: Question, answers: &Answers, temporary: &str, changes: &Changes) {
    let Question { number, address, definition, .. } = question;
    let real = question::home(&address).map(|it| it.namespace.clone()).unwrap_or_default();
    let back = |text: &String| answer::home(text, temporary, &real);
    let texts: Option<Vec<Option<String>>> =
        answers.get(&number).map(|texts| texts.iter().map(|it| it.as_ref().map(back)).collect());
    let form = texts.and_then(|texts| {
        let columns = replace::is_prefix(&texts);
        Some((answer::form(&address, definition.clone(), texts)?, columns))
    });
    match form {
        Some((form, can_replace)) => {
            if can_replace && matches!(address, Address::View(_)) {
                settled.replaceable.insert(address.clone());
            }
            settled.forms.push((address, form));
        }
        None if question::texts(&definition.as_object()).iter().any(|it| changes.are_mentioned(it)) => (),
        None => drop(settled.unproven.insert(address)),
    }
}

/// A view over one that changes may become another one, too: `SELECT *` shows what is there when it is made.
fn forget_dependents(settled: &mut Settled, observed: &Schema) {
    let mut changed: BTreeSet<Qualified> = BTreeSet::new();
    loop {
        let before = settled.forms.len();
        for (address, form) in &settled.forms {
            if let Some(name) = view(address)
                && observed.object(address).is_some_and(|it| it != form.as_object())
            {
                changed.insert(name.clone());
            }
        }
        changed.extend(settled.unproven.iter().filter_map(view).cloned());
        let depends = |(address, form): &(Address, Definition)| {
            let own = view(address);
            changed.iter().any(|it| {
                Some(it) != own && question::texts(&form.as_object()).iter().any(|text| text.mentions(it.name.text()))
            }) && own.is_some_and(|own| !changed.contains(own))
        };
        let gone: BTreeSet<Address> = settled.forms.iter().filter(|it| depends(it)).map(|it| it.0.clone()).collect();
        changed.extend(gone.iter().filter_map(view).cloned());
        settled.forms.retain(|(address, _)| !gone.contains(address));
        if settled.forms.len() == before {
            break;
        }
    }
}

fn view(address: &Address) -> Option<&Qualified> {
    match address {
        Address::View(name) | Address::Object(ObjectKind::MaterializedView, name) => Some(name),
        _ => None,
    }
}

/// What the plan will change: a text that refers to it is no question.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Objects that are declared and not there, by name.
    absent: BTreeSet<trueup_state::Ident>,
    /// Tables whose columns or types are others than those that are there, and types.
    altered: BTreeSet<trueup_state::Ident>,
}

impl Changes {
    fn between(declared: &Schema, observed: &Schema) -> Changes {
        let mut changes = Changes::default();
        for (address, object) in declared.objects() {
            let stands_alone = address.owner().is_none() || matches!(address, Address::Column(..));
            if !stands_alone {
                continue;
            }
            match (observed.object(&address), object) {
                (None, _) => changes.absent.extend(address.name().cloned()),
                (Some(there), Object::Postgres(it)) if is_type(it) && there != object => {
                    changes.altered.extend(address.name().cloned());
                }
                _ => (),
            }
        }
        for (name, table) in declared.tables() {
            let Some(there) = observed.table(&name) else { continue };
            let same = table.columns.len() == there.columns.len()
                && table.columns.iter().all(|(own, it)| there.columns.get(own).is_some_and(|there| there.ty == it.ty));
            if !same {
                changes.altered.insert(name.name);
            }
        }
        changes
    }

    /// Whether a text refers to any of it.
    fn are_mentioned(&self, text: &SqlText) -> bool {
        if self.absent.is_empty() && self.altered.is_empty() {
            return false;
        }
        self.absent.iter().chain(&self.altered).any(|it| mentions(text, it))
    }

    /// Whether a query refers to what will have other columns.
    fn alter(&self, text: &SqlText) -> bool {
        self.altered.iter().any(|it| mentions(text, it))
    }
}

/// Whether a text has the name, be it in a literal: `nextval('public.s'::regclass)`.
fn mentions(text: &SqlText, name: &trueup_state::Ident) -> bool {
    let is_named = text.canonical().contains("::regclass") && text.canonical().contains(name.text());
    is_named || text.mentions(name.text())
}

fn is_type(object: &PostgresObject) -> bool {
    matches!(object, PostgresObject::Enum(_) | PostgresObject::Composite(_) | PostgresObject::Domain(_))
}
