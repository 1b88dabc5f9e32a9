//! Sending statements together that take no time of their own, so that a server far away is not waited for after each.

use std::{collections::BTreeSet, ops::Range};

use trueup_contract::{Step, Transaction};
use trueup_state::{Address, ObjectKind, Qualified};

/// How many steps go together, and about how many bytes.
const MOST_STEPS: usize = 100;
const MOST_BYTES: usize = 65_536;

/// Statements that are sent together stand between these. After a failure the savepoint is gone back to, and the steps
/// run one by one, which shows the one that failed.
const BEFORE: &str = "SAVEPOINT trueup;\n";
const AFTER: &str = "RELEASE SAVEPOINT trueup";
pub(super) const GO_BACK: &str = "ROLLBACK TO SAVEPOINT trueup; RELEASE SAVEPOINT trueup";

/// The positions of steps that go together, in order; most often each by itself.
pub(super) fn batches(steps: &[Step]) -> Vec<Range<usize>> {
    let mut made = BTreeSet::new();
    let mut batches: Vec<Range<usize>> = Vec::new();
    let (mut grows, mut bytes) = (false, 0);
    for (at, step) in steps.iter().enumerate() {
        made.extend(makes(step));
        let quick = is_quick(step, &made);
        let length = step.action.sql().len();
        match batches.last_mut() {
            Some(last) if quick && grows && last.len() < MOST_STEPS && bytes + length < MOST_BYTES => last.end = at + 1,
            _ => {
                batches.push(at..at + 1);
                bytes = 0;
            }
        }
        bytes += length;
        grows = quick;
    }
    batches
}

/// One text for steps that go together.
pub(super) fn together(steps: &[Step]) -> String {
    // A statement may end with a comment to the end of the line.
    let statements = steps.iter().flat_map(|step| [step.action.sql(), "\n;\n"]);
    std::iter::once(BEFORE).chain(statements).chain([AFTER]).collect()
}

/// The tables and views that a step makes anew. What it only renames has rows.
fn makes(step: &Step) -> impl Iterator<Item = &Qualified> {
    let provides = if step.removes.is_empty() { step.provides.as_slice() } else { &[] };
    provides.iter().filter_map(|address| match address {
        Address::Table(name) | Address::View(name) => Some(name),
        _ => None,
    })
}

/// Whether a step takes no time: it looks at no rows but those of tables that were just made. What a step is that
/// carries out no change, nobody knows.
fn is_quick(step: &Step, made: &BTreeSet<&Qualified>) -> bool {
    let is_about_new = |address: &Address| match address {
        Address::Object(ObjectKind::MaterializedView, _) => false,
        _ => address.relation().is_none_or(|name| made.contains(name)),
    };
    step.transaction == Transaction::Inside
        && !step.rewrites
        && step.hazards.is_empty()
        && !step.changes.is_empty()
        && step.changes.iter().chain(&step.provides).all(is_about_new)
}

#[cfg(test)]
mod tests {
    use trueup_contract::Action;

    use super::*;

    fn name(text: &str) -> Qualified {
        Qualified { namespace: "public".into(), name: text.into() }
    }

    fn step(changes: Vec<Address>, provides: Vec<Address>) -> Step {
        Step { action: Action::Sql("SELECT 1 -- one".to_owned()), changes, provides, ..Step::default() }
    }

    #[test]
    fn what_is_new_goes_together_and_what_has_rows_alone() {
        let table = |text: &str| Address::Table(name(text));
        let index = |text: &str| Address::Index(name(text), "i".into());
        let made = |address: Address| step(vec![address.clone()], vec![address]);
        let renamed = Step { removes: vec![table("x")], ..made(table("b")) };
        let view = Address::Object(ObjectKind::MaterializedView, name("m"));
        let steps = [
            made(table("a")),
            made(index("a")),
            made(Address::Namespace("s".into())),
            made(index("old")),
            renamed,
            made(index("b")),
            made(view),
            made(table("c")),
            made(index("c")),
        ];
        assert_eq!(batches(&steps), [0..3, 3..4, 4..5, 5..6, 6..7, 7..9]);
        assert_eq!(batches(&vec![made(table("a")); 250]), [0..100, 100..200, 200..250]);
        assert_eq!(batches(&[]), []);
    }

    #[test]
    fn statements_that_go_together_are_apart() {
        let steps = vec![step(Vec::new(), Vec::new()); 2];
        let text = together(&steps);
        assert_eq!(text, "SAVEPOINT trueup;\nSELECT 1 -- one\n;\nSELECT 1 -- one\n;\nRELEASE SAVEPOINT trueup");
    }
}
