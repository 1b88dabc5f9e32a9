//! The catalogue's rewrite rules.

use sqlx::{Row, postgres::PgRow};
use trueup_contract::{DatabaseError, Unmodelled};
use trueup_state::{Address, Definition, Ident, PartKind, PostgresObject, Rule};

use super::{Catalogue, answers::Answers, catalogue::class, triggers::enabled};
use crate::{canonical, connect::failed};

/// Read them. A rule on what is not ours to manage is not ours either.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/rules.sql")).await? {
        let relation: i64 = row.try_get("relation").map_err(failed)?;
        let relation = u32::try_from(relation).unwrap_or_default();
        let Some(owner) = catalogue.relations.get(&relation).cloned() else { continue };
        let name: String = row.try_get("name").map_err(failed)?;
        let address = Address::Part(PartKind::Rule, owner, Ident::from(name.as_str()));
        let Some(rule) = rule(&row).map_err(failed)? else {
            let reason = "its definition does not start as rules do".to_owned();
            catalogue.unmodelled.push(Unmodelled { kind: "rule".to_owned(), name, reason });
            continue;
        };
        let oid: i64 = row.try_get("oid").map_err(failed)?;
        catalogue.is(class::REWRITE, u32::try_from(oid).unwrap_or_default(), 0, address.clone());
        let object = PostgresObject::Rule(rule);
        catalogue.schema.others.insert(address, Definition::Postgres(Box::new(object)));
    }
    Ok(())
}

fn rule(row: &PgRow) -> Result<Option<Rule>, sqlx::Error> {
    let definition: String = row.try_get("definition")?;
    let quoted: String = row.try_get("quoted")?;
    let rest = definition.strip_prefix("CREATE RULE ").and_then(|it| it.strip_prefix(&quoted));
    let Some(rest) = rest.and_then(|it| it.strip_prefix(" AS")) else { return Ok(None) };
    let definition = canonical::plain(rest.trim());
    Ok(Some(Rule { definition, enabled: enabled(&row.try_get::<String, _>("enabled")?) }))
}
