//! Changes for which SQLite has an ALTER TABLE of its own.

use trueup_contract::Step;
use trueup_state::{Address, Change, Check, Column, ForeignKey, Ident, Qualified, SqlText, Table, Term};

use super::{Context, NEW_TEXTS_COME, OLD_TEXTS_GONE, copy::is_null, rows, step};
use crate::render::{self, sql};

/// The statements for these changes of a table, or `None` if one of them needs a rebuild.
pub(super) fn steps(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&Table, &Table),
    changes: &[&Change],
    parts: &[&Change],
) -> Option<Vec<Step>> {
    let added: Vec<&Ident> = after.columns.keys().filter(|column| !before.columns.contains_key(*column)).collect();
    let mut steps = Vec::new();
    for change in changes {
        let made = match change {
            Change::Create(Address::Column(_, column)) => add_column(name, after, column, &added)?,
            Change::Drop(Address::Column(_, column)) => drop_column(context, name, before, column, parts)?,
            // Written with the column they speak of.
            Change::Create(Address::ForeignKey(_, own)) if column_of_key(after, own, &added).is_some() => continue,
            Change::Create(Address::Check(_, own)) if column_of_check(after, own, &added).is_some() => continue,
            Change::Create(Address::Check(_, own)) => add_check(context, name, after.checks.get(own)?)?,
            Change::Drop(Address::Check(_, own)) => drop_check(context, name, before.checks.get(own)?)?,
            Change::Alter(Address::Column(_, column)) => {
                set_not_null(context, name, column, (before.columns.get(column)?, after.columns.get(column)?))?
            }
            _ => return None,
        };
        steps.push(made);
    }
    // Every hazard goes to the step that carries its address out.
    for hazard in rows::hazards(context, name, before, after) {
        if let Some(step) = steps.iter_mut().find(|step| step.changes.contains(&hazard.address)) {
            step.hazards.push(hazard);
        }
    }
    Some(steps)
}

/// ADD COLUMN, if SQLite takes it with rows in the table (sqlite.org/lang_altertable.html, section 3).
fn add_column(name: &Qualified, after: &Table, column_name: &Ident, added: &[&Ident]) -> Option<Step> {
    let column = after.columns.get(column_name)?;
    if is_in_key(after, column_name) || !can_be_added(column) {
        return None;
    }
    let address = Address::Column(name.clone(), column_name.clone());
    let place = added.iter().position(|it| *it == column_name)?;
    // One that computes from a column that comes later cannot be added before it.
    let generated = column.generated.as_ref().map(|generated| &generated.expression);
    if generated.is_some_and(|text| added[place..].iter().any(|later| text.mentions(later.text()))) {
        return None;
    }
    let mut definition = render::column(column_name, column, None);
    let mut changes = vec![address.clone()];
    for (own, key) in &after.foreign_keys {
        if column_of_key(after, own, added) == Some(column_name) {
            // A default would make every row point somewhere; only a rebuild asks whether it is there.
            if column.default.as_ref().is_some_and(|default| !is_null(default)) {
                return None;
            }
            definition = render::references(render::named(definition, key.name.as_ref()), key);
            changes.push(Address::ForeignKey(name.clone(), own.clone()));
        }
    }
    for (own, check) in &after.checks {
        if column_of_check(after, own, added) == Some(column_name) {
            definition = render::check(definition, check);
            changes.push(Address::Check(name.clone(), own.clone()));
        }
    }
    let sql_text = sql("ALTER TABLE").name(name).raw("ADD COLUMN").sql(&definition).finish();
    let mut add = step(["add column ", &name.to_string(), ".", column_name.text()].concat(), sql_text, changes);
    add.undo = Some(drop_column_sql(name, column_name));
    add.provides.clone_from(&add.changes);
    add.requires.push(Address::Table(name.clone()));
    // In the declared order: what is computed from another column, or checked with it, stands behind it.
    let ahead = place.checked_sub(1).and_then(|at| added.get(at));
    add.requires.extend(ahead.map(|column| Address::Column(name.clone(), (*column).clone())));
    Some(add)
}

