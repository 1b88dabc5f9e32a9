//! The rebuild: a table moved aside, made again in its new shape, filled and completed, in one step.

use trueup_contract::{DialectError, Fact, Hazard, Names, Sql, Step};
use trueup_state::{Address, Change, Column, Fingerprint, Ident, Qualified, SqliteTable, Table, Term};

use super::{
    Context,
    copy::{self, Value, rowid_name},
    questions, relation_key, rows, script, step,
    table::{cascade_hazard, library_hazards},
    trigger_key,
};
use crate::render::{self, sql};

/// One rebuild for all changes of a table.
pub(super) fn rebuild(
    context: &Context<'_>,
    name: &Qualified,
    (before, after): (&Table, &Table),
    changes: &[&Change],
) -> Result<Step, DialectError> {
    if after.columns.is_empty() {
        let reason = "SQLite has no table without columns".to_owned();
        return Err(DialectError { address: Address::Table(name.clone()), reason });
    }
    let addresses: Vec<Address> = changes.iter().map(|change| change.address().clone()).collect();
    let mut rebuild = step(["rebuild table ", &name.to_string()].concat(), statements(name, before, after), addresses);
    for change in changes {
        match change {
            Change::Create(address) => rebuild.provides.push(address.clone()),
            Change::Drop(address) => rebuild.removes.push(address.clone()),
            Change::Alter(_) | Change::Rename { .. } => (),
        }
    }
    let drops = |address: Address| changes.iter().any(|change| matches!(change, Change::Drop(it) if *it == address));
    let indexes = (before.indexes.keys().collect(), after.indexes.keys().collect());
    let drops_index = |own: &Ident| drops(Address::Index(name.clone(), own.clone()));
    let Names { takes, frees } = names(indexes, relation_key, drops_index);
    rebuild.names.takes.extend(takes);
    rebuild.names.frees.extend(frees);
    let triggers = (before.triggers.keys().collect(), after.triggers.keys().collect());
    let drops_trigger = |own: &Ident| drops(Address::Trigger(name.clone(), own.clone()));
    let Names { takes, frees } = names(triggers, trigger_key, drops_trigger);
    rebuild.names.takes.extend(takes);
    rebuild.names.frees.extend(frees);
    rebuild.requires.push(Address::Table(name.clone()));
    rebuild.rewrites = true;
    rebuild.compares_foreign_keys = true;
    rebuild.hazards = hazards(context, name, before, after);
    Ok(rebuild)
}

/// The names that the rebuild takes and frees. One that goes before it, in a step of its own, is waited for.
fn names(
    (before, after): (Vec<&Ident>, Vec<&Ident>),
    key: fn(&Ident) -> String,
    drops: impl Fn(&Ident) -> bool,
) -> Names {
    let (frees, waited): (Vec<&Ident>, Vec<&Ident>) =
        before.iter().copied().filter(|it| !after.contains(it)).partition(|it| drops(it));
    let comes = after.iter().copied().filter(|it| !before.contains(it));
    Names { takes: waited.into_iter().chain(comes).map(key).collect(), frees: frees.into_iter().map(key).collect() }
}

fn hazards(context: &Context<'_>, name: &Qualified, before: &Table, after: &Table) -> Vec<Hazard> {
    let address = Address::Table(name.clone());
    let question = Some(questions::size(&context.origins.table(name)));
    let mut hazards = vec![Hazard { address: address.clone(), fact: Fact::Rebuilds, question }];
    hazards.extend(cascade_hazard(context, name));
    let mut objects: Vec<Address> =
        after.triggers.keys().map(|trigger| Address::Trigger(name.clone(), trigger.clone())).collect();
    objects.extend(after.indexes.keys().map(|index| Address::Index(name.clone(), index.clone())));
    if counts_ids(before) && counts_ids(after) {
        objects.push(Address::PrimaryKey(name.clone()));
    }
    if !objects.is_empty() {
        hazards.push(Hazard { address, fact: Fact::Restores { objects }, question: None });
    }
    hazards.extend(rows::hazards(context, name, before, after));
    hazards.extend(library_hazards(context, name, after));
    hazards
}

/// Whether the table keeps a mark of the ids it has given.
fn counts_ids(table: &Table) -> bool {
    table.primary_key.as_ref().is_some_and(|key| key.extra.sqlite().autoincrement)
}

/// SQLite's own procedure (sqlite.org/lang_altertable.html, section 7) with the old table moved aside first, so that
/// texts which name the table (`CHECK (t.a > 0)`) are read under its real name. `legacy_alter_table` keeps the renaming
/// from touching what refers to the table, and from failing over views that mean it.
fn statements(name: &Qualified, before: &Table, after: &Table) -> String {
    let hash = Fingerprint::of_bytes(Address::Table(name.clone()).to_string().as_bytes()).short();
    let aside = Qualified { namespace: name.namespace.clone(), name: Ident::from(["trueup_rebuild_", &hash].concat()) };
    let keeps_mark = counts_ids(before) && counts_ids(after);
    let mut statements = if names_itself(name, before) {
        copy_aside(name, &aside, before, keeps_mark)
    } else {
        move_aside(name, &aside)
    };
    statements.push(render::table(name, after));
    statements.extend(copy_rows(name, &aside, before, after));
    if keeps_mark {
        // The mark went along when the old table was moved aside; dropping that table would drop it.
        let own = sql("DELETE FROM sqlite_sequence WHERE name =").string(name.name.text());
        let mark = sql("UPDATE sqlite_sequence SET name =").string(name.name.text()).raw("WHERE name =");
        statements.extend([own.finish(), mark.string(aside.name.text()).finish()]);
    }
    statements.push(sql("DROP TABLE").name(&aside).finish());
    statements.push(sql("PRAGMA legacy_alter_table = OFF").finish());
    statements.extend(after.indexes.iter().map(|(own, index)| render::create_index(name, own, index)));
    statements.extend(after.triggers.iter().map(|(own, trigger)| render::trigger(own, trigger)));
    script(statements)
}

