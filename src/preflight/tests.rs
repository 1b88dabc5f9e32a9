//! What a report says of URLs and privileges.

use trueup_contract::Redacted;
use trueup_state::Qualified;

use super::*;

fn privilege(on: On, need: Need) -> Privilege {
    Privilege { name: "CREATE".to_owned(), on, need, serves: "tables", held: false, remedy: Some("GRANT x".to_owned()) }
}

#[test]
fn the_parts_of_a_url_are_told_without_its_secrets() {
    let parts = |url: &str| {
        let Parts { host, port, database, username } = Parts::of(&Redacted::new(url));
        [host, port.map(|it| it.to_string()), database, username].map(Option::unwrap_or_default).join(" ")
    };
    assert_eq!(parts("postgres://app:hunter2@db.example:5433/shop?password=hunter2"), "db.example 5433 shop app");
    assert_eq!(parts("mysql://root@[::1]/shop"), "::1  shop root");
    assert_eq!(parts("postgres://a:b?c=d@e/f"), "   ");
    assert_eq!(parts("sqlite:///tmp/a.db"), "  /tmp/a.db ");
    assert_eq!(parts("sqlite:a.db"), "  a.db ");
}

#[test]
fn only_what_is_ours_asks_for_privileges() {
    let scope = Scope { include: [Ident::from("app")].into(), exclude: BTreeSet::new() };
    let ours = Ours::of(&scope, None, false);
    let of = |on| ours.need(&privilege(on, Need::Apply));
    assert_eq!(of(On::Namespace("app".into())), Need::Apply);
    assert_eq!(of(On::Namespace("other".into())), Need::Some);
    assert_eq!(of(On::Relation(Qualified { namespace: "app".into(), name: "t".into() })), Need::Some);
    let makes_state = Ours::of(&scope, None, true);
    assert_eq!(makes_state.need(&privilege(On::Database("shop".into()), Need::Some)), Need::Apply);
}

#[test]
fn what_one_statement_would_give_is_told_once() {
    let ours = Ours::of(&Scope::default(), None, false);
    let on = |name: &str| On::Relation(Qualified { namespace: "public".into(), name: name.into() });
    let told = missing(&[privilege(on("a"), Need::Apply), privilege(on("b"), Need::Apply)], &ours, Purpose::Apply);
    assert_eq!(told.len(), 1);
    assert!(!told[0].required && told[0].on.contains("a, ") && told[0].on.contains('b'));
}
