//! What a table's rows are now and will be, to ask about them.

use std::collections::BTreeSet;

use trueup_contract::Sql;
use trueup_state::{Address, Ident, Object, Qualified, Schema};

use crate::{
    render::sql,
    steps::{
        column::value_then,
        frame::context::Context,
        questions::{Rows, row_key},
    },
};

/// The rows of a table that is there now; `None` of one that comes, or whose rows are elsewhere.
pub(crate) fn rows_now<'a>(context: &Context<'a>, name: &Qualified) -> Option<Rows<'a>> {
    let table = context.origins.table(name);
    let now = context.work.observed.table(&table)?;
    if context.created.contains(&Address::Table(name.clone())) || now.extra.postgres().foreign.is_some() {
        return None;
    }
    Some(Rows { alias: table.name.clone(), table, then: None, key: row_key(now), now })
}

/// The rows of a table as a constraint or index of it will find them. `None` where what it speaks of is not there yet or changes.
pub(crate) fn rows_for<'a>(context: &Context<'a>, address: &Address, table: &Qualified) -> Option<Rows<'a>> {
    let mut columns = BTreeSet::new();
    for needed in context.needs_after.of_object(address) {
        match needed {
            Address::Column(owner, column) if owner == table => {
                columns.insert(column);
            }
            // The other side of a foreign key is asked about by itself; what comes from a parent is as the parent has it.
            Address::Column(owner, _) if is_referenced(context, address, owner) => (),
            Address::Column(owner, column) if is_as_before(context, owner, column) => (),
            Address::Column(..) => return None,
            Address::Namespace(_) | Address::Table(_) => (),
            _ if context.work.observed.object(needed).is_some() && !context.altered.contains(needed) => (),
            _ => return None,
        }
    }
    rows_then(context, table, &columns)
}

fn is_referenced(context: &Context<'_>, address: &Address, table: &Qualified) -> bool {
    matches!(context.work.after.object(address), Some(Object::ForeignKey(key)) if key.references == *table)
}

/// Whether a column is there now, under the same name and of the same type.
fn is_as_before(context: &Context<'_>, table: &Qualified, column: &Ident) -> bool {
    let ty = |schema: &Schema, name: &Qualified| Some(schema.table(name)?.columns.get(column)?.ty.clone());
    let before = ty(context.work.observed, &context.origins.table(table));
    before.is_some() && before == ty(context.work.after, table)
}

/// The same rows as they will be, as far as these columns tell: under the names to come, with what conversions and
/// defaults make of them. `None` where that cannot be asked.
pub(crate) fn rows_then<'a>(context: &Context<'a>, name: &Qualified, columns: &BTreeSet<&Ident>) -> Option<Rows<'a>> {
    let rows = rows_now(context, name)?;
    if columns.iter().all(|own| is_as_before(context, name, own)) {
        return Some(rows);
    }
    let values = columns.iter().map(|own| Some((*own, value_then(context, (name, own))?)));
    let values: Vec<(&Ident, Sql)> = values.collect::<Option<_>>()?;
    let query = sql("SELECT (").sql(&rows.key).raw(")::text AS trueup_key");
    let query = values.iter().fold(query, |query, (own, value)| query.raw(",").sql(value).raw("AS").ident(own));
    let query = query.raw("FROM").name(&rows.table);
    Some(Rows { then: Some(query), key: sql("trueup_key"), ..rows })
}
