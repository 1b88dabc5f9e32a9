//! Checks and foreign keys.

use trueup_state::{
    Check, Deferral, ForeignKey, ForeignKeyExtra, Ident, MySqlCheck, Qualified, ReferentialAction, SqlText,
};

use super::{Cursor, ReadError};

/// A foreign key, and the name that it gives to an index that has to be made for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKeyDefinition {
    pub(crate) foreign_key: ForeignKey,
    pub(crate) index: Option<Ident>,
}

/// `(…) [[NOT] ENFORCED]`, after CHECK.
pub(crate) fn check(cursor: &mut Cursor<'_, '_>, name: Option<Ident>) -> Result<Check, ReadError> {
    let expression = check_expression(cursor)?;
    Ok(enforcement(cursor, name, expression))
}

/// The condition, in its parentheses.
pub(super) fn check_expression(cursor: &mut Cursor<'_, '_>) -> Result<SqlText, ReadError> {
    cursor.group_expression()
}

/// `[NOT] ENFORCED`.
pub(super) fn enforcement(cursor: &mut Cursor<'_, '_>, name: Option<Ident>, expression: SqlText) -> Check {
    let not_enforced = cursor.accept_all(&["not", "enforced"]);
    cursor.accept("enforced");
    Check { name, expression, extra: MySqlCheck { not_enforced }.into() }
}

/// `[IF NOT EXISTS] [index] (…) REFERENCES …`, after FOREIGN KEY.
pub(crate) fn foreign_key(cursor: &mut Cursor<'_, '_>, name: Option<Ident>) -> Result<ForeignKeyDefinition, ReadError> {
    cursor.accept_all(&["if", "not", "exists"]);
    let index = if cursor.peek_is("(") { None } else { Some(cursor.name("a name")?) };
    let columns = cursor.names()?;
    cursor.expect("references")?;
    // MariaDB takes the index' name for the constraint too, MySQL does not.
    let name = name.or_else(|| index.clone().filter(|_| cursor.facts.is_mariadb()));
    let foreign_key = references(cursor, name, columns)?;
    Ok(ForeignKeyDefinition { foreign_key, index })
}

/// What follows REFERENCES.
pub(super) fn references(
    cursor: &mut Cursor<'_, '_>,
    name: Option<Ident>,
    columns: Vec<Ident>,
) -> Result<ForeignKey, ReadError> {
    let references = Qualified::bare(cursor.own_name("the referenced table")?);
    let referenced_columns = if cursor.peek_is("(") { cursor.names()? } else { Vec::new() };
    // MariaDB restricts where nothing is said, and knows NO ACTION as another word for it; MySQL the other way round.
    let unsaid = match cursor.facts.is_mariadb() {
        true => ReferentialAction::Restrict,
        false => ReferentialAction::NoAction,
    };
    let (mut on_delete, mut on_update) = (unsaid, unsaid);
    loop {
        if cursor.accept("match") {
            // Parsed and forgotten by both.
            if cursor.accept_any(&["full", "partial", "simple"]).is_none() {
                return Err(cursor.wrong("`FULL`, `PARTIAL` or `SIMPLE`"));
            }
        } else if cursor.accept_all(&["on", "delete"]) {
            on_delete = action(cursor)?;
        } else if cursor.accept_all(&["on", "update"]) {
            on_update = action(cursor)?;
        } else {
            break;
        }
    }
    Ok(ForeignKey {
        name,
        columns,
        references,
        referenced_columns,
        on_delete,
        on_update,
        deferral: Deferral::NotDeferrable,
        extra: ForeignKeyExtra::None,
    })
}

fn action(cursor: &mut Cursor<'_, '_>) -> Result<ReferentialAction, ReadError> {
    const ACTIONS: [(&[&str], ReferentialAction); 5] = [
        (&["restrict"], ReferentialAction::Restrict),
        (&["cascade"], ReferentialAction::Cascade),
        (&["set", "null"], ReferentialAction::SetNull),
        (&["set", "default"], ReferentialAction::SetDefault),
        (&["no", "action"], ReferentialAction::NoAction),
    ];
    let found = ACTIONS.iter().find(|(words, _)| cursor.accept_all(words));
    found.map(|(_, action)| *action).ok_or_else(|| cursor.wrong("what to do then, such as `CASCADE`"))
}
