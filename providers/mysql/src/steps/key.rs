//! Primary keys, indexes and checks of tables that stay.

use trueup_contract::{Fact, Hazard, Question, Sql};
use trueup_state::{Address, Check, Ident, Index, IndexKind, Object, Part, PrimaryKey, Table, Term};

use super::{
    clause::{Class, Clause, Place},
    column::{Sides, is_innodb, remade, rows_then},
    context::Context,
    link, object_key,
};
use crate::render::{check, index, primary_key, sql};

/// Every clause about keys and checks.
pub(super) fn clauses(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let mut clauses = primary(context, sides);
    for name in sides.before.indexes.keys() {
        clauses.extend(index_that_was(context, sides, name));
    }
    for (name, it) in &sides.after.indexes {
        let address = Address::Index(sides.name.clone(), name.clone());
        if context.created.contains(&address) || is_made_again(context, sides, name) {
            clauses.push(add_index(context, sides, (name, it), &address));
        }
    }
    clauses.extend(checks(context, sides));
    clauses
}

/// The columns that a key is about, by name or in its expressions.
fn columns<'a>(table: &'a Table, parts: &'a [Part]) -> impl Iterator<Item = &'a Ident> {
    parts.iter().flat_map(|part| -> Vec<&'a Ident> {
        match &part.term {
            Term::Column(name) => vec![name],
            Term::Expression(text) => table.columns.keys().filter(|it| text.mentions(it.text())).collect(),
        }
    })
}

fn primary(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let address = Address::PrimaryKey(sides.name.clone());
    let after = match context.form(&address) {
        Some(Object::PrimaryKey(it)) => Some(it),
        _ => None,
    };
    let goes = context.dropped.contains(&address) || context.altered.contains(&address);
    let comes = context.created.contains(&address) || context.altered.contains(&address);
    let engine = engine_class(sides);
    let mut clauses = Vec::new();
    if let Some(before) = sides.before.primary_key.as_ref().filter(|_| goes) {
        let class = if comes { Class::Inplace } else { Class::Copy };
        let clause = Clause::new(Place::DropsKey, class.max(engine), sql("DROP PRIMARY KEY"));
        let mut clause = clause.columns(columns(sides.before, &before.parts)).key("primary");
        if !comes {
            clause = clause.drops(&address);
            clause.hazards.push(Hazard { address: address.clone(), fact: Fact::DropsConstraint, question: None });
        }
        clauses.push(clause);
    }
    if let Some(after) = after.filter(|_| comes) {
        let clause = Clause::new(Place::AddsKey, Class::Inplace.max(engine), sql("ADD").sql(&primary_key(after)));
        let mut clause = clause.columns(columns(sides.after, &after.parts)).key("primary");
        clause = if goes { clause.changes(&address) } else { clause.makes(&address) };
        let question = duplicates_of_key(context, sides, after);
        clause.hazards.push(Hazard { address, fact: Fact::AddsUnique, question });
        clauses.push(clause);
    }
    clauses
}

/// Other engines than InnoDB do all this by a copy.
fn engine_class(sides: &Sides<'_>) -> Class {
    if is_innodb(sides.before) { Class::Instant } else { Class::Copy }
}

/// Whether an index that does not change goes and comes again: since MySQL lets no column that its expression speaks of
/// be renamed, or since the server made it for a foreign key and would drop it for one that comes.
fn is_made_again(context: &Context<'_>, sides: &Sides<'_>, name: &Ident) -> bool {
    let Some(it) = sides.before.indexes.get(name).filter(|_| sides.after.indexes.contains_key(name)) else {
        return false;
    };
    if context.changes(&Address::Index(sides.name.clone(), name.clone())) {
        return false;
    }
    let is_renamed = |it: &Ident| context.origins.column(sides.name, it) != *it;
    let expressions = it.parts.iter().filter(|part| part.column_name().is_none());
    let of_renamed = expressions.flat_map(|part| columns(sides.before, std::slice::from_ref(part))).any(is_renamed);
    let of_key = sides.before.foreign_keys.values().any(|key| link::supports_only(it, key));
    // The server forgets a column that goes, if it does not come again under the same name.
    let remade = remade(context, sides);
    let of_remade = columns(sides.before, &it.parts).any(|own| remade.contains(own) && is_renamed(own));
    (!context.is_mariadb() && (of_renamed || is_placed_anew(context, sides, it)))
        || of_remade
        || (of_key && is_covered_anew(context, sides, it))
}