fn can_be_added(column: &Column) -> bool {
    if let Some(generated) = &column.generated {
        return !generated.stored && column.nullable;
    }
    match &column.default {
        None => column.nullable,
        Some(default) => is_literal(default) && (column.nullable || !is_null(default)),
    }
}

/// Whether a default is a literal: anything else is not constant to ADD COLUMN.
pub(crate) fn is_literal(default: &SqlText) -> bool {
    let text = default.canonical();
    let text = text.strip_prefix(['-', '+']).unwrap_or(text).trim_start();
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let body = text.strip_prefix('x').unwrap_or(text);
    let string = body.len() > 1 && body.starts_with('\'') && body.ends_with('\'') && {
        let inner = &body[1..body.len() - 1];
        !inner.replace("''", "").contains('\'')
    };
    // Not behind a sign, which SQLite takes before numbers and strings alone.
    number || string || matches!(default.canonical(), "null" | "true" | "false")
}

fn is_in_key(table: &Table, column: &Ident) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.parts).chain(table.uniques.values().map(|unique| &unique.parts));
    keys.flatten().any(|part| part.column_name() == Some(column))
}

/// The added column on which a foreign key can be written: its only one.
fn column_of_key<'a>(table: &Table, name: &Ident, added: &[&'a Ident]) -> Option<&'a Ident> {
    let ForeignKey { columns, .. } = table.foreign_keys.get(name)?;
    let [column] = columns.as_slice() else { return None };
    added.iter().copied().find(|it| *it == column)
}

/// The added column on which a check can be written: the last one it mentions.
fn column_of_check<'a>(table: &Table, name: &Ident, added: &[&'a Ident]) -> Option<&'a Ident> {
    let check = table.checks.get(name)?;
    added.iter().copied().rev().find(|column| check.expression.mentions(column.text()))
}

/// DROP COLUMN, if nothing that stays mentions the column (sqlite.org/lang_altertable.html, section 5).
fn drop_column(
    context: &Context<'_>,
    name: &Qualified,
    before: &Table,
    column: &Ident,
    parts: &[&Change],
) -> Option<Step> {
    let drops =
        |own: &Ident| parts.iter().any(|change| matches!(change, Change::Drop(Address::Index(_, it)) if it == own));
    let indexed = before.indexes.iter().any(|(own, index)| !drops(own) && index_mentions(index, column));
    let used = is_in_key(before, column) || is_used_by_table(before, column) || indexed;
    if !context.version.can_drop_column() || used || is_used_elsewhere(context, name, column) {
        return None;
    }
    let address = Address::Column(name.clone(), column.clone());
    let mut drop = step(
        ["drop column ", &name.to_string(), ".", column.text()].concat(),
        drop_column_sql(name, column),
        vec![address.clone()],
    );
    drop.removes.push(address);
    drop.rewrites = true;
    drop.requires.push(Address::Table(name.clone()));
    drop.names.takes.push(OLD_TEXTS_GONE.to_owned());
    drop.names.frees.push(NEW_TEXTS_COME.to_owned());
    Some(drop)
}

fn drop_column_sql(table: &Qualified, column: &Ident) -> String {
    sql("ALTER TABLE").name(table).raw("DROP COLUMN").ident(column).finish()
}

fn index_mentions(index: &trueup_state::Index, column: &Ident) -> bool {
    let in_parts = index.parts.iter().any(|part| match &part.term {
        Term::Column(name) => name == column,
        Term::Expression(text) => text.mentions(column.text()),
    });
    in_parts || index.predicate.as_ref().is_some_and(|text| text.mentions(column.text()))
}

fn is_used_by_table(table: &Table, column: &Ident) -> bool {
    let mut generated = table.columns.values().filter_map(|it| it.generated.as_ref());
    // DROP COLUMN takes along every CHECK that was written on the column, whatever it speaks of.
    !table.checks.is_empty()
        || generated.any(|it| it.expression.mentions(column.text()))
        || table.foreign_keys.values().any(|key| key.columns.contains(column))
}

