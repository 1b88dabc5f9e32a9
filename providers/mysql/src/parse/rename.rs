//! RENAME TABLE, and what a new name of a table means for others.

use trueup_state::{Address, Ident, Qualified};

use super::{
    Fold, FoldResult, Folded, Trouble, check, names,
    statement::{Stmt, if_exists, wait},
    words,
};
use crate::read::split_commas;

/// `RENAME TABLE a TO b, …`: one after another.
pub(super) fn tables(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let mut cursor = stmt.cursor(fold.facts);
    cursor.expect("rename")?;
    if cursor.accept_any(&["tables", "table"]).is_none() {
        return Err(cursor.wrong("`TABLE`").into());
    }
    let if_exists = if_exists(&mut cursor);
    let mut first = true;
    for pair in split_commas(cursor.rest()) {
        let mut cursor = cursor.over(pair);
        let from = cursor.own_name("a table")?;
        wait(&mut cursor)?;
        cursor.expect("to")?;
        let to = cursor.own_name("the new name")?;
        cursor.finish()?;
        if let Some(view) = fold.view_name(&from) {
            view_to(fold, &view, &to);
            continue;
        }
        match fold.expect_table(stmt, &from) {
            Ok(from) => table_to(fold, stmt, &from, &to)?,
            Err(_) if if_exists => (),
            // What is renamed further on in the list is not declared under its new name before.
            Err(trouble) => return Err(Trouble { is_early: first, ..trouble }),
        }
        first = false;
    }
    Ok(Folded::Nothing)
}

pub(super) fn view_to(fold: &mut Fold<'_>, from: &Ident, to: &Ident) {
    let views = &mut fold.schema.namespace_mut(&Ident::default()).views;
    if let Some(view) = views.shift_remove(from) {
        views.insert(to.clone(), view);
    }
}

/// A table under a new name: names that were made of its name follow, and so do foreign keys that point at it.
pub(super) fn table_to(fold: &mut Fold<'_>, stmt: &Stmt<'_>, from: &Ident, to: &Ident) -> Result<(), Trouble> {
    check::names(stmt, &[to])?;
    check::not_our_own(stmt, to)?;
    let there = fold.relation_address(to).filter(|it| *it != Address::Table(Qualified::bare(from.clone())));
    if let Some(there) = there {
        let message = [there.kind(), " `", to.text(), "` is already declared"].concat();
        return Err(stmt.wrong_name(to, message));
    }
    let Some(at) = fold.tables().get_index_of(from) else { return Ok(()) };
    let Some(mut table) = fold.tables().shift_remove(from) else { return Ok(()) };
    renumber(&mut table.foreign_keys, from, to, "_ibfk_");
    if !fold.facts.is_mariadb() {
        renumber(&mut table.checks, from, to, "_chk_");
    }
    let version = fold.facts.version;
    for trigger in table.triggers.values_mut() {
        trigger.definition = words::on_table(&trigger.definition, to, version);
    }
    fold.tables().shift_insert(at, to.clone(), table);
    let targets: Vec<Ident> = fold.tables().keys().cloned().collect();
    for name in targets {
        let points = |fold: &Fold<'_>, key: &trueup_state::ForeignKey| fold.same_table(&key.references.name, from);
        let keys: Vec<Ident> = match fold.schema.table(&Qualified::bare(name.clone())) {
            Some(it) => {
                it.foreign_keys.iter().filter(|(_, key)| points(fold, key)).map(|(own, _)| own.clone()).collect()
            }
            None => Vec::new(),
        };
        for own in keys {
            if let Some(key) = fold.tables().get_mut(&name).and_then(|it| it.foreign_keys.get_mut(&own)) {
                key.references = Qualified::bare(to.clone());
            }
        }
    }
    if let Some(made) = fold.made.remove(from) {
        fold.made.insert(to.clone(), made);
    }
    if let Some(origin) = fold.origins.remove(from) {
        fold.origins.insert(to.clone(), origin);
    }
    Ok(())
}

/// Names that the server made of the table's name are made of the new one.
fn renumber<T>(map: &mut indexmap::IndexMap<Ident, T>, from: &Ident, to: &Ident, word: &str) {
    let prefix = [from.text(), word].concat();
    let renamed = std::mem::take(map).into_iter().map(|(name, it)| {
        let number = names::generated_number(&name, &prefix);
        let name = number.map_or(name, |number| Ident::from([to.text(), word, &number.to_string()].concat()));
        (name, it)
    });
    *map = renamed.collect();
}
