//! The oracle: asking the server how it would write down what is declared, and leaving nothing behind.
//!
//! Columns, checks and functional indexes of a table are made in a temporary table, which only this session sees; views are
//! made for a moment under names of ours and read back. What lives in a body is compared as it is.

mod changes;
mod table;
mod view;

use std::collections::BTreeSet;

use sqlx::MySqlConnection;
use trueup_contract::{DatabaseError, Inspection, Settled};
use trueup_state::{Address, Object, Schema, SqlText, Term};

use crate::{
    connect::{failed, rows, value},
    database::privileges::Privileges,
    facts::Facts,
    version::Version,
};
use changes::Changes;

/// What everything that is asked depends on.
struct Asking<'a> {
    declared: &'a Schema,
    observed: &'a Schema,
    facts: Facts,
    /// The connected database's name, which the server writes before some names.
    database: String,
    version: Version,
    changes: Changes,
}

/// How the server would write down these declared objects.
pub(crate) async fn settle(
    connection: &mut MySqlConnection,
    version: Version,
    declared: &Schema,
    inspection: &Inspection,
    differing: &[Address],
) -> Result<Settled, DatabaseError> {
    let observed = &inspection.schema;
    let on_both = |it: &&Address| declared.object(it).is_some() && observed.object(it).is_some();
    let both: Vec<&Address> = differing.iter().filter(on_both).collect();
    let is_view = |it: &&&Address| matches!(it, Address::View(_));
    let replaceable: BTreeSet<Address> = both.iter().filter(is_view).map(|it| (*it).clone()).collect();
    let mut settled = Settled { replaceable, ..Settled::default() };
    let asking = Asking {
        declared,
        observed,
        facts: Facts::of(&inspection.cluster),
        database: value(&rows(connection, "SELECT DATABASE()").await.map_err(failed)?).unwrap_or_default(),
        version,
        changes: Changes::between(declared, observed),
    };
    let families = table::families(&asking, &both);
    let views = view::questions(&asking, &both);
    if families.is_empty() && views.is_empty() {
        return Ok(settled);
    }
    let privileges = Privileges::of(connection, version).await.map_err(failed)?;
    if !families.is_empty() {
        table::ask(connection, &asking, &privileges, families, &mut settled).await?;
    }
    if !views.is_empty() {
        view::ask(connection, &asking, &privileges, views, &mut settled).await?;
        view::forget_dependents(&asking, &both, &mut settled);
    }
    Ok(settled)
}

/// The texts of an object that the server writes in its own way.
fn texts<'a>(object: &Object<'a>) -> Vec<&'a SqlText> {
    match object {
        Object::Column(it) => it.default.iter().chain(it.generated.iter().map(|it| &it.expression)).collect(),
        Object::Check(it) => vec![&it.expression],
        Object::Index(it) => {
            let expression = |term: &'a Term| match term {
                Term::Expression(text) => Some(text),
                Term::Column(_) => None,
            };
            it.parts.iter().filter_map(|part| expression(&part.term)).collect()
        }
        Object::View(it) => vec![&it.definition],
        _ => Vec::new(),
    }
}

/// The server's form of a text with what was written kept.
fn answered(declared: &SqlText, answer: &SqlText) -> SqlText {
    SqlText::new(answer.canonical(), declared.written())
}