/// Whether a view, a trigger or another table's foreign key speaks of the column, or may be broken: DROP COLUMN makes
/// SQLite parse them all, and fails with any that does not resolve.
fn is_used_elsewhere(context: &Context<'_>, name: &Qualified, column: &Ident) -> bool {
    let schema = context.work.before;
    let referenced = schema.tables().any(|(_, table)| {
        table.foreign_keys.values().any(|key| key.references == *name && key.referenced_columns.contains(column))
    });
    let triggers = schema.tables().flat_map(|(_, table)| table.triggers.values().map(|it| &it.definition));
    let views = schema.views().map(|(_, view)| &view.query.definition);
    let of_views = schema.views().flat_map(|(_, view)| view.triggers.values().map(|it| &it.definition));
    referenced
        || triggers
            .chain(views)
            .chain(of_views)
            .any(|text| text.mentions(column.text()) || may_be_broken(context, text))
}

/// Whether a text reads from something that is not there: a word after FROM, JOIN, INTO or UPDATE that names nothing.
fn may_be_broken(context: &Context<'_>, text: &SqlText) -> bool {
    let words: Vec<&str> = text.canonical().split(' ').collect();
    let is_relation = |name: &str| {
        let name = name.trim_matches('"');
        let known = |it: &Ident| it.text().eq_ignore_ascii_case(name);
        context.work.before.namespaces.values().any(|objects| {
            objects.tables.keys().any(known)
                || objects.views.keys().any(known)
                || objects.virtual_tables.keys().any(known)
        })
    };
    words.windows(2).any(|pair| {
        let reads = matches!(pair[0], "from" | "join" | "into" | "update");
        let other =
            matches!(pair[1], "(" | "of" | "on" | "or") || words.windows(2).any(|it| it[0] == pair[1] && it[1] == "as");
        reads && !other && !is_relation(pair[1])
    })
}

/// ADD CONSTRAINT CHECK, on versions that have it.
fn add_check(context: &Context<'_>, name: &Qualified, check: &Check) -> Option<Step> {
    let own = check.name.as_ref().filter(|_| context.version.can_alter_constraints())?;
    let address = Address::Check(name.clone(), own.clone());
    let sql_text = render::check(sql("ALTER TABLE").name(name).raw("ADD"), check).finish();
    let mut add = step(["add check ", &name.to_string(), ".", own.text()].concat(), sql_text, vec![address.clone()]);
    add.undo = Some(sql("ALTER TABLE").name(name).raw("DROP CONSTRAINT").ident(own).finish());
    add.provides.push(address);
    Some(add)
}

/// DROP CONSTRAINT, on versions that have it; it needs a name.
fn drop_check(context: &Context<'_>, name: &Qualified, check: &Check) -> Option<Step> {
    let own = check.name.as_ref().filter(|_| context.version.can_alter_constraints())?;
    let address = Address::Check(name.clone(), own.clone());
    let sql_text = sql("ALTER TABLE").name(name).raw("DROP CONSTRAINT").ident(own).finish();
    let mut drop = step(["drop check ", &name.to_string(), ".", own.text()].concat(), sql_text, vec![address.clone()]);
    drop.removes.push(address);
    Some(drop)
}

/// SET and DROP NOT NULL, on versions that have them and if nothing else about the column changes.
fn set_not_null(
    context: &Context<'_>,
    name: &Qualified,
    column: &Ident,
    (before, after): (&Column, &Column),
) -> Option<Step> {
    let only_null = Column { nullable: after.nullable, ..before.clone() } == *after;
    // NULLs that a default shall fill need the copy of a rebuild.
    let fills = !after.nullable && after.default.as_ref().is_some_and(|default| !is_null(default));
    if !context.version.can_alter_constraints() || !only_null || fills {
        return None;
    }
    let (verb, words) = if after.nullable { ("allow", "DROP NOT NULL") } else { ("forbid", "SET NOT NULL") };
    let address = Address::Column(name.clone(), column.clone());
    let sql_text = sql("ALTER TABLE").name(name).raw("ALTER COLUMN").ident(column).raw(words).finish();
    Some(step([verb, " NULL in ", &name.to_string(), ".", column.text()].concat(), sql_text, vec![address]))
}
