//! REFERENCES and what follows it (sqlite.org/foreignkeys.html).

use trueup_state::{Deferral, ForeignKey, ForeignKeyExtra, Ident, Qualified, ReferentialAction};

use crate::read::{Cursor, ReadError};

/// Read what follows REFERENCES.
pub(super) fn read(
    cursor: &mut Cursor<'_, '_>,
    name: Option<Ident>,
    columns: Vec<Ident>,
) -> Result<ForeignKey, ReadError> {
    let references = Qualified::bare(cursor.name("the referenced table")?);
    let referenced_columns = if cursor.peek_is("(") { cursor.names()? } else { Vec::new() };
    let mut key = ForeignKey {
        name,
        columns,
        references,
        referenced_columns,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferral: Deferral::NotDeferrable,
        extra: ForeignKeyExtra::None,
    };
    loop {
        if cursor.accept_all(&["on", "delete"]) {
            key.on_delete = action(cursor)?;
        } else if cursor.accept_all(&["on", "update"]) {
            key.on_update = action(cursor)?;
        } else if cursor.accept_all(&["on", "insert"]) {
            // In SQLite's grammar, without effect.
            action(cursor)?;
        } else if cursor.accept("match") {
            // Parsed and ignored by SQLite: every foreign key is MATCH SIMPLE (foreignkeys.html, section 6).
            cursor.name("a match type")?;
        } else if let Some(deferral) = deferral(cursor)? {
            key.deferral = deferral;
        } else {
            return Ok(key);
        }
    }
}

/// `[NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE]`, if it is what comes next.
pub(super) fn deferral(cursor: &mut Cursor<'_, '_>) -> Result<Option<Deferral>, ReadError> {
    let never = cursor.accept_all(&["not", "deferrable"]);
    if !never && !cursor.accept("deferrable") {
        return Ok(None);
    }
    let deferred = if cursor.accept("initially") {
        let deferred = cursor.accept("deferred");
        if !deferred {
            cursor.expect("immediate")?;
        }
        deferred
    } else {
        false
    };
    Ok(Some(match (never, deferred) {
        (true, _) => Deferral::NotDeferrable,
        (false, true) => Deferral::InitiallyDeferred,
        (false, false) => Deferral::InitiallyImmediate,
    }))
}

fn action(cursor: &mut Cursor<'_, '_>) -> Result<ReferentialAction, ReadError> {
    if cursor.accept("cascade") {
        Ok(ReferentialAction::Cascade)
    } else if cursor.accept("restrict") {
        Ok(ReferentialAction::Restrict)
    } else if cursor.accept_all(&["set", "null"]) {
        Ok(ReferentialAction::SetNull)
    } else if cursor.accept_all(&["set", "default"]) {
        Ok(ReferentialAction::SetDefault)
    } else if cursor.accept_all(&["no", "action"]) {
        Ok(ReferentialAction::NoAction)
    } else {
        Err(cursor.wrong("CASCADE, RESTRICT, SET NULL, SET DEFAULT or NO ACTION"))
    }
}
