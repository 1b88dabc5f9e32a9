//! What may hurt about a column that comes or changes.

use trueup_contract::{Fact, Hazard};
use trueup_state::{Address, Column, Ident};

use super::{
    Sides,
    conversion::{self, Doubt},
    values,
};
use crate::{
    render::sql,
    steps::{
        context::Context,
        questions::{self, Rows},
    },
};

/// A column that comes.
pub(super) fn of_addition(context: &Context<'_>, sides: &Sides<'_>, name: &Ident, column: &Column) -> Vec<Hazard> {
    let address = Address::Column(sides.name.clone(), name.clone());
    let extra = column.extra.mysql();
    let is_filled = column.nullable
        || column.default.is_some()
        || column.generated.is_some()
        || extra.auto_increment
        || extra.row.is_some();
    let mut hazards = Vec::new();
    let now = context.origins.table(sides.name);
    if !is_filled {
        let is_implied = values::implied(column).is_some();
        let mut question = questions::rows(&now);
        question.must_be_zero = !is_implied;
        let fact = if is_implied { Fact::FillsImplicitly } else { Fact::AddsRequiredColumn };
        hazards.push(Hazard { address: address.clone(), fact, question: Some(question) });
    }
    let is_computed =
        column.default.as_ref().is_some_and(|it| crate::render::default(&column.ty, it).finish().starts_with('('));
    if is_computed && !context.is_mariadb() && context.is_large(sides.name) {
        hazards.push(Hazard { address, fact: Fact::ComputesDefault, question: Some(questions::size(&now)) });
    }
    hazards
}

/// A column that stays and is otherwise.
pub(super) fn of_change(
    context: &Context<'_>,
    sides: &Sides<'_>,
    name: &Ident,
    (before, after): (&Column, &Column),
) -> Vec<Hazard> {
    let address = Address::Column(sides.name.clone(), name.clone());
    let hazard = |fact: Fact, question| Hazard { address: address.clone(), fact, question };
    let own = context.origins.column(sides.name, name);
    let now = context.origins.table(sides.name);
    let Some(table) = context.work.observed.table(&now) else { return Vec::new() };
    let rows = Rows::now(&now, table);
    let of = |what: &str| ["rows of ", &now.to_string(), " where ", own.text(), " ", what].concat();
    let mut hazards = Vec::new();
    if before.nullable && !after.nullable && after.generated.is_none() {
        let nulls = rows.against(&sql("").ident(&own).raw("IS NULL"), of("is NULL"));
        hazards.push(hazard(Fact::ForbidsNull { default_fills: false }, Some(nulls)));
    } else if !before.nullable && after.nullable {
        hazards.push(hazard(Fact::AllowsNull, None));
    }
    let is_stored = before.generated.as_ref().is_none_or(|it| it.stored) && after.generated.is_none();
    if is_stored {
        let doubts = conversion::doubts(&own, (before, after)).into_iter();
        hazards.extend(doubts.map(|it| doubt((&address, &own), &rows, it, (before, after), &of)));
    } else if before.generated.is_none() {
        // What was stored is computed from now on.
        hazards.push(hazard(Fact::DropsColumn, Some(questions::values(&now, &own))));
    }
    if before.collation != after.collation
        && let (Some(from), Some(to)) = (&before.collation, &after.collation)
    {
        let fact = Fact::ChangesCollation { from: from.text().to_owned(), to: to.text().to_owned() };
        hazards.push(hazard(fact, Some(questions::values(&now, &own))));
    }
    let (was, is) = (before.extra.mysql(), after.extra.mysql());
    if was.srid != is.srid {
        let said = |srid: Option<u32>| srid.map_or_else(|| "any".to_owned(), |it| it.to_string());
        let fact =
            Fact::ChangesEngine { from: ["SRID ", &said(was.srid)].concat(), to: ["SRID ", &said(is.srid)].concat() };
        hazards.push(hazard(fact, None));
    }
    if was.auto_increment && !is.auto_increment {
        hazards.push(hazard(Fact::LosesSequence, None));
    }
    if let Some(check) = is.check.filter(|it| was.check.as_ref() != Some(it)) {
        let broken = values::rows_then(context, sides.name, &[name])
            .map(|rows| rows.against(&sql("NOT (").text(&check).raw(")"), of("breaks its check")));
        hazards.push(hazard(Fact::AddsCheck, broken));
    }
    hazards
}

fn doubt(
    (address, own): (&Address, &Ident),
    rows: &Rows,
    doubt: Doubt,
    (before, after): (&Column, &Column),
    of: &dyn Fn(&str) -> String,
) -> Hazard {
    let to = after.ty.canonical().to_owned();
    let narrows = Fact::Narrows { from: before.ty.canonical().to_owned(), to: to.clone() };
    let (fact, question) = match doubt {
        Doubt::Refused(condition) => {
            let counts = of(&["is no ", after.ty.canonical()].concat());
            (Fact::RefusesValues { to }, Some(rows.against(&condition, counts)))
        }
        Doubt::Changes(condition) => {
            let counts = of(&["reads differently as ", after.ty.canonical()].concat());
            (narrows, Some(rows.matching(&condition, counts)))
        }
        Doubt::Unknown => (narrows, Some(rows.matching(&sql("").ident(own).raw("IS NOT NULL"), of("has a value")))),
    };
    Hazard { address: address.clone(), fact, question }
}
