//! The catalogue's privileges, default privileges and owners.

use std::collections::BTreeMap;

use sqlx::{Row, postgres::PgRow};
use trueup_contract::DatabaseError;
use trueup_state::{Address, DefaultScope, Grant, Ident, PostgresObject};

use super::{
    Catalogue,
    answers::{Answers, texts},
    catalogue::{RowId, class},
    extensions::put,
    types::oid,
};
use crate::connect::failed;

/// Read them.
pub(super) async fn read(answers: &mut Answers<'_>, catalogue: &mut Catalogue) -> Result<(), DatabaseError> {
    for row in answers.rows(include_str!("sql/owners.sql")).await? {
        if let Some(address) = catalogue.address(oid(&row, "class")?, oid(&row, "oid")?, 0).cloned() {
            let owner: String = row.try_get("owner").map_err(failed)?;
            catalogue.cluster.owners.insert(address, Ident::from(owner));
        }
    }
    for row in answers.rows(include_str!("sql/grants.sql")).await? {
        let part: i32 = row.try_get("part").map_err(failed)?;
        let Some(on) = subject(catalogue, oid(&row, "class")?, oid(&row, "oid")?, part) else { continue };
        let role = grantee(&row)?;
        put(catalogue, &Address::Grant(Box::new(on), role), privileges(&row)?);
    }
    for row in answers.rows(include_str!("sql/given.sql")).await? {
        let member = RowId { class: oid(&row, "class")?, oid: oid(&row, "oid")?, part: 0 };
        if let Some(on) = catalogue.members.get(&member) {
            let grant = Address::Grant(Box::new(on.clone()), grantee(&row)?);
            catalogue.cluster.given.insert(grant, of_row(&row)?);
        }
    }
    for row in answers.rows(include_str!("sql/default_grants.sql")).await? {
        let text = |column: &str| row.try_get::<String, _>(column).map(Ident::from).map_err(failed);
        let scope = DefaultScope { owner: text("owner")?, namespace: text("namespace")?, objects: text("objects")? };
        let role = grantee(&row)?;
        put(catalogue, &Address::DefaultPrivileges(Box::new(scope), role), privileges(&row)?);
    }
    Ok(())
}

/// The object of a row; a column, if nobody noted it, by its number.
fn subject(catalogue: &Catalogue, row_class: u32, row: u32, part: i32) -> Option<Address> {
    if let Some(address) = catalogue.address(row_class, row, part) {
        return Some(address.clone());
    }
    if let Some(member) = catalogue.members.get(&RowId { class: row_class, oid: row, part }) {
        return Some(member.clone());
    }
    let number = i16::try_from(part).ok().filter(|it| *it > 0 && row_class == class::CLASS)?;
    let relation = catalogue.relations.get(&row)?;
    Some(Address::Column(relation.clone(), catalogue.columns.get(&(row, number))?.clone()))
}

fn grantee(row: &PgRow) -> Result<Ident, DatabaseError> {
    // A role that is dropped meanwhile has no name.
    let name: Option<String> = row.try_get("grantee").map_err(failed)?;
    name.map(Ident::from)
        .ok_or_else(|| DatabaseError::Failed("a privilege is held by a role without a name".to_owned()))
}

fn privileges(row: &PgRow) -> Result<PostgresObject, DatabaseError> {
    Ok(PostgresObject::Grant(Grant { privileges: of_row(row)? }))
}

fn of_row(row: &PgRow) -> Result<BTreeMap<String, bool>, DatabaseError> {
    let names = |column: &str| texts(row, column).map_err(failed);
    let options = names("options")?;
    Ok(names("privileges")?.into_iter().map(|name| (name.clone(), options.contains(&name))).collect())
}
