//! Range types: a column of one goes to text and comes back, for two range types of one name cannot be side by side: each
//! has functions and a multirange type that are named after it.

use trueup_contract::{DialectError, Lock, Work};
use trueup_state::{Address, Column, Qualified, SqlText};

use super::{
    Statement, all, column, grant,
    uses::{self, Use},
};
use crate::render::{sql, types};

/// The columns of a type go to text, the type is made anew, and they come back.
pub(super) fn through_text(
    work: &Work<'_>,
    address: &Address,
    name: &Qualified,
    create: Vec<String>,
) -> Result<Vec<Statement>, DialectError> {
    let columns = convertible(work, address, name)?;
    let own = types::type_text(name);
    let text = SqlText::new("text", "text");
    let mut statements = Vec::new();
    for it in &columns {
        statements.push(with_lock(work, it, conversion(work, it, &written(&text, it.array))));
    }
    statements.extend(all([sql("DROP TYPE").name(name).finish()]));
    statements.extend(all(create));
    statements.extend(grant::attached(work, address)?);
    for it in &columns {
        statements.extend(retyped(work, it, &written(&own, it.array)));
    }
    Ok(statements)
}

/// The columns of a type, if every one of them can be converted.
fn convertible<'a>(work: &Work<'a>, address: &Address, name: &Qualified) -> Result<Vec<Use<'a>>, DialectError> {
    let refused = |what: &str, reason: &str| DialectError {
        address: address.clone(),
        reason: [what, " is made of it, and ", reason].concat(),
    };
    if let Some(other) = uses::made_of(work.before, name).filter(|it| work.after.object(it).is_some()) {
        return Err(refused(&other.to_string(), "that cannot be converted"));
    }
    let columns = uses::kept(work, name);
    for it in &columns {
        let is_typed = work.before.table(&it.table).is_some_and(|table| table.extra.postgres().of_type.is_some());
        let what = column(&it.table, it.name).to_string();
        if is_typed {
            return Err(refused(&what, "the columns of a typed table cannot be converted"));
        }
        if it.column.generated.is_some() {
            return Err(refused(&what, "a generated column cannot be converted: drop it, and add it again later"));
        }
        let is_key = work
            .after
            .table(&it.table)
            .is_some_and(|table| table.extra.postgres().partition_by.is_some_and(|by| by.mentions(it.name.text())));
        if is_key {
            return Err(refused(&what, "a column of a partition key cannot be converted"));
        }
    }
    Ok(columns)
}

/// The type, or arrays of it.
fn written(ty: &SqlText, array: bool) -> String {
    [ty.written(), if array { "[]" } else { "" }].concat()
}

/// The statements that give a column its new type, its default and those of the tables below it.
fn retyped(work: &Work<'_>, it: &Use<'_>, to: &str) -> Vec<Statement> {
    let mut statements = vec![with_lock(work, it, conversion(work, it, to))];
    // What is said of a parent's default is said of those below it as well, so that theirs are said again.
    for child in uses::descendants(work.after, &it.table) {
        let Some(table) = work.after.table(&child).filter(|_| work.before.table(&child).is_some()) else { continue };
        let overrides = table.extra.postgres().overrides;
        let own: Option<Option<SqlText>> = match (table.columns.get(it.name), overrides.get(it.name)) {
            (Some(Column { default, .. }), _) => Some(default.clone()),
            (None, Some(inherited)) if inherited.default.is_some() || inherited.no_default => {
                Some(inherited.default.clone())
            }
            (None, _) => None,
        };
        if let Some(default) = own {
            let statement = sql("ALTER TABLE").name(&child).raw("ALTER COLUMN").ident(it.name);
            let statement = match default {
                Some(default) => statement.raw("SET DEFAULT").text(&default),
                None => statement.raw("DROP DEFAULT"),
            };
            statements.push(with_lock(work, it, statement.finish()));
        }
    }
    statements
}

fn with_lock(work: &Work<'_>, it: &Use<'_>, text: String) -> Statement {
    let rewrites = !is_foreign(work, &it.table);
    Statement {
        lock: Lock::ReadsAndWrites,
        rewrites,
        requires: vec![column(&it.table, it.name)],
        ..Statement::of(text)
    }
}

fn is_foreign(work: &Work<'_>, table: &Qualified) -> bool {
    work.before.table(table).is_some_and(|table| table.extra.postgres().foreign.is_some())
}

/// ALTER COLUMN TYPE; a default is of the old type and must make way.
fn conversion(work: &Work<'_>, it: &Use<'_>, to: &str) -> String {
    let after = work.after.table(&it.table).and_then(|table| table.columns.get(it.name));
    let foreign = is_foreign(work, &it.table);
    let mut statement = sql(if foreign { "ALTER FOREIGN TABLE" } else { "ALTER TABLE" }).name(&it.table);
    let inherited = uses::descendants(work.before, &it.table).iter().any(|child| {
        let table = work.before.table(child);
        table.is_some_and(|table| table.extra.postgres().overrides.values().any(|own| own.default.is_some()))
    });
    if it.column.default.is_some() || inherited {
        statement = statement.raw("ALTER COLUMN").ident(it.name).raw("DROP DEFAULT").raw(",");
    }
    statement = statement.raw("ALTER COLUMN").ident(it.name).raw("TYPE").raw(to);
    if !foreign {
        statement = statement.raw("USING").ident(it.name);
        statement = statement.raw(&["::", to].concat());
    }
    match after.and_then(|after| after.default.as_ref()).filter(|_| !is_text(to)) {
        Some(default) => statement.raw(",").raw("ALTER COLUMN").ident(it.name).raw("SET DEFAULT").text(default),
        None => statement,
    }
    .finish()
}

fn is_text(ty: &str) -> bool {
    matches!(ty, "text" | "text[]")
}
