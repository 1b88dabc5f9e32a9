//! Commands for the tools that change large tables beside their users: gh-ost and pt-online-schema-change.

use trueup_contract::HandOver;
use trueup_state::{Qualified, Table};

use super::context::Context;

/// What to run instead of a statement that would copy a large table; where it connects to and as whom is left to say.
pub(super) fn of(context: &Context<'_>, name: &Qualified, alter: &str) -> Option<HandOver> {
    let table = context.work.before.table(name)?;
    let quoted = quote(alter);
    let target = quote(name.name.text());
    let gh_ost = ["gh-ost --database=\"$DATABASE\" --table=", &target, " --alter=", &quoted, " --execute"].concat();
    let dsn = quote(&["t=", name.name.text()].concat());
    let percona = ["pt-online-schema-change --alter=", &quoted, " --execute D=\"$DATABASE\",", &dsn].concat();
    let links = is_linked(context, name, table);
    let has_key = has_shared_key(table);
    let mut commands = Vec::new();
    let mut preflight = Vec::new();
    if links {
        preflight.push(
            "foreign keys join this table to others: gh-ost cannot change it, and pt-online-schema-change needs \
             --alter-foreign-keys-method and gives its keys other names"
                .to_owned(),
        );
    }
    if !table.triggers.is_empty() {
        preflight.push(
            "the table has triggers: gh-ost needs --include-triggers, pt-online-schema-change --preserve-triggers"
                .to_owned(),
        );
    }
    if !has_key {
        preflight
            .push("no unique key without NULLs stays on this table: neither tool can tell its rows apart".to_owned());
    }
    if has_key && !links {
        commands.push(gh_ost);
    }
    if has_key {
        commands.push(percona);
    }
    let reason = "the server would copy the whole table while everybody who writes to it waits".to_owned();
    Some(HandOver { reason, commands, preflight })
}

/// A word for a shell.
fn quote(text: &str) -> String {
    ["'", &text.replace('\'', "'\\''"), "'"].concat()
}

/// Whether foreign keys go out from a table or lead to it.
fn is_linked(context: &Context<'_>, name: &Qualified, table: &Table) -> bool {
    let mut tables = context.work.before.tables();
    !table.foreign_keys.is_empty() || tables.any(|(_, it)| it.foreign_keys.values().any(|key| key.references == *name))
}

/// Whether a unique key of columns that are never NULL is there.
fn has_shared_key(table: &Table) -> bool {
    let is_filled = |part: &trueup_state::Part| {
        part.column_name().and_then(|it| table.columns.get(it)).is_some_and(|it| !it.nullable)
    };
    table.primary_key.is_some() || table.indexes.values().any(|it| it.unique && it.parts.iter().all(is_filled))
}
