//! Tables and views under other names.

use trueup_contract::{DialectError, Fact, Hazard, Step};
use trueup_state::{Address, Change};

use super::{along, context::Context, relation_key, step};
use crate::render::sql;

/// Columns and indexes are renamed by the statement that changes their table.
pub(super) fn steps(context: &Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    for change in context.work.changes {
        let Change::Rename { from, to } = change else { continue };
        let (Address::Table(old) | Address::View(old), Address::Table(new) | Address::View(new)) = (from, to) else {
            if matches!(from, Address::Column(..) | Address::Index(..)) || is_along(context, from, to) {
                continue;
            }
            let reason = "only tables, views, columns and indexes can be renamed".to_owned();
            return Err(DialectError { address: from.clone(), reason });
        };
        let statement = sql("RENAME TABLE").name(old).raw("TO").name(new);
        let summary = ["rename ", from.kind(), " ", &old.to_string(), " to ", &new.to_string()];
        let mut rename = step(&summary, statement.finish(), vec![to.clone()]);
        rename.undo = Some(sql("RENAME TABLE").name(new).raw("TO").name(old).finish());
        rename.removes.push(from.clone());
        rename.provides.push(to.clone());
        rename.names.takes.push(relation_key(&new.name));
        rename.names.frees.push(relation_key(&old.name));
        for change in context.work.changes {
            if let Change::Rename { from, to } = change
                && is_along(context, from, to)
                && to.owner() == Some(new)
            {
                rename.changes.push(to.clone());
                rename.removes.push(from.clone());
                rename.provides.push(to.clone());
            }
        }
        rename.hazards.push(Hazard { address: to.clone(), fact: Fact::RenamesInUse, question: None });
        steps.push(rename);
    }
    Ok(steps)
}

/// Whether the server itself makes a name anew with that of its table.
fn is_along(context: &Context<'_>, from: &Address, to: &Address) -> bool {
    along(context.work.changes, context.work.observed).contains(&(from.clone(), to.clone()))
}
