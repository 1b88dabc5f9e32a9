//! Domains and their checks.

use std::collections::HashMap;

use indexmap::IndexMap;
use sqlx::{Row, postgres::PgRow};
use trueup_contract::DatabaseError;
use trueup_state::{Address, Check, CheckExtra, Domain, Ident, PartKind, PostgresCheck, Qualified};

use super::{Catalogue, class, collation, oid};
use crate::{canonical, connect::failed, inspect::answers::Answers};

/// The checks of each domain, with their rows.
pub(super) async fn checks(answers: &mut Answers<'_>) -> Result<HashMap<u32, Vec<(u32, Check)>>, DatabaseError> {
    let mut all: HashMap<u32, Vec<(u32, Check)>> = HashMap::new();
    for row in answers.rows(include_str!("../sql/domain_checks.sql")).await? {
        let text = |column: &str| row.try_get::<String, _>(column).map_err(failed);
        let is_valid: bool = row.try_get("is_valid").map_err(failed)?;
        let extra = PostgresCheck { not_valid: !is_valid, ..PostgresCheck::default() };
        let check = Check {
            name: Some(Ident::from(text("name")?)),
            expression: canonical::plain(&text("expression")?),
            extra: CheckExtra::from(extra),
        };
        all.entry(oid(&row, "domain")?).or_default().push((oid(&row, "oid")?, check));
    }
    Ok(all)
}

/// One domain.
pub(super) fn read(
    row: &PgRow,
    own: &Qualified,
    checks: Vec<(u32, Check)>,
    catalogue: &mut Catalogue,
) -> Result<Domain, DatabaseError> {
    let base: String = row.try_get("base").map_err(failed)?;
    let default: Option<String> = row.try_get("default_expression").map_err(failed)?;
    let not_null: bool = row.try_get("not_null").map_err(failed)?;
    let mut named = IndexMap::new();
    for (constraint, check) in checks {
        let Some(name) = check.name.clone() else { continue };
        let address = Address::Part(PartKind::DomainCheck, own.clone(), name.clone());
        catalogue.is(class::CONSTRAINT, constraint, 0, address);
        named.insert(name, check);
    }
    Ok(Domain {
        ty: canonical::plain(&base),
        collation: collation(row)?,
        nullable: !not_null,
        default: default.map(|it| canonical::plain(&it)),
        checks: named,
    })
}
