//! Namespaces, the names of all relations, and who inherits from whom: what every other query is read by.

use trueup_contract::DatabaseError;
use trueup_state::{Address, Qualified};

use crate::inspect::{
    answers::Answers,
    catalogue::{Catalogue, Cells, Relation, class},
};

/// Read them.
pub(in crate::inspect) async fn read(
    answers: &mut Answers<'_>,
    catalogue: &mut Catalogue,
) -> Result<(), DatabaseError> {
    for row in &answers.rows(include_str!("../sql/relations.sql")).await? {
        let mut cells = Cells::of(row);
        let (oid, namespace) = (cells.oid()?, cells.ident()?);
        let (relation, name, kind) = (cells.maybe_oid()?, cells.maybe_ident()?, cells.get::<Option<&str>>()?);
        let is_member: bool = cells.get()?;
        // A namespace that an extension brought is its own, but what others put there is theirs.
        if relation.is_some() || !is_member {
            catalogue.is(class::NAMESPACE, oid, 0, Address::Namespace(namespace.clone()));
        }
        let Some(((oid, name), kind)) = relation.zip(name).zip(kind.and_then(|kind| kind.chars().next())) else {
            if !is_member {
                catalogue.schema.namespace_mut(&namespace);
            }
            continue;
        };
        let name = Qualified { namespace, name };
        if !is_member {
            catalogue.schema.namespace_mut(&name.namespace);
            catalogue.relations.insert(oid, name.clone());
        }
        catalogue.known.insert(oid, Relation { name, kind, is_member });
    }
    for row in &answers.rows(include_str!("../sql/inherits.sql")).await? {
        let mut cells = Cells::of(row);
        let (child, parent) = (cells.oid()?, cells.oid()?);
        catalogue.parents.entry(child).or_default().push(parent);
    }
    Ok(())
}
