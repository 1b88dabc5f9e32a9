//! The catalogue's row-level security policies.

use sqlx::{Row, postgres::PgRow};
use trueup_contract::DatabaseError;
use trueup_state::{Address, Definition, Ident, PartKind, Policy, PostgresObject};

use super::{
    Catalogue,
    answers::{Answers, texts},
    catalogue::class,
};
use crate::{canonical, connect::failed};

/// Read them. A policy on what is not ours to manage is not ours either.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/policies.sql")).await? {
        let relation: i64 = row.try_get("relation").map_err(failed)?;
        let relation = u32::try_from(relation).unwrap_or_default();
        let Some(owner) = catalogue.relations.get(&relation).cloned() else { continue };
        let name: String = row.try_get("name").map_err(failed)?;
        let address = Address::Part(PartKind::Policy, owner, Ident::from(name));
        let oid: i64 = row.try_get("oid").map_err(failed)?;
        catalogue.is(class::POLICY, u32::try_from(oid).unwrap_or_default(), 0, address.clone());
        let object = PostgresObject::Policy(policy(&row).map_err(failed)?);
        catalogue.schema.others.insert(address, Definition::Postgres(Box::new(object)));
    }
    Ok(())
}

fn policy(row: &PgRow) -> Result<Policy, sqlx::Error> {
    let command = match row.try_get::<String, _>("command")?.as_str() {
        "r" => "select",
        "a" => "insert",
        "w" => "update",
        "d" => "delete",
        _ => "all",
    };
    let mut roles: Vec<Ident> = texts(row, "roles")?.into_iter().map(Ident::from).collect();
    roles.sort();
    // A role may be listed twice.
    roles.dedup();
    let text = |column: &str| row.try_get::<Option<String>, _>(column).map(|it| it.map(|it| canonical::plain(&it)));
    Ok(Policy {
        permissive: row.try_get("permissive")?,
        command: command.to_owned(),
        roles,
        using: text("using_text")?,
        check: text("check_text")?,
    })
}
