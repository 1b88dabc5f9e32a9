//! DROP of everything.

use trueup_state::{Address, Ident, ObjectKind, Qualified, Schema};

use super::{
    Fold, FoldResult, Folded, alter, names,
    statement::{Stmt, if_exists, wait},
};
use crate::read::Cursor;

/// `DROP …`.
pub(super) fn drop(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let mut cursor = stmt.cursor(fold.facts);
    cursor.expect("drop")?;
    cursor.accept_any(&["online", "offline"]);
    let before = cursor;
    let kind = cursor.next("what is dropped")?;
    let other = |kind: ObjectKind| move |fold: &mut Fold<'_>, name: &Ident| fold.drop_other(kind, name);
    match kind.text.to_ascii_lowercase().as_str() {
        "table" | "tables" => each(fold, stmt, cursor, |fold, name| fold.drop_table(name)),
        "view" => each(fold, stmt, cursor, |fold, name| fold.drop_view(name)),
        "sequence" => each(fold, stmt, cursor, other(ObjectKind::Sequence)),
        "event" => each(fold, stmt, cursor, other(ObjectKind::Event)),
        "procedure" => each(fold, stmt, cursor, other(ObjectKind::Procedure)),
        "function" => each(fold, stmt, cursor, other(ObjectKind::Function)),
        "trigger" => each(fold, stmt, cursor, |fold, name| {
            let (table, own) = fold.trigger(name)?;
            fold.schema.remove(&Address::Trigger(Qualified::bare(table), own))
        }),
        "index" => index(fold, stmt, cursor),
        "database" | "schema" => {
            fold.schema = Schema::default();
            fold.schema.namespace_mut(&Ident::default());
            fold.made.clear();
            Ok(Folded::Nothing)
        }
        _ => Err(before.wrong("what is dropped, such as `TABLE`").into()),
    }
}

/// Drop each of some names; `drop` says whether it was there.
fn each(
    fold: &mut Fold<'_>,
    stmt: &Stmt<'_>,
    mut cursor: Cursor<'_, '_>,
    drop: impl Fn(&mut Fold<'_>, &Ident) -> Option<()>,
) -> FoldResult {
    let if_exists = if_exists(&mut cursor);
    loop {
        let name = cursor.own_name("a name")?;
        if drop(fold, &name).is_none() && !if_exists {
            let message = ["`", name.text(), "` is not declared before this statement drops it"].concat();
            return Err(stmt.wrong_name(&name, message).hint("write IF EXISTS, or leave the statement out"));
        }
        if !cursor.accept(",") {
            break;
        }
    }
    cursor.accept_any(&["restrict", "cascade"]);
    wait(&mut cursor)?;
    cursor.finish()?;
    Ok(Folded::Nothing)
}

impl Fold<'_> {
    fn drop_table(&mut self, name: &Ident) -> Option<()> {
        let name = self.table_name(name)?;
        self.made.remove(&name);
        self.tables().shift_remove(&name).map(|_| ())
    }

    fn drop_view(&mut self, name: &Ident) -> Option<()> {
        let name = self.view_name(name)?;
        self.schema.remove(&Address::View(Qualified::bare(name)))
    }

    fn drop_other(&mut self, kind: ObjectKind, name: &Ident) -> Option<()> {
        let address = self.other(kind, name)?;
        self.schema.remove(&address)
    }
}

/// `DROP INDEX … ON …`.
fn index(fold: &mut Fold<'_>, stmt: &Stmt<'_>, mut cursor: Cursor<'_, '_>) -> FoldResult {
    let if_exists = if_exists(&mut cursor);
    let name = cursor.name("a name")?;
    cursor.expect("on")?;
    let table = cursor.own_name("the table's name")?;
    let table = fold.expect_table(stmt, &table)?;
    alter::make_indexes(fold, &table);
    let Some(it) = fold.tables().get_mut(&table) else { return Ok(Folded::Nothing) };
    let found = match names::find(&it.indexes, &name) {
        Some(found) => it.indexes.shift_remove(&found).is_some(),
        None => name.text().eq_ignore_ascii_case("primary") && it.primary_key.take().is_some(),
    };
    if !found && !if_exists {
        let message = ["table `", table.text(), "` has no index `", name.text(), "`"].concat();
        return Err(stmt.wrong_name(&name, message));
    }
    alter::drop_made(fold, &table);
    Ok(Folded::Nothing)
}
