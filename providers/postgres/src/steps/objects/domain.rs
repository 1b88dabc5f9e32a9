//! Domains.

use trueup_contract::{Fact, Hazard, Work};
use trueup_state::{Check, Domain, Ident, Pair, Qualified};

use super::{
    Alteration, Statement, column,
    uses::{self, Use},
};
use crate::render::{sql, types};

/// From one form to another.
pub(super) fn alter(work: &Work<'_>, name: &Qualified, forms: Pair<&Domain>) -> Alteration {
    let Pair { before, after } = forms;
    if before.ty != after.ty || before.collation != after.collation {
        return Alteration::Recreate;
    }
    let mut statements = checks_away(name, forms);
    let action = || types::alter("DOMAIN", name);
    if before.default != after.default {
        let set = |it: &Domain| match &it.default {
            Some(default) => action().raw("SET DEFAULT").text(default).finish(),
            None => action().raw("DROP DEFAULT").finish(),
        };
        statements.push(Statement { undo: Some(set(before)), ..Statement::of(set(after)) });
    }
    if before.nullable != after.nullable {
        let set = |nullable: bool| action().raw(if nullable { "DROP NOT NULL" } else { "SET NOT NULL" }).finish();
        let undo = Some(set(before.nullable));
        let hazards = if after.nullable { Vec::new() } else { nulls(work, name, before) };
        statements.push(Statement { undo, hazards, ..Statement::of(set(after.nullable)) });
    }
    statements.extend(checks_added(work, name, forms));
    Alteration::InPlace(statements)
}

/// What becomes of one check.
enum Fate<'a> {
    Stays,
    Renamed(&'a Ident),
    Validated,
    Goes,
}

fn fate<'a>(name: &Ident, check: &Check, forms: Pair<&'a Domain>) -> Fate<'a> {
    let Pair { before, after } = forms;
    let same = |a: &Check, b: &Check| a.expression == b.expression && a.extra == b.extra;
    match after.checks.get(name) {
        Some(it) if same(it, check) => Fate::Stays,
        Some(it) if it.expression == check.expression && check.extra.postgres().not_valid => Fate::Validated,
        Some(_) => Fate::Goes,
        None => {
            let new = |(name, it): &(&Ident, &Check)| !before.checks.contains_key(*name) && same(it, check);
            match after.checks.iter().find(new) {
                Some((to, _)) if is_only_one(check, before) => Fate::Renamed(to),
                Some(_) | None => Fate::Goes,
            }
        }
    }
}

/// With two checks of the same text it could not be told which of them is renamed.
fn is_only_one(check: &Check, domain: &Domain) -> bool {
    domain.checks.values().filter(|it| it.expression == check.expression).count() == 1
}

/// Checks that go, get another name, or are looked at for good.
fn checks_away(name: &Qualified, forms: Pair<&Domain>) -> Vec<Statement> {
    let action = || types::alter("DOMAIN", name);
    let each = forms.before.checks.iter().filter_map(|(check, it)| match fate(check, it, forms) {
        Fate::Stays => None,
        Fate::Renamed(to) => Some(Statement {
            undo: Some(action().raw("RENAME CONSTRAINT").ident(to).raw("TO").ident(check).finish()),
            ..Statement::of(action().raw("RENAME CONSTRAINT").ident(check).raw("TO").ident(to).finish())
        }),
        Fate::Validated => Some(Statement::of(action().raw("VALIDATE CONSTRAINT").ident(check).finish())),
        Fate::Goes => Some(Statement {
            undo: Some(types::add_domain_check(name, check, it, false)),
            ..Statement::of(action().raw("DROP CONSTRAINT").ident(check).finish())
        }),
    });
    each.collect()
}

/// Checks that are new, or other than the one of their name.
fn checks_added(work: &Work<'_>, name: &Qualified, forms: Pair<&Domain>) -> Vec<Statement> {
    let Pair { before, after } = forms;
    let renamed: Vec<&Ident> = before
        .checks
        .iter()
        .filter_map(|(check, it)| match fate(check, it, forms) {
            Fate::Renamed(to) => Some(to),
            Fate::Stays | Fate::Validated | Fate::Goes => None,
        })
        .collect();
    let is_new = |check: &Ident| match before.checks.get(check) {
        Some(it) => matches!(fate(check, it, forms), Fate::Goes),
        None => !renamed.contains(&check),
    };
    let added = after.checks.iter().filter(|(check, _)| is_new(check)).map(|(check, it)| {
        let looked_at = !it.extra.postgres().not_valid;
        let hazards = if looked_at { violations(work, name, before, it) } else { Vec::new() };
        let undo = Some(types::alter("DOMAIN", name).raw("DROP CONSTRAINT").ident(check).finish());
        Statement { undo, hazards, ..Statement::of(types::add_domain_check(name, check, it, false)) }
    });
    added.collect()
}

/// For each column of the domain, the question how many rows are NULL.
fn nulls(work: &Work<'_>, name: &Qualified, domain: &Domain) -> Vec<Hazard> {
    let Domain { ty: _, collation: _, nullable: _, default: _, checks: _ } = domain;
    let hazard = |it: Use<'_>| {
        let (table, own) = (uses::table_now(work, &it.table), uses::column_now(work, &it.table, it.name));
        let condition = sql("").ident(&own).raw("IS NULL").finish();
        let counts = ["rows of ", &table.to_string(), " where ", own.text(), " is NULL"].concat();
        let question = Some(uses::count(work, &it.table, counts, &condition));
        Hazard { address: column(&it.table, it.name), fact: Fact::ForbidsNull { default_fills: false }, question }
    };
    uses::kept(work, name).into_iter().filter(|it| !it.array).map(hazard).collect()
}

/// For each column of the domain, the question how many rows a new check refuses.
fn violations(work: &Work<'_>, name: &Qualified, domain: &Domain, check: &Check) -> Vec<Hazard> {
    let hazard = |it: Use<'_>| {
        let (table, own) = (uses::table_now(work, &it.table), uses::column_now(work, &it.table, it.name));
        // In a domain's check VALUE is the value; in this query it is a column of that name.
        let value = sql("SELECT").ident(&own).raw(&["::", domain.ty.written()].concat()).raw("AS value");
        let condition = sql("EXISTS (SELECT 1 FROM (").sql(&value).raw(") AS v WHERE NOT (");
        let condition = condition.text(&check.expression).raw("))").finish();
        let counts =
            ["rows of ", &table.to_string(), " where ", own.text(), " is not ", check.expression.written()].concat();
        let question = Some(uses::count(work, &it.table, counts, &condition));
        Hazard { address: column(&it.table, it.name), fact: Fact::AddsCheck, question }
    };
    uses::kept(work, name).into_iter().filter(|it| !it.array).map(hazard).collect()
}