/// Whether a spatial index is about a column that gets another reference system: MySQL wants it gone before.
fn is_placed_anew(context: &Context<'_>, sides: &Sides<'_>, it: &Index) -> bool {
    let srid = |table: &Table, name: &Ident| table.columns.get(name).and_then(|it| it.extra.mysql().srid);
    let changes =
        |name: &Ident| sides.after.columns.contains_key(name) && srid(sides.before, name) != srid(sides.after, name);
    !context.is_mariadb()
        && it.extra.mysql().kind == IndexKind::Spatial
        && columns(sides.before, &it.parts).any(changes)
}

/// Whether an index comes that begins with all of another's columns.
fn is_covered_anew(context: &Context<'_>, sides: &Sides<'_>, it: &Index) -> bool {
    let begins = |parts: &[Part]| {
        let columns = |parts: &[Part]| parts.iter().map(|it| it.column_name().cloned()).collect::<Vec<_>>();
        columns(parts).starts_with(&columns(&it.parts))
    };
    let key = sides.after.primary_key.iter().filter(|_| context.changes(&Address::PrimaryKey(sides.name.clone())));
    let is_new = |name: &Ident| context.changes(&Address::Index(sides.name.clone(), name.clone()));
    let indexes = sides.after.indexes.iter().filter(|(name, _)| is_new(name)).map(|(_, it)| &it.parts);
    key.map(|it| &it.parts).chain(indexes).any(|parts| begins(parts))
}

/// An index of the table as it is: it goes, it changes, or it is called otherwise.
fn index_that_was(context: &Context<'_>, sides: &Sides<'_>, name: &Ident) -> Vec<Clause> {
    let address = Address::Index(sides.name.clone(), name.clone());
    let Some(before) = sides.before.indexes.get(name) else { return Vec::new() };
    let from = context.origins.now(&address);
    let now = from.name().unwrap_or(name);
    let engine = engine_class(sides);
    let drop = |class: Class| {
        let mut clause = Clause::new(Place::DropsKey, class.max(engine), sql("DROP INDEX").ident(now));
        clause.first = is_placed_anew(context, sides, before);
        clause.columns(columns(sides.before, &before.parts)).key(name.text()).key(now.text())
    };
    if context.dropped.contains(&address) {
        return vec![drop(Class::Inplace).drops(&address)];
    }
    if is_made_again(context, sides, name) {
        return vec![drop(Class::Inplace)];
    }
    let mut clauses = Vec::new();
    if context.altered.contains(&address)
        && let Some(after) = context.index(&address)
    {
        if let Some(words) = shows(context, before, after)
            && now == name
        {
            let class = if context.is_mariadb() { Class::Instant } else { Class::Inplace };
            let clause =
                Clause::new(Place::ChangesColumn, class.max(engine), sql("ALTER INDEX").ident(name).raw(words));
            return vec![clause.changes(&address).key(name.text())];
        }
        let mut gone = drop(Class::Inplace);
        let mut made = add_index(context, sides, (name, after), &address);
        if now == name {
            made.provides.clear();
        } else {
            gone.removes.push(from);
        }
        clauses.extend([gone, made]);
    } else if now != name {
        let class = if context.is_mariadb() { Class::Instant } else { Class::Inplace };
        let clause = Clause::new(Place::ChangesColumn, class, sql("RENAME INDEX").ident(now).raw("TO").ident(name));
        let mut clause = clause.key(name.text()).key(now.text()).makes(&address).at_least(engine);
        clause.removes.push(from);
        clauses.push(clause);
    }
    clauses
}

