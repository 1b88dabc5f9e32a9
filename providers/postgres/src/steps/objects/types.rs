//! Composite types.

use trueup_contract::{DialectError, Fact, Hazard, Work};
use trueup_state::{Address, Attribute, CompositeType, Pair, Qualified};

use super::{Alteration, Statement, column, uses};
use crate::{
    render::sql,
    render::types,
    steps::Alteration::{InPlace, Recreate},
};

/// Attributes are dropped, retyped and added at the end; where that does not lead to the new form, the type is made anew.
pub(super) fn composite(
    work: &Work<'_>,
    address: &Address,
    name: &Qualified,
    forms: Pair<&CompositeType>,
) -> Result<Alteration, DialectError> {
    let refused = |reason: String| Err(DialectError { address: address.clone(), reason });
    let typed = work.before.tables().find(|(_, table)| table.extra.postgres().of_type.as_ref() == Some(name));
    if let Some((table, _)) = typed {
        return refused(
            ["table ", &table.to_string(), " is made of it (`OF`), so that its attributes are columns"].concat(),
        );
    }
    let used = uses::kept(work, name);
    let Some(steps) = attribute_steps(forms) else {
        return match used.first() {
            None => Ok(Recreate),
            Some(it) => refused(
                [&column(&it.table, it.name).to_string(), " holds values of it, and attributes cannot change places"]
                    .concat(),
            ),
        };
    };
    let mut statements = Vec::new();
    for step in steps {
        if let (Step::Retype(attribute), Some(it)) = (&step, used.first()) {
            let what = column(&it.table, it.name).to_string();
            return refused(
                [&what, " holds values of it, so that `", attribute.name.text(), "` cannot be converted"].concat(),
            );
        }
        let hazards = match &step {
            Step::Drop(attribute) => used.iter().map(|it| loss(work, it, attribute)).collect(),
            Step::Retype(_) | Step::Add(_) => Vec::new(),
        };
        statements.push(Statement { hazards, ..Statement::of(text(name, &step)) });
    }
    Ok(InPlace(statements))
}

/// What happens to one attribute.
enum Step<'a> {
    Drop(&'a Attribute),
    Retype(&'a Attribute),
    Add(&'a Attribute),
}

/// `None`: an attribute would have to change its place.
fn attribute_steps<'a>(forms: Pair<&'a CompositeType>) -> Option<Vec<Step<'a>>> {
    let Pair { before, after } = forms.map(|it| it.attributes.as_slice());
    let find = |all: &'a [Attribute], name| all.iter().find(|it| it.name == name);
    let gone = before.iter().filter(|it| find(after, it.name.clone()).is_none());
    let mut steps: Vec<Step<'_>> = gone.map(Step::Drop).collect();
    let kept: Vec<&Attribute> = before.iter().filter(|it| find(after, it.name.clone()).is_some()).collect();
    let (first, added) = after.split_at_checked(kept.len())?;
    for (was, is) in kept.into_iter().zip(first) {
        if was.name != is.name {
            return None;
        }
        if was != is {
            steps.push(Step::Retype(is));
        }
    }
    steps.extend(added.iter().map(Step::Add));
    // An attribute that is all there is cannot go before another one has come.
    if before.len() == steps.iter().filter(|it| matches!(it, Step::Drop(_))).count() {
        steps.sort_by_key(|it| !matches!(it, Step::Add(_)));
    }
    Some(steps)
}

fn text(name: &Qualified, step: &Step<'_>) -> String {
    let action = types::alter("TYPE", name);
    match step {
        Step::Drop(it) => action.raw("DROP ATTRIBUTE").ident(&it.name).finish(),
        Step::Add(it) => types::attribute(action.raw("ADD ATTRIBUTE"), it).finish(),
        Step::Retype(it) => {
            let action = action.raw("ALTER ATTRIBUTE").ident(&it.name).raw("TYPE").text(&it.ty);
            types::collate(action, it.collation.as_ref()).finish()
        }
    }
}

/// The values of an attribute go with it, in every column of the type.
fn loss(work: &Work<'_>, it: &uses::Use<'_>, attribute: &Attribute) -> Hazard {
    let (table, own) = (uses::table_now(work, &it.table), uses::column_now(work, &it.table, it.name));
    let value = sql("").ident(&own).finish();
    let condition = if it.array {
        [&value, " IS NOT NULL"].concat()
    } else {
        let part = sql("").ident(&attribute.name).finish();
        ["(", &value, ").", &part, " IS NOT NULL"].concat()
    };
    let counts = ["rows of ", &table.to_string(), " where ", own.text(), " has a ", attribute.name.text()].concat();
    let mut question = uses::count(work, &it.table, counts, &condition);
    question.must_be_zero = false;
    Hazard { address: column(&it.table, it.name), fact: Fact::DropsColumn, question: Some(question) }
}
