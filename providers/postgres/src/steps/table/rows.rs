//! What a table's rows are now, to ask about them.

use trueup_state::{Address, Qualified};

use crate::steps::{
    frame::context::Context,
    questions::{Rows, row_key},
};

/// The rows of a table that is there now; `None` of one that comes, or whose rows are elsewhere.
pub(crate) fn rows_now<'a>(context: &Context<'a>, name: &Qualified) -> Option<Rows<'a>> {
    let table = context.origins.table(name);
    let now = context.work.observed.table(&table)?;
    if context.created.contains(&Address::Table(name.clone())) || now.extra.postgres().foreign.is_some() {
        return None;
    }
    Some(Rows { alias: table.name.clone(), table, key: row_key(now), now })
}
