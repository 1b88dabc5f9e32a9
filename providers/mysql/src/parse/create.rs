//! CREATE of everything: read by the one reader, and put into the schema.

use indexmap::IndexMap;
use trueup_state::{Address, Definition, Ident, MySqlObject, MySqlTrigger, ObjectKind, Qualified, Table, View};

use super::{Fold, FoldResult, Folded, Trouble, alter, check, element, names, statement::Stmt};
use crate::read::{Created, check_name, created_tokens};

/// What the reader makes of a statement.
fn read(fold: &Fold<'_>, stmt: &Stmt<'_>) -> Result<Created, Trouble> {
    Ok(created_tokens(stmt.source, &stmt.tokens, fold.facts)?)
}

/// What else a statement that creates says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Manner {
    or_replace: bool,
    if_not_exists: bool,
}

impl Manner {
    fn of(stmt: &Stmt<'_>) -> Manner {
        let head = &stmt.tokens[..stmt.tokens.len().min(20)];
        let words = |words: &[&str]| {
            head.windows(words.len()).any(|it| it.iter().zip(words).all(|(token, word)| token.is(word)))
        };
        let before_body = head.iter().position(|it| it.is_any(&["(", "as", "begin"])).unwrap_or(head.len());
        let if_not_exists = head[..before_body].windows(3).any(|it| it[0].is("if") && it[1].is("not"));
        Manner { or_replace: words(&["create", "or", "replace"]), if_not_exists }
    }
}

/// Make room for something under a name; `None` where it shall not be made.
fn make_room(
    fold: &mut Fold<'_>,
    stmt: &Stmt<'_>,
    name: &Ident,
    there: Option<Address>,
) -> Result<Option<()>, Trouble> {
    check::names(stmt, &[name])?;
    let Some(there) = there else { return Ok(Some(())) };
    let manner = Manner::of(stmt);
    if manner.if_not_exists {
        return Ok(None);
    }
    if manner.or_replace {
        fold.schema.remove(&there);
        return Ok(Some(()));
    }
    let message = [there.kind(), " `", name.text(), "` is declared twice"].concat();
    Err(stmt.wrong_name(name, message).hint("drop it before, or leave one of them out"))
}

/// `CREATE TABLE`, also `… LIKE`.
pub(super) fn table(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let elements = element::all(stmt.cursor(fold.facts));
    check::elements(&elements)?;
    let (name, mut table) = match read(fold, stmt)? {
        Created::Table { name, table } => (name, table),
        Created::TableLike { name, like: other } => return like(fold, stmt, &name, &other),
        _ => return Err(stmt.wrong("no table is read here")),
    };
    if check::is_state_table(&name) && table.columns.keys().map(Ident::text).eq(["name", "content"]) {
        return Ok(Folded::Skipped("the table in which trueup keeps its state is no part of a schema".to_owned()));
    }
    check::not_our_own(stmt, &name)?;
    let there = fold.relation_address(&name);
    let Some(()) = make_room(fold, stmt, &name, there)? else { return Ok(Folded::Nothing) };
    check::table(stmt, &mut table)?;
    take_engine(fold, &mut table);
    let address = Qualified::bare(name.clone());
    let parts = elements.iter().filter_map(|it| Some((it.range.clone(), it.address(&address)?)));
    fold.parts.extend(parts);
    fold.made.remove(&name);
    fold.tables().insert(name, table);
    Ok(Folded::Object(Address::Table(address)))
}

/// The engine that the session gives to tables that name none.
fn take_engine(fold: &Fold<'_>, table: &mut Table) {
    if let Some(engine) = &fold.session.engine {
        let mut extra = table.extra.mysql();
        extra.engine.get_or_insert_with(|| engine.clone());
        table.extra = extra.into();
    }
}

/// `CREATE TABLE … LIKE`: everything but foreign keys and triggers.
fn like(fold: &mut Fold<'_>, stmt: &Stmt<'_>, name: &Ident, other: &Ident) -> FoldResult {
    let source = fold.expect_table(stmt, other)?;
    let there = fold.relation_address(name);
    let Some(()) = make_room(fold, stmt, name, there)? else { return Ok(Folded::Nothing) };
    alter::make_indexes(fold, &source);
    let Some(mut table) = fold.tables().get(&source).cloned() else { return Ok(Folded::Nothing) };
    table.foreign_keys.clear();
    table.triggers.clear();
    if !fold.facts.is_mariadb() {
        let checks = std::mem::take(&mut table.checks);
        for check in checks.into_values() {
            let name = check_name(name, &table, false);
            table.checks.insert(name, check);
        }
    }
    fold.made.remove(name);
    fold.tables().insert(name.clone(), table);
    Ok(Folded::Object(Address::Table(Qualified::bare(name.clone()))))
}

