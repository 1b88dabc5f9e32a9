//! The order depends on what steps say of themselves, and on nothing else.

use proptest::prelude::*;
use trueup_contract::{Action, Names, Step, Transaction};
use trueup_state::{Address, Qualified};

use super::order;

fn table(name: &str) -> Address {
    Address::Table(Qualified::bare(name))
}

fn step(sql: &str) -> Step {
    Step { summary: sql.to_owned(), action: Action::Sql(sql.to_owned()), ..Step::default() }
}

fn create(name: &str) -> Step {
    Step { provides: vec![table(name)], changes: vec![table(name)], ..step(&format!("create {name}")) }
}

fn link(from: &str, to: &str) -> Step {
    Step { requires: vec![table(from), table(to)], ..step(&format!("link {from} {to}")) }
}

fn remove(name: &str) -> Step {
    Step { removes: vec![table(name)], changes: vec![table(name)], ..step(&format!("drop {name}")) }
}

fn check(steps: Vec<Step>, expected: &[&str]) {
    let ordered = order(steps).unwrap();
    let sql: Vec<&str> = ordered.iter().map(|(step, _)| step.action.sql()).collect();
    assert_eq!(sql, expected);
}

#[test]
fn foreign_keys_may_form_a_circle() {
    let steps = vec![link("a", "b"), link("b", "a"), create("b"), create("a")];
    check(steps, &["create a", "create b", "link a b", "link b a"]);
}

#[test]
fn a_replaced_object_is_dropped_first() {
    let release = Step { releases: vec![table("a")], ..step("unlink") };
    check(vec![link("a", "a"), create("a"), remove("a"), release], &["unlink", "drop a", "create a", "link a a"]);
}

#[test]
fn builds_come_before_drops() {
    check(vec![remove("a"), create("b")], &["create b", "drop a"]);
}

#[test]
fn a_name_is_freed_before_it_is_taken() {
    let frees = Step { names: Names { takes: vec![], frees: vec!["x".to_owned()] }, ..remove("old") };
    let takes = Step { names: Names { takes: vec!["x".to_owned()], frees: vec![] }, ..create("new") };
    check(vec![takes, frees], &["drop old", "create new"]);
}

#[test]
fn steps_of_one_transaction_class_stay_together() {
    let outside = |name: &str| Step { transaction: Transaction::Outside, ..create(name) };
    check(vec![outside("b"), create("a"), create("c")], &["create a", "create c", "create b"]);
}

#[test]
fn a_cycle_is_an_error_that_names_its_steps() {
    let a = Step { provides: vec![table("a")], requires: vec![table("b")], ..step("A") };
    let b = Step { provides: vec![table("b")], requires: vec![table("a")], ..step("B") };
    let error = order(vec![a, b]).unwrap_err().to_string();
    assert!(error.contains('A') && error.contains('B'), "{error}");
}

proptest! {
    #[test]
    fn nothing_is_used_before_it_exists_and_the_order_is_the_same_for_any_input_order(
        shuffled in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(),
        links in prop::collection::vec((0..4usize, 0..4usize), 8),
    ) {
        let names = ["a", "b", "c", "d"];
        let mut steps: Vec<Step> = links.iter().map(|(x, y)| link(names[*x], names[*y])).collect();
        steps.extend(names.iter().map(|name| create(name)));
        let given: Vec<Step> = shuffled.iter().map(|at| steps[*at].clone()).collect();
        let ordered = order(given).unwrap();
        prop_assert_eq!(&ordered, &order(steps).unwrap());
        let mut alive = Vec::new();
        for (step, _) in ordered {
            for needed in &step.requires {
                prop_assert!(alive.contains(needed));
            }
            alive.extend(step.provides);
        }
    }
}
