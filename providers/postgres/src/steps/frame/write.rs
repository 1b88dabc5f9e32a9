//! Steps out of statements.

use trueup_contract::{Action, Step, Transaction};
use trueup_state::Address;

use crate::steps::Statement;

/// Several statements as one script.
pub(crate) fn script(statements: impl IntoIterator<Item = String>) -> String {
    let each = |statement: String| [statement.trim_end_matches(';'), ";"].concat();
    let statements: Vec<String> = statements.into_iter().collect();
    match statements.as_slice() {
        [one] => one.clone(),
        _ => statements.into_iter().map(each).collect::<Vec<_>>().join("\n"),
    }
}

/// Put statements into steps, in their order: those that may run together are one step.
pub(crate) fn steps(address: &Address, verb: &str, statements: Vec<Statement>) -> Vec<Step> {
    steps_with_early(address, verb, statements).0
}

/// The same, and how many steps at the start only let go of something.
pub(crate) fn steps_with_early(address: &Address, verb: &str, statements: Vec<Statement>) -> (Vec<Step>, usize) {
    let summary = summary(verb, address);
    let mut steps: Vec<Step> = Vec::new();
    let mut together: Vec<(Step, Vec<String>, bool)> = Vec::new();
    for statement in statements {
        let Statement { sql, undo, summary: own, transaction, lock, rewrites, requires, hazards, names, early } =
            statement;
        let joins = requires.is_empty() && own.is_none() && transaction == Transaction::Inside;
        match together.last_mut() {
            Some((step, sqls, is_early)) if joins && *is_early == early && step.transaction == Transaction::Inside => {
                sqls.push(sql);
                step.undo = None;
                step.lock = step.lock.max(lock);
                step.rewrites |= rewrites;
                step.hazards.extend(hazards);
                step.names.takes.extend(names.takes);
                step.names.frees.extend(names.frees);
            }
            _ => {
                let summary = own.unwrap_or_else(|| summary.clone());
                let step =
                    Step { summary, undo, transaction, lock, rewrites, requires, hazards, names, ..Step::default() };
                together.push((step, vec![sql], early));
            }
        }
    }
    let mut early_steps = 0;
    for (mut step, sqls, is_early) in together {
        step.action = Action::Sql(script(sqls));
        early_steps += usize::from(is_early);
        steps.push(step);
    }
    chain(address, verb, &mut steps);
    (steps, early_steps)
}

/// Make steps run in the order in which they stand.
pub(crate) fn chain(address: &Address, verb: &str, steps: &mut [Step]) {
    for at in 1..steps.len() {
        let moment = ["moment: ", verb, " ", &address.to_string(), " ", &at.to_string()].concat();
        steps[at - 1].names.frees.push(moment.clone());
        steps[at].names.takes.push(moment);
    }
}

/// `create table public.users`
pub(crate) fn summary(verb: &str, address: &Address) -> String {
    [verb, " ", &shown(address)].concat()
}

/// An object in words: `column public.users.email`, `grant app on table public.users`.
pub(crate) fn shown(address: &Address) -> String {
    match address {
        Address::Grant(on, role) if role.is_empty() => ["privileges of the owner on ", &shown(on)].concat(),
        Address::Grant(on, role) => ["privileges of ", role.text(), " on ", &shown(on)].concat(),
        Address::Comment(on) => ["comment on ", &shown(on)].concat(),
        Address::Owner(on) => ["owner of ", &shown(on)].concat(),
        Address::Signed(kind, name, signature) => {
            [kind.words(), " ", &name.to_string(), "(", signature.text(), ")"].concat()
        }
        Address::PrimaryKey(table) => ["primary key of ", &table.to_string()].concat(),
        _ => match (address.owner(), address.name()) {
            (Some(owner), Some(name)) => [address.kind(), " ", &owner.to_string(), ".", name.text()].concat(),
            (_, Some(name)) => {
                let namespace =
                    address.namespace().filter(|it| *it != name || !matches!(address, Address::Namespace(_)));
                match namespace {
                    Some(namespace) => [address.kind(), " ", namespace.text(), ".", name.text()].concat(),
                    None => [address.kind(), " ", name.text()].concat(),
                }
            }
            (_, None) => address.kind().to_owned(),
        },
    }
}