/// `CREATE INDEX`.
pub(super) fn index(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let Created::Index { name, table, index } = read(fold, stmt)? else {
        return Err(stmt.wrong("no index is read here"));
    };
    let table = fold.expect_table(stmt, &table)?;
    check::names(stmt, &[&name])?;
    alter::make_indexes(fold, &table);
    let manner = Manner::of(stmt);
    let address = Address::Index(Qualified::bare(table.clone()), name.clone());
    let Some(it) = fold.tables().get_mut(&table) else { return Ok(Folded::Nothing) };
    if let Some(there) = names::find(&it.indexes, &name) {
        if manner.if_not_exists {
            return Ok(Folded::Nothing);
        }
        if !manner.or_replace {
            let message = ["`", table.text(), "` has two keys `", name.text(), "`"].concat();
            return Err(stmt.wrong_name(&name, message));
        }
        it.indexes.shift_remove(&there);
    }
    it.indexes.insert(name, index);
    check::table(stmt, it)?;
    alter::drop_made(fold, &table);
    Ok(Folded::Object(address))
}

/// `CREATE VIEW`.
pub(super) fn view(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let Created::View { name, query } = read(fold, stmt)? else { return Err(stmt.wrong("no view is read here")) };
    let there = fold.relation_address(&name);
    if let Some(there @ (Address::Table(_) | Address::Object(..))) = &there {
        let message = ["`", name.text(), "` is already a ", there.kind()].concat();
        return Err(stmt.wrong_name(&name, message));
    }
    let Some(()) = make_room(fold, stmt, &name, there)? else { return Ok(Folded::Nothing) };
    let address = Address::View(Qualified::bare(name.clone()));
    let views = &mut fold.schema.namespace_mut(&Ident::default()).views;
    views.insert(name, View { query, triggers: IndexMap::new() });
    Ok(Folded::Object(address))
}

/// `CREATE TRIGGER`.
pub(super) fn trigger(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    let Created::Trigger { name, on, mut trigger, precedes } = read(fold, stmt)? else {
        return Err(stmt.wrong("no trigger is read here"));
    };
    let table = fold.expect_table(stmt, &on)?;
    let there = fold.trigger(&name).map(|(table, own)| Address::Trigger(Qualified::bare(table), own));
    let Some(()) = make_room(fold, stmt, &name, there)? else { return Ok(Folded::Nothing) };
    let MySqlTrigger { definer, sql_mode, follows } = trigger.extra.mysql();
    let sql_mode = sql_mode.or_else(|| fold.session.sql_mode.clone());
    // Triggers stand in the order in which they fire.
    trigger.extra = MySqlTrigger { definer, sql_mode, follows: None }.into();
    let address = Address::Trigger(Qualified::bare(table.clone()), name.clone());
    let Some(it) = fold.tables().get_mut(&table) else { return Ok(Folded::Nothing) };
    let place = |other: Ident, behind: usize| {
        let at = names::find(&it.triggers, &other).and_then(|found| it.triggers.get_index_of(&found));
        let message = ["table `", table.text(), "` has no trigger `", other.text(), "`"].concat();
        at.map(|at| at + behind).ok_or_else(|| stmt.wrong_name(&other, message).early())
    };
    let at = match (precedes, follows) {
        (Some(other), _) => place(other, 0)?,
        (None, Some(other)) => place(other, 1)?,
        (None, None) => it.triggers.len(),
    };
    it.triggers.shift_insert(at, name, trigger);
    Ok(Folded::Object(address))
}

/// `CREATE FUNCTION`, `PROCEDURE`, `EVENT`, `SEQUENCE`.
pub(super) fn other(fold: &mut Fold<'_>, stmt: &Stmt<'_>) -> FoldResult {
    if stmt.tokens.iter().take(12).any(|it| it.is("soname")) {
        return Ok(Folded::Skipped("a function that is loaded from a library belongs to the server".to_owned()));
    }
    let mode = fold.session.sql_mode.clone();
    let (name, kind, object) = match read(fold, stmt)? {
        Created::Routine { kind, name, mut routine } => {
            routine.sql_mode = routine.sql_mode.or(mode);
            (name, kind, MySqlObject::Routine(routine))
        }
        Created::Event { name, mut event } => {
            event.sql_mode = event.sql_mode.or(mode);
            (name, ObjectKind::Event, MySqlObject::Event(event))
        }
        Created::Sequence { name, sequence } => (name, ObjectKind::Sequence, MySqlObject::Sequence(sequence)),
        _ => return Err(stmt.wrong("no routine, event or sequence is read here")),
    };
    let there = match kind {
        ObjectKind::Sequence => fold.relation_address(&name),
        _ => fold.other(kind, &name),
    };
    let Some(()) = make_room(fold, stmt, &name, there)? else { return Ok(Folded::Nothing) };
    let address = address(kind, name);
    fold.schema.others.insert(address.clone(), Definition::MySql(Box::new(object)));
    Ok(Folded::Object(address))
}

/// The address of a routine, an event or a sequence.
pub(super) fn address(kind: ObjectKind, name: Ident) -> Address {
    match kind {
        ObjectKind::Function | ObjectKind::Procedure => Address::Signed(kind, Qualified::bare(name), Ident::default()),
        _ => Address::Object(kind, Qualified::bare(name)),
    }
}
