//! NOT NULL constraints, which have names and properties of their own since PostgreSQL 18.

use trueup_state::{PostgresColumn, Schema};

/// The first major version in which they are kept.
const NAMED_SINCE: u32 = 18;

/// What an older server does not keep of them is not there. It takes a name, and forgets it.
pub(super) fn forget(desired: &mut Schema, major: Option<u32>) {
    if major.is_none_or(|major| major >= NAMED_SINCE) {
        return;
    }
    let tables = desired.namespaces.values_mut().flat_map(|it| it.tables.values_mut());
    for column in tables.flat_map(|it| it.columns.values_mut()) {
        let extra = column.extra.postgres();
        if extra.not_null_name.is_some() {
            column.extra = PostgresColumn { not_null_name: None, ..extra }.into();
        }
    }
}