fn move_aside(name: &Qualified, aside: &Qualified) -> Vec<String> {
    let rename = sql("ALTER TABLE").name(name).raw("RENAME TO").ident(&aside.name);
    vec![sql("PRAGMA legacy_alter_table = ON").finish(), rename.finish()]
}

/// Whether texts inside the table say its name, as `CHECK (t.a > 0)` does: with `legacy_alter_table` SQLite leaves them
/// as they are when the table is renamed, and then refuses the renaming over them.
fn names_itself(name: &Qualified, table: &Table) -> bool {
    let generated = table.columns.values().filter_map(|column| column.generated.as_ref()).map(|it| &it.expression);
    let terms = table.indexes.values().flat_map(|index| &index.parts).filter_map(|part| match &part.term {
        Term::Column(_) => None,
        Term::Expression(text) => Some(text),
    });
    let predicates = table.indexes.values().filter_map(|index| index.predicate.as_ref());
    let mut texts =
        table.checks.values().map(|check| &check.expression).chain(generated).chain(terms).chain(predicates);
    texts.any(|text| text.mentions(name.name.text()))
}

/// A copy of the rows in a table with nothing but columns, in place of the table itself.
fn copy_aside(name: &Qualified, aside: &Qualified, before: &Table, keeps_mark: bool) -> Vec<String> {
    let plain = |it: &Column| Column { nullable: true, default: None, generated: None, collation: None, ..it.clone() };
    let columns = before.columns.iter().map(|(own, column)| (own.clone(), plain(column))).collect();
    // STRICT decides whether ANY converts.
    let options = SqliteTable { without_rowid: false, strict: before.extra.sqlite().strict };
    let copy = Table { columns, extra: options.into(), ..Table::default() };
    let mut list = rowid_name(before).map_or_else(|| sql(""), sql);
    for (at, own) in before.columns.keys().enumerate() {
        let separated = if at > 0 || rowid_name(before).is_some() { list.raw(",") } else { list };
        list = separated.ident(own);
    }
    let fill = sql("INSERT INTO").name(aside).raw("(").sql(&list).raw(") SELECT").sql(&list).raw("FROM").name(name);
    let mut statements = vec![render::table(aside, &copy), fill.finish()];
    if keeps_mark {
        // Dropping the table would drop its mark.
        let mark = sql("UPDATE sqlite_sequence SET name =").string(aside.name.text()).raw("WHERE name =");
        statements.push(mark.string(name.name.text()).finish());
    }
    statements.push(sql("DROP TABLE").name(name).finish());
    statements
}

/// The copy of every row. `OR ABORT` overrides the conflict clauses of the new table, which could drop rows silently.
fn copy_rows(name: &Qualified, aside: &Qualified, before: &Table, after: &Table) -> Option<String> {
    let mut targets = sql("(");
    let mut values = sql("SELECT");
    let mut count = 0usize;
    let alias = after.primary_key.as_ref().filter(|key| key.extra.sqlite().rowid_alias);
    let copied_alias = alias.is_some_and(|key| {
        key.parts.iter().filter_map(|part| part.column_name()).any(|column| before.columns.contains_key(column))
    });
    if let (Some(to), Some(from)) = (rowid_name(after), rowid_name(before))
        && !copied_alias
    {
        targets = targets.raw(to);
        values = values.raw(from);
        count += 1;
    }
    for (column, _, value) in copy::values(before, after) {
        let expression = match value {
            Value::Column { name, .. } => sql("").ident(name),
            Value::Filled { name, default, .. } => sql("ifnull(").ident(name).raw(", (").text(default).raw("))"),
            // Left out: SQLite fills them as it does for any insert.
            Value::Default(_) | Value::Null | Value::Generated(_) => continue,
        };
        if count > 0 {
            targets = targets.raw(",");
            values = values.raw(",");
        }
        targets = targets.ident(column);
        values = values.sql(&expression);
        count += 1;
    }
    if count == 0 {
        // Nothing is kept but the number of rows.
        let (column, value) = filler(after)?;
        targets = targets.ident(column);
        values = values.sql(&value);
    }
    let insert = sql("INSERT OR ABORT INTO").name(name).sql(&targets.raw(")")).sql(&values.raw("FROM").name(aside));
    Some(insert.finish())
}

/// A column that can be written, and what it has when nothing is.
fn filler(table: &Table) -> Option<(&Ident, Sql)> {
    let (name, column) = table.columns.iter().find(|(_, column)| column.generated.is_none())?;
    let is_id = copy::is_rowid_alias(table, name);
    let default = column.default.as_ref().filter(|_| !is_id);
    Some((name, default.map_or_else(|| sql("NULL"), |default| sql("(").text(default).raw(")"))))
}
