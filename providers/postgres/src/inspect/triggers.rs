//! The catalogue's triggers.

use sqlx::{Row, postgres::PgRow};
use trueup_contract::{DatabaseError, Unmodelled};
use trueup_state::{Address, Definition, Enabled, Ident, PostgresTrigger, Trigger};

use super::{Catalogue, answers::Answers, catalogue::class};
use crate::{canonical, connect::failed};

/// Read them. A trigger on what is not ours to manage is not ours either.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/triggers.sql")).await? {
        let relation: i64 = row.try_get("relation").map_err(failed)?;
        let Some(owner) = catalogue.relations.get(&number(relation)).cloned() else { continue };
        let name: String = row.try_get("name").map_err(failed)?;
        let address = Address::Trigger(owner, Ident::from(name.as_str()));
        let Some(trigger) = trigger(&row).map_err(failed)? else {
            let reason = "its definition does not start as triggers do".to_owned();
            catalogue.unmodelled.push(Unmodelled { kind: "trigger".to_owned(), name, reason });
            continue;
        };
        let oid: i64 = row.try_get("oid").map_err(failed)?;
        catalogue.is(class::TRIGGER, number(oid), 0, address.clone());
        let constraint: i64 = row.try_get("constraint_row").map_err(failed)?;
        if constraint != 0 {
            catalogue.is(class::CONSTRAINT, number(constraint), 0, address.clone());
        }
        catalogue.schema.put(&address, Definition::Trigger(trigger));
    }
    Ok(())
}

fn trigger(row: &PgRow) -> Result<Option<Trigger>, sqlx::Error> {
    let definition: String = row.try_get("definition")?;
    let quoted: String = row.try_get("quoted")?;
    let (constraint, rest) = match definition.strip_prefix("CREATE CONSTRAINT TRIGGER ") {
        Some(rest) => (true, Some(rest)),
        None => (false, definition.strip_prefix("CREATE TRIGGER ")),
    };
    let Some(rest) = rest.and_then(|it| it.strip_prefix(&quoted)) else { return Ok(None) };
    let enabled = enabled(&row.try_get::<String, _>("enabled")?);
    Ok(Some(Trigger {
        definition: canonical::plain(rest.trim()),
        extra: PostgresTrigger { enabled, constraint }.into(),
    }))
}

/// `pg_trigger.tgenabled`, `pg_rewrite.ev_enabled`.
pub(super) fn enabled(letter: &str) -> Enabled {
    match letter {
        "A" => Enabled::Always,
        "R" => Enabled::Replica,
        "D" => Enabled::Disabled,
        _ => Enabled::Origin,
    }
}

fn number(oid: i64) -> u32 {
    u32::try_from(oid).unwrap_or_default()
}
