//! What can be said of questions and answers without a server.
#![allow(clippy::panic, reason = "a test that cannot go on shall fail")]

use trueup_state::{Check, CheckExtra, Ident};

use super::*;
use crate::canonical::plain;

fn table() -> Qualified {
    Qualified { namespace: Ident::from("public"), name: Ident::from("users") }
}

#[test]
fn the_namespace_of_temporary_objects_is_never_seen() {
    let home = |text: &str| answer::home(text, "pg_temp_3", &Ident::from("app"));
    assert_eq!(home("BEFORE INSERT ON pg_temp.users"), "BEFORE INSERT ON app.users");
    assert_eq!(home("pg_temp_3.users.id > 0"), "app.users.id > 0");
    assert_eq!(answer::home("a > 0", "", &Ident::from("app")), "a > 0");
}

#[test]
fn an_answer_changes_the_canonical_form_alone() {
    let address = Address::Check(table(), Ident::from("c"));
    let check = Check { name: None, expression: plain("price > 0"), extra: CheckExtra::None };
    let answers = vec![Some("(price > (0)::numeric)".to_owned())];
    let Some(Definition::Check(form)) = answer::form(&address, Definition::Check(check.clone()), answers) else {
        panic!("a check stays one");
    };
    assert_eq!(form.expression.canonical(), "price > (0)::numeric");
    assert_eq!(form.expression.written(), "price > 0");
    assert_eq!(answer::form(&address, Definition::Check(check), vec![None]), None);
}

#[test]
fn a_view_is_replaced_if_its_columns_stay_the_first() {
    let texts = |new: &str, old: &str| [None, Some(new.to_owned()), Some(old.to_owned())];
    assert!(replace::is_prefix(&texts("[[\"a\",\"integer\",0],[\"b\",\"text\",100]]", "[[\"a\",\"integer\",0]]")));
    assert!(!replace::is_prefix(&texts("[[\"a\",\"bigint\",0]]", "[[\"a\",\"integer\",0]]")));
    assert!(!replace::is_prefix(&texts("[[\"b\",\"text\",100]]", "[[\"a\",\"integer\",0],[\"b\",\"text\",100]]")));
    assert!(!replace::is_prefix(&[None, Some("[]".to_owned()), None]));
}

#[test]
fn what_is_not_there_yet_is_no_question() {
    let mut declared = Schema::default();
    let public = declared.namespace_mut(&Ident::from("public"));
    public.tables.insert(Ident::from("users"), trueup_state::Table::default());
    let changes = Changes::between(&declared, &Schema::default());
    assert!(changes.are_mentioned(&plain("SELECT 1 FROM users")));
    assert!(!changes.are_mentioned(&plain("SELECT 1 FROM orders")));
    assert!(!Changes::between(&declared, &declared).are_mentioned(&plain("SELECT 1 FROM users")));
}