/// What to say where an index differs only in whether it is used.
fn shows(context: &Context<'_>, before: &Index, after: &Index) -> Option<&'static str> {
    let (mut was, is) = (before.extra.mysql(), after.extra.mysql());
    let invisible = is.invisible;
    was.invisible = invisible;
    let same = Index { extra: was.into(), ..before.clone() } == Index { extra: is.into(), ..after.clone() };
    same.then_some(match (context.is_mariadb(), invisible) {
        (true, true) => "IGNORED",
        (true, false) => "NOT IGNORED",
        (false, true) => "INVISIBLE",
        (false, false) => "VISIBLE",
    })
}

fn add_index(context: &Context<'_>, sides: &Sides<'_>, (name, it): (&Ident, &Index), address: &Address) -> Clause {
    let it = context.index(address).unwrap_or(it);
    let kind = it.extra.mysql().kind;
    let class = if kind == IndexKind::Plain { Class::Inplace } else { Class::Shared };
    let clause = Clause::new(Place::AddsKey, class.max(engine_class(sides)), sql("ADD").sql(&index(name, it)));
    let mut clause = clause.columns(columns(sides.after, &it.parts)).key(name.text());
    if context.changes(address) {
        clause = clause.changes(address);
    }
    clause.alone = kind == IndexKind::Fulltext;
    if context.created.contains(address) {
        clause.provides.push(address.clone());
    }
    let before = sides.before.indexes.get(name);
    if it.unique && before.is_none_or(|was| !was.unique || was.parts != it.parts) {
        let fact = if before.is_some_and(|was| !was.unique) { Fact::MakesUnique } else { Fact::AddsUnique };
        let question = duplicates(context, sides, &it.parts, name.text());
        clause.hazards.push(Hazard { address: address.clone(), fact, question });
    }
    clause
}

fn duplicates_of_key(context: &Context<'_>, sides: &Sides<'_>, key: &PrimaryKey) -> Option<Question> {
    duplicates(context, sides, &key.parts, "the primary key")
}

/// Keys that stand in more than one row, as the rows will be.
pub(super) fn duplicates(context: &Context<'_>, sides: &Sides<'_>, parts: &[Part], of: &str) -> Option<Question> {
    let columns: Vec<&Ident> = columns(sides.after, parts).collect();
    let rows = rows_then(context, sides.name, &columns)?;
    let term = |part: &Part| -> Sql {
        let value = match &part.term {
            Term::Column(name) => sql("").ident(name),
            Term::Expression(text) => sql("(").text(text).raw(")"),
        };
        match part.extra.mysql().prefix {
            Some(prefix) => sql("LEFT(").sql(&value).raw(",").raw(&prefix.to_string()).raw(")"),
            None => value,
        }
    };
    let terms: Vec<Sql> = parts.iter().map(term).collect();
    let counts = ["keys of ", of, " that stand in more than one row of ", &sides.name.to_string()].concat();
    Some(rows.duplicates(&terms, counts))
}

/// Unique keys that stay while what they compare by changes.
pub(super) fn recompared(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Hazard> {
    let changes = |parts: &[Part]| {
        columns(sides.after, parts).any(|name| {
            let (before, after) = (sides.before.columns.get(name), sides.after.columns.get(name));
            matches!((before, after), (Some(a), Some(b)) if a.collation != b.collation || a.ty != b.ty)
        })
    };
    let mut hazards = Vec::new();
    let primary = Address::PrimaryKey(sides.name.clone());
    if let Some(key) = sides.after.primary_key.as_ref().filter(|it| !context.changes(&primary) && changes(&it.parts)) {
        let question = duplicates_of_key(context, sides, key);
        hazards.push(Hazard { address: primary, fact: Fact::AddsUnique, question });
    }
    for (name, it) in sides.after.indexes.iter().filter(|(_, it)| it.unique && changes(&it.parts)) {
        let address = Address::Index(sides.name.clone(), name.clone());
        if !context.changes(&address) {
            let question = duplicates(context, sides, &it.parts, name.text());
            hazards.push(Hazard { address, fact: Fact::AddsUnique, question });
        }
    }
    hazards
}

fn checks(context: &Context<'_>, sides: &Sides<'_>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for (name, before) in &sides.before.checks {
        let address = Address::Check(sides.name.clone(), name.clone());
        if context.dropped.contains(&address) {
            let mut clause = drop_check(context, sides, name, before).drops(&address);
            clause.hazards.push(Hazard { address, fact: Fact::DropsConstraint, question: None });
            clauses.push(clause);
        } else if context.altered.contains(&address) || is_check_made_again(context, sides, before) {
            clauses.extend(changed_check(context, sides, (name, before), &address));
        }
    }
    for (name, it) in &sides.after.checks {
        let address = Address::Check(sides.name.clone(), name.clone());
        if context.created.contains(&address) {
            clauses.push(add_check(context, sides, (name, it), &address).makes(&address));
        }
    }
    clauses
}

fn changed_check(
    context: &Context<'_>,
    sides: &Sides<'_>,
    (name, before): (&Ident, &Check),
    address: &Address,
) -> Vec<Clause> {
    let Some(Object::Check(after)) = context.form(address) else { return Vec::new() };
    let again = is_check_made_again(context, sides, before);
    if before.expression == after.expression && context.altered.contains(address) && !again {
        let enforced = !after.extra.mysql().not_enforced;
        let words = if enforced { "ENFORCED" } else { "NOT ENFORCED" };
        let class = if enforced { Class::Copy } else { Class::Inplace };
        let alter = sql("ALTER CHECK").ident(name).raw(words);
        let mut clause = Clause::new(Place::ChangesColumn, class, alter).changes(address).key(name.text());
        if enforced {
            let question = broken(context, sides, after);
            clause.hazards.push(Hazard { address: address.clone(), fact: Fact::AddsCheck, question });
        }
        return vec![clause];
    }
    let gone = drop_check(context, sides, name, before);
    vec![gone, add_check(context, sides, (name, after), address).changes(address)]
}

/// Whether a check goes and comes again since MySQL lets no column that it speaks of be renamed, or since one goes and
/// comes again.
fn is_check_made_again(context: &Context<'_>, sides: &Sides<'_>, check: &Check) -> bool {
    let is_renamed = |it: &&Ident| !context.is_mariadb() && context.origins.column(sides.name, it) != **it;
    let remade = remade(context, sides);
    let mut changed = sides.before.columns.keys().filter(|it| remade.contains(*it) || is_renamed(it));
    changed.any(|it| check.expression.mentions(it.text()))
}

fn drop_check(context: &Context<'_>, sides: &Sides<'_>, name: &Ident, it: &Check) -> Clause {
    let words = if context.is_mariadb() { "DROP CONSTRAINT" } else { "DROP CHECK" };
    let clause = Clause::new(Place::DropsKey, engine_class(sides), sql(words).ident(name));
    let mut clause = clause.key(name.text()).columns(spoken_of(sides.before, it));
    if !context.is_mariadb() {
        clause.names.frees.push(object_key("check", name));
    }
    clause
}

fn spoken_of<'a>(table: &'a Table, check: &'a Check) -> impl Iterator<Item = &'a Ident> {
    table.columns.keys().filter(|it| check.expression.mentions(it.text()))
}

fn add_check(context: &Context<'_>, sides: &Sides<'_>, (name, it): (&Ident, &Check), address: &Address) -> Clause {
    let it = match context.form(address) {
        Some(Object::Check(declared)) => declared,
        _ => it,
    };
    let clause = Clause::new(Place::AddsKey, Class::Copy, sql("ADD").sql(&check(name, it)));
    let mut clause = clause.key(name.text()).columns(spoken_of(sides.after, it));
    if !context.is_mariadb() {
        clause.names.takes.push(object_key("check", name));
    }
    if !it.extra.mysql().not_enforced {
        let question = broken(context, sides, it);
        clause.hazards.push(Hazard { address: address.clone(), fact: Fact::AddsCheck, question });
    }
    clause
}

/// Rows that break a check, as they will be.
fn broken(context: &Context<'_>, sides: &Sides<'_>, it: &Check) -> Option<Question> {
    let columns: Vec<&Ident> = spoken_of(sides.after, it).collect();
    let rows = rows_then(context, sides.name, &columns)?;
    let counts = ["rows of ", &sides.name.to_string(), " that break the check"].concat();
    Some(rows.against(&sql("NOT (").text(&it.expression).raw(")"), counts))
}
