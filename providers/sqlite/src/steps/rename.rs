//! RENAME TABLE and RENAME COLUMN; SQLite rewrites every text that mentions the old name.

use trueup_contract::{DialectError, Names, Step};
use trueup_state::{Address, Change, Ident, Qualified};

use super::{Context, NEW_TEXTS_COME, OLD_TEXTS_GONE, relation_key, step};
use crate::render::sql;

/// The statements of a list of renames, tables first: a column's new address is in the renamed table.
pub(crate) fn statements(renames: &[Change]) -> Vec<String> {
    let tables = renames.iter().filter_map(|change| match change {
        Change::Rename { from: Address::Table(from), to: Address::Table(to) } => Some(table_sql(from, to)),
        _ => None,
    });
    let columns = renames.iter().filter_map(|change| match change {
        Change::Rename { from: Address::Column(_, from), to: Address::Column(table, to) } => {
            Some(column_sql(table, from, to))
        }
        _ => None,
    });
    tables.chain(columns).collect()
}

fn table_sql(from: &Qualified, to: &Qualified) -> String {
    sql("ALTER TABLE").name(from).raw("RENAME TO").ident(&to.name).finish()
}

fn column_sql(table: &Qualified, from: &Ident, to: &Ident) -> String {
    sql("ALTER TABLE").name(table).raw("RENAME COLUMN").ident(from).raw("TO").ident(to).finish()
}

pub(super) fn steps(context: &Context<'_>) -> Result<Vec<Step>, DialectError> {
    let mut steps = Vec::new();
    for change in context.work.changes {
        let Change::Rename { from, to } = change else { continue };
        let (summary, sql, undo) = match (from, to) {
            (Address::Table(from), Address::Table(to)) => {
                let summary = ["rename table ", &from.to_string(), " to ", &to.to_string()].concat();
                (summary, table_sql(from, to), table_sql(to, from))
            }
            (Address::Column(_, from), Address::Column(table, to)) if context.version.can_rename_column() => {
                let summary = ["rename column ", &table.to_string(), ".", from.text(), " to ", to.text()].concat();
                (summary, column_sql(table, from, to), column_sql(table, to, from))
            }
            _ => {
                let reason = "SQLite can rename tables and columns only".to_owned();
                return Err(DialectError { address: from.clone(), reason });
            }
        };
        let mut rename = step(summary, sql, vec![to.clone()]);
        rename.undo = Some(undo);
        rename.removes.push(from.clone());
        rename.provides.push(to.clone());
        rename.names = Names { takes: vec![OLD_TEXTS_GONE.to_owned()], frees: vec![NEW_TEXTS_COME.to_owned()] };
        if let (Address::Table(from), Address::Table(to)) = (from, to) {
            rename.names.frees.push(relation_key(&from.name));
            rename.names.takes.push(relation_key(&to.name));
        } else if let Some(table) = to.owner() {
            rename.requires.push(Address::Table(table.clone()));
        }
        steps.push(rename);
    }
    Ok(steps)
}
